// What a sample of a probe that describes itself weighs in memory, roughly, and what is left of it when its tables go:
// totals, the tables that last, and histograms that are of these or of no single rows.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import { dimensionAt, type Table, type TableCell, type TablesData, type TargetData } from '../../stream/tables.ts'
import type { DescribedSample } from '../../stream/stream-types.ts'
import { histIn, partsOf, sumOfParts } from './histograms.ts'

const PER_CELL = 12
const PER_ROW = 40
const PER_HIST = 120
const PER_PLACE = 8
/** Equal texts up to this length are one: JSON.parse gives them once. */
const SHORT = 10

/** `beside`: of the sample before or after it. Rows that both have are left out. */
export const bytesOf = ({ target, ...whole }: TablesData, beside?: TablesData): number =>
  300 + partBytes(whole, beside) + (target ? partBytes(target, undefined) : 0)

const partBytes = ({ tables, hists, totals }: Part, beside: TablesData | undefined): number => {
  let bytes = Object.keys(totals).length * 40
  for (const id in tables) bytes += tableBytes(tables[id]!, tableBeside(beside, id))
  for (const name in hists) bytes += PER_HIST + 2 * name.length + 8 * hists[name]!.buckets.length
  return bytes
}

const tableBeside = (beside: TablesData | undefined, id: string): Table | undefined =>
  beside && Object.hasOwn(beside.tables, id) ? beside.tables[id] : undefined

const tableBytes = ({ columns, rows }: Table, beside: Table | undefined): number => {
  if (beside && beside.rows === rows) return 100
  // most that stay are where they were
  let stays: ReadonlySet<unknown> | undefined
  let bytes = 100 + rows.length * PER_PLACE
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    if (beside?.rows[at] === row || (beside && (stays ??= new Set(beside.rows)).has(row))) continue
    bytes += PER_ROW + PER_CELL * columns.length
    for (let i = 0; i < row.length; i++) bytes += bytesOfCell(row[i])
  }
  return bytes
}

const bytesOfCell = (cell: TableCell | undefined): number =>
  typeof cell === 'string' && cell.length > SHORT ? 24 + 2 * cell.length : 0

type Part = Pick<TablesData, 'tables' | 'hists' | 'totals'>

/** `spec`: which tables last, and which histograms are the whole's own. Absent: none is kept. */
export const withoutTables = (sample: DescribedSample, spec: ProbeSpec | undefined): DescribedSample => {
  const { tables, hists, target } = sample.data
  const left: Record<string, Table> = {}
  const lasting: Record<string, Table> = {}
  for (const id in tables) {
    const table = tables[id]!
    if (spec?.lasting?.includes(id)) left[id] = lasting[id] = table
    else left[id] = rowsOfTarget(table, spec?.tables[id] ?? [], target)
  }
  const data: TablesData = {
    ...sample.data,
    hists: { ...histsNamed(lasting, hists, spec), ...ownHists(sample.data, spec) },
    tables: left,
  }
  if (target) data.target = { ...target, hists: ownHists(target, spec), tables: withoutRows(target.tables) }
  return { ...sample, data }
}

/** The whole's histograms stay, also those that only rows had that go. */
const ownHists = (part: Part, spec: ProbeSpec | undefined): TablesData['hists'] => {
  const own: TablesData['hists'] = {}
  for (const { id, parts } of spec?.hists ?? []) {
    if (Object.hasOwn(part.hists, id)) own[id] = part.hists[id]!
    else if (parts !== undefined && !spec?.lasting?.includes(parts.split('.')[0]!) && partsOf(part, parts).length > 0)
      own[id] = sumOfParts(part, parts)
  }
  return own
}

const withoutRows = (tables: TablesData['tables']): TablesData['tables'] => {
  const left: Record<string, Table> = {}
  for (const id in tables) left[id] = { columns: tables[id]!.columns, rows: [] }
  return left
}

/** Dimensions of a table that has one row a process. */
const OF_PROCESS: readonly (string | undefined)[] = ['pid', 'start', 'comm', 'cgroup', 'user', undefined]

/** What the process that was looked at did stays known: how it ended, when it was last seen. */
const rowsOfTarget = (table: Table, fields: readonly FieldSpec[], target: TargetData | undefined): Table => {
  const { columns, rows } = table
  const pid = target && 'pid' in target.of ? target.of.pid : undefined
  if (pid === undefined || !fields.every(({ dim }) => OF_PROCESS.includes(dim))) return { columns, rows: [] }
  const pidAt = dimensionAt(table, fields, 'pid')
  return { columns, rows: rows.filter((row) => row[pidAt] === pid) }
}

/** Histograms that rows name as theirs. */
export const histsNamed = (
  tables: Readonly<Record<string, Table>>,
  hists: TablesData['hists'],
  spec: ProbeSpec | undefined,
): TablesData['hists'] => {
  const named: TablesData['hists'] = {}
  for (const [id, { columns, rows }] of Object.entries(tables))
    for (const { id: field, kind } of spec?.tables[id] ?? []) {
      if (kind !== 'histogram') continue
      const at = columns.indexOf(field)
      for (const row of rows) {
        const hist = histIn(hists, row[at])
        if (hist) named[row[at] as string] = hist
      }
    }
  return named
}
