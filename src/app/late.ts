// Which instant a screen shows as now, and whether a sample is late by then.
import { overdueIntervals } from '../model/series.ts'
import type { View } from '../model/view.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { AppState } from './state-types.ts'

/** A recording's clock is its newest sample; it cannot be late. */
export const shownMs = (state: AppState, view: View, nowMs: number): number =>
  state.instantMs ?? (state.replay ? (view.store.ticks().at(-1) ?? nowMs) : nowMs)

/** After a change to a longer interval the next sample may take that long. */
export const isOverdue = (state: AppState, last: Sample, shown: number): boolean =>
  overdueIntervals(
    {
      atMs: last.atMs,
      intervalMs: state.instantMs === undefined ? Math.max(last.intervalMs, state.intervalMs) : last.intervalMs,
    },
    shown,
  ) > 0
