// Fills in whose thread a row's is, and how it is called, where the script knows nothing but its number.
import type { ProbeSpec } from '../../../stream/spec.ts'
import type { FieldSpec } from '../../../stream/fields.ts'
import { dimensionAt, type Table, type TableCell, type TablesData } from '../../../stream/tables.ts'
import { PROCESS, THREAD } from '../../../model/scripts/thread-fields.ts'
import { threadOwners, type ThreadOwner } from '../../proc/thread-owners.ts'

type Owners = (tids: Iterable<number>) => ReadonlyMap<number, ThreadOwner>

let shared: Owners | undefined
/** Of all scripts. */
const sharedOwners: Owners = (tids) => (shared ??= threadOwners(() => performance.now()))(tids)

export const withOwners = (
  tables: TablesData['tables'],
  spec: Pick<ProbeSpec, 'tables'>,
  ownersOf: Owners = sharedOwners,
): TablesData['tables'] =>
  Object.fromEntries(
    Object.entries(tables).map(([id, table]) => {
      const fields = spec.tables[id] ?? []
      return [id, fields.some(isAdded) ? filled(table, fields, ownersOf) : table]
    }),
  )

const isAdded = ({ id }: FieldSpec): boolean => id === PROCESS || id === THREAD

const filled = (table: Table, fields: readonly FieldSpec[], ownersOf: Owners): Table => {
  const tidAt = dimensionAt(table, fields, 'tid')
  const tidOf = (row: readonly TableCell[]): number => Number(row[tidAt] ?? 0)
  const owners = ownersOf(new Set(table.rows.map(tidOf).filter((tid) => tid > 0)))
  const own = table.columns.filter((_, at) => !isAdded(fields[at]!)).length
  const cellsOf = (row: readonly TableCell[]): TableCell[] => {
    const owner = owners.get(tidOf(row))
    const more = fields.slice(own).map(({ id }) => (id === PROCESS ? owner?.pid : owner?.name) ?? null)
    return [...row.slice(0, own), ...more]
  }
  return { ...table, rows: table.rows.map(cellsOf), ...(table.others ? { others: cellsOf(table.others) } : {}) }
}
