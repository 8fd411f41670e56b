// What was read of the scheduler as the tables of its spec; sched.ts makes objects of them again.
import type {
  BlockedCall,
  IoLimit,
  SchedData,
  SchedHists,
  SchedProc,
  SchedThread,
  SchedName,
} from '../stream/sched-types.ts'
import { cellOf, tableOf, type RowOf } from '../stream/spec.ts'
import { SCHED } from '../stream/specs/sched.ts'
import type { Histogram, Table, TableCell, TablesData, TargetData } from '../stream/tables.ts'
import { ofHist } from './tables/histograms.ts'

const { tables: FIELDS } = SCHED
const KINDS = ['runq', 'sleep', 'disk', 'preempted', 'throttled'] as const

/** As it is sent. `still`: of its processes those that are given again as long as nothing of them changes. */
export const schedTables = (data: SchedData, still: Still = NONE): TablesData => {
  const { cpus, quotas, ioLimits, target, names, elapsedNs } = data
  const hists: Record<string, Histogram> = histsOf(data)
  const cpuRows = cpus?.map(({ cpu, runq, busyNs }) => {
    const name = `cpu ${cpu}`
    hists[name] = ofHist(runq)
    return { cpu, runq: name, busyNs }
  })
  return {
    tables: {
      ...procTables(data, still),
      ...(names && !target ? nameTables(names, elapsedNs) : {}),
      ...(cpuRows ? { cpus: tableOf(FIELDS.cpus, cpuRows) } : {}),
      ...(quotas ? { quotas: tableOf(FIELDS.quotas, quotas) } : {}),
      ...(ioLimits ? { ioLimits: tableOf(FIELDS.ioLimits, ioLimits.flatMap(limitRows)) } : {}),
    },
    hists,
    totals: { stays: KINDS.slice(0, 4).reduce((sum, kind) => sum + data[kind]!.count, 0) },
    ...(elapsedNs === undefined ? {} : { elapsedNs }),
    ...(target ? { target: targetTables(target, data) } : {}),
  }
}

const nameTables = (names: readonly SchedName[], elapsedNs: number | undefined): TablesData['tables'] => ({
  names: { columns: columnsOf('names'), rows: names.map(cellsIn(columnsOf('names'), elapsedNs)) },
  nameCalls: { columns: columnsOf('nameCalls'), rows: callRows(names, elapsedNs, ({ comm }) => [comm]) },
})

const targetTables = (
  target: NonNullable<SchedData['target']>,
  { procs, names, elapsedNs }: SchedData,
): TargetData => ({
  of: target.of,
  tables: {
    ...(target.threads ? threadTables(target.threads, procs, elapsedNs) : {}),
    ...(names ? nameTables(names, elapsedNs) : {}),
  },
  hists: histsOf(target),
  totals: {},
  ...(target.partial ? { partial: true } : {}),
})

/** By which group's quota a thread is throttled is known of its process. */
const threadTables = (
  threads: readonly SchedThread[],
  procs: readonly SchedProc[],
  elapsedNs: number | undefined,
): TablesData['tables'] => {
  const cells = cellsIn(columnsOf('threads'), elapsedNs)
  const quotas = new Map(procs.map(({ pid, quota }) => [pid, quota]))
  const quotaOf = ({ pid, throttledNs }: SchedThread): string | undefined => (throttledNs ? quotas.get(pid) : undefined)
  return {
    threads: {
      columns: columnsOf('threads'),
      rows: threads.map((thread) => cells({ ...thread, threads: 1, quota: quotaOf(thread) })),
    },
    threadCalls: {
      columns: columnsOf('threadCalls'),
      rows: callRows(threads, elapsedNs, ({ pid, tid }) => [pid, tid]),
    },
  }
}

const columnsOf = (id: keyof typeof FIELDS): string[] => FIELDS[id].map((field) => field.id)

/** A process or a thread. */
type Whose = Partial<SchedProc | (SchedThread & Pick<SchedProc, 'threads' | 'quota'>)>
type Get = (whose: Whose, elapsedNs: number | undefined) => TableCell | undefined

/** Threads that slept throughout, if that is all that the time is. */
const asleep = (sleepNs: number | undefined, elapsedNs: number | undefined): number =>
  sleepNs !== undefined && elapsedNs !== undefined && elapsedNs > 0 && sleepNs % elapsedNs === 0
    ? sleepNs / elapsedNs
    : 0

/** Columns that are not fields of the same name. */
const CELLS: Readonly<Record<string, Get>> = {
  asleep: ({ sleepNs }, elapsedNs) => asleep(sleepNs, elapsedNs) || undefined,
  sleepNs: ({ sleepNs }, elapsedNs) => (asleep(sleepNs, elapsedNs) > 0 ? 0 : sleepNs),
  heldBy: ({ heldIo }) => heldIo?.by,
  heldThreads: ({ heldIo }) => heldIo?.threads,
  heldNs: ({ heldIo }) => heldIo?.ns,
  heldCgroup: ({ heldIo }) => heldIo?.cgroup,
  exited: ({ exited }) => (exited ? 1 : undefined),
}

