// What a script uses that not every bpftrace has, and from which version on there is: told where an older one does not take it.
import type { ScriptVersion } from '../../stream/script.ts'
import { tokensOf, type Token } from './lex.ts'

interface Newer {
  what: string
  version: ScriptVersion
}

/** By its changelog; ranges as tried. */
const SINCE: readonly (Newer & { is(at: number, tokens: readonly Token[]): boolean })[] = [
  { what: 'for over a range', version: [0, 24], is: (at, tokens) => isFor(at, tokens) && isRange(at, tokens) },
  { what: 'tseries()', version: [0, 24], is: (at, tokens) => isCall('tseries', at, tokens) },
  { what: 'let', version: [0, 22], is: (at, tokens) => isWord('let', at, tokens) && tokens[at + 1]!.text[0] === '$' },
  { what: 'has_key()', version: [0, 22], is: (at, tokens) => isCall('has_key', at, tokens) },
  {
    what: 'self:signal',
    version: [0, 22],
    is: (at, tokens) => isWord('self', at, tokens) && tokens[at + 1]!.text === ':',
  },
  { what: 'for', version: [0, 21], is: (at, tokens) => isFor(at, tokens) },
  {
    what: 'config',
    version: [0, 20],
    is: (at, tokens) => isWord('config', at, tokens) && tokens[at + 1]!.text === '=',
  },
  { what: 'args.', version: [0, 19], is: (at, tokens) => isWord('args', at, tokens) && tokens[at + 1]!.text === '.' },
]

const isWord = (word: string, at: number, tokens: readonly Token[]): boolean =>
  tokens[at]!.is === 'word' && tokens[at]!.text === word && at + 1 < tokens.length
const isCall = (word: string, at: number, tokens: readonly Token[]): boolean =>
  isWord(word, at, tokens) && tokens[at + 1]!.text === '('
const isFor = (at: number, tokens: readonly Token[]): boolean =>
  isCall('for', at, tokens) && tokens[at + 2]?.text[0] === '$'
const isRange = (at: number, tokens: readonly Token[]): boolean => tokens[at + 4]?.is !== 'map'

/** That which needs the highest version. */
export const newestOf = (script: string): Newer | undefined => {
  const tokens = tokensOf(script)
  const found = SINCE.find(({ is }) => tokens.some((_, at) => is(at, tokens)))
  return found && { what: found.what, version: found.version }
}
