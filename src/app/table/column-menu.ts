// The menu of a panel's columns: what is shown, in which order, how wide, and by which the rows are sorted. It is about
// the tab that is shown, and acts at once.
import type { View } from '../../model/view.ts'
import type { Column, PanelId } from '../../panels/panel-types.ts'
import type { ColumnChange, Move } from '../actions.ts'
import { allColumns, chosenColumns, placeIn } from '../column-choice.ts'
import { fitColumns, GUTTER, leastWidth, WIDTHS, type FittedColumn } from './columns.ts'
import { tableRect } from '../layout.ts'
import { firstRow, moved } from '../moves.ts'
import { tableOf } from './rows.ts'
import { currentPanel, isFullScreen, panelState } from '../state.ts'
import type { AppState, ColumnMenu, TabState } from '../state-types.ts'
import { sortedBy, withPanel } from './table-changes.ts'
import { ADDABLE } from '../added.ts'

/** Open with the column that the rows are sorted by; or closed. */
export const toggleColumnMenu = (state: AppState, view: View): AppState => {
  if (state.columnMenu) return { ...state, columnMenu: undefined }
  const panel = currentPanel(state)
  if (!panel) return state
  const all = allColumns(state, panel).map(({ id }) => id)
  const order = (chosenColumns(state, panel) ?? all).filter((id) => all.includes(id))
  for (const id of all) if (!order.includes(id)) order.splice(placeIn(order, id, all), 0, id)
  const { sort } = tableOf(state, view, panel, isFullScreen(state))
  return { ...state, choice: undefined, columnMenu: { panel, order, at: Math.max(0, order.indexOf(sort.column)) } }
}

interface MenuColumn {
  column: Column
  isShown: boolean
  /** As the table behind has it; absent: it has no room there. */
  width?: number
  isSet?: true
  sorted?: 'up' | 'down'
}

export const menuColumns = (state: AppState, menu: ColumnMenu, view: View): MenuColumn[] => {
  const all = allColumns(state, menu.panel)
  const shown = shownIn(state, menu)
  const { sort } = tableOf(state, view, menu.panel, isFullScreen(state))
  const fitted = new Map(fittedOf(state, view, menu.panel).map((each) => [each.column.id, each]))
  return menu.order.flatMap((id) => {
    const column = all.find((each) => each.id === id)
    const isSort = id === sort.column
    return column
      ? {
          column,
          isShown: isSort || shown.includes(id) || fitted.has(id),
          width: fitted.get(id)?.width,
          isSet: fitted.get(id)?.isSet,
          ...(isSort ? { sorted: sort.descending ? ('down' as const) : ('up' as const) } : {}),
        }
      : []
  })
}

/** The columns that the table on the screen has. */
const fittedOf = (state: AppState, view: View, panel: PanelId): FittedColumn[] => {
  const table = tableOf(state, view, panel, isFullScreen(state))
  const rect = tableRect(state, panel)
  const room = (rect?.height ?? 1) - 1
  const at = table.selected >= 0 ? table.selected : (panelState(state, panel).selected?.index ?? 0)
  const first = firstRow(at, table.rows.length, room)
  return fitColumns(table, table.rows.slice(first, first + room), (rect?.width ?? 1) - GUTTER, table.sort)
}

/** In the menu's order: what comes with the panel, or what was chosen. */
const shownIn = (state: AppState, { panel, order }: ColumnMenu): readonly string[] => {
  const chosen = chosenColumns(state, panel)
  return order.filter((id) => (chosen ? chosen.includes(id) : !(id in ADDABLE)))
}

const PAGE = 10

export const moveColumnMenu = (state: AppState, menu: ColumnMenu, by: Move): AppState => ({
  ...state,
  columnMenu: { ...menu, at: moved(menu.at, by, { page: PAGE, last: menu.order.length - 1 }) },
})

export const changeColumn = (state: AppState, what: ColumnChange, view: View): AppState => {
  const menu = state.columnMenu
  if (!menu) return state
  switch (what) {
    case 'show':
      return showOrHide(state, menu, view)
    case 'earlier':
    case 'later':
      return moveColumn(state, menu, what === 'later' ? 1 : -1)
    case 'wider':
    case 'narrower':
      return resize(state, menu, what, view)
    case 'sort':
      return sortByChosen(state, menu, view)
    case 'usual':
      return asUsual(state, menu, view)
  }
}

