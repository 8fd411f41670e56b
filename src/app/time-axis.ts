// The time axis of a panel: its samples in columns, each with the time it stands for; what shares the axis shares the
// columns. And the words for a column's place in time.
import { lacksLatency } from '../model/narrow.ts'
import { timeColumns, type TimeColumn } from '../model/series.ts'
import type { Store } from '../model/store.ts'
import type { AnyPanel } from '../panels/registry.ts'
import type { Sample } from '../stream/types.ts'
import { formatAge } from './format.ts'
import type { AppState } from './state.ts'
import { isOverdue, shownMs } from './status.ts'

/** Newest right: the instant shown, or the last sample while the next is not overdue. */
export const columnsOf = (
  state: AppState,
  store: Store,
  panel: AnyPanel,
  count: number,
  nowMs: number,
): TimeColumn[] => {
  const samples = store.samples(panel.probe, count, state.cursorMs) as Sample[]
  const last = samples.at(-1)
  const shown = shownMs(state, store, nowMs)
  const columns = timeColumns(
    samples,
    count,
    last && !isOverdue(state, last, shown) ? last.atMs : shown,
    store.gaps().map((gap) => gap.atMs),
    state.cursorMs === undefined ? state.intervalMs : 0,
  )
  if (!panel.heatBits) return columns
  return columns.map(({ sample, ...time }) => (sample && !lacksLatency(sample) ? { ...time, sample } : time))
}

/** How long before `nowMs`: `now`, `-12s`. */
export const timeLabel = (atMs: number, nowMs: number): string => {
  const ageMs = nowMs - atMs
  return ageMs < 50 ? 'now' : `-${formatAge(ageMs)}`
}
