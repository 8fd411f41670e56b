// Regular expressions in time that grows with pattern times text, whatever both are, so that no search can hang a screen:
// those of RE2, of which the library is read once something is searched for.
import type { RE2JS } from 're2js'

type Pattern = { matches(text: string): boolean } | { why: string }

type Compile = (source: string) => RE2JS

let compile: Compile | undefined
let reading: Promise<void> | undefined

/** Afterwards there are patterns, or words for why there are none. */
export const readPatterns = (): Promise<void> =>
  (reading ??= import('re2js').then(
    ({ RE2JS }) => {
      compile = (source) => RE2JS.compile(source)
    },
    () => {
      compile = () => {
        throw new Error('the library of expressions cannot be read')
      }
    },
  ))

export const hasPatterns = (): boolean => compile !== undefined

/** What a pattern may be compiled to, and how much of a text is looked at: time is their product at most. */
const MOST_STEPS = 2000
const LONGEST_TEXT = 4096

/** Undefined before they were read. */
export const patternOf = (source: string): Pattern | undefined => {
  if (!compile) return undefined
  try {
    const compiled = compile(source)
    if (compiled.programSize() > MOST_STEPS) return { why: 'too long' }
    return { matches: (text) => compiled.test(text.slice(0, LONGEST_TEXT)) }
  } catch (error) {
    return { why: (error as Error).message.replace(/^error parsing regexp: /, '') }
  }
}
