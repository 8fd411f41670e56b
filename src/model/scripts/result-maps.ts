// The maps of a script that are results: those given count(), sum(), hist() and the like, or counted up, or printed.
// The others are scratch. What a key consists of and which unit a value has is guessed from how the script writes it.
import type { Aggregate, KeyPart, ScriptMap } from '../../stream/script.ts'
import { AGGREGATES } from '../../stream/script.ts'
import type { Unit } from '../../stream/fields.ts'
import { closing, type ProbeBlock, type Token } from './lex.ts'
import { wordsOf } from './expression-words.ts'

interface Found {
  does: Aggregate
  keys: KeyPart[]
  /** What is counted, summed and so on, as written. */
  of: string
}

export const mapsOf = (script: string, probes: readonly ProbeBlock[]): ScriptMap[] => {
  const found = new Map<string, Found>()
  const printed = new Set<string>()
  const cleared = new Set<string>()
  const closed = new Set<string>()
  const shown = new Set<string>()
  const held = heldIn(script, probes)
  for (const { hooks, body } of probes) {
    const isEnd = hooks.some((hook) => /^END$/i.test(hook))
    const isBegin = hooks.some((hook) => /^BEGIN$/i.test(hook))
    for (let i = 0; i < body.length; i++) {
      const { is, text } = body[i]!
      if (is === 'word' && CALLS.has(text) && body[i + 1]?.text === '(' && body[i + 2]?.is === 'map') {
        const name = body[i + 2]!.text
        const isWhole = body[i + 3]?.text === ')' || body[i + 3]?.text === ','
        if (text === 'print' && isWhole) (isEnd || isBegin ? shown : printed).add(name)
        else if (text !== 'print' && isWhole) (isEnd ? closed : cleared).add(name)
      }
      if (is !== 'map') continue
      const use = useOf(script, body, i, held)
      const before = found.get(text)
      if (!use || (before && before.does !== 'value' && use.does === 'value')) continue
      if (isBegin && use.does === 'value') continue
      if (!before || before.does === 'value') found.set(text, use)
    }
  }
  return [...found].flatMap(([name, { does, keys, of }]): ScriptMap[] => {
    const isPrinted = printed.has(name)
    if (does === 'value' && !isPrinted && !shown.has(name)) return []
    const measured = measureOf(name, does, of)
    return [
      {
        name,
        does,
        keys,
        ...measured,
        ...(isPrinted ? { printed: true } : {}),
        ...(isPrinted && cleared.has(name) ? { cleared: true } : {}),
      },
    ]
  })
}

/** Of a key, or of what is given to count() and the like. */
const MOST_TOKENS = 200

const CALLS = new Set(['print', 'clear', 'zero'])

/** What is done to the map at `at`, where that makes it more than looked at. */
const useOf = (script: string, body: readonly Token[], at: number, held: HeldParts): Found | undefined => {
  let next = at + 1
  let keys: KeyPart[] = []
  if (body[next]?.text === '[') {
    const end = closing(body, next, MOST_TOKENS)
    keys = keyParts(script, body.slice(next + 1, end), held)
    next = end + 1
  }
  const sign = body[next]?.text
  if (sign === '++' || sign === '+=' || body[at - 1]?.text === '++')
    return { does: 'sum', keys, of: sign === '+=' ? rest(script, body, next + 1) : '' }
  if (sign !== '=') return undefined
  const call = body[next + 1]
  const does = AGGREGATES.find((name) => name !== 'value' && name === call?.text)
  if (!does || body[next + 2]?.text !== '(') return { does: 'value', keys, of: '' }
  const end = closing(body, next + 2, MOST_TOKENS)
  return { does, keys, of: written(script, body.slice(next + 3, end)) }
}

const rest = (script: string, body: readonly Token[], from: number): string => {
  const tokens = body.slice(from, from + MOST_TOKENS)
  const end = tokens.findIndex(({ text }) => text === ';')
  return written(script, end < 0 ? tokens : tokens.slice(0, end))
}

