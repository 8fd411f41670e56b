// Moving the selection, and what it leads to. The selection is bound to a row's key: when rows change places it goes
// with its row, when the row is gone it waits for it.
import type { Store } from '../model/store.ts'
import type { PanelId, Row } from '../panels/types.ts'
import type { Move } from './actions.ts'
import { helpLines } from './help.ts'
import { layoutOf, pageRows } from './layout.ts'
import { processPage } from './process.ts'
import { tableOf } from './rows.ts'
import { moveStacks } from './stacks/move.ts'
import { moveChecklist } from './checklist/page.ts'
import { moveVerdict } from './verdict/page.ts'
import { currentPanel, isFullScreen, panelState, type AppState } from './state.ts'
import { lastScroll, pageLines } from './lines.ts'

export const move = (state: AppState, by: Move, store: Store): AppState => {
  const { body } = layoutOf(state.width, state.height, state.replay)
  if (state.help) {
    const end = lastScroll(helpLines(state, store, state.width - 4).length, body.height)
    return { ...state, help: { ...state.help, scroll: scrolled(state.help.scroll, by, pageLines(body.height), end) } }
  }
  if (state.page.is === 'process') {
    const end = lastScroll(
      processPage(state, store, state.width - 4, store.ticks().at(-1) ?? 0, true).lines.length,
      body.height,
    )
    return { ...state, page: { ...state.page, scroll: scrolled(state.page.scroll, by, pageLines(body.height), end) } }
  }
  if (state.page.is === 'verdict') return moveVerdict(state, by, pageLines(body.height), store)
  if (state.page.is === 'checklist') return moveChecklist(state, by)
  if (state.page.is === 'stacks') return moveStacks(state, by, store)
  const id = currentPanel(state)
  if (!id) return state
  const { rows, selected } = tableOf(state, store, id, isFullScreen(state))
  if (rows.length === 0) return { ...state, notice: { text: 'no rows', role: 'warn' } }
  const last = rows.length - 1
  const page = Math.max(1, pageRows(state, id) - 1)
  const remembered = panelState(state, id).selected
  // A row that is gone is stood in for by its last place
  const at = selected >= 0 ? selected : remembered ? Math.min(remembered.index, last) : -1
  const to = {
    up: at < 0 ? 0 : at - 1,
    down: at + 1,
    pageUp: at - page,
    pageDown: at < 0 ? Math.min(page, last) : at + page,
    first: 0,
    last,
  }[by]
  const index = Math.min(last, Math.max(0, to))
  return selectRow(state, id, index, store)
}

/** A row of what is shown, by its place. */
export const selectRow = (state: AppState, id: PanelId, index: number, store: Store): AppState => {
  const { rows, columns } = tableOf(state, store, id, isFullScreen(state))
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
        selected: { key: row.key, index, pid: row.pid, startedMs: row.startedMs, comm },
      },
    },
  }
}

const commOf = (row: Row, column: number): string => row.comm ?? String(row.cells[column] ?? '')

const scrolled = (scroll: number, by: Move, page: number, end: number): number =>
  Math.min(
    end,
    Math.max(
      0,
      { up: scroll - 1, down: scroll + 1, pageUp: scroll - page, pageDown: scroll + page, first: 0, last: end }[by],
    ),
  )
