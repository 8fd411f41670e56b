// Rows of a table as objects, for code that asks for fields by name. A row never changes, so its object is made once.
import { sameItems } from '../../stream/same-items.ts'
import type { RowOf } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import type { Table, TableCell, TablesData } from '../../stream/tables.ts'

/** A cell of the field is a text, else a number. */
export const isText = ({ unit, kind }: FieldSpec): boolean => unit === 'text' || kind === 'histogram'

/** What is not of the kind its field says is not known. */
export const recordsOf = <const Fields extends readonly FieldSpec[]>(
  fields: Fields,
  table: Table | undefined,
): readonly RowOf<Fields>[] => {
  if (!table) return []
  const last = newest.get(fields)
  if (last?.table === table) return last.records as RowOf<Fields>[]
  const isAlike = last !== undefined && sameItems(last.table.columns, table.columns)
  if (isAlike && last.table.rows === table.rows) {
    last.table = table
    return last.records as RowOf<Fields>[]
  }
  const places = isAlike ? last.places : fields.map(({ id }) => table.columns.indexOf(id))
  const texts = last?.texts ?? fields.map(isText)
  let made = known.get(fields)
  if (!made) known.set(fields, (made = new WeakMap()))
  const records: object[] = []
  for (let at = 0; at < table.rows.length; at++) {
    const row = table.rows[at]!
    let record = made.get(row)
    if (!record) {
      const fresh: Record<string, TableCell> = {}
      for (let i = 0; i < fields.length; i++) {
        const cell = row[places[i]!]
        fresh[fields[i]!.id] = cell !== undefined && typeof cell === (texts[i] ? 'string' : 'number') ? cell : null
      }
      made.set(row, (record = fresh))
    }
    records.push(record)
  }
  newest.set(fields, { table, records, places, texts })
  return records as RowOf<Fields>[]
}

interface Newest {
  table: Table
  records: readonly object[]
  /** Of the fields among the columns. */
  places: readonly number[]
  texts: readonly boolean[]
}

/** All that is drawn of an instant asks for the same table, some of it many times; and the next one mostly has its columns,
 * if not its rows. */
const newest = new WeakMap<readonly FieldSpec[], Newest>()

const known = new WeakMap<readonly FieldSpec[], WeakMap<readonly TableCell[], object>>()

/** A row as it came, whatever a spec says: of recordings that may be of another version. */
export type Fields = Readonly<Record<string, TableCell>>

export const fieldsIn = ({ tables }: Pick<TablesData, 'tables'>, table: string): Fields[] => {
  if (!Object.hasOwn(tables, table)) return []
  const { columns, rows } = tables[table]!
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])))
}

/** 0: it is no number. */
export const numberIn = (fields: Fields, name: string): number => {
  const value = fields[name]
  return typeof value === 'number' ? value : 0
}
