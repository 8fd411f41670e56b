// Moving the selection in a panel's table. It is bound to a row's key: when rows change places it goes with its row, when
// the row is gone it waits for it.
import type { View } from '../../model/view.ts'
import type { PanelId, Row } from '../../panels/panel-types.ts'
import type { Move } from '../actions.ts'
import { pageRows } from '../layout.ts'
import { moved } from '../moves.ts'
import { tableOf } from './rows.ts'
import { currentPanel, isFullScreen, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'

export const moveRows = (state: AppState, by: Move, view: View): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { rows, selected } = tableOf(state, view, id, isFullScreen(state))
  if (rows.length === 0) return { ...state, notice: { text: 'no rows', role: 'warn' } }
  const last = rows.length - 1
  const page = Math.max(1, pageRows(state, id) - 1)
  const remembered = panelState(state, id).selected
  // A row that is gone is stood in for by its last place
  const at = selected >= 0 ? selected : remembered ? Math.min(remembered.index, last) : -1
  // Before the first row a page down is one from there
  const from = at < 0 && by === 'pageDown' ? 0 : at
  return selectRow(state, id, moved(from, by, { page, last }), view)
}

/** A row of what is shown, by its place. */
export const selectRow = (state: AppState, id: PanelId, index: number, view: View, line?: number): AppState => {
  const { rows, columns } = tableOf(state, view, id, isFullScreen(state))
  const row = rows[index]!
  const comm = commOf(
    row,
    columns.findIndex((column) => column.id === 'command'),
  )
  return {
    ...state,
    byPanel: {
      ...state.byPanel,
      [id]: {
        ...panelState(state, id),
        selected: { key: row.key, index, line, pid: row.pid, startedMs: row.startedMs, comm },
      },
    },
  }
}

const commOf = (row: Row, column: number): string => row.comm ?? String(row.cells[column] ?? '')
