// What keys change of a panel's table: its mode, the column it is sorted by, the order.
import type { Store } from '../model/store.ts'
import { GROUPING_LABELS, nextGrouping } from './grouped.ts'
import { NAMING_LABELS, nextNaming } from './named.ts'
import { tableOf } from './rows.ts'
import { currentPanel, isFullScreen, panelIn, panelState, type AppState, type PanelState } from './state.ts'
import type { PanelId } from './types.ts'

const withPanel = (state: AppState, id: PanelId, change: Partial<PanelState>): AppState => ({
  ...state,
  byPanel: { ...state.byPanel, [id]: { ...panelState(state, id), ...change } },
})

export const renamed = (state: AppState): AppState => {
  const { naming, ...rest } = state
  const next = nextNaming(naming)
  const notice = { text: `processes by ${NAMING_LABELS[next]}`, role: 'good' } as const
  return { ...rest, notice, ...(next === 'name' ? {} : { naming: next }) }
}

/** The row selected is another then. */
export const regrouped = (state: AppState): AppState => {
  const { grouping, ...rest } = state
  const next = nextGrouping(grouping)
  const byPanel = Object.fromEntries(
    Object.entries(state.byPanel).map(([id, panel]) => [id, { ...panel!, selected: undefined }]),
  ) as AppState['byPanel']
  const text = next === 'each' ? 'a row for each process' : `rows added up ${GROUPING_LABELS[next]}`
  return { ...rest, byPanel, notice: { text, role: 'good' }, ...(next === 'each' ? {} : { grouping: next }) }
}

export const sortColumn = (state: AppState, by: 1 | -1, store: Store): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { columns, sort } = tableOf(state, store, id, isFullScreen(state))
  const at = columns.findIndex((column) => column.id === sort.column)
  const next = columns[(at + by + columns.length) % columns.length]!
  // Names are looked for from a on, numbers from the largest
  return withPanel(state, id, { sort: { column: next.id, descending: next.kind !== 'text' && next.kind !== 'id' } })
}

export const reverse = (state: AppState, store: Store): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { sort } = tableOf(state, store, id, isFullScreen(state))
  return withPanel(state, id, { sort: { column: sort.column, descending: !sort.descending } })
}

export const nextMode = (state: AppState): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { modes } = panelIn(state, id)
  const at = modes.findIndex((mode) => mode.id === panelState(state, id).mode)
  const next = modes[(at + 1) % modes.length]!
  return {
    ...withPanel(state, id, { mode: next.id, sort: undefined }),
    notice: { text: `${panelIn(state, id).title}: ${next.label}`, role: 'good' },
  }
}