/** Enter: sorted by it, and back to the rows. */
export const takeColumn = (state: AppState, menu: ColumnMenu, view: View): AppState => {
  const { sort } = tableOf(state, view, menu.panel, isFullScreen(state))
  const sorted = sort.column === menu.order[menu.at] ? state : sortByChosen(state, menu, view)
  return { ...sorted, columnMenu: undefined }
}

const sortByChosen = (state: AppState, menu: ColumnMenu, view: View): AppState => {
  const { sort } = tableOf(state, view, menu.panel, isFullScreen(state))
  const column = allColumns(state, menu.panel).find(({ id }) => id === menu.order[menu.at])
  return column ? withPanel(state, menu.panel, { sort: sortedBy(column, sort) }) : state
}

const showOrHide = (state: AppState, menu: ColumnMenu, view: View): AppState => {
  const { at, order } = menu
  const id = order[at]!
  const found = menuColumns(state, menu, view)[at]
  if (!found) return state
  if (found.sorted) return refused(state, `the rows are sorted by ${found.column.title}: sort by another one first`)
  const before = shownIn(state, menu)
  const after = order.filter((each) => (each === id ? !found.isShown : before.includes(each)))
  if (after.length === 0) return refused(state, 'a table needs one column at least')
  // shown for want of anything else in its place, and not wanted there
  return found.isShown && !before.includes(id) ? withColumns(state, menu, after) : withShown(state, menu, after)
}

const moveColumn = (state: AppState, menu: ColumnMenu, by: 1 | -1): AppState => {
  const { at, order } = menu
  const to = at + by
  if (to < 0 || to >= order.length) return state
  const next = [...order]
  next.splice(to, 0, ...next.splice(at, 1))
  const shown = shownIn(state, menu)
  const moving = { ...menu, order: next, at: to }
  return withShown(
    { ...state, columnMenu: moving },
    moving,
    next.filter((id) => shown.includes(id)),
  )
}

const asUsual = (state: AppState, menu: ColumnMenu, view: View): AppState => {
  const usual = withTab(state, menu, ({ sort }) => (sort ? { sort } : {}))
  const closed = { ...usual, columnMenu: undefined }
  return { ...toggleColumnMenu(closed, view), notice: { text: 'all columns, as they were at first', role: 'good' } }
}

/** The same as what comes with the panel is no choice. */
const withShown = (state: AppState, menu: ColumnMenu, shown: readonly string[]): AppState => {
  const usual = allColumns(state, menu.panel)
    .map(({ id }) => id)
    .filter((id) => !(id in ADDABLE))
  const isUsual = usual.length === shown.length && usual.every((id, at) => id === shown[at])
  return withColumns(state, menu, isUsual ? undefined : shown)
}

const withColumns = (state: AppState, menu: ColumnMenu, columns: readonly string[] | undefined): AppState =>
  withTab(state, menu, ({ widths, sort }) => ({
    ...(columns ? { columns } : {}),
    ...(widths ? { widths } : {}),
    ...(sort ? { sort } : {}),
  }))

const withTab = (state: AppState, { panel }: ColumnMenu, change: (tab: TabState) => TabState): AppState => {
  const { mode, tabs } = panelState(state, panel)
  return withPanel(state, panel, { tabs: { ...tabs, [mode]: change(tabs?.[mode] ?? {}) } })
}

/** Columns of the terminal at a time. */
const STEP = 2

/** From what it has on the screen. */
const resize = (state: AppState, menu: ColumnMenu, what: 'wider' | 'narrower', view: View): AppState => {
  const found = menuColumns(state, menu, view)[menu.at]
  if (!found) return state
  const { column, width } = found
  if (width === undefined) return refused(state, `${column.title} has no room here: hide others first`)
  const least = leastWidth(column)
  const next = Math.min(WIDTHS.most, Math.max(least, what === 'wider' ? width + STEP : width - STEP))
  if (next === width)
    return refused(
      state,
      `${column.title} is as ${what === 'wider' ? 'wide' : 'narrow'} as it can be: ${width} columns`,
    )
  return withTab(state, menu, (tab) => ({ ...tab, widths: { ...tab.widths, [column.id]: next } }))
}

const refused = (state: AppState, text: string): AppState => ({ ...state, notice: { text, role: 'warn' } })
