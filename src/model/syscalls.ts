// System calls as objects, each call and process with what belongs to it, and as the tables of their spec, for the probe that
// makes these and for panels that read them.
import { SYSCALLS } from '../stream/specs/syscalls.ts'
import type { Histogram, Table, TableCell, TablesData } from '../stream/tables.ts'
import type { Hist } from '../stream/stream-types.ts'
import type { Target } from '../stream/target.ts'
import { asHist, histIn, ofHist } from './tables/histograms.ts'
import { recordsOf } from './tables/row-objects.ts'

export interface SyscallCount {
  name: string
  count: number
  /** The rest only while detail is on. */
  errors?: number
  restarted?: number
  errnos?: { errno: string; count: number }[]
  latency?: Hist
}

/** Calls that failed alike on the same path or address. */
export interface FailureCount {
  name: string
  errno: string
  /** Hostile; `others` without a name of a call: those for which there was no room. */
  about: string
  count: number
}

export interface SyscallProc {
  pid: number
  comm: string
  count: number
  /** Only while detail is on: errors and the most frequent calls. */
  errors?: number
  calls?: { name: string; count: number }[]
}

export interface Syscalls {
  calls: SyscallCount[]
  procs: SyscallProc[]
  /** The calls here have it. */
  detail: boolean
  /** What calls that failed were about, most frequent first; of a selection alone. */
  failures: FailureCount[]
  /** Calls, and with detail errors, of whom is in no row; they are in `calls`, too. */
  others?: { count: number; errors?: number }
}

/** What was read of an interval. */
export interface SyscallsReading {
  calls: readonly SyscallCount[]
  procs: readonly SyscallProc[]
  detail: boolean
  /** Detail is of its calls alone, which are these. */
  target?: { of: Target; calls: readonly SyscallCount[]; failures?: readonly FailureCount[]; otherFailures?: number }
  others?: { count: number; errors?: number }
}

/** As it is sent: columns of detail are there only with it. */
export const syscallTables = ({ calls, procs, detail, target, others }: SyscallsReading): TablesData => {
  const columns = ['pid', 'comm', 'count', ...(detail ? ['errors'] : [])]
  const rest = others && [null, 'others', others.count, ...(detail ? [others.errors ?? null] : [])]
  const { tables, hists } = tablesOfCalls(calls, detail && !target)
  return {
    tables: {
      ...tables,
      procs: {
        columns,
        rows: procs.map(({ pid, comm, count, errors }) => [pid, comm, count, ...(detail ? [errors ?? null] : [])]),
        ...(rest ? { others: rest } : {}),
      },
      ...(detail
        ? {
            procCalls: {
              columns: ['pid', 'name', 'count'],
              rows: procs.flatMap(({ pid, calls = [] }) => calls.map(({ name, count }) => [pid, name, count])),
            },
          }
        : {}),
    },
    hists,
    totals: totalOf(calls),
    ...(target ? { target: targetOf(target) } : {}),
  }
}

const targetOf = ({
  of,
  calls,
  failures = [],
  otherFailures = 0,
}: NonNullable<SyscallsReading['target']>): NonNullable<TablesData['target']> => {
  const { tables, hists } = tablesOfCalls(calls, true)
  const rows = failures.map(({ name, errno, about, count }): TableCell[] => [name, errno, about, count])
  const rest = otherFailures > 0 ? { others: [null, null, 'others', otherFailures] } : {}
  return {
    of,
    tables: { ...tables, failures: { columns: ['name', 'errno', 'about', 'count'], rows, ...rest } },
    hists,
    totals: totalOf(calls),
  }
}

const totalOf = (calls: readonly SyscallCount[]): TablesData['totals'] => ({
  calls: calls.reduce((sum, { count }) => sum + count, 0),
})

const tablesOfCalls = (calls: readonly SyscallCount[], detail: boolean): Pick<TablesData, 'tables' | 'hists'> => {
  const hists: Record<string, Histogram> = {}
  const rows = calls.map(({ name, count, errors, restarted, latency }): TableCell[] => {
    if (!detail) return [name, count]
    const id = latency ? `call ${name}` : null
    if (latency) hists[id!] = ofHist(latency)
    return [name, count, errors ?? null, restarted ?? null, id]
  })
  const columns = ['name', 'count', ...(detail ? ['errors', 'restarted', 'latency'] : [])]
  const errnos: Table = {
    columns: ['name', 'errno', 'count'],
    rows: calls.flatMap(({ name, errnos = [] }) => errnos.map(({ errno, count }) => [name, errno, count])),
  }
  return { tables: { calls: { columns, rows }, ...(detail ? { errnos } : {}) }, hists }
}

