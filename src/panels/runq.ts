// Run queue: how long a thread that could run had to wait for a CPU.
import { EachCell, ProcRow, withoutDetails, type CellOf } from './lazy-row.ts'
import type { SchedProc } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { percentileNs } from '../model/histogram.ts'
import { schedOf } from '../model/sched.ts'
import { percentOf, perSecond, ratio } from '../model/rates.ts'
import type { Column, Panel, Row } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const COLUMNS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  {
    id: 'wait',
    title: 'WAIT%',
    kind: 'percent',
    help: 'time its threads waited for a CPU, of clock time (several threads: above 100)',
    priority: 1,
    thresholds: { warn: 50, bad: 200 },
    bar: true,
  },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'longest single wait', priority: 3 },
  { id: 'mean', title: 'MEAN', kind: 'duration', help: 'wait time by number of waits', priority: 6 },
  { id: 'waits', title: 'WAITS/s', kind: 'rate', help: 'waits completed, per second', priority: 4 },
  { id: 'preempted', title: 'PREE%', kind: 'percent', help: 'the part of WAIT after being preempted', priority: 7 },
  {
    id: 'throttled',
    title: 'THROT%',
    kind: 'percent',
    help: 'could run, but the CPU quota of its control group was used up; not in WAIT',
    priority: 10,
    rule: 'cpu-quota',
  },
  { id: 'cpu', title: 'CPU%', kind: 'percent', help: 'time on CPU', priority: 5 },
  { id: 'switches', title: 'SWITCH/s', kind: 'rate', help: 'context switches, per second', priority: 8, detail: true },
  {
    id: 'threads',
    title: 'THR',
    kind: 'count',
    help: 'threads with activity in the interval',
    priority: 9,
    detail: true,
  },
]

/** Parallel to these columns. */
const CELLS: readonly CellOf<ProcOrOthers>[] = [
  ({ pid }) => pid,
  ({ comm }) => comm,
  ({ waitNs }, intervalMs) => percentOf(waitNs, intervalMs),
  ({ waits, waitMaxNs }) => (waits > 0 ? waitMaxNs : undefined),
  ({ waitNs, waits }) => ratio(waitNs, waits),
  ({ waits }, intervalMs) => perSecond(waits, intervalMs),
  ({ preemptedNs }, intervalMs) => percentOf(preemptedNs, intervalMs),
  ({ preemptedNs, throttledNs = 0 }, intervalMs) =>
    preemptedNs === undefined ? undefined : percentOf(throttledNs, intervalMs),
  ({ onCpuNs }, intervalMs) => percentOf(onCpuNs, intervalMs),
  ({ switches }, intervalMs) => perSecond(switches, intervalMs),
  ({ threads }) => threads,
]
const SHORT_CELLS = withoutDetails(CELLS, COLUMNS)

const CPUS: readonly Column[] = [
  {
    id: 'cpu',
    title: 'CPU',
    kind: 'id',
    help: 'number of the CPU; one that never switched since probetop started is not listed',
    priority: 0,
  },
  { id: 'waits', title: 'WAITS/s', kind: 'rate', help: 'waits that ended on it, per second', priority: 4 },
  {
    id: 'wait',
    title: 'WAIT%',
    kind: 'percent',
    help: 'time threads waited before they ran on it, of clock time (several threads: above 100)',
    priority: 1,
  },
  { id: 'p50', title: 'P50', kind: 'duration', help: 'median wait', priority: 6 },
  {
    id: 'p99',
    title: 'P99',
    kind: 'duration',
    help: '99th percentile, from 100 waits on',
    priority: 5,
    rule: 'run-queue',
  },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'longest single wait', priority: 3 },
  { id: 'busy', title: 'BUSY%', kind: 'percent', help: 'time it was not idle', priority: 2, bar: true },
]

export const runq: Panel<'sched'> = {
  id: 'runq',
  key: '1',
  title: 'run queue',
  question: 'Who waits for a CPU, and how long?',
  area: 'CPU',
  method:
    'Time from wake-up or preemption until on CPU; time without CPU quota is not in it. Every wait is counted (sched_switch).',
  probe: 'sched',
  table: (mode) => (mode === 'cpus' ? 'cpus' : 'procs'),
  about: (mode) => (mode === 'cpus' ? [] : ['waits']),
  modes: [
    { id: 'all', label: 'by process', rows: 'processes' },
    { id: 'cpus', label: 'by CPU', rows: 'CPUs', wants: 'cpus' },
  ],
  heatBits: [10, 30],
  hists: (data) => [schedOf(data).runq],
  columns: (mode, detail) => columnsOf(mode === 'cpus' ? CPUS : COLUMNS, detail),
  defaultSort: () => ({ column: 'wait', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (sample && mode === 'cpus') return cpuRows(sample)
    if (!sample) return []
    const cells = new EachCell(detail ? CELLS : SHORT_CELLS, sample)
    const procs = rowsWithOthers(sample)
    const rows: Row[] = []
    for (let i = 0; i < procs.length; i++) rows.push(new ProcRow(procs[i]!, false, cells))
    return rows
  },
  selects: (data, row, mode) => {
    const found = mode === 'cpus' ? schedOf(data).cpus?.find(({ cpu }) => String(cpu) === row.key) : undefined
    return found ? [{ is: 'cpu', cpu: found.cpu }] : []
  },
  emptyText: (_sample, mode, { isThen }) =>
    mode !== 'cpus' ? undefined : isThen ? 'single CPUs were not measured then' : 'each CPU from the next interval on',
  stats: () => [],
  notes: (sample, mode) => (mode === 'cpus' ? [] : othersNote(sample)),
}

const cpuRows = ({ data, intervalMs }: Sample<'sched'>): Row[] =>
  (schedOf(data).cpus ?? []).map(({ cpu, runq: waits, busyNs }) => ({
    key: String(cpu),
    cells: [
      cpu,
      perSecond(waits.count, intervalMs),
      percentOf(waits.sumNs, intervalMs),
      percentileNs(waits, 0.5),
      waits.count >= 100 ? percentileNs(waits, 0.99) : undefined,
      waits.count > 0 ? waits.maxNs : undefined,
      percentOf(busyNs, intervalMs),
    ],
  }))

/** A process, or what is left of those that are not listed. */
export type ProcOrOthers = Omit<SchedProc, 'pid' | 'waitMaxNs'> & { pid?: number; waitMaxNs?: number }

/** The processes, and as a row of its own the threads that ended while the table which hands their sums over was full. */
export const rowsWithOthers = ({ data }: Sample<'sched'>): ProcOrOthers[] => {
  const { procs, others } = schedOf(data)
  return others ? [...procs, { ...others, comm: 'others', calls: [], exited: true }] : procs
}

export const othersNote = ({ data }: Sample<'sched'>): string[] => {
  const { others } = schedOf(data)
  return others ? [`${others.threads} ended threads without a row of their own: others (table full)`] : []
}
