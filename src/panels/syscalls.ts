// System calls: rate by call and by process; errors and latency while the panel is looked at closely.
import { percentileNs } from '../model/histogram.ts'
import type { Selection } from '../model/selection.ts'
import { perSecond } from '../model/rates.ts'
import { syscallsOf, type SyscallCount, type SyscallProc } from '../model/syscalls.ts'
import { asHist } from '../model/tables/histograms.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { Cell, Column, Panel, Role, Row } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const CALLS: readonly Column[] = [
  {
    id: 'call',
    title: 'CALL',
    kind: 'text',
    help: 'system call; /32 for 32-bit callers',
    priority: 0,
    width: 10,
    grow: true,
  },
  { id: 'rate', title: 'CALLS/s', kind: 'rate', help: 'calls, per second', priority: 1 },
  { id: 'share', title: 'SHARE%', kind: 'percent', help: 'part of all calls', priority: 2, bar: true },
  { id: 'errors', title: 'ERR/s', kind: 'rate', help: 'calls that failed, per second', priority: 3, detail: true },
  { id: 'errno', title: 'ERRNO', kind: 'text', help: 'most frequent error', priority: 6, width: 8, detail: true },
  { id: 'p50', title: 'P50', kind: 'duration', help: 'median latency', priority: 5, detail: true },
  {
    id: 'p99',
    title: 'P99',
    kind: 'duration',
    help: '99th percentile of latency, from 100 calls on',
    priority: 4,
    detail: true,
  },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'slowest', priority: 7, detail: true },
  {
    id: 'restarted',
    title: 'RESTART/s',
    kind: 'rate',
    help: 'interrupted by a signal and made again (or EINTR, as the handler wants it), per second; no errors',
    priority: 8,
    detail: true,
  },
]

const PROCESSES: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  { id: 'rate', title: 'CALLS/s', kind: 'rate', help: 'calls, per second', priority: 1 },
  { id: 'share', title: 'SHARE%', kind: 'percent', help: 'part of all calls', priority: 3, bar: true },
  { id: 'errors', title: 'ERR/s', kind: 'rate', help: 'calls that failed, per second', priority: 4, detail: true },
  {
    id: 'top',
    title: 'TOP CALLS',
    kind: 'text',
    help: 'its most frequent calls',
    priority: 5,
    width: 16,
    detail: true,
  },
]

const hasDetail = (data: TablesData): boolean => syscallsOf(data).detail

export const syscalls: Panel<'syscalls'> = {
  id: 'syscalls',
  key: '5',
  title: 'system calls',
  question: 'Which calls are made how often, by whom, and which fail?',
  area: 'applications',
  method:
    'Every call counted at entry; errors and latency (entry to exit) only while this panel fills the screen or a process is looked at.',
  probe: 'syscalls',
  bothTabs: ['processes', 'calls'],
  table: (mode) => (mode === 'processes' ? 'procs' : 'calls'),
  modes: [
    { id: 'calls', label: 'by call' },
    { id: 'processes', label: 'by process' },
  ],
  heatBits: [8, 34],
  // of a sample without rows, what is left of theirs
  hists: (data) =>
    data.hists.latency
      ? [asHist(data.hists.latency)]
      : hasDetail(data)
        ? syscallsOf(data).calls.flatMap((call) => (call.latency ? [call.latency] : []))
        : undefined,
  columns: (mode, detail) => columnsOf(mode === 'processes' ? PROCESSES : CALLS, detail),
  hasDetail,
  defaultSort: () => ({ column: 'rate', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return mode === 'processes' ? processRows(sample, detail) : callRows(sample, detail)
  },
  // a row for the rest is no call
  selects: (data, row, mode) =>
    mode === 'calls' && /^[\w/]+$/.test(row.key)
      ? [{ is: 'syscall', name: row.key }, ...errorsOf(data, row.key).map((name): Selection => ({ is: 'error', name }))]
      : [],
  stats: (sample) => [
    { label: 'calls/s', kind: 'rate', value: perSecond(total(sample), sample.intervalMs) },
    { label: 'distinct', kind: 'count', value: syscallsOf(sample.data).calls.length },
  ],
  trend: { label: 'calls per second', kind: 'rate', value: (sample) => perSecond(total(sample), sample.intervalMs) },
  notes: ({ data }) => {
    const { others } = syscallsOf(data)
    return others?.count ? [`${others.count} calls of processes without a row of their own: others (table full)`] : []
  },
}

const MOST_ERRORS = 8

/** The most frequent first; what had no room has no name. */
const errorsOf = (data: TablesData, call: string): string[] =>
  [...(syscallsOf(data).calls.find(({ name }) => name === call)?.errnos ?? [])]
    .filter(({ errno }) => errno !== 'other')
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ERRORS)
    .map(({ errno }) => errno)

/** Of a selection: from the calls listed. */
const total = ({ data }: Sample<'syscalls'>): number =>
  data.totals.calls ?? syscallsOf(data).calls.reduce((sum, call) => sum + call.count, 0)

const share = (count: number, all: number): number | undefined => (all > 0 ? (count * 100) / all : undefined)

const callRows = (sample: Sample<'syscalls'>, detail: boolean): Row[] => {
  const all = total(sample)
  return syscallsOf(sample.data).calls.map((call) => {
    const cells: Cell[] = [call.name, perSecond(call.count, sample.intervalMs), share(call.count, all)]
    if (detail) cells.push(...detailCells(call, sample.intervalMs))
    return { key: call.name, cells }
  })
}

const detailCells = ({ errors, restarted, errnos, latency }: SyscallCount, intervalMs: number): Cell[] => [
  errors === undefined ? undefined : perSecond(errors, intervalMs),
  errnos?.reduce<{ errno: string; count: number } | undefined>(
    (top, each) => (!top || each.count > top.count ? each : top),
    undefined,
  )?.errno,
  latency && percentileNs(latency, 0.5),
  latency && latency.count >= 100 ? percentileNs(latency, 0.99) : undefined,
  latency && latency.count > 0 ? latency.maxNs : undefined,
  restarted === undefined ? undefined : perSecond(restarted, intervalMs),
]

const processRows = (sample: Sample<'syscalls'>, detail: boolean): Row[] => {
  const all = total(sample)
  const { procs, others } = syscallsOf(sample.data)
  const listed: (Partial<SyscallProc> & { comm: string; count: number; role?: Role })[] = others
    ? [...procs, { ...others, comm: 'others', role: 'dim' }]
    : procs
  return listed.map((proc) => {
    const cells: Cell[] = [proc.pid, proc.comm, perSecond(proc.count, sample.intervalMs), share(proc.count, all)]
    if (detail) {
      const top = [...(proc.calls ?? [])].sort((a, b) => b.count - a.count).slice(0, 3)
      cells.push(
        proc.errors === undefined ? undefined : perSecond(proc.errors, sample.intervalMs),
        top.map((call) => call.name).join(' ') || undefined,
      )
    }
    return { key: String(proc.pid ?? proc.comm), pid: proc.pid, cells, ...(proc.role ? { role: proc.role } : {}) }
  })
}