const { tables: FIELDS } = SYSCALLS

/** Made once for each, what is of processes once somebody asks. */
export const syscallsOf = (data: TablesData): Syscalls => {
  let found = known.get(data)
  if (!found) known.set(data, (found = madeOf(data)))
  return found
}

const madeOf = (data: TablesData): Syscalls => {
  let procs: SyscallProc[] | undefined
  return {
    ...callsOf(data),
    ...othersOf(data),
    failures: failuresOf(data),
    get procs() {
      return (procs ??= procsOf(data))
    },
  }
}

const known = new WeakMap<TablesData, Syscalls>()

const DETAIL = ['errors', 'restarted', 'latency']

/** Without detail from the rows themselves: they are other ones each second, so objects of them are looked at once. */
const countedIn = ({ columns, rows }: Table): SyscallCount[] => {
  const [nameAt, countAt] = [columns.indexOf('name'), columns.indexOf('count')]
  const calls: SyscallCount[] = []
  for (let i = 0; i < rows.length; i++) {
    const name = rows[i]![nameAt]
    const count = rows[i]![countAt]
    calls.push({ name: typeof name === 'string' ? name : '', count: typeof count === 'number' ? count : 0 })
  }
  return calls
}

const callsOf = ({ tables, hists }: Pick<TablesData, 'tables' | 'hists'>): Pick<Syscalls, 'calls' | 'detail'> => {
  const columns = tables.calls?.columns ?? []
  const detail = columns.includes('latency')
  if (tables.calls && !DETAIL.some((id) => columns.includes(id))) return { calls: countedIn(tables.calls), detail }
  const errnos = new Map<string | null, { errno: string; count: number }[]>()
  for (const { name, errno, count } of recordsOf(FIELDS.errnos, tables.errnos)) {
    const of = errnos.get(name) ?? []
    errnos.set(name, of)
    of.push({ errno: errno ?? '', count: count ?? 0 })
  }
  const calls = recordsOf(FIELDS.calls, tables.calls).map(
    ({ name, count, errors, restarted, latency }): SyscallCount => {
      const hist = histIn(hists, latency)
      return {
        name: name ?? '',
        count: count ?? 0,
        ...(errors === null ? {} : { errors, errnos: errnos.get(name) ?? [] }),
        ...(restarted === null ? {} : { restarted }),
        ...(hist ? { latency: asHist(hist) } : {}),
      }
    },
  )
  return { calls, detail }
}

const failuresOf = ({ tables: { failures } }: TablesData): FailureCount[] =>
  recordsOf(
    FIELDS.failures,
    failures && { ...failures, rows: [...failures.rows, ...(failures.others ? [failures.others] : [])] },
  ).map(({ name, errno, about, count }) => ({
    name: name ?? '',
    errno: errno ?? '',
    about: about ?? '',
    count: count ?? 0,
  }))

const procsOf = ({ tables }: TablesData): SyscallProc[] => {
  const calls = new Map<number | null, { name: string; count: number }[]>()
  for (const { pid, name, count } of recordsOf(FIELDS.procCalls, tables.procCalls)) {
    const of = calls.get(pid) ?? []
    calls.set(pid, of)
    of.push({ name: name ?? '', count: count ?? 0 })
  }
  return recordsOf(FIELDS.procs, tables.procs).map(({ pid, comm, count, errors }): SyscallProc => ({
    pid: pid ?? 0,
    comm: comm ?? '',
    count: count ?? 0,
    ...(errors === null ? {} : { errors }),
    ...(calls.has(pid) ? { calls: calls.get(pid)! } : {}),
  }))
}

const othersOf = ({ tables }: TablesData): Pick<Syscalls, 'others'> => {
  const { columns, others } = tables.procs ?? { columns: [] }
  const [rest] = others ? recordsOf(FIELDS.procs, { columns, rows: [others] }) : []
  return rest ? { others: { count: rest.count ?? 0, ...(rest.errors === null ? {} : { errors: rest.errors }) } } : {}
}
