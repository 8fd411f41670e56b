// What a process did in each interval of a time axis: nothing is told from not known.
import { schedProcOf } from '../../model/sched-some.ts'
import type { View } from '../../model/view.ts'
import type { SchedProc } from '../../stream/sched-types.ts'
import type { AppState } from '../state-types.ts'
import { probeColumns } from '../time-axis.ts'

/** Oldest first; undefined where nobody looked or the rows are no longer kept, no `proc` where it did nothing. */
export type History = readonly ({ proc?: SchedProc; atMs: number; intervalMs: number } | undefined)[]

export const historyOf = (state: AppState, view: View, pid: number, count: number, nowMs: number): History =>
  probeColumns(state, view, 'sched', count, nowMs).map(({ sample }) => {
    if (!sample || !view.hasRows(sample)) return undefined
    const proc = schedProcOf(sample.data, pid)
    return { atMs: sample.atMs, intervalMs: sample.intervalMs, ...(proc ? { proc } : {}) }
  })
