// Rows of a table as objects, for code that asks for fields by name. A row never changes, so its object is made
// once as long as it is in what is shown; what is in it is read from the row when it is asked for.
import { placesIn } from '../../stream/row-places.ts'
import { sameItems } from '../../stream/same-items.ts'
import type { RowOf } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import type { Table, TableCell, TablesData } from '../../stream/tables.ts'
import { createRecently } from '../recently.ts'

/** A cell of the field is a text, else a number. */
export const isText = ({ unit, kind }: FieldSpec): boolean => unit === 'text' || kind === 'histogram'

/** 0: it is no number. */
export const numberOf = (cell: TableCell | undefined): number => (typeof cell === 'number' ? cell : 0)

/** What is not of the kind its field says is not known. Fields are not the objects' own (to spread one gives nothing), but in JSON they are. */
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

/** Of each field: its place in a row, -1 where the table does not have it, and what is known of it there. */
interface FieldColumns {
  places: readonly number[]
  types: readonly ('string' | 'number')[]
}

/** A row and where its fields are: hundreds come a second, of which a few are shown, and an object with all fields takes more
 * memory and time than the row. */
class Read {
  readonly #row: readonly TableCell[]
  readonly #columns: FieldColumns

  constructor(row: readonly TableCell[], columns: FieldColumns) {
    this.#row = row
    this.#columns = columns
  }

  static cell(of: Read, field: number): TableCell {
    const { places, types } = of.#columns
    const place = places[field]!
    const cell = place < 0 ? undefined : of.#row[place]
    return cell !== undefined && typeof cell === types[field] ? cell : null
  }
}

const readerOf = (fields: readonly FieldSpec[]): typeof Read => {
  class RowOfFields extends Read {
    toJSON(): object {
      return Object.fromEntries(fields.map(({ id }, field) => [id, Read.cell(this, field)]))
    }
  }
  fields.forEach(({ id }, field) =>
    Object.defineProperty(RowOfFields.prototype, id, {
      get(this: Read) {
        return Read.cell(this, field)
      },
    }),
  )
  return RowOfFields
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

const madeOf = (fields: readonly FieldSpec[], Reader: typeof Read, table: Table, last: Made | undefined): Made => {
  const before = last && sameItems(last.table.columns, table.columns) ? last : undefined
  const columns = before?.columns ?? {
    places: fields.map(({ id }) => table.columns.indexOf(id)),
    types: fields.map((field) => (isText(field) ? ('string' as const) : ('number' as const))),
  }
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
