// Rows of a table as a finer one has them, where only that one tells a selection apart: system calls of a process by what
// each process called, a process by one of its threads.
import type { ProbeSpec, RollupSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import { columnAt, type Table, type TableCell, type TablesData } from '../../stream/tables.ts'

/** `from` and `rest`: what is left of the finer table, and of that whose rest is told. Counters are those of the finer
 * one; of what it does not count nothing is said, not even a column. */
export const rollUp = (
  { tables }: Pick<TablesData, 'tables'>,
  spec: ProbeSpec,
  { of, key, rest, ...rollup }: RollupSpec,
  { from, restOf }: { from: Table | undefined; restOf: Table | undefined },
): Table => {
  const fields = spec.tables[of] ?? []
  const finer = new Map((spec.tables[rollup.from] ?? []).map((field) => [field.id, field]))
  const kept = fields.filter(({ id, kind }) => finer.has(id) || kind === 'label' || kind === 'gauge')
  const whole = tables[of]!
  const keyOf = keyIn(key)
  const wholeKey = keyOf(whole)
  const known = new Map<string, TableCell[]>()
  for (const row of [...whole.rows].reverse()) known.set(wholeKey(row), row)

  const groups = new Map<string, TableCell[][]>()
  const fromKey = from && keyOf(from)
  for (const row of from?.rows ?? []) {
    const name = fromKey!(row)
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  const rows = [...groups].map(([name, group]) =>
    kept.map((field) => {
      const at = finer.has(field.id) ? from!.columns.indexOf(field.id) : -1
      if (at >= 0) return field.kind === 'counter' ? sumAt(group, at) : group[0]![at]!
      return known.get(name)?.[whole.columns.indexOf(field.id)] ?? null
    }),
  )
  const left = rest && restOf ? restRow(kept, { from, restOf }, key[0]!, rest.label) : undefined
  return { columns: kept.map(({ id }) => id), rows: left ? [...rows, left] : rows }
}

/** What the finer table leaves out, where that is anything. */
const restRow = (
  kept: readonly FieldSpec[],
  { from, restOf }: { from: Table | undefined; restOf: Table },
  key: string,
  label: string,
): TableCell[] | undefined => {
  let isAny = false
  const row = kept.map(({ id, kind }): TableCell => {
    if (id === key) return label
    const at = kind === 'counter' ? restOf.columns.indexOf(id) : -1
    if (at < 0) return null
    const rest = sumAt(restOf.rows, at) - (from ? sumAt(from.rows, columnAt(from, id)) : 0)
    isAny ||= rest > 0
    return Math.max(0, rest)
  })
  return isAny ? row : undefined
}

const sumAt = (rows: readonly (readonly TableCell[])[], at: number): number =>
  rows.reduce((sum, row) => sum + (typeof row[at] === 'number' ? row[at] : 0), 0)

const keyIn =
  (key: readonly string[]) =>
  ({ columns }: Table): ((row: readonly TableCell[]) => string) => {
    const places = key.map((id) => columns.indexOf(id))
    return (row) => places.map((at) => String(row[at] ?? '')).join(' ')
  }
