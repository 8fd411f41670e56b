// Keys of one's own: the names of what keys do, as the configuration has them, and the table with other keys in it.
import type { KeyEntry, Scope } from './key-entry.ts'
import type { KeyOverrides } from './state-types.ts'
import { nearestWord } from './nearest.ts'

interface Remapped {
  table: readonly KeyEntry[]
  /** What was refused, each with the name it is about. */
  problems: { name: string; why: string }[]
}

/** Where text is typed: a character cannot be a key there. */
const TYPED: readonly Scope[] = ['filter', 'line', 'picker', 'palette']

/** `open-runq`, `sort-column-back`, `stacks-turn-view`, `filter-keep`. */
export const nameOfEntry = ({ action, where }: KeyEntry): string => {
  const { do: what, ...rest } = action as { do: string } & Record<string, unknown>
  const words = Object.values(rest).flatMap((value) =>
    typeof value === 'object' && value ? Object.entries(value).flat() : [value],
  )
  const name = [what, ...words.map(wordOf)].join('-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  // what says where it is by itself needs no other word for that
  return isEverywhere({ where }) || name.startsWith(`${where}-`) ? name : `${where}-${name}`
}

const isEverywhere = ({ where }: Pick<KeyEntry, 'where'>): boolean => where === 'global' || where === 'panel'

const wordOf = (value: unknown): string =>
  typeof value !== 'number'
    ? String(value)
    : `${value < 0 ? 'back' : 'on'}${Math.abs(value) === 1 ? '' : `-${Math.abs(value)}`}`

/** Who writes what the last line of the screen calls a key is told its name here. */
export const remap = (table: readonly KeyEntry[], overrides: KeyOverrides): Remapped => {
  const problems: Remapped['problems'] = []
  const names = table.map(nameOfEntry)
  for (const name of Object.keys(overrides))
    if (!names.includes(name)) {
      const called = table.findIndex(({ label }) => label === name)
      const near =
        names[called] ??
        nearestWord(name, names) ??
        names.find((each) => each.startsWith(`${name}-`) || each.endsWith(`-${name}`))
      problems.push({
        name,
        why: `nothing that a key does is called ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : ''}`,
      })
    }
  let own: KeyOverrides = overrides
  const refuse = (problem: Remapped['problems'][number]): void => {
    const { [problem.name]: _, ...rest } = own
    own = rest
    problems.push(problem)
  }
  for (const typed of table.flatMap((entry) => typedIn(entry, table, overrides) ?? [])) refuse(typed)
  // One that is refused has its own keys again, which another may have been given
  for (;;) {
    const keysOf = (entry: KeyEntry): readonly string[] => own[nameOfEntry(entry)] ?? entry.keys
    const changed = table.map((entry): KeyEntry => ({
      ...entry,
      keys: followed(entry, table, own, keysOf) ?? keysOf(entry),
    }))
    const clash = clashIn(changed, own)
    if (!clash) return { table: changed, problems }
    refuse(clash)
  }
}

/** What does the same on a page that has a table of its own, such as ending in the help, goes with it: who gives q to
 * something else would end probetop by it there. */
const followed = (
  entry: KeyEntry,
  table: readonly KeyEntry[],
  own: KeyOverrides,
  keysOf: (entry: KeyEntry) => readonly string[],
): readonly string[] | undefined => {
  if (isEverywhere(entry) || TYPED.includes(entry.where) || own[nameOfEntry(entry)]) return undefined
  const action = JSON.stringify(entry.action)
  const leader = table.find((each) => isEverywhere(each) && JSON.stringify(each.action) === action)
  const given = leader && own[nameOfEntry(leader)]
  if (!given || !entry.keys.every((key) => leader.keys.includes(key))) return undefined
  const taken = table.filter((each) => each !== entry && each.where === entry.where).flatMap(keysOf)
  return given.filter((key) => !taken.includes(key))
}

/** A key that could not be typed any more. Space is none where it already does something (the picker). */
const typedIn = (
  entry: KeyEntry,
  table: readonly KeyEntry[],
  own: KeyOverrides,
): Remapped['problems'][number] | undefined => {
  if (!TYPED.includes(entry.where) || entry.when) return undefined
  const name = nameOfEntry(entry)
  const taken = table.filter(({ where }) => where === entry.where).flatMap(({ keys }) => keys)
  const typed = own[name]?.find((key) => (key === 'space' || [...key].length === 1) && !taken.includes(key))
  return typed === undefined ? undefined : { name, why: `${typed} is typed there; ${name} keeps its own` }
}

const clashIn = (table: readonly KeyEntry[], own: KeyOverrides): Remapped['problems'][number] | undefined => {
  const taken = new Map<string, KeyEntry>()
  for (const entry of table) {
    const name = nameOfEntry(entry)
    // these two are active together
    const scope = entry.where === 'panel' ? 'global' : entry.where
    for (const key of entry.keys) {
      const first = taken.get(`${scope} ${key}`)
      taken.set(`${scope} ${key}`, entry)
      const other = first && nameOfEntry(first)
      if (other === undefined || other === name) continue
      const refused = own[name] ? name : other
      if (own[refused])
        return {
          name: refused,
          why: `${key} is the key of ${calledOf(first!)} and of ${calledOf(entry)}; ${refused} keeps its own`,
        }
    }
  }
  return undefined
}

/** As the screen calls it, too, where that is another word: of names made of what an action has within, few say much. */
const calledOf = (entry: KeyEntry): string => {
  const name = nameOfEntry(entry)
  const { label } = entry
  return typeof label === 'string' && label !== '' && label !== name ? `${label} (${name})` : name
}

const NAMED = 'space escape enter backspace tab up down left right pageup pagedown home end delete insert'.split(' ')
const WRITTEN: Readonly<Record<string, string>> = { esc: 'escape', pgup: 'pageup', pgdn: 'pagedown', del: 'delete' }
/** What a terminal sends for these is what it sends for another key. */
const SENT: Readonly<Record<string, string>> = { 'C-m': 'enter', 'C-i': 'tab', 'C-h': 'backspace' }
const PREFIXES: Readonly<Record<string, string>> = { c: 'C-', ctrl: 'C-', control: 'C-', s: 'S-', shift: 'S-' }

/** A key as people write it (`Ctrl-X`, `F5`, `Space`, `x`) under the name the table knows it by; undefined if it is none. */
export const parseKey = (text: string): string | undefined => {
  if ([...text].length === 1) return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : undefined
  const [, prefix, word = ''] = /^(?:(c|ctrl|control|s|shift)-)?(\w+)$/.exec(text.toLowerCase()) ?? []
  const named = WRITTEN[word] ?? NAMED.find((name) => name === word)
  if (prefix === undefined) return named ?? (/^f([1-9]|1[0-2])$/.test(word) ? word : undefined)
  const isLetter = PREFIXES[prefix] === 'C-' && /^[a-z]$/.test(word)
  if (named === undefined && !isLetter) return undefined
  const key = `${PREFIXES[prefix]}${named ?? word}`
  return SENT[key] ?? key
}
