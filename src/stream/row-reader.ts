// A row read by the names of its fields: for code that asks for a few of them, of hundreds of rows a second. An object with all
// fields takes more memory and time than the row itself.
import type { FieldSpec } from './fields.ts'
import type { TableCell } from './tables.ts'

type CellType = 'string' | 'number'

/** Of each field: its place in a row, -1 where the table does not have it, and what is known of it there. */
export interface FieldColumns {
  places: readonly number[]
  types: readonly CellType[]
}

/** What a cell of the field is, where it is known. */
export const cellTypeOf = ({ unit, kind }: FieldSpec): CellType =>
  unit === 'text' || kind === 'histogram' ? 'string' : 'number'

/** Absent `columns`: the table has just these fields, in their order. */
export const fieldColumns = (fields: readonly FieldSpec[], columns?: readonly string[]): FieldColumns => ({
  places: fields.map(({ id }, index) => (columns ? columns.indexOf(id) : index)),
  types: fields.map(cellTypeOf),
})

/** Of a class with a getter for each field (readerOf). */
export class RowReader {
  readonly #row: readonly TableCell[]
  readonly #columns: FieldColumns

  constructor(row: readonly TableCell[], columns: FieldColumns) {
    this.#row = row
    this.#columns = columns
  }

  static cell(of: RowReader, field: number): TableCell {
    const { places, types } = of.#columns
    const place = places[field]!
    const cell = place < 0 ? undefined : of.#row[place]
    return cell !== undefined && typeof cell === types[field] ? cell : null
  }

  static row(of: RowReader): readonly TableCell[] {
    return of.#row
  }
}

type ReaderOf<Row> = new (row: readonly TableCell[], columns: FieldColumns) => RowReader & Row

/** `Row` has just these fields. What is not of the kind its field says is not known. Fields are not the objects' own (to spread one
 * gives nothing), but in JSON they are. */
export const readerOf = <Row extends object>(fields: readonly FieldSpec[]): ReaderOf<Row> => {
  class RowOfFields extends RowReader {
    toJSON(): object {
      return Object.fromEntries(fields.map(({ id }, field) => [id, RowReader.cell(this, field)]))
    }
  }
  fields.forEach(({ id }, field) =>
    Object.defineProperty(RowOfFields.prototype, id, {
      get(this: RowReader) {
        return RowReader.cell(this, field)
      },
    }),
  )
  return RowOfFields as unknown as ReaderOf<Row>
}
