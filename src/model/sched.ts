// The tables of the scheduler as objects, for panels and whoever else reads them; sched-tables.ts makes these tables.
import type { FieldSpec } from '../stream/fields.ts'
import { HELD_BY } from '../stream/sched-types.ts'
import { SCHED } from '../stream/specs/sched.ts'
import { cellTypeOf } from '../stream/row-reader.ts'
import type { Table, TableCell, TablesData, TargetData } from '../stream/tables.ts'
import type {
  BlockedCall,
  CpuQuota,
  HeldIo,
  IoLimit,
  SchedCpu,
  SchedData,
  SchedHists,
  SchedName,
  SchedProc,
  SchedThread,
} from '../stream/sched-types.ts'
import type { Hist } from '../stream/stream-types.ts'
import { emptyHist } from './base/histogram.ts'
import { createMemo } from './memo.ts'
import { createRecently } from './base/recently.ts'
import { asHist, histIn } from './tables/histograms.ts'
import { Calls } from './sched-calls.ts'
import { numberOf } from './tables/row-objects.ts'

const { tables: FIELDS } = SCHED
type TableId = keyof typeof FIELDS
type Row = Readonly<Record<string, TableCell | undefined>>

/** Beside the store's own budget: a line of states goes through the threads of many samples. */
const remembered = createMemo<readonly object[]>(1_000_000, (rows) => 300 * rows.length)
const known = new WeakMap<TablesData, SchedData>()

/** Rows are made once they are asked for. */
export const schedOf = (data: TablesData): SchedData => {
  let made = known.get(data)
  if (!made) known.set(data, (made = madeOf(data)))
  return made
}

/** Who they are, without what they did. */
export const namesOf = (data: TablesData): Pick<SchedProc, 'pid' | 'startedMs' | 'comm' | 'cgroup' | 'exited'>[] =>
  (data.tables.procs ? recordsIn('procs', data.tables.procs) : []).map((row) => ({
    ...(row as { startedMs?: number; cgroup?: string }),
    pid: numberOf(row['pid']),
    comm: String(row['comm'] ?? ''),
    exited: row['exited'] === 1,
  }))

/** Of threads by their names, while these were asked for. */
export const namesIn = ({ tables, elapsedNs }: Timed): SchedName[] | undefined => {
  if (!tables.names) return undefined
  const calls = new Calls(tables.nameCalls, ['comm', 'comm'], elapsedNs)
  const names = sumsIn('names', tables.names, elapsedNs) as unknown as SchedName[]
  for (const name of names) {
    name.threads ??= 0
    name.calls = calls.of(name)
  }
  return names
}

/** Tables, and the interval that their `asleep` counts. */
export interface Timed extends Pick<TablesData, 'tables'> {
  elapsedNs?: number | undefined
}

const madeOf = (data: TablesData): SchedData => {
  const { tables, target } = data
  const others = tables.procs?.others
  return {
    ...ownHists(data),
    get procs() {
      return recentRows([data], () => procRows(data))
    },
    ...(tables.cpus ? { cpus: recordsIn('cpus', tables.cpus).map((row) => cpuOf(row, data)) } : {}),
    ...(tables.quotas ? { quotas: recordsIn('quotas', tables.quotas).map(quotaOf) } : {}),
    ...(tables.ioLimits ? { ioLimits: limitsOf(tables.ioLimits) } : {}),
    ...(target ? { target: targetOf(target, data.elapsedNs) } : {}),
    ...(others ? { others: othersOf({ ...tables.procs!, rows: [others] }, data.elapsedNs) } : {}),
  }
}

const targetOf = (target: TargetData, elapsedNs: number | undefined): NonNullable<SchedData['target']> => {
  const { of, partial, tables } = target
  const hists = { of, ...ownHists(target), ...(partial ? { partial: true as const } : {}) }
  if (!tables.threads) return hists
  return {
    ...hists,
    get threads() {
      return remembered('threads', target, () => threadsOf({ tables, elapsedNs })) as SchedThread[]
    },
  }
}

