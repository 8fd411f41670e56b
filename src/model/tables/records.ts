// Rows of a table as objects, for code that asks for fields by name. A row never changes, so its object is made once.
import type { FieldSpec, RowOf } from '../../stream/spec.ts'
import type { Table, TableCell } from '../../stream/tables.ts'

/** What is not of the kind its field says is not known. */
export const recordsOf = <const Fields extends readonly FieldSpec[]>(
  fields: Fields,
  table: Table | undefined,
): RowOf<Fields>[] => {
  if (!table) return []
  const places = fields.map(({ id }) => table.columns.indexOf(id))
  const texts = fields.map(({ unit, kind }) => unit === 'text' || kind === 'histogram')
  let made = known.get(fields)
  if (!made) known.set(fields, (made = new WeakMap()))
  return table.rows.map((row) => {
    let record = made.get(row)
    if (!record) {
      const fresh: Record<string, TableCell> = {}
      for (let i = 0; i < fields.length; i++) {
        const cell = row[places[i]!]
        fresh[fields[i]!.id] = cell !== undefined && typeof cell === (texts[i] ? 'string' : 'number') ? cell : null
      }
      made.set(row, (record = fresh))
    }
    return record as RowOf<Fields>
  })
}

const known = new WeakMap<readonly FieldSpec[], WeakMap<readonly TableCell[], object>>()
