// Rows of a table as objects, for code that asks for fields by name. A row never changes, so its object is made
// once as long as it is in what is shown; what is in it is read from the row when it is asked for.
import { placesIn } from '../../stream/row-places.ts'
import { fieldColumns, readerOf, type FieldColumns } from '../../stream/row-reader.ts'
import { sameItems } from '../../stream/same-items.ts'
import type { RowOf } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import type { Table, TableCell, TablesData } from '../../stream/tables.ts'
import { createRecently } from '../base/recently.ts'

/** 0: it is no number. */
export const numberOf = (cell: TableCell | undefined): number => (typeof cell === 'number' ? cell : 0)

/** What a row has in another way than its field says is null; so is what the table does not have. */
export const recordsOf = <const Fields extends readonly FieldSpec[]>(
  fields: Fields,
  table: Table | undefined,
): readonly RowOf<Fields>[] => {
  if (!table) return []
  let made = makers.get(fields)
  if (!made) makers.set(fields, (made = makerOf(fields)))
  return made(table).records as RowOf<Fields>[]
}

interface Made {
  table: Table
  records: readonly object[]
  columns: FieldColumns
}

type Maker = (table: Table) => Made
const makers = new WeakMap<readonly FieldSpec[], Maker>()

/** Of the instant shown, of one that it is compared with, and one more. Not kept with the rows, which stay for minutes: thousands of
 * sessions a second would be there twice. */
const MOST = 3

/** All that is drawn of an instant asks for the same table, some of it many times; the next one mostly has its columns, and some of
 * its rows. */
const makerOf = (fields: readonly FieldSpec[]): Maker => {
  const recently = createRecently<Made>(MOST)
  const Reader = readerOf(fields)
  let last: Made | undefined
  return (table) => (last = recently([table.columns, table.rows], () => madeOf(fields, Reader, table, last)))
}

const madeOf = (
  fields: readonly FieldSpec[],
  Reader: ReturnType<typeof readerOf>,
  table: Table,
  last: Made | undefined,
): Made => {
  const before = last && sameItems(last.table.columns, table.columns) ? last : undefined
  const columns = before?.columns ?? fieldColumns(fields, table.columns)
  const placeBefore = placesIn(before?.table.rows ?? [])
  const records: object[] = []
  for (let at = 0; at < table.rows.length; at++) {
    const row = table.rows[at]!
    const place = placeBefore(row, at)
    records.push(place < 0 ? new Reader(row, columns) : before!.records[place]!)
  }
  return { table, records, columns }
}

/** A row as it came, whatever a spec says: of recordings that may be of another version. */
export type Fields = Readonly<Record<string, TableCell>>

export const fieldsIn = ({ tables }: Pick<TablesData, 'tables'>, table: string): Fields[] => {
  if (!Object.hasOwn(tables, table)) return []
  const { columns, rows } = tables[table]!
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])))
}

/** 0: it is no number. */
export const numberIn = (fields: Fields, name: string): number => numberOf(fields[name])
