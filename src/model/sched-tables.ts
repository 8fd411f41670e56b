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
      calls: {
        columns: columnsOf('calls'),
        rows: procs.flatMap(({ pid, startedMs = null, calls }) => callRows(calls, pid, startedMs)),
      },
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
                  threadCalls: {
                    columns: columnsOf('threadCalls'),
                    rows: threads.flatMap(({ pid, tid, calls }) => callRows(calls, pid, tid)),
                  },
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

const columnsOf = (id: TableId): string[] => FIELDS[id].map((field) => field.id)

const cellOf = (cell: TableCell | undefined): TableCell =>
  typeof cell === 'string' || Number.isFinite(cell) ? cell! : null

const tableOf = (id: TableId, rows: readonly Row[]): Table => {
  const columns = columnsOf(id)
  return { columns, rows: rows.map((row) => columns.map((column) => cellOf(row[column]))) }
}

type Proc = Partial<SchedProc>

/** Columns of processes that are not fields of the same name. */
const CELLS: Readonly<Record<string, (proc: Proc) => TableCell | undefined>> = {
  heldBy: ({ heldIo }) => heldIo?.by,
  heldThreads: ({ heldIo }) => heldIo?.threads,
  heldNs: ({ heldIo }) => heldIo?.ns,
  heldCgroup: ({ heldIo }) => heldIo?.cgroup,
  exited: ({ exited }) => (exited ? 1 : undefined),
}

/** Most are never throttled, held or at their end: columns that nobody has anything in are left out. Cells are taken from
 * where they are, as there may be many thousand processes. */
const procTable = ({ procs, others }: SchedData): Table => {
  const rest: Proc | undefined = others && { ...others, comm: 'others', exited: true }
  const all: readonly Proc[] = rest ? [...procs, rest] : procs
  const used = columnsOf('procs').flatMap((id) => {
    const get = CELLS[id] ?? ((proc: Proc) => (proc as Row)[id])
    return all.length === 0 || all.some((proc) => get(proc) !== undefined) ? [{ id, get }] : []
  })
  const cells = (proc: Proc): TableCell[] => used.map(({ get }) => cellOf(get(proc)))
  return { columns: used.map(({ id }) => id), rows: procs.map(cells), ...(rest ? { others: cells(rest) } : {}) }
}

const histsOf = (of: SchedHists): Record<string, Histogram> =>
  Object.fromEntries(KINDS.flatMap((kind) => (of[kind] ? [[kind, ofHist(of[kind])]] : [])))

const flat = ({ heldIo, exited, ...row }: SchedProc | SchedThread): Row => ({
  ...(row as unknown as Row),
  ...(heldIo && { heldBy: heldIo.by, heldThreads: heldIo.threads, heldNs: heldIo.ns, heldCgroup: heldIo.cgroup }),
  ...(exited && { exited: 1 }),
})

/** One for each call, with both states: whose it is, then the call, S and D. */
const callRows = (calls: readonly BlockedCall[], ...whose: readonly [TableCell, TableCell]): TableCell[][] => {
  const rows: TableCell[][] = []
  for (const { call, state, ns } of calls) {
    let row = rows.find((each) => each[2] === call)
    if (!row) rows.push((row = [...whose, call, null, null]))
    const at = state === 'D' ? 4 : 3
    row[at] = ((row[at] as number | null) ?? 0) + ns
  }
  return rows
}

const limitRows = ({ cgroup, threads, disks }: IoLimit): Row[] =>
  disks.length === 0
    ? [{ cgroup, threads }]
    : disks.map(({ name, ...limits }) => ({ cgroup, threads, disk: name, ...limits }))
