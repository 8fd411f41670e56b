// What keys change of a panel's table: its mode, the column it is sorted by, the order.
import { TEXT } from '../../model/scripts/tabs.ts'
import type { View } from '../../model/view.ts'
import type { Column, PanelId, Sort, AnyPanel } from '../../panels/panel-types.ts'
import type { TablesData } from '../../stream/tables.ts'
import { CHANGE } from '../compare.ts'
import { GROUPING_LABELS, nextGrouping } from '../grouped.ts'
import { NAMING_LABELS, nextNaming } from '../named.ts'
import { tableOf } from './rows.ts'
import { currentPanel, isFullScreen, panelIn, panelState } from '../state.ts'
import type { AppState, PanelState } from '../state-types.ts'

/** As many as are kept. */
const MOST_SAMPLES = 6000

/** Names are looked for from a on, numbers from the largest. */
const firstSort = ({ id, kind }: Column): Sort => ({ column: id, descending: kind !== 'text' && kind !== 'id' })

/** By the same column again: the other way round. */
export const sortedBy = (column: Column, now: Sort): Sort =>
  now.column === column.id ? { ...now, descending: !now.descending } : firstSort(column)

export const withPanel = (state: AppState, id: PanelId, change: Partial<PanelState>): AppState => ({
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
  const text =
    next === 'each'
      ? 'a row for each process'
      : next === 'parent'
        ? 'each process below its parent, with the sums of all below it'
        : `rows added up ${GROUPING_LABELS[next]}`
  return { ...rest, byPanel, notice: { text, role: 'good' }, ...(next === 'each' ? {} : { grouping: next }) }
}

export const sortColumn = (state: AppState, by: 1 | -1, view: View): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { shown: all, sort } = tableOf(state, view, id, isFullScreen(state))
  // what is compared is what the rows are sorted by
  const shown = all.filter((column) => column.id !== CHANGE)
  const at = shown.findIndex((column) => column.id === sort.column)
  const next = shown[(at + by + shown.length) % shown.length]!
  return withPanel(state, id, { sort: firstSort(next) })
}

export const reverse = (state: AppState, view: View): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { sort } = tableOf(state, view, id, isFullScreen(state))
  return withPanel(state, id, { sort: { column: sort.column, descending: !sort.descending } })
}

/** Each tab keeps what it was sorted by. */
export const withMode = (state: AppState, id: PanelId, next: string): AppState => {
  const { mode, sort, tabs } = panelState(state, id)
  const left = sort ? { ...tabs, [mode]: { ...tabs?.[mode], sort } } : tabs
  return withPanel(state, id, { mode: next, sort: left?.[next]?.sort, ...(left ? { tabs: left } : {}) })
}

/** Other text of a script is a tab to turn to once there is any. */
const hasNoText = (view: View, { probe, spec }: AnyPanel): boolean =>
  spec?.source !== undefined &&
  view.whole.samples(probe, MOST_SAMPLES).every(({ data }) => {
    const { tables = {} } = data as Partial<TablesData>
    return (tables[TEXT]?.rows.length ?? 0) === 0
  })

export const nextMode = (state: AppState, view: View): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const panel = panelIn(state, id)
  const { mode } = panelState(state, id)
  const { title } = panel
  const modes = panel.modes.filter((each) => each.id !== TEXT || each.id === mode || !hasNoText(view, panel))
  const at = modes.findIndex((each) => each.id === mode)
  const next = modes[(at + 1) % modes.length]!
  return { ...withMode(state, id, next.id), notice: { text: `${title}: ${next.label}`, role: 'good' } }
}
