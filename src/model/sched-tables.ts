// What was read of the scheduler as the tables of its spec; sched.ts makes objects of them again.
import type { BlockedCall, IoLimit, SchedData, SchedHists, SchedProc, SchedThread } from '../stream/sched.ts'
import { SCHED } from '../stream/specs/sched.ts'
import type { Histogram, Table, TableCell, TablesData } from '../stream/tables.ts'
import { ofHist } from './tables/histograms.ts'

const { tables: FIELDS } = SCHED
const KINDS = ['runq', 'sleep', 'disk', 'preempted', 'throttled'] as const
type TableId = keyof typeof FIELDS
type Row = Readonly<Record<string, TableCell | undefined>>

/** As it is sent. */
export const schedTables = (data: SchedData): TablesData => {
  const { procs, cpus, quotas, ioLimits, target } = data
  const hists: Record<string, Histogram> = histsOf(data)
  const cpuRows = cpus?.map(({ cpu, runq, busyNs }) => {
    const name = `cpu ${cpu}`
    hists[name] = ofHist(runq)
    return { cpu, runq: name, busyNs }
  })
  const quotaOf = new Map(procs.map(({ pid, quota }) => [pid, quota]))
  const threads = target?.threads
  return {
    tables: {
      procs: procTable(data),
      calls: tableOf(
        'calls',
        procs.flatMap(({ pid, startedMs, calls }) => callRows(calls, { pid, startedMs })),
      ),
      ...(cpuRows ? { cpus: tableOf('cpus', cpuRows) } : {}),
      ...(quotas ? { quotas: tableOf('quotas', quotas as unknown as Row[]) } : {}),
      ...(ioLimits ? { ioLimits: tableOf('ioLimits', ioLimits.flatMap(limitRows)) } : {}),
    },
    hists,
    totals: { stays: KINDS.slice(0, 4).reduce((sum, kind) => sum + data[kind]!.count, 0) },
    ...(target
      ? {
          target: {
            of: target.of,
            tables: threads
              ? {
                  threads: tableOf(
                    'threads',
                    threads.map((thread) => ({
                      ...flat(thread),
                      threads: 1,
                      ...(thread.throttledNs ? { quota: quotaOf.get(thread.pid) } : {}),
                    })),
                  ),
                  threadCalls: tableOf(
                    'threadCalls',
                    threads.flatMap(({ pid, tid, calls }) => callRows(calls, { pid, tid })),
                  ),
                }
              : {},
            hists: histsOf(target),
            totals: {},
            ...(target.partial ? { partial: true as const } : {}),
          },
        }
      : {}),
  }
}

const cellsOf = (ids: readonly string[], row: Row): TableCell[] =>
  ids.map((id) => {
    const cell = row[id]
    return typeof cell === 'string' || Number.isFinite(cell) ? cell! : null
  })

const tableOf = (
  id: TableId,
  rows: readonly Row[],
  columns: string[] = FIELDS[id].map((field) => field.id),
): Table => ({ columns, rows: rows.map((row) => cellsOf(columns, row)) })

/** Most are never throttled, held or at their end: columns that nobody has anything in are left out. */
const procTable = ({ procs, others }: SchedData): Table => {
  const rows = procs.map(flat)
  const rest = others && { ...others, comm: 'others', exited: 1 }
  const all: readonly Row[] = rest ? [...rows, rest] : rows
  const columns = FIELDS.procs
    .map(({ id }): string => id)
    .filter((id) => all.length === 0 || all.some((row) => row[id] !== undefined))
  return { ...tableOf('procs', rows, columns), ...(rest ? { others: cellsOf(columns, rest) } : {}) }
}

const histsOf = (of: SchedHists): Record<string, Histogram> =>
  Object.fromEntries(KINDS.flatMap((kind) => (of[kind] ? [[kind, ofHist(of[kind])]] : [])))

const flat = ({ heldIo, exited, ...row }: SchedProc | SchedThread): Row => ({
  ...(row as unknown as Row),
  ...(heldIo && { heldBy: heldIo.by, heldThreads: heldIo.threads, heldNs: heldIo.ns, heldCgroup: heldIo.cgroup }),
  ...(exited && { exited: 1 }),
})

/** One for each call, with both states. */
const callRows = (calls: readonly BlockedCall[], of: Row): Row[] => {
  const rows = new Map<string, Record<string, TableCell | undefined>>()
  for (const { call, state, ns } of calls) {
    const row = rows.get(call) ?? { ...of, call }
    rows.set(call, row)
    const id = state === 'D' ? 'diskNs' : 'sleepNs'
    row[id] = ((row[id] as number | undefined) ?? 0) + ns
  }
  return [...rows.values()]
}

const limitRows = ({ cgroup, threads, disks }: IoLimit): Row[] =>
  disks.length === 0
    ? [{ cgroup, threads }]
    : disks.map(({ name, ...limits }) => ({ cgroup, threads, disk: name, ...limits }))
