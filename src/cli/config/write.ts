// Settings into the configuration's file, as the user: comments and whatever else is there stay, the file before is kept
// beside it, and nothing is written that would not be read back as the same.
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { columnsOfTab } from '../../app/column-choice.ts'
import type { Settings } from '../../app/kept.ts'
import type { AnyPanel } from '../../panels/panel-types.ts'
import { isObject } from '../../stream/shape.ts'
import { configOfText, textOf } from './read.ts'
import { columnIn, type Known } from './settings.ts'
import { tabValuesOf, valuesOf, WRITTEN, WRITTEN_TABLES, type TabValue } from './toml-tables.ts'

const BEGINNING = '# Settings of probetop; all there are, with what they are for: probetop --print-config\n'

/** Gives the words for what was written where. Throws Error where it cannot be. */
export const keepSettings = async (asked: string, settings: Settings, known: Known): Promise<string[]> => {
  const file = targetOf(asked)
  const before = textIn(file)
  const after = await mergedText(before, settings, known)
  if (after === before) return [`${file}, which says so already`]
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (before !== undefined) replace(`${file}.bak`, before)
  replace(file, after)
  const [old, now] = [before ?? '', after].map((text) => configOfText(text, known).config)
  const left = settings.panels?.some((panel) => !known.panels.some(({ id }) => id === panel))
  return [
    `${file}: ${differing(known, old!, now!).join(', ')}` +
      (left ? '; not the panels of scripts' : '') +
      (before === undefined ? '' : `; as it was: ${basename(file)}.bak`),
  ]
}

/** The text with these settings in it. Throws Error where it would not say the same. */
export const mergedText = async (before: string | undefined, settings: Settings, known: Known): Promise<string> => {
  const { parse, patch } = await import('@decimalturn/toml-patch')
  const text = before === undefined ? BEGINNING : before
  const { problems } = configOfText(text, known)
  let table: Record<string, unknown>
  try {
    table = parse(text) as Record<string, unknown>
  } catch {
    throw new Error(`it is no TOML, fix it first: ${problems[0] ?? 'it cannot be read'}`)
  }
  const after = patch(text, withSettings(table, settings, known))
  const read = configOfText(after, known)
  // what was wrong before is left as it is, and nothing else may be
  const wrong = read.problems.length > problems.length ? read.problems[0] : undefined
  if (wrong !== undefined) throw new Error(`it would not be read again: ${wrong}`)
  // what is not said of here may be there
  const wanted = { ...read.config, ...settings, tabs: settings.tabs }
  const differs = differing(known, wanted, read.config)
  if (differs.length > 0) throw new Error(`it would not be read as the same: ${differs.join(', ')}`)
  return after
}

const withSettings = (table: Record<string, unknown>, settings: Settings, known: Known): Record<string, unknown> => {
  const next = { ...table }
  const values = valuesOf(settings, known)
  for (const name of WRITTEN) if (values[name] !== undefined) next[name] = values[name]
  for (const name of WRITTEN_TABLES) {
    const own = tabValuesOf(settings, name, known)
    const there = isObject(table[name]) ? table[name] : {}
    const said: Record<string, TabValue> = { ...own }
    for (const [id, value] of Object.entries(there)) {
      const panel = known.panels.find((each) => each.id === id)
      const kept = panel ? withUnknown(panel, name, value, own[id]) : (value as TabValue)
      if (kept !== undefined) said[id] = kept
    }
    if (Object.keys(said).length > 0) next[name] = said
    else delete next[name]
  }
  return next
}

/** With what is said of tabs and columns that this panel has not got now: another version has them, or a script that was
 * changed, or runs without some of its maps. */
const withUnknown = (
  panel: AnyPanel,
  name: (typeof WRITTEN_TABLES)[number],
  before: unknown,
  now: TabValue | undefined,
): TabValue | undefined => {
  const first = panel.modes[0]!.id
  const byTab = (value: unknown): Record<string, unknown> =>
    value === undefined ? {} : isObject(value) ? value : { [first]: value }
  const [was, is] = [byTab(before), byTab(now)]
  const said = { ...is }
  for (const [tab, value] of Object.entries(was)) {
    if (!panel.modes.some(({ id }) => id === tab)) {
      said[tab] = value
      continue
    }
    const words = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
    const unknown = words.filter((word) => !hasColumn(panel, tab, word))
    if (unknown.length === 0) continue
    const own = said[tab]
    if (name === 'sort') said[tab] = own ?? value
    else said[tab] = [...(Array.isArray(own) ? own : []), ...unknown]
  }
  const tabs = Object.keys(said)
  return tabs.length === 0 ? undefined : ((tabs.length === 1 && tabs[0] === first ? said[first] : said) as TabValue)
}

const hasColumn = (panel: AnyPanel, tab: string, word: unknown): boolean => {
  const [column = ''] = typeof word === 'string' ? word.split(' ') : []
  return columnIn(columnsOfTab(panel, tab), column) !== undefined
}

/** The names of what two say differently. */
const differing = (known: Known, a: Settings, b: Settings): string[] => {
  const [one, other] = [valuesOf(a, known), valuesOf(b, known)]
  return [
    ...WRITTEN.filter((name) => !isDeepStrictEqual(one[name], other[name])),
    ...WRITTEN_TABLES.filter((name) => !isDeepStrictEqual(tabValuesOf(a, name, known), tabValuesOf(b, name, known))),
  ]
}

/** What a link leads to is written, and the link stays. */
const targetOf = (file: string): string => {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

/** undefined: there is none. */
const textIn = (file: string): string | undefined => {
  try {
    return textOf(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} ${(error as Error).message}`, { cause: error })
  }
}

/** All of it or nothing, for the user alone. */
const replace = (file: string, text: string): void => {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, file)
  } catch (error) {
    try {
      unlinkSync(temporary)
    } catch {
      // it was not made
    }
    throw error
  }
}