const quotaOf = (row: Row): CpuQuota => ({
  cgroup: String(row['cgroup'] ?? ''),
  cpus: numberOf(row['cpus']),
  periods: numberOf(row['periods']),
  throttledPeriods: numberOf(row['throttledPeriods']),
  throttledNs: numberOf(row['throttledNs']),
})

const histOf = ({ hists }: Pick<TablesData, 'hists'>, name: unknown): Hist => {
  const hist = histIn(hists, name)
  return hist ? asHist(hist) : emptyHist()
}

const ownHists = (of: Pick<TablesData, 'hists'>): SchedHists => ({
  runq: histOf(of, 'runq'),
  sleep: histOf(of, 'sleep'),
  disk: histOf(of, 'disk'),
  preempted: histOf(of, 'preempted'),
  ...(histIn(of.hists, 'throttled') ? { throttled: histOf(of, 'throttled') } : {}),
})

interface KnownColumn {
  field: string
  index: number
  kind: 'string' | 'number'
}

const KINDS = new Map(
  Object.entries<readonly FieldSpec[]>(FIELDS).map(([id, fields]) => [
    id,
    new Map(fields.map((field) => [field.id, cellTypeOf(field)] as const)),
  ]),
)

/** Columns of the spec, and of which kind cells there have to be: a table may be from anywhere. */
const knownIn = (id: TableId, columns: readonly string[]): KnownColumn[] => {
  const known: KnownColumn[] = []
  for (let index = 0; index < columns.length; index++) {
    const field = columns[index]!
    const kind = KINDS.get(id)!.get(field)
    if (kind) known.push({ field, index, kind })
  }
  return known
}

/** What is known of each row. */
const recordsIn = (id: TableId, { columns, rows }: Table): Row[] => {
  const known = knownIn(id, columns)
  const records: Row[] = []
  for (let i = 0; i < rows.length; i++) records.push(recordOf(rows[i]!, known))
  return records
}

const recordOf = (row: readonly TableCell[], known: readonly KnownColumn[]): Row => {
  const record: Record<string, TableCell> = {}
  for (let i = 0; i < known.length; i++) {
    const { field, index, kind } = known[i]!
    if (typeof row[index] === kind) record[field] = row[index]!
  }
  return record
}

/** What every process and thread has; nothing where a selection counts only something else. */
const SUMS = ['switches', 'waits', 'waitNs', 'onCpuNs']
/** Told in another way than by a field of their name. */
const OTHERWISE = ['comm', ...SUMS, 'heldBy', 'heldThreads', 'heldNs', 'heldCgroup', 'exited', 'asleep']

/** Where a table has what is told in another way, and what else it has. */
interface Places {
  comm: number
  switches: number
  waits: number
  waitNs: number
  onCpuNs: number
  asleep: number
  exited: number
  heldBy: number
  heldThreads: number
  heldNs: number
  heldCgroup: number
  own: readonly KnownColumn[]
}

const placesOf = (id: TableId, columns: readonly string[], skipped: readonly string[]): Places => ({
  comm: columns.indexOf('comm'),
  switches: columns.indexOf('switches'),
  waits: columns.indexOf('waits'),
  waitNs: columns.indexOf('waitNs'),
  onCpuNs: columns.indexOf('onCpuNs'),
  asleep: columns.indexOf('asleep'),
  exited: columns.indexOf('exited'),
  heldBy: columns.indexOf('heldBy'),
  heldThreads: columns.indexOf('heldThreads'),
  heldNs: columns.indexOf('heldNs'),
  heldCgroup: columns.indexOf('heldCgroup'),
  own: knownIn(id, columns).filter(({ field }) => !OTHERWISE.includes(field) && !skipped.includes(field)),
})

const sumsIn = (id: TableId, { columns, rows }: Table, elapsedNs = 0, skipped: readonly string[] = []): Sums[] => {
  const places = placesOf(id, columns, skipped)
  const sums: Sums[] = []
  for (let i = 0; i < rows.length; i++) sums.push(sumsOf(rows[i]!, places, elapsedNs))
  return sums
}

