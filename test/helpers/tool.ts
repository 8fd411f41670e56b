// What the tools of `npm run` say of what they were told: one line and exit code 2 where it cannot be done, as an option
// that there is not, or a file. Anything else is a fault of their own, and comes with its trace.
import { ThemeError } from '../../src/screen/theme.ts'

/** Something that only whoever calls the tool can change. */
export class Refused extends Error {}

const OF_CALLER = /^(ENOENT|EACCES|EISDIR|ENOTDIR|Z_|ERR_PARSE_ARGS)/

const isOfCaller = (error: Error): boolean =>
  error instanceof Refused || error instanceof ThemeError || OF_CALLER.test((error as NodeJS.ErrnoException).code ?? '')

/** From here on, of the whole program. */
export const tellPlainly = (tool: string): void => {
  process.on('uncaughtException', (error) => {
    console.error(isOfCaller(error) ? `${tool}: ${error.message}` : error)
    process.exit(isOfCaller(error) ? 2 : 1)
  })
}

/** What an option has to be. */
export const wholeNumber = (option: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Refused(`${option} ${text} is no whole number`)
  return Number(text)
}
