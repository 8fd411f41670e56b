// Which columns of a table are shown, and in which order: those that come with the panel, or those chosen for one of its
// tabs. What the rows are sorted by is always among them.
import type { Column, Sort, AnyPanel, PanelId } from '../panels/panel-types.ts'
import { ADDABLE, type Addable } from './added.ts'
import { isGroupable } from './grouped.ts'
import { panelIn, panelState } from './state.ts'
import type { AppState } from './state-types.ts'

/** Of the tab that is shown; absent: as they come. */
export const chosenColumns = (state: AppState, id: PanelId): readonly string[] | undefined => {
  const { mode, tabs } = panelState(state, id)
  return tabs?.[mode]?.columns
}

/** All that the tab which is shown can show. */
export const allColumns = (state: AppState, id: PanelId): readonly Column[] =>
  columnsOfTab(panelIn(state, id), panelState(state, id).mode)

/** With what the directory of processes adds behind the name. */
export const columnsOfTab = (panel: AnyPanel, mode: string): readonly Column[] => {
  const columns = panel.columns(mode, true)
  if (!isGroupable(columns)) return columns
  const known = new Set(columns.map((column) => column.id))
  const added = Object.values(ADDABLE).filter((each) => !known.has(each.id))
  const at = columns.findIndex((column) => column.id === 'command')
  return [...columns.slice(0, at + 1), ...added, ...columns.slice(at + 1)]
}

/** What the directory has to add to the panel's own. */
export const addedColumns = (chosen: readonly string[] | undefined, sort: Sort | undefined): Addable[] =>
  (Object.keys(ADDABLE) as Addable[]).filter((id) => chosen?.includes(id) || sort?.column === id)

/** Those of `columns` that are shown; `always`: whatever was chosen. */
export const shownColumns = (
  columns: readonly Column[],
  chosen: readonly string[],
  always: readonly string[],
): readonly Column[] => {
  const shown = chosen.flatMap((id) => columns.find((column) => column.id === id) ?? [])
  for (const column of columns)
    if (always.includes(column.id) && !shown.includes(column)) shown.splice(placeIn(shown, column, columns), 0, column)
  return shown.length > 0 ? shown : columns
}

/** Behind the nearest of those that come before it in `all`. */
export const placeIn = <T>(list: readonly T[], item: T, all: readonly T[]): number => {
  const before = all.slice(0, all.indexOf(item)).findLast((each) => list.includes(each))
  return before === undefined ? 0 : list.indexOf(before) + 1
}
