// One key of the table: what it does, its words, where it is known, when it can act; and the questions keys ask of the
// state.
import type { Action } from './actions.ts'
import { currentPanel, panelIn } from './state.ts'
import type { AppState } from './state-types.ts'
import type { Page } from './page-types.ts'

export type Scope =
  | 'player'
  | 'global'
  | 'panel'
  | 'stacks'
  | 'dialog'
  | 'choice'
  | 'columns'
  | 'filter'
  | 'line'
  | 'picker'
  | 'palette'

export interface KeyEntry {
  /** The first is the one shown. */
  keys: readonly string[]
  action: Action
  /** Footer: a word or two. May tell the state. */
  label: string | ((state: AppState) => string)
  /** Help: a sentence. */
  help: string
  where: Scope
  /** In the footer now. */
  shown(state: AppState): boolean
  /** In the footer where others leave room. */
  spare?(state: AppState): boolean
  /** A key then only, and typed else: what may be both while text is typed. */
  when?(state: AppState): boolean
  /** Why it cannot act now. */
  disabled?(state: AppState): string | undefined
}

export const never = () => false
const always = () => true

/** Most keys of one scope say no more than this. */
export const keyIn =
  (where: Scope) =>
  (keys: readonly string[], action: Action, label: string, help: string, isShown = false): KeyEntry => ({
    keys,
    action,
    label,
    help,
    where,
    shown: isShown ? always : never,
  })

/** They take away what was typed. */
export const eraseKeys = (
  where: Scope,
  erase: 'filterErase' | 'lineErase',
  help = 'Take the last character away.',
): KeyEntry[] => {
  const key = keyIn(where)
  return [
    key(['backspace', 'delete'], { do: erase, what: 'char' }, 'erase', help),
    key(['C-w'], { do: erase, what: 'word' }, 'erase word', 'Take the last word away.'),
    key(['C-u'], { do: erase, what: 'all' }, 'erase all', 'Take all away.'),
  ]
}

export const isOn =
  (is: Page['is']) =>
  ({ page }: AppState): boolean =>
    page.is === is
export const hasPanel = (state: AppState): boolean => currentPanel(state) !== undefined
export const needsPanel = (state: AppState): string | undefined =>
  hasPanel(state) ? undefined : 'go back first (Esc): this page has no table'
export const needsLive = (state: AppState): string | undefined =>
  state.replay ? 'a recording keeps the interval it was made at' : undefined
export const runsNothing = (state: AppState): string | undefined =>
  state.replay ? 'a recording runs nothing' : undefined
export const needsEngine = (state: AppState): string | undefined =>
  state.replay ? 'a recording has no probes whose cost could be changed' : undefined
export const hasModes = (state: AppState): boolean => {
  const id = currentPanel(state)
  return id !== undefined && panelIn(state, id).modes.length > 1
}
