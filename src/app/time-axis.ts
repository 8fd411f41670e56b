// The time axis of a panel: its samples in columns, each with the time it stands for; what shares the axis shares the
// columns. And the words for a column's place in time.
import { lacksLatency } from '../model/narrow.ts'
import { nextColumns, timeColumns, type TimeColumn } from '../model/series.ts'
import type { View } from '../model/view.ts'
import type { AnyPanel } from '../panels/panel-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { Gap } from '../stream/stream-types.ts'
import { formatAge } from './format.ts'
import { isOverdue, shownMs } from './late.ts'
import type { AppState } from './state-types.ts'

/** Newest right: the instant shown, or the last sample while the next is not overdue. */
export const probeColumns = <P extends ProbeId>(
  state: AppState,
  view: View,
  probe: P,
  count: number,
  nowMs: number,
): readonly TimeColumn<P>[] => {
  const samples = view.samples(probe, count)
  const last = samples.at(-1)
  const shown = shownMs(state, view, nowMs)
  const endMs = last && !isOverdue(state, last, shown) ? last.atMs : shown
  const gaps = view.store.gaps()
  const gap = gaps.at(-1)
  const known = last && (made.get(last)?.get(count) ?? takenFrom(samples.at(-2), count))
  const columns =
    (known && known.gap === gap && nextColumns(known.columns as TimeColumn<P>[], samples, endMs)) ||
    timeColumns(samples, count, endMs, gaps, state.instantMs === undefined ? state.intervalMs : 0)
  if (last) keep(last, { columns, gap })
  return columns
}

interface Made {
  columns: readonly TimeColumn[]
  /** The newest there was: so many are kept, and what is before it does not change. */
  gap: Gap | undefined
}
/** The last of each width, by their newest sample: it goes with that. */
const made = new WeakMap<object, Map<number, Made>>()

const takenFrom = (sample: object | undefined, count: number): Made | undefined => {
  const of = sample && made.get(sample)
  const known = of?.get(count)
  of?.delete(count)
  return known
}

const keep = (sample: object, columns: Made): void => {
  let of = made.get(sample)
  if (!of) made.set(sample, (of = new Map()))
  of.set(columns.columns.length, columns)
}

/** Those of a panel: without latency that could not be told apart. */
export const columnsOf = (
  state: AppState,
  view: View,
  { probe, heatBits }: AnyPanel,
  count: number,
  nowMs: number,
): readonly TimeColumn[] => {
  const columns: readonly TimeColumn[] = probeColumns(state, view, probe, count, nowMs)
  if (!heatBits || view.whole === view) return columns
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
