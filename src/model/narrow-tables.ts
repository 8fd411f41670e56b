// What is left of a sample of a probe that describes itself when only a selection counts: by the dimensions its spec
// gives its fields. A table that has the selection's own dimension keeps its rows; one that has processes keeps those of
// the processes meant; one that has neither keeps nothing, and app/narrowing.ts says so. Never the whole in place of a part.
import type { ProbeSpec } from '../stream/spec.ts'
import type { Dimension, FieldSpec } from '../stream/fields.ts'
import { columnAt, dimensionAt, type Table, type TableCell, type TablesData } from '../stream/tables.ts'
import { isOfStacks, isWithin, sameStart, startsOf, type Selection } from './selection.ts'
import { breakdownIn, isDirect, tableIn, TOLD_BY_KERNEL, type Breakdown } from './breakdown.ts'
import { sumOfParts } from './tables/histograms.ts'
import { histsNamed } from './tables/keep.ts'
import { rollUp } from './tables/roll-up.ts'
import { isStackDim } from './tables/stack-text.ts'
import { rowsThrough } from './stack-tables.ts'

/** Processes that a selection stands for, where it does not name them itself. */
type Pids = ReadonlySet<number> | undefined

/** `own`: what the kernel told apart is of the whole path of selections. It is kept on the way for the steps that follow. */
export interface Step {
  own: boolean
  isLast: boolean
}

interface Narrowed {
  data: TablesData
  /** Its latency is what is left of it, not what could not be told. */
  measured: boolean
}

export const narrowTables = (
  data: TablesData,
  spec: ProbeSpec | undefined,
  selection: Selection,
  pids: Pids,
  { own, isLast }: Step = { own: false, isLast: true },
): Narrowed => {
  const { target } = data
  const isTold = TOLD_BY_KERNEL.includes(selection.is)
  const told = own && isTold && !target?.partial ? target : undefined
  const left = partOf(data, spec, selection, pids, target?.tables)
  const kept = target && (own || !isLast) ? target : undefined
  return {
    data: {
      tables: { ...left.tables, ...told?.tables },
      hists: { ...left.hists, ...told?.hists },
      totals: told?.totals ?? {},
      ...(data.elapsedNs === undefined ? {} : { elapsedNs: data.elapsedNs }),
      ...(data.clockNs === undefined ? {} : { clockNs: data.clockNs }),
      ...(kept ? { target: isTold ? kept : { ...kept, ...partOf(kept, spec, selection, pids) } } : {}),
    },
    measured: (spec?.hists ?? []).some(
      ({ id, parts }) =>
        (told && (Object.hasOwn(told.hists, id) || hasField(told, parts))) ||
        (hasField(data, parts) && isDirect(breakdownIn(spec!, tableIn(parts!), selection))),
    ),
  }
}

/** `table.field` */
const hasField = ({ tables }: Pick<TablesData, 'tables'>, parts: string | undefined): boolean => {
  const [table, field] = (parts ?? '').split('.') as [string, string?]
  return field !== undefined && Object.hasOwn(tables, table) && tables[table]!.columns.includes(field)
}

const partOf = (
  data: Pick<TablesData, 'tables' | 'hists'>,
  spec: ProbeSpec | undefined,
  selection: Selection,
  pids: Pids,
  ofTarget: TablesData['tables'] = {},
): Pick<TablesData, 'tables' | 'hists' | 'totals'> => {
  const named = spec ? Object.values(spec.tables).flatMap((fields) => fields.flatMap(({ names }) => names ?? [])) : []
  const tables: Record<string, Table> = {}
  const foundIn = (id: string): Breakdown | undefined => spec && breakdownIn(spec, id, selection)
  const left = (id: string, found: Breakdown | undefined): Table | undefined => {
    // a table may be as fine of the target only: threads
    const table = [data.tables, ofTarget].find((tables) => Object.hasOwn(tables, id))?.[id]
    return table && narrowTable(table, id, spec, found, selection, pids)
  }
  for (const id of Object.keys(data.tables)) {
    const found = foundIn(id)
    tables[id] = found?.through
      ? rollUp(data, spec!, found.through, {
          from: left(found.through.from, found),
          restOf: found.through.rest && left(found.through.rest.table, foundIn(found.through.rest.table)),
        })
      : left(id, found)!
  }
  for (const id of named) if (Object.hasOwn(tables, id)) tables[id] = namedRows(data.tables[id]!, id, tables, spec!)
  return { tables, hists: histsOfRows(data, tables, spec, selection), totals: {} }
}

