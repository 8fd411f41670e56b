// The palette: everything that can be done here, by name: what keys do, panels, scripts and tools that become
// one (+), themes, processes. Found by any words of
// theirs, what was used last first; Enter does it.
import type { View } from '../../model/view.ts'
import type { Action, Move } from '../actions.ts'
import { commonStart } from '../filter.ts'
import { keyName, keysIn, labelOf, scopesOf } from './keymap.ts'
import { layoutItems } from '../layouts.ts'
import { unopened } from '../library.ts'
import { moved } from '../moves.ts'
import { panelsIn } from '../state.ts'
import type { AppState } from '../state-types.ts'

interface PaletteItem {
  label: string
  /** The key that does the same, if there is one. */
  key: string
  detail: string
  action: Action
}

const MOST_RECENT = 10
/** What entries of panels begin with: all that is searched from the list of these. */
const PANELS = 'panel '
/** What is to become a panel first. */
const UNOPENED = /( \(bcc\))? \+$/

/** What a key is called may change with what it would do now, and a script that is a panel by now has no + any more. */
const idOf = ({ key, label, detail }: PaletteItem): string => (key === '' ? label.replace(UNOPENED, '') : detail)

export const togglePalette = (state: AppState): AppState =>
  state.palette
    ? { ...state, palette: undefined }
    : {
        ...state,
        choice: undefined,
        picker: undefined,
        columnMenu: undefined,
        palette: { at: 0, filter: { text: state.picker ? PANELS : '', editing: true } },
      }

export const movePalette = (state: AppState, by: Move, view: View): AppState => {
  if (!state.palette) return state
  const last = Math.max(0, paletteItems(state, view).length - 1)
  return { ...state, palette: { ...state.palette, at: moved(state.palette.at, by, { page: 10, last }) } }
}

/** What is to be done, and the state it is done in. */
export const chosenIn = (state: AppState, view: View): { state: AppState; action: Action } | undefined => {
  const item = state.palette && paletteItems(state, view)[state.palette.at]
  if (!item) return undefined
  const recent = [idOf(item), ...(state.recent ?? []).filter((id) => id !== idOf(item))].slice(0, MOST_RECENT)
  return { state: { ...state, palette: undefined, recent }, action: item.action }
}

/** As far as the names that begin with what was typed go on alike; where they do not, to the one that is chosen. */
export const completeName = (state: AppState, view: View): AppState => {
  if (!state.palette) return state
  const { at, filter } = state.palette
  const items = paletteItems(state, view)
  const typed = filter.text.trimStart().toLowerCase()
  const begun = items.map(({ label }) => label).filter((label) => label.toLowerCase().startsWith(typed))
  const common = begun.length > 0 ? begun.reduce(commonStart) : ''
  const text = common.length > typed.length ? common : (items[at]?.label ?? filter.text)
  return { ...state, palette: { at: 0, filter: { ...filter, text } } }
}

/** Of an open one, in their order: is what was typed, begins with it, has it in its name, begins with its first word, has it anywhere; used lately before others. */
export const paletteItems = (state: AppState, view: View): PaletteItem[] => {
  const words = state.palette!.filter.text.toLowerCase().trim().split(/\s+/)
  const rank = ({ label, detail, key }: PaletteItem): number | undefined => {
    const name = label.toLowerCase()
    const all = `${name} ${detail} ${key}`.toLowerCase()
    if (!words.every((word) => all.includes(word))) return undefined
    if (name === words.join(' ')) return -1
    const begins = name.startsWith(words[0]!)
    return words.every((word) => name.includes(word)) ? (begins ? 0 : 1) : begins ? 2 : 3
  }
  const used = (item: PaletteItem): number => {
    const at = (state.recent ?? []).indexOf(idOf(item))
    return at < 0 ? MOST_RECENT : at
  }
  return allItems(state, view)
    .map((item, index) => ({ item, index, rank: rank(item) }))
    .filter((each): each is typeof each & { rank: number } => each.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || used(a.item) - used(b.item) || a.index - b.index)
    .map(({ item }) => item)
}

/** The end last: Enter in a palette that was opened by mistake is not to be it. */
const allItems = (state: AppState, view: View): PaletteItem[] => {
  const items = itemsOf(state, view)
  const isEnd = ({ action }: PaletteItem): boolean => action.do === 'quit'
  return [...items.filter((item) => !isEnd(item)), ...items.filter(isEnd)]
}

const itemsOf = (state: AppState, view: View): PaletteItem[] => [
  ...keyItems({ ...state, palette: undefined }),
  ...panelsIn(state).map(({ id, key, title, question }): PaletteItem => ({
    label: `${PANELS}${title}`,
    key,
    detail: question,
    action: { do: 'open', panel: id },
  })),
  ...unopened(state).map(({ title, question }, at): PaletteItem => ({
    label: `${PANELS}${title} +`,
    key: '',
    detail: question,
    action: { do: 'openUnopened', at },
  })),
  ...layoutItems(state).map(({ name, panels, isHere }): PaletteItem => ({
    label: `layout ${name}`,
    key: '',
    detail: isHere ? `${panels}: the one there is now` : panels,
    action: { do: 'layoutIs', name },
  })),
  ...state.themes.map((name): PaletteItem => ({
    label: `theme ${name}`,
    key: '',
    detail: name === state.theme ? 'the one there is now' : '',
    action: { do: 'themeIs', name },
  })),
  ...processItems(view),
]

/** What a key would do on this page; panels have entries of their own. */
const keyItems = (state: AppState): PaletteItem[] => {
  const scopes = scopesOf(state)
  return keysIn(state).flatMap((entry): PaletteItem[] => {
    const { action, help, keys, where } = entry
    if (!(scopes.includes(where) || (where === 'palette' && action.do === 'line'))) return []
    if (action.do === 'open' || action.do === 'openKey' || action.do === 'palette') return []
    if (entry.disabled?.(state) !== undefined) return []
    return [{ label: labelOf(entry, state), key: keys[0] === undefined ? '' : keyName(keys[0]), detail: help, action }]
  })
}

const MOST_PROCESSES = 2000

const processItems = (view: View): PaletteItem[] =>
  [...view.directory().all()]
    .filter(({ exited }) => !exited)
    .slice(0, MOST_PROCESSES)
    .map(({ pid, comm, cgroup = '', startedMs }) => ({
      label: `process ${comm} ${pid}`,
      key: '',
      detail: cgroup,
      action: { do: 'enterProcess', pid, comm, ...(startedMs === undefined ? {} : { startedMs }) },
    }))
