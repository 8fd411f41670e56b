// Keys of one's own: the names of what keys do, as the configuration has them, and the table with other keys in it.
import type { KeyEntry, Scope } from './keys/entry.ts'
import { nearestWord } from './nearest.ts'

/** By name of what they do. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>

export interface Remapped {
  table: readonly KeyEntry[]
  /** What was refused, each with the name it is about. */
  problems: { name: string; why: string }[]
}

/** What lies over a page, and what is typed, has the same keys for everybody. */
const SCOPES: readonly Scope[] = ['global', 'panel', 'player', 'stacks']

/** `open-runq`, `sort-column-back`, `stacks-turn-view`; undefined where its keys are fixed. */
export const nameOfEntry = ({ action, where }: KeyEntry): string | undefined => {
  if (!SCOPES.includes(where)) return undefined
  const { do: what, ...rest } = action as { do: string } & Record<string, unknown>
  const words = Object.values(rest).flatMap((value) =>
    typeof value === 'object' && value ? Object.entries(value).flat() : [value],
  )
  const prefix = where === 'global' || where === 'panel' ? [] : [where]
  return [...prefix, what, ...words.map(wordOf)].join('-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

const wordOf = (value: unknown): string =>
  typeof value !== 'number'
    ? String(value)
    : `${value < 0 ? 'back' : 'on'}${Math.abs(value) === 1 ? '' : `-${Math.abs(value)}`}`

export const remap = (table: readonly KeyEntry[], overrides: KeyOverrides): Remapped => {
  const problems: Remapped['problems'] = []
  const names = table.flatMap((entry) => nameOfEntry(entry) ?? [])
  for (const name of Object.keys(overrides))
    if (!names.includes(name)) {
      const near = nearestWord(name, names)
      problems.push({
        name,
        why: `nothing that a key does is called ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : ''}`,
      })
    }
  let own: KeyOverrides = overrides
  // One that is refused has its own keys again, which another may have been given
  for (;;) {
    const changed = table.map((entry): KeyEntry => ({ ...entry, keys: own[nameOfEntry(entry) ?? ''] ?? entry.keys }))
    const clash = clashIn(changed, own)
    if (!clash) return { table: changed, problems }
    const { [clash.name]: _, ...rest } = own
    own = rest
    problems.push(clash)
  }
}

const clashIn = (table: readonly KeyEntry[], own: KeyOverrides): Remapped['problems'][number] | undefined => {
  const taken = new Map<string, string>()
  for (const entry of table) {
    const name = nameOfEntry(entry)
    if (name === undefined) continue
    // these two are active together
    const scope = entry.where === 'panel' ? 'global' : entry.where
    for (const key of entry.keys) {
      const other = taken.get(`${scope} ${key}`)
      taken.set(`${scope} ${key}`, name)
      if (other === undefined || other === name) continue
      const refused = own[name] ? name : other
      if (own[refused])
        return { name: refused, why: `${key} is the key of ${other} and of ${name}; ${refused} keeps its own` }
    }
  }
  return undefined
}

const NAMED = 'space escape enter backspace tab up down left right pageup pagedown home end delete insert'.split(' ')
const WRITTEN: Readonly<Record<string, string>> = { esc: 'escape', pgup: 'pageup', pgdn: 'pagedown', del: 'delete' }
const PREFIXES: Readonly<Record<string, string>> = { c: 'C-', ctrl: 'C-', control: 'C-', s: 'S-', shift: 'S-' }

/** A key as people write it (`Ctrl-X`, `F5`, `Space`, `x`) under the name the table knows it by; undefined if it is none. */
export const parseKey = (text: string): string | undefined => {
  if ([...text].length === 1) return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : undefined
  const [, prefix, word = ''] = /^(?:(c|ctrl|control|s|shift)-)?(\w+)$/.exec(text.toLowerCase()) ?? []
  const named = WRITTEN[word] ?? NAMED.find((name) => name === word)
  if (prefix === undefined) return named ?? (/^f([1-9]|1[0-2])$/.test(word) ? word : undefined)
  const isLetter = PREFIXES[prefix] === 'C-' && /^[a-z]$/.test(word)
  return named !== undefined || isLetter ? `${PREFIXES[prefix]}${named ?? word}` : undefined
}
