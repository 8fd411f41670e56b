// The keys: one table, from which come the footer, the help page and the README's section. A key that cannot act now
// says why. Names are blessed's full names; printable characters stand for themselves.
import type { Action } from '../actions.ts'
import { remap } from '../key-names.ts'
import { filterIn } from '../filter.ts'
import { COLUMN_KEYS } from './columns.ts'
import { DIALOG_KEYS } from './dialogs.ts'
import type { KeyEntry, Scope } from '../key-entry.ts'
import { LINE_KEYS } from './one-liner.ts'
import { PALETTE_KEYS } from './palette.ts'
import { PAGE_KEYS } from './pages.ts'
import { PICKER_KEYS } from './picker.ts'
import { PROGRAM_KEYS, TOOL_KEYS } from './program.ts'
import { ROW_KEYS } from './rows.ts'
import { PLAYER_KEYS, TIME_KEYS } from './time.ts'
import { kindOf } from '../pages/registry.ts'
import { STACK_KEYS } from '../stacks/keys.ts'
import type { AppState } from '../state-types.ts'
import type { Key } from '../app-types.ts'

export const KEYS: readonly KeyEntry[] = [
  ...PROGRAM_KEYS,
  ...PLAYER_KEYS,
  ...TIME_KEYS,
  ...PAGE_KEYS,
  ...ROW_KEYS,
  ...TOOL_KEYS,
  ...STACK_KEYS,
  ...COLUMN_KEYS,
  ...PICKER_KEYS,
  ...PALETTE_KEYS,
  ...DIALOG_KEYS,
  ...LINE_KEYS,
]

/** With keys of one's own in their places. */
export const keysIn = ({ keys }: Pick<AppState, 'keys'>): readonly KeyEntry[] => {
  if (!keys) return KEYS
  let table = remapped.get(keys)
  if (!table) remapped.set(keys, (table = remap(KEYS, keys).table))
  return table
}

const remapped = new WeakMap<object, readonly KeyEntry[]>()

/** What a key does now. One that does nothing here says so. */
export const actionFor = (state: AppState, key: Key): Action | undefined => {
  const entry = entryFor(state, key) ?? (key.name === 'C-j' ? entryFor(state, { name: 'enter' }) : undefined)
  if (entry) {
    const reason = entry.disabled?.(state)
    return reason === undefined ? entry.action : { do: 'refuse', reason }
  }
  const typed = typedText(key)
  if (state.line && !state.palette) return typed === undefined ? undefined : { do: 'lineType', text: typed }
  if (filterIn(state).editing) return typed === undefined ? undefined : { do: 'filterType', text: typed }
  const name = nameOf(key)
  // Of what a terminal sends unasked nobody wants to be told
  return typed === undefined && !isNamed(name) ? undefined : { do: 'refuse', reason: unknownWords(state, name) }
}

/** Ctrl-J is Enter where it is nothing of its own: some programs that type for people end lines with it. */
const entryFor = (state: AppState, key: Key): KeyEntry | undefined =>
  scopesOf(state).flatMap((scope) => entriesFor(state, key, scope))[0]

const unknownWords = (state: AppState, name: string): string => {
  const elsewhere = keysIn(state).find((entry) => entry.keys.includes(name))
  const what = `${keyName(name)}${elsewhere ? ` (${labelOf(elsewhere, state)})` : ''}`
  if (!elsewhere) return `${what} is no key here; ? lists those there are`
  return state.help || state.choice || state.columnMenu
    ? `${what} does nothing here: ${closingKey(state)} closes this first`
    : elsewhere.where === 'stacks'
      ? `${what} is a key of the page of stacks: s opens it`
      : `${what} does nothing here; ? lists what does`
}

const closingKey = (state: AppState): string => {
  const [scope] = scopesOf(state)
  const close = keysIn(state).find(
    ({ where, action, keys }) => where === scope && action.do === 'back' && keys.length > 0,
  )
  return keyName(close?.keys[0] ?? 'escape')
}

const isNamed = (name: string): boolean => name in NAMES || /^f\d+$/.test(name)

