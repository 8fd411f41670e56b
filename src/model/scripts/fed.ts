// Whether a script can show anything with some of its hooks missing: where what shows asks for a map that only the missing ones
// fill, it is attached, would look alive, and stays empty.
import type { ScriptPlan } from '../../stream/script.ts'
import { closing, probesOf, tokensOf, type ProbeBlock, type Token } from './lex.ts'

const PRINTING = new Set(['printf', 'print', 'time', 'join', 'cat', 'system'])
const WRITING = new Set(['=', '++', '--', '+=', '-=', '|='])

/** False only where that is certain: not of a script whose macros or functions may do anything, nor where it would show nothing
 * with all of them either, as then it is not understood. */
export const canShow = (
  plan: Pick<ScriptPlan, 'text' | 'maps' | 'tool'>,
  isMissing: (hook: string) => boolean,
): boolean =>
  plan.tool !== undefined ||
  tokensOf(plan.text).some(({ is, text }) => is === 'word' && (text === 'macro' || text === 'fn')) ||
  shows(plan, isMissing) ||
  !shows(plan, () => false)

const shows = ({ text, maps }: Pick<ScriptPlan, 'text' | 'maps'>, isMissing: (hook: string) => boolean): boolean => {
  const results = new Set(maps.map(({ name }) => name))
  const blocks = probesOf(text).filter(({ hooks }) => !hooks.every((hook) => /^(BEGIN|END)$/i.test(hook)))
  let alive = blocks.filter(({ hooks }) => !hooks.every(isMissing))
  for (let before = Infinity; alive.length < before;) {
    before = alive.length
    const filled = new Set(alive.flatMap(({ body }) => writtenIn(body)))
    alive = alive.filter((block) => {
      const needed = neededBy(block)
      return needed === undefined || filled.has(needed)
    })
  }
  return alive.some(
    ({ body }) =>
      body.some(({ is, text: word }) => is === 'word' && PRINTING.has(word)) ||
      writtenIn(body).some((name) => results.has(name)),
  )
}

const writtenIn = (body: readonly Token[]): string[] =>
  body.flatMap(({ is, text }, at) => {
    if (is !== 'map') return []
    const isBefore = WRITING.has(body[at - 1]?.text ?? '') && body[at - 1]!.text !== '='
    return isBefore || WRITING.has(body[afterMap(body, at)]?.text ?? '') ? [text] : []
  })

/** Its filter is this map alone. */
const neededBy = ({ filter }: ProbeBlock): string | undefined => {
  const [open, map] = filter
  if (open?.text !== '/' || map?.is !== 'map') return undefined
  const end = afterMap(filter, 1)
  return filter[end]?.text === '/' && end === filter.length - 1 ? map.text : undefined
}

const afterMap = (tokens: readonly Token[], at: number): number =>
  tokens[at + 1]?.text === '[' ? closing(tokens, at + 1) + 1 : at + 1