const cellIn = (id: string): Get =>
  CELLS[id] ?? ((whose) => (whose as Readonly<Record<string, TableCell | undefined>>)[id])

const cellsIn = (columns: readonly string[], elapsedNs: number | undefined): ((whose: Whose) => TableCell[]) => {
  const gets = columns.map(cellIn)
  return (whose) => {
    const cells: TableCell[] = []
    for (let i = 0; i < gets.length; i++) cells.push(cellOf(gets[i]!(whose, elapsedNs)))
    return cells
  }
}

type Still = Pick<ReadonlySet<SchedProc>, 'has'>
const NONE: Still = new Set()

/** Of processes that are given again: columns that they have anything in, a bit each, and their rows, which are the same
 * where there are the same columns. */
interface Made {
  has: number
  columns: number
  cells: TableCell[]
  calls: TableCell[][]
}
const made = new WeakMap<SchedProc, Made>()

const PROC_COLUMNS = columnsOf('procs')
const PROC_GETS = PROC_COLUMNS.map(cellIn)
const CALL_COLUMNS = columnsOf('calls')

const columnsIn = (whose: Whose, elapsedNs: number | undefined): number => {
  let has = 0
  for (let i = 0; i < PROC_GETS.length; i++) if (PROC_GETS[i]!(whose, elapsedNs) !== undefined) has |= 1 << i
  return has
}

/** Most are never throttled, held or at their end: columns that nobody has anything in are left out. Cells are taken from
 * where they are, as there may be many thousand processes. */
const procTables = ({ procs, others, elapsedNs }: SchedData, still: Still): { procs: Table; calls: Table } => {
  const rest: Whose | undefined = others && { ...others, comm: 'others', exited: true }
  const before = procs.map((proc) => made.get(proc))
  let has = rest ? columnsIn(rest, elapsedNs) : 0
  for (let i = 0; i < procs.length; i++) has |= before[i]?.has ?? columnsIn(procs[i]!, elapsedNs)
  if (procs.length === 0 && !rest) has = -1
  const columns = PROC_COLUMNS.filter((_, i) => (has & (1 << i)) !== 0)
  const cells = cellsIn(columns, elapsedNs)
  const rows: TableCell[][] = []
  const calls: TableCell[][] = []
  for (let i = 0; i < procs.length; i++) {
    const proc = procs[i]!
    let row = before[i]
    if (row?.columns !== has) {
      row = {
        has: row?.has ?? columnsIn(proc, elapsedNs),
        columns: has,
        cells: cells(proc),
        calls: callRowsOf(proc, elapsedNs, [proc.pid, proc.startedMs ?? null]),
      }
      if (still.has(proc)) made.set(proc, row)
    }
    rows.push(row.cells)
    for (let at = 0; at < row.calls.length; at++) calls.push(row.calls[at]!)
  }
  return {
    procs: { columns, rows, ...(rest ? { others: cells(rest) } : {}) },
    calls: { columns: CALL_COLUMNS, rows: calls },
  }
}

const histsOf = (of: SchedHists): Record<string, Histogram> =>
  Object.fromEntries(KINDS.flatMap((kind) => (of[kind] ? [[kind, ofHist(of[kind])]] : [])))

const callRows = <W extends { calls: readonly BlockedCall[] }>(
  all: readonly W[],
  elapsedNs: number | undefined,
  whose: (of: W) => readonly TableCell[],
): TableCell[][] => all.flatMap((each) => callRowsOf(each, elapsedNs, whose(each)))

/** One for each of its calls, with both states: whose it is, then the call, S, threads asleep in it throughout, and D. */
const callRowsOf = (
  { calls }: { calls: readonly BlockedCall[] },
  elapsedNs: number | undefined,
  whose: readonly TableCell[],
): TableCell[][] => {
  const rows: TableCell[][] = []
  const at = whose.length
  for (let i = 0; i < calls.length; i++) {
    const { call, state, ns } = calls[i]!
    let row: TableCell[] | undefined
    for (let known = 0; known < rows.length && !row; known++) if (rows[known]![at] === call) row = rows[known]
    if (!row) rows.push((row = whose.concat(call, null, null, null)))
    const threads = state === 'S' ? asleep(ns, elapsedNs) : 0
    const cellAt = at + (state === 'D' ? 3 : threads > 0 ? 2 : 1)
    row[cellAt] = ((row[cellAt] as number | null) ?? 0) + (threads || ns)
  }
  return rows
}

const limitRows = ({ cgroup, threads, disks }: IoLimit): RowOf<typeof FIELDS.ioLimits>[] => {
  const group = { cgroup, threads, disk: null, readBytes: null, writeBytes: null, reads: null, writes: null }
  return disks.length === 0 ? [group] : disks.map(({ name, ...limits }) => ({ ...group, disk: name, ...limits }))
}