/** Inner scopes first. While typing, only what belongs to typing; what lies over a page hides all that acts on it. */
export const scopesOf = (state: AppState): Scope[] =>
  state.palette
    ? ['palette']
    : state.line
      ? ['line']
      : state.picker
        ? ['picker']
        : filterIn(state).editing
          ? ['filter']
          : state.help
            ? ['dialog']
            : state.columnMenu
              ? ['columns']
              : state.choice
                ? ['choice']
                : [...ownScopes(state), ...(state.player ? ['player' as const] : []), 'global', 'panel']

const ownScopes = (state: AppState): Scope[] => {
  const { scope } = kindOf(state)
  return scope ? [scope] : []
}

interface FooterKey {
  key: string
  label: string
  action: Action
}

/** Keys for the footer, in the table's order; then those that it has room for. The same until something was done. */
export const footerKeys = (state: AppState): readonly FooterKey[] => {
  let keys = footers.get(state)
  if (!keys) footers.set(state, (keys = footerKeysOf(state)))
  return keys
}

const footers = new WeakMap<AppState, readonly FooterKey[]>()

const footerKeysOf = (state: AppState): FooterKey[] => {
  const scopes = scopesOf(state)
  const table = keysIn(state)
  // an inner scope's key hides that of an outer one
  const first = new Map<string, KeyEntry>()
  for (const scope of scopes)
    for (const entry of table)
      if (entry.where === scope) for (const key of entry.keys) if (!first.has(key)) first.set(key, entry)
  const able = table.filter((entry) => first.get(entry.keys[0]!) === entry && entry.disabled?.(state) === undefined)
  const shown = able.filter((entry) => entry.shown(state))
  const spare = able.filter((entry) => !entry.shown(state) && entry.spare?.(state))
  return [...shown, ...spare].map((entry) => ({
    key: keyName(entry.keys[0]!),
    label: labelOf(entry, state),
    action: entry.action,
  }))
}

/** As people read them: `C-c` is Ctrl-C. */
export const keyName = (key: string): string =>
  NAMES[key] ?? (/^[CS]-./.test(key) ? withModifier(key) : /^f\d+$/.test(key) ? key.toUpperCase() : key)

const withModifier = (key: string): string => {
  const name = keyName(key.slice(2))
  return `${key.startsWith('C') ? 'Ctrl' : 'Shift'}-${name.length === 1 ? name.toUpperCase() : name}`
}

/** How the keys are told to people, here beside this code and in the manual. */
export const KEY_SECTIONS: readonly { title: string; where: readonly Scope[] }[] = [
  { title: 'key', where: ['global', 'panel'] },
  { title: 'while a recording is played', where: ['player'] },
  { title: 'on the page of stacks', where: ['stacks'] },
  { title: 'in the list of what to narrow to', where: ['choice'] },
  { title: 'in the menu of columns', where: ['columns'] },
  { title: 'in the picker of panels', where: ['picker'] },
  { title: 'in the palette', where: ['palette'] },
  { title: 'while typing a filter', where: ['filter'] },
  { title: 'while typing a one-liner', where: ['line'] },
  { title: 'in the help', where: ['dialog'] },
]

export const labelOf = (entry: KeyEntry, state: AppState): string =>
  typeof entry.label === 'string' ? entry.label : entry.label(state)

const NAMES: Record<string, string> = {
  space: 'Space',
  escape: 'Esc',
  enter: 'Enter',
  backspace: 'Backspace',
  tab: 'Tab',
  'S-tab': 'Shift-Tab',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Del',
}

const entriesFor = (state: AppState, key: Key, scope: Scope): KeyEntry[] => {
  const name = nameOf(key)
  return keysIn(state).filter(
    (entry) => entry.where === scope && entry.keys.includes(name) && (entry.when?.(state) ?? true),
  )
}

/** A printable character is its own name, whatever else the terminal's library calls it. */
const nameOf = ({ name, ch }: Key): string =>
  ch !== undefined && ch > ' ' && ch.length === 1 && ch !== '\x7f' ? ch : name

const typedText = ({ name, ch }: Key): string | undefined =>
  name === 'space'
    ? ' '
    : ch !== undefined && !/[\p{Cc}\p{Cs}]/u.test(ch)
      ? ch
      : [...name].length === 1
        ? name
        : undefined
