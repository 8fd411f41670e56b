// probetop: from the command line to what runs, and the only place that ends the process.
import { onEnd } from '../screen/signals.ts'
import { goFirst } from '../source/priority.ts'
import { complain, say } from '../source/say.ts'
import { sessionGoesBack, sessionGoesFirst } from '../source/session.ts'
import { leave } from './leave.ts'

// what our own panels, ps and top call us
process.title = 'probetop'

// `probetop --help | head -1` has had enough, which is no failure.
const leaveReader = (error: NodeJS.ErrnoException): void => leave(error.code === 'EPIPE' ? 0 : 1)
process.stdout.on('error', leaveReader)
// Whoever closed it does not want to know.
process.stderr.on('error', () => {})

// Before all that takes long on a busy machine; what is read next is most of it.
sessionGoesFirst()

const main = async (args: readonly string[]): Promise<number> => {
  const { parseOptions } = await import('./options.ts')
  const parsed = parseOptions(args)
  if ('answer' in parsed) {
    const { text, exitCode } = parsed.answer
    if (exitCode === 0) say(text)
    else complain(text)
    return exitCode
  }
  if ('prints' in parsed) {
    say(await (await import('./shell-answers.ts')).textOf(parsed.prints))
    return 0
  }
  if (parsed.options.check) {
    const { text, exitCode } = await (await import('./check.ts')).runCheck()
    say(`${text}\n`)
    return exitCode
  }
  if (parsed.options.printConfig) return (await import('./configured.ts')).sayConfig(parsed.options)
  // Until something runs that must be stopped first.
  onEnd((exitCode) => leave(exitCode))
  process.stdout.removeListener('error', leaveReader)
  if (parsed.options.replay === undefined) goFirst()
  else sessionGoesBack()
  const { run } = await import('./run.ts')
  return run(parsed.options)
}

main(process.argv.slice(2)).then(leave, (error: unknown) => {
  complain(`probetop: ${error instanceof Error ? error.stack : error}\n`)
  leave(1)
})
