// What is left of a sample of a probe that describes itself when only a selection counts: by the dimensions its spec
// gives its fields. A table that has the selection's own dimension keeps its rows; one that has processes keeps those of
// the processes meant; one that has neither keeps nothing, and app/narrowing.ts says so. Never the whole in place of a part.
import type { Dimension, FieldSpec, ProbeSpec } from '../../stream/spec.ts'
import type { Table, TableCell, TablesData } from '../../stream/tables.ts'
import { isWithin, type Selection } from '../selection.ts'

/** Processes that a selection stands for, where it does not name them itself. */
export type Pids = ReadonlySet<number> | undefined

/** How a table can be narrowed to a selection; undefined where it cannot. `joined`: through the directory of processes. */
export interface Breakdown {
  /** All of one dimension: a session has two ports. */
  fields: readonly FieldSpec[]
  dim: Dimension
  joined: boolean
}

/** Dimensions by which a selection can be told, the most exact first. */
const DIMENSIONS_OF: Record<Selection['is'], readonly Dimension[]> = {
  process: ['pid'],
  thread: ['tid', 'pid'],
  pids: ['pid'],
  comm: ['comm'],
  cgroup: ['cgroup'],
  user: ['user'],
  disk: ['disk'],
  peer: ['peer'],
  port: ['port'],
  syscall: ['syscall'],
  cpu: ['cpu'],
  stack: [],
  function: [],
}

/** Selections whose processes can be found when a table does not have their dimension. */
const HAS_PROCESSES: readonly Selection['is'][] = ['comm', 'cgroup', 'user', 'peer', 'port', 'stack', 'function']

export const breakdownOf = (fields: readonly FieldSpec[], selection: Selection): Breakdown | undefined => {
  for (const dim of DIMENSIONS_OF[selection.is]) {
    const own = fields.filter((each) => each.dim === dim)
    if (own.length > 0) return { fields: own, dim, joined: false }
  }
  const pids = fields.filter(({ dim }) => dim === 'pid')
  return pids.length > 0 && HAS_PROCESSES.includes(selection.is)
    ? { fields: pids, dim: 'pid', joined: true }
    : undefined
}

export const narrowTables = (
  data: TablesData,
  spec: ProbeSpec | undefined,
  selection: Selection,
  pids: Pids,
): TablesData => {
  const tables = Object.fromEntries(
    Object.entries(data.tables).map(([id, table]) => [id, narrowTable(table, spec?.tables[id] ?? [], selection, pids)]),
  )
  return { tables, hists: histsOfRows(data, tables, spec), totals: {} }
}

/** Processes of the rows that a selection keeps of itself. */
export const pidsWith = (data: TablesData, spec: ProbeSpec | undefined, selection: Selection): Set<number> => {
  const found = new Set<number>()
  for (const [id, fields] of Object.entries(spec?.tables ?? {})) {
    const table = Object.hasOwn(data.tables, id) ? data.tables[id]! : undefined
    const pidAt = table?.columns.indexOf(fields.find(({ dim }) => dim === 'pid')?.id ?? '') ?? -1
    if (!table || pidAt < 0 || breakdownOf(fields, selection)?.joined !== false) continue
    for (const row of narrowTable(table, fields, selection, undefined).rows) {
      const pid = row[pidAt]
      if (typeof pid === 'number' && pid > 0) found.add(pid)
    }
  }
  return found
}

const narrowTable = (table: Table, fields: readonly FieldSpec[], selection: Selection, pids: Pids): Table => {
  const found = breakdownOf(fields, selection)
  const places = (found?.fields ?? []).map(({ id }) => table.columns.indexOf(id)).filter((at) => at >= 0)
  if (!found || places.length === 0) return { columns: table.columns, rows: [] }
  // another process had its number then
  if ('pid' in selection && pids && !pids.has(selection.pid)) return { columns: table.columns, rows: [] }
  const fits = found.joined
    ? (cell: TableCell): boolean => typeof cell === 'number' && cell > 0 && (pids?.has(cell) ?? false)
    : fitting(selection, found.dim, pids)
  return { columns: table.columns, rows: table.rows.filter((row) => places.some((at) => fits(row[at]!))) }
}

const fitting = (selection: Selection, dim: Dimension, pids: Pids): ((cell: TableCell) => boolean) => {
  switch (selection.is) {
    case 'process':
      return (cell) => cell === selection.pid
    case 'thread':
      return (cell) => cell === (dim === 'tid' ? selection.tid : selection.pid)
    case 'pids':
      return (cell) => selection.pids.includes(Number(cell)) && (pids?.has(Number(cell)) ?? true)
    case 'comm':
      return (cell) => cell === selection.comm
    case 'cgroup':
      return (cell) => typeof cell === 'string' && isWithin(cell, selection.path)
    case 'user':
      return (cell) => cell === selection.uid
    case 'disk':
      return (cell) => cell === selection.dev || cell === selection.name
    case 'peer':
      return (cell) => cell === selection.address
    case 'port':
      return (cell) => cell === selection.port
    case 'syscall':
      return (cell) => cell === selection.name
    case 'cpu':
      return (cell) => cell === selection.cpu
    default:
      return () => false
  }
}

/** Those that the rows left name as theirs. */
const histsOfRows = (
  { hists }: TablesData,
  tables: Record<string, Table>,
  spec: ProbeSpec | undefined,
): TablesData['hists'] => {
  const named = Object.entries(tables).flatMap(([id, { columns, rows }]) =>
    (spec?.tables[id] ?? [])
      .filter(({ kind }) => kind === 'histogram')
      .flatMap((field) => {
        const at = columns.indexOf(field.id)
        return at < 0 ? [] : rows.map((row) => row[at])
      }),
  )
  return Object.fromEntries(
    named.flatMap((name) => (typeof name === 'string' && Object.hasOwn(hists, name) ? [[name, hists[name]!]] : [])),
  )
}