/** As written, up to what an expression may be long that still says something. */
export const written = (script: string, tokens: readonly Token[]): string =>
  tokens.length === 0 ? '' : script.slice(tokens[0]!.at, Math.min(tokens.at(-1)!.end, tokens[0]!.at + LONGEST))

const LONGEST = 300

/** Parts between commas that are in no bracket of their own. */
export const separated = (tokens: readonly Token[]): Token[][] => {
  const parts: Token[][] = [[]]
  for (let i = 0; i < tokens.length; i++) {
    const { text, is } = tokens[i]!
    if (is === 'sign' && (text === '(' || text === '[' || text === '{')) {
      const end = closing(tokens, i)
      parts.at(-1)!.push(...tokens.slice(i, end + 1))
      i = end
    } else if (is === 'sign' && text === ',') parts.push([])
    else parts.at(-1)!.push(tokens[i]!)
  }
  return parts.filter((part) => part.length > 0)
}

/** What scratch maps are given, by their names: as part of a key they are that. */
type HeldParts = ReadonlyMap<string, KeyPart>

const heldIn = (script: string, probes: readonly ProbeBlock[]): HeldParts => {
  const held = new Map<string, KeyPart>()
  for (const { body } of probes)
    for (let i = 0; i < body.length; i++) {
      const { is, text } = body[i]!
      if (is !== 'map' || held.has(text) || body[i + 1]?.text !== '[') continue
      const next = closing(body, i + 1, MOST_TOKENS) + 1
      if (body[next]?.text === '=') held.set(text, wordsOf(rest(script, body, next + 1)))
    }
  return held
}

const partOf = (script: string, tokens: readonly Token[], held: HeldParts): KeyPart => {
  const own = wordsOf(written(script, tokens))
  const [map, open] = tokens
  const isMap = map?.is === 'map' && open?.text === '[' && closing(tokens, 1) === tokens.length - 1
  const given = isMap ? held.get(map.text) : undefined
  return !given || given.is === 'any' ? own : given.dim ? given : { ...own, is: given.is }
}

const keyParts = (script: string, tokens: readonly Token[], held: HeldParts): KeyPart[] => {
  const isTuple = tokens[0]?.text === '(' && closing(tokens, 0) === tokens.length - 1
  const parts = separated(isTuple ? tokens.slice(1, -1) : tokens)
  return parts.map((part) => partOf(script, part, held))
}

/** Unit of its values, from what is measured and how the map is called. */
const measureOf = (name: string, does: Aggregate, of: string): { unit: Unit; worth: number } => {
  if (does === 'count') return { unit: 'count', worth: 1 }
  const called = name.slice(1).toLowerCase()
  if (/(^|_)(u|usecs?|us)$|usecs?$|_us\b/.test(called)) return { unit: 'ns', worth: 1000 }
  if (/nsecs?$|(^|_)ns$/.test(called)) return { unit: 'ns', worth: 1 }
  if (/msecs?$|(^|_)ms$/.test(called)) return { unit: 'ns', worth: 1e6 }
  if (/(^|_)secs?$/.test(called)) return { unit: 'ns', worth: 1e9 }
  if (/kb(ytes)?$/.test(called)) return { unit: 'bytes', worth: 1024 }
  if (/bytes$|size$/.test(called)) return { unit: 'bytes', worth: 1 }
  if (/nsecs|elapsed|@start|@ts/.test(of)) {
    const divided = /\/\s*(\d[\d_]*(?:e\d+)?)\s*\)?\s*(?:,.*)?$/.exec(of)?.[1]
    const by = divided === undefined ? 1 : Number(divided.replaceAll('_', ''))
    if ([1, 1e3, 1e6, 1e9].includes(by)) return { unit: 'ns', worth: by }
  }
  if (/bytes|nr_sector|size\b/.test(of) && !/\//.test(of))
    return { unit: /nr_sector/.test(of) ? 'count' : 'bytes', worth: 1 }
  return { unit: 'count', worth: 1 }
}
