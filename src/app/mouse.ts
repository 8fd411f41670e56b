// What the mouse does: places of a frame are known by what a click there means; a second click on a row enters it.
import type { Store } from '../model/store.ts'
import type { PanelId } from '../panels/types.ts'
import { selectRow } from './moving.ts'
import { tableOf } from './rows.ts'
import { isFullScreen, panelState, type AppState } from './state.ts'
import { sortedBy, withPanel } from './table-changes.ts'

/** Only on the overview there is more than one to choose from. */
export const focusOn = (state: AppState, panel: PanelId): AppState =>
  state.page.is === 'overview' && state.panels.includes(panel) ? { ...state, focus: panel } : state

/** True where that row is selected already: a click on it goes in. */
export const isPicked = (state: AppState, panel: PanelId, key: string): boolean =>
  panelState(state, panel).selected?.key === key && (state.page.is !== 'overview' || state.focus === panel)

export const pick = (state: AppState, panel: PanelId, key: string, store: Store): AppState => {
  const focused = focusOn(state, panel)
  const index = tableOf(focused, store, panel, isFullScreen(focused)).rows.findIndex((row) => row.key === key)
  return index < 0 ? focused : selectRow(focused, panel, index, store)
}

export const sortBy = (state: AppState, panel: PanelId, column: string, store: Store): AppState => {
  const focused = focusOn(state, panel)
  const { columns, sort } = tableOf(focused, store, panel, isFullScreen(focused))
  const found = columns.find(({ id }) => id === column)
  return found ? withPanel(focused, panel, { sort: sortedBy(found, sort) }) : focused
}

/** In whatever list lies over the page. */
export const chooseAt = (state: AppState, at: number): AppState =>
  state.palette
    ? { ...state, palette: { ...state.palette, at } }
    : state.columnMenu
      ? { ...state, columnMenu: { ...state.columnMenu, at } }
      : state.picker
        ? { ...state, picker: { ...state.picker, at } }
        : state.choice
          ? { ...state, choice: { ...state.choice, at } }
          : state