/** Processes of the rows that a selection keeps of itself. */
export const pidsWith = (data: TablesData, spec: ProbeSpec | undefined, selection: Selection): Set<number> => {
  const found = new Set<number>()
  for (const [id, fields] of Object.entries(spec?.tables ?? {})) {
    const table = Object.hasOwn(data.tables, id) ? data.tables[id]! : undefined
    const own = spec && breakdownIn(spec, id, selection)
    if (!table || !isDirect(own)) continue
    const pidAt = dimensionAt(table, fields, 'pid')
    for (const row of narrowTable(table, id, spec, own, selection, undefined).rows) {
      const pid = row[pidAt]
      if (typeof pid === 'number' && pid > 0) found.add(pid)
    }
  }
  return found
}

const narrowTable = (
  table: Table,
  id: string,
  spec: ProbeSpec | undefined,
  found: Breakdown | undefined,
  selection: Selection,
  pids: Pids,
): Table => {
  if (found && isOfStacks(selection) && isStackDim(found.dim)) return rowsThrough(table, id, spec!, selection)
  if (!found) return { columns: table.columns, rows: [] }
  const places = found.fields.map((field) => columnAt(table, field.id)).filter((at) => at >= 0)
  // another process had its number then
  if ('pid' in selection && pids && !pids.has(selection.pid)) return { columns: table.columns, rows: [] }
  const fits = found.joined
    ? (cell: TableCell): boolean => typeof cell === 'number' && cell > 0 && pids?.has(cell) === true
    : fitting(selection, found.dim, pids)
  const isThen = sameStartIn(table, spec!.tables[id]!, selection)
  return {
    columns: table.columns,
    rows: table.rows.filter((row) => places.some((at) => fits(row[at]!)) && isThen(row)),
  }
}

/** Rows that know when their process was started are of that one only. */
const sameStartIn = (
  table: Table,
  fields: readonly FieldSpec[],
  selection: Selection,
): ((row: readonly TableCell[]) => boolean) => {
  const [pidAt, startAt] = [dimensionAt(table, fields, 'pid'), dimensionAt(table, fields, 'start')]
  const starts = startsOf(selection)
  return (row) => sameStart((row[startAt] as number | undefined) ?? undefined, starts.get(row[pidAt] as number))
}

/** Rows of a table that rows left of others name. */
const namedRows = (table: Table, id: string, tables: Record<string, Table>, spec: ProbeSpec): Table => {
  const names = new Set<TableCell>()
  for (const [from, left] of Object.entries(tables))
    for (const field of (spec.tables[from] ?? []).filter((each) => each.names === id)) {
      const at = columnAt(left, field.id)
      for (const row of left.rows) names.add(row[at]!)
    }
  const at = table.columns.indexOf(spec.tables[id]?.[0]?.id ?? '')
  return { columns: table.columns, rows: at < 0 ? [] : table.rows.filter((row) => names.has(row[at]!)) }
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
    case 'error':
      return (cell) => cell === selection.name
    case 'file':
      return (cell) => cell === selection.path
    case 'cpu':
      return (cell) => cell === selection.cpu
    default:
      return () => false
  }
}

/** Those that the rows left name as theirs; and of the whole that these are the parts of, their sum. */
const histsOfRows = (
  { hists, tables: all }: Pick<TablesData, 'tables' | 'hists'>,
  tables: Record<string, Table>,
  spec: ProbeSpec | undefined,
  selection: Selection,
): TablesData['hists'] => {
  const left = histsNamed(tables, hists, spec)
  for (const { id, parts } of spec?.hists ?? [])
    if (Object.hasOwn(hists, id) && hasField({ tables: all }, parts))
      if (isDirect(breakdownIn(spec!, tableIn(parts!), selection))) left[id] = sumOfParts({ hists, tables }, parts!)
  return left
}
