// The page of stacks opened over a panel whose rows are stacks.
import { keyOf, pathOf } from '../../model/stack-paths.ts'
import type { View } from '../../model/view.ts'
import { rowWithKey, stackOfRow } from '../../model/stack-tables.ts'
import type { DescribedSample } from '../../stream/stream-types.ts'
import { NO_FILTER } from '../filter.ts'
import { tableOf, type Table } from '../table/rows.ts'
import { currentPanel, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'
import { newPage } from './page.ts'
import { pathIds } from './tree-rows.ts'
import { shownSource, type SourceFacts } from './source.ts'

/** Where what is shown has stacks itself, those; at that of the row that was selected. */
export const openSource = (state: AppState, view: View): AppState | undefined => {
  const id = currentPanel(state)
  const source = id === undefined ? undefined : shownSource(state, id)
  if (!source) return undefined
  const { page, filter, crumbs } = state
  const opened: StacksPage = {
    ...newPage({ page, filter, crumbs }, false, undefined),
    mode: 'oncpu',
    source: { panel: id!, tab: panelState(state, id!).mode },
  }
  const selected = state.byPanel[id!]?.selected && rowPath(tableOf(state, view, id!, true), source, view)
  return { ...state, filter: NO_FILTER, page: selected ? { ...opened, selected, open: pathIds(selected) } : opened }
}

/** Keys of the frames of the selected row. */
const rowPath = (
  { rows, selected }: Table,
  { panel, from }: SourceFacts,
  view: View,
): readonly string[] | undefined => {
  const sample = view.latest(panel.probe) as DescribedSample | undefined
  const table = sample?.data.tables[from.table]
  const key = rows[selected]?.key
  const row = table && key !== undefined ? rowWithKey(table, from, key) : undefined
  if (!row) return undefined
  const { stack, frames } = stackOfRow(table!, row, from)
  return pathOf(stack, frames, { by: 'process', wakers: false, inverted: false }).map(keyOf)
}
