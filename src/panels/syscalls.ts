// System calls: rate by call and by process; errors and latency while the panel is looked at closely. What it shows is in
// stream/specs/syscalls-panel.ts.
import type { Selection } from '../model/selection.ts'
import { syscallsOf, type SyscallCount, type SyscallProc } from '../model/syscalls.ts'
import { asHist } from '../model/tables/histograms.ts'
import { CALLS, PROCESSES } from '../stream/specs/syscalls-panel.ts'
import { SYSCALLS } from '../stream/specs/syscalls.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'

const CELLS = cellsFor<SyscallCount>(CALLS, { errno: ({ errnos }) => mostOf(errnos ?? [])?.errno })
const FACTS: RowFacts<SyscallCount> = { key: ({ name }) => name }

type ProcOrOthers = Partial<SyscallProc> & { comm: string; count: number }

const PROC_CELLS = cellsFor<ProcOrOthers>(PROCESSES, {
  top: ({ calls = [] }) =>
    [...calls]
      .sort((a, b) => b.count - a.count)
      .slice(0, 3)
      .map((call) => call.name)
      .join(' ') || undefined,
})
const PROC_FACTS: RowFacts<ProcOrOthers> = {
  key: ({ pid, comm }) => String(pid ?? comm),
  pid: ({ pid }) => pid,
  role: ({ pid }) => (pid === undefined ? 'dim' : undefined),
}

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
    const made = { detail, total: total(sample) }
    const { calls, procs, others } = syscallsOf(sample.data)
    if (mode !== 'processes') return rowsOf(calls, FACTS, CELLS, sample, made)
    const all: readonly ProcOrOthers[] = others ? [...procs, { ...others, comm: 'others' }] : procs
    return rowsOf(all, PROC_FACTS, PROC_CELLS, sample, made)
  },
  // a row for the rest is no call
  selects: (data, row, mode) =>
    mode === 'calls' && /^[\w/]+$/.test(row.key)
      ? [{ is: 'syscall', name: row.key }, ...errorsOf(data, row.key).map((name): Selection => ({ is: 'error', name }))]
      : [],
  figures: {
    // of a selection: from the calls listed
    calls: ({ data }) => listed(data),
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

const listed = (data: TablesData): number => syscallsOf(data).calls.reduce((sum, call) => sum + call.count, 0)

const total = ({ data }: Sample<'syscalls'>): number => data.totals['calls'] ?? listed(data)