/** Objects of one shape, built field by field: made by spreading, each would have a shape of its own, which takes more memory
 * than what is in it and makes whoever reads them slow. By index: until it is compiled an iterator makes an object a step. */
const sumsOf = (row: readonly TableCell[], places: Places, elapsedNs: number): Sums => {
  const { own } = places
  const comm = row[places.comm]
  const made = {
    comm: typeof comm === 'string' ? comm : '',
    switches: numberOf(row[places.switches]),
    waits: numberOf(row[places.waits]),
    waitNs: numberOf(row[places.waitNs]),
    onCpuNs: numberOf(row[places.onCpuNs]),
  } as Sums
  for (let i = 0; i < own.length; i++) {
    const { field, index, kind } = own[i]!
    if (typeof row[index] === kind) (made as unknown as Record<string, unknown>)[field] = row[index]
  }
  const asleep = numberOf(row[places.asleep])
  if (asleep > 0) made.sleepNs = (made.sleepNs ?? 0) + asleep * elapsedNs
  const by = row[places.heldBy]
  if (isHeldBy(by)) made.heldIo = heldOf(by, row, places)
  if (numberOf(row[places.exited]) > 0) made.exited = true
  return made
}

type Sums = Omit<SchedProc, 'calls'> & { tid: number; calls: BlockedCall[] }

const heldOf = (by: HeldIo['by'], row: readonly TableCell[], places: Places): HeldIo => {
  const cgroup = row[places.heldCgroup]
  return {
    by,
    threads: numberOf(row[places.heldThreads]),
    ns: numberOf(row[places.heldNs]),
    ...(typeof cgroup === 'string' ? { cgroup } : {}),
  }
}

const isHeldBy = (cell: TableCell | undefined): cell is HeldIo['by'] => (HELD_BY as readonly unknown[]).includes(cell)

export const procRows = ({ tables, elapsedNs }: Timed): SchedProc[] => {
  if (!tables.procs) return []
  const calls = new Calls(tables.calls, ['pid', 'startedMs'], elapsedNs)
  const procs = sumsIn('procs', tables.procs, elapsedNs)
  for (let i = 0; i < procs.length; i++) {
    const proc = procs[i]!
    proc.pid ??= 0
    proc.threads ??= 0
    proc.calls = calls.of(proc)
  }
  return procs
}

/** Of the instant shown, of one that it is compared with, and of that before: not kept with a sample, whose life is longer. */
const recentRows = createRecently<SchedProc[]>(4)

const threadsOf = ({ tables, elapsedNs }: Timed): SchedThread[] => {
  const calls = new Calls(tables.threadCalls, ['tid', 'pid'], elapsedNs)
  const threads = sumsIn('threads', tables.threads!, elapsedNs, ['quota', 'threads']) as unknown as SchedThread[]
  for (const thread of threads) thread.calls = calls.of(thread)
  return threads
}

const cpuOf = (row: Row, data: TablesData): SchedCpu => ({
  cpu: numberOf(row['cpu']),
  runq: histOf(data, row['runq']),
  busyNs: numberOf(row['busyNs']),
})

const limitsOf = (table: Table): IoLimit[] => {
  const limits = new Map<string, IoLimit>()
  for (const { cgroup, threads, disk, ...row } of recordsIn('ioLimits', table)) {
    const limit = limits.get(String(cgroup)) ?? { cgroup: String(cgroup), threads: numberOf(threads), disks: [] }
    limits.set(limit.cgroup, limit)
    if (typeof disk === 'string') limit.disks.push({ name: disk, ...row })
  }
  return [...limits.values()]
}

const othersOf = (table: Table, elapsedNs: number | undefined): NonNullable<SchedData['others']> => {
  const {
    comm: _,
    exited: __,
    ...sums
  } = sumsIn('procs', table, elapsedNs)[0]! as Sums & NonNullable<SchedData['others']>
  return { ...sums, threads: sums.threads ?? 0 }
}
