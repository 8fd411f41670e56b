// System calls: rate by call and by process; errors and latency while the panel is looked at closely. What it shows is in
// stream/specs/syscalls-panel.ts.
import type { Selection } from '../model/selection.ts'
import { syscallsOf, type SyscallCount, type SyscallProc } from '../model/syscalls.ts'
import { asHist } from '../model/tables/histograms.ts'
import { CALLS, PROCESSES } from '../stream/specs/syscalls-panel.ts'
import { SYSCALLS } from '../stream/specs/syscalls.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import { EachCell } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import type { Role, Row } from './panel-types.ts'

/** Of all calls. */
interface Shared {
  count: number
  all: number
}

const share = ({ count, all }: Shared): number | undefined => (all > 0 ? (count * 100) / all : undefined)

const CELLS = cellsFor<SyscallCount & Shared>(CALLS, { share, errno: ({ errnos }) => mostOf(errnos ?? [])?.errno })

type ProcOrOthers = Partial<SyscallProc> & { comm: string; count: number; role?: Role }

const PROC_CELLS = cellsFor<ProcOrOthers & Shared>(PROCESSES, {
  share,
  top: ({ calls = [] }) =>
    [...calls]
      .sort((a, b) => b.count - a.count)
      .slice(0, 3)
      .map((call) => call.name)
      .join(' ') || undefined,
})

const hasDetail = (data: TablesData): boolean => syscallsOf(data).detail

export const syscalls = ownPanel<'syscalls'>(SYSCALLS, 'syscalls', {
  // of a sample without rows, what is left of theirs
  hists: (data) =>
    data.hists.latency
      ? [asHist(data.hists.latency)]
      : hasDetail(data)
        ? syscallsOf(data).calls.flatMap((call) => (call.latency ? [call.latency] : []))
        : undefined,
  hasDetail,
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
  figures: {
    // of a selection: from the calls listed
    calls: ({ data }) => syscallsOf(data).calls.reduce((sum, call) => sum + call.count, 0),
    distinct: ({ data }) => syscallsOf(data).calls.length,
  },
  notes: ({ data }) => {
    const { others } = syscallsOf(data)
    return others?.count ? [`${others.count} calls of processes without a row of their own: others (table full)`] : []
  },
})

const MOST_ERRORS = 8

/** The most frequent first; what had no room has no name. */
const errorsOf = (data: TablesData, call: string): string[] =>
  [...(syscallsOf(data).calls.find(({ name }) => name === call)?.errnos ?? [])]
    .filter(({ errno }) => errno !== 'other')
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ERRORS)
    .map(({ errno }) => errno)

const mostOf = <T extends { count: number }>(counted: readonly T[]): T | undefined =>
  counted.reduce<T | undefined>((top, each) => (!top || each.count > top.count ? each : top), undefined)

const total = ({ data }: Sample<'syscalls'>): number =>
  data.totals['calls'] ?? syscallsOf(data).calls.reduce((sum, call) => sum + call.count, 0)

const callRows = (sample: Sample<'syscalls'>, detail: boolean): Row[] => {
  const all = total(sample)
  const cells = new EachCell(CELLS, detail, sample)
  return syscallsOf(sample.data).calls.map((call) => ({ key: call.name, cells: cells.all({ ...call, all }) }))
}

const processRows = (sample: Sample<'syscalls'>, detail: boolean): Row[] => {
  const all = total(sample)
  const cells = new EachCell(PROC_CELLS, detail, sample)
  const { procs, others } = syscallsOf(sample.data)
  const listed: ProcOrOthers[] = others ? [...procs, { ...others, comm: 'others', role: 'dim' }] : procs
  return listed.map((proc) => ({
    key: String(proc.pid ?? proc.comm),
    pid: proc.pid,
    cells: cells.all({ ...proc, all }),
    ...(proc.role ? { role: proc.role } : {}),
  }))
}
