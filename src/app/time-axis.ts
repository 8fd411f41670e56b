// The time axis of a panel: its samples in columns, each with the time it stands for; what shares the axis shares the
// columns. And the words for a column's place in time.
import { lacksLatency } from '../model/narrow.ts'
import { timeColumns, type TimeColumn } from '../model/series.ts'
import type { View } from '../model/view.ts'
import type { AnyPanel } from '../panels/panel-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { formatAge } from './format.ts'
import type { AppState } from './state-types.ts'
import { isOverdue, shownMs } from './status.ts'

/** Newest right: the instant shown, or the last sample while the next is not overdue. */
export const probeColumns = <P extends ProbeId>(
  state: AppState,
  view: View,
  probe: P,
  count: number,
  nowMs: number,
): TimeColumn<P>[] => {
  const samples = view.samples(probe, count)
  const last = samples.at(-1)
  const shown = shownMs(state, view, nowMs)
  return timeColumns(
    samples,
    count,
    last && !isOverdue(state, last, shown) ? last.atMs : shown,
    view.store.gaps().map((gap) => gap.atMs),
    state.instantMs === undefined ? state.intervalMs : 0,
  )
}

/** Those of a panel: without latency that could not be told apart. */
export const columnsOf = (
  state: AppState,
  view: View,
  { probe, heatBits }: AnyPanel,
  count: number,
  nowMs: number,
): TimeColumn[] => {
  const columns: TimeColumn[] = probeColumns(state, view, probe, count, nowMs)
  if (!heatBits) return columns
  return columns.map((column) => {
    const { sample, fromMs, atMs } = column
    return sample && lacksLatency(sample) ? { fromMs, atMs } : column
  })
}

/** How long before `nowMs`: `now`, `-12s`. */
export const timeLabel = (atMs: number, nowMs: number): string => {
  const ageMs = nowMs - atMs
  return ageMs < 50 ? 'now' : `-${formatAge(ageMs)}`
}
