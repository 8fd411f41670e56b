// Run queue: how long a thread that could run had to wait for a CPU. What it shows is in stream/specs/sched/runq.ts.
import type { SchedCpu, SchedProc } from '../stream/sched-types.ts'
import { SCHED } from '../stream/specs/sched.ts'
import { CPUS, PROCESSES } from '../stream/specs/sched/runq.ts'
import type { Sample } from '../stream/stream-types.ts'
import { schedOf } from '../model/sched.ts'
import { percentOf, perSecond } from '../model/base/rates.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import { processKey } from './process-samples.ts'

/** Of waits for a CPU, where there were any. */
export const longest = ({ waits, waitMaxNs }: Pick<SchedProc, 'waits' | 'waitMaxNs'>): number | undefined =>
  waits > 0 ? waitMaxNs : undefined

const CELLS = cellsFor<ProcOrOthers>(PROCESSES, {
  longest,
  throttled: ({ preemptedNs, throttledNs = 0 }, intervalMs) =>
    preemptedNs === undefined ? undefined : percentOf(throttledNs, intervalMs),
})

const CPU_CELLS = cellsFor<SchedCpu>(CPUS, {
  waits: ({ runq: { count } }, intervalMs) => perSecond(count, intervalMs),
  wait: ({ runq: { sumNs } }, intervalMs) => percentOf(sumNs, intervalMs),
})

const CPU_FACTS: RowFacts<SchedCpu> = { key: ({ cpu }) => String(cpu) }

export const runq = ownPanel<'sched'>(SCHED, 'runq', {
  hists: (data) => [schedOf(data).runq],
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return mode === 'cpus'
      ? rowsOf(schedOf(sample.data).cpus ?? [], CPU_FACTS, CPU_CELLS, sample, { detail })
      : rowsOf(rowsWithOthers(sample), PROC_FACTS, CELLS, sample, { detail })
  },
  selects: (data, row, mode) => {
    const found = mode === 'cpus' ? schedOf(data).cpus?.find(({ cpu }) => String(cpu) === row.key) : undefined
    return found ? [{ is: 'cpu', cpu: found.cpu }] : []
  },
  emptyText: (_sample, mode, { isThen }) =>
    mode !== 'cpus' ? undefined : isThen ? 'single CPUs were not measured then' : 'each CPU from the next interval on',
  notes: (sample, mode) => (mode === 'cpus' ? [] : othersNote(sample)),
})

/** A process, or what is left of those that are not listed. */
export type ProcOrOthers = Omit<SchedProc, 'pid' | 'waitMaxNs'> & { pid?: number; waitMaxNs?: number }

export const PROC_FACTS: RowFacts<ProcOrOthers> = {
  key: processKey,
  pid: ({ pid }) => pid,
  startedMs: ({ startedMs }) => startedMs,
  role: ({ exited }) => (exited ? 'dim' : undefined),
}

/** The processes, and as a row of its own the threads that ended while the table which hands their sums over was full. */
export const rowsWithOthers = ({ data }: Sample<'sched'>): ProcOrOthers[] => {
  const { procs, others } = schedOf(data)
  return others ? [...procs, { ...others, comm: 'others', calls: [], exited: true }] : procs
}

export const othersNote = ({ data }: Sample<'sched'>): string[] => {
  const { others } = schedOf(data)
  return others ? [`${others.threads} ended threads without a row of their own: others (table full)`] : []
}
