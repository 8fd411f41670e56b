// What a sample of a probe that describes itself weighs in memory, roughly, and what is left of it when its tables go:
// totals, and histograms that are not of single rows.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { Table, TablesData } from '../../stream/tables.ts'
import type { DescribedSample } from '../../stream/types.ts'

const PER_CELL = 12
const PER_ROW = 40
const PER_HIST = 120
const PER_PLACE = 8

/** `next`: of the sample that follows. Rows that both have weigh there. */
export const bytesOf = ({ tables, hists, totals }: TablesData, next?: TablesData): number =>
  300 +
  Object.entries(tables).reduce((sum, [id, table]) => sum + tableBytes(table, nextTable(next, id)), 0) +
  Object.entries(hists).reduce((sum, [name, { buckets }]) => sum + PER_HIST + 2 * name.length + 8 * buckets.length, 0) +
  Object.keys(totals).length * 40

const nextTable = (next: TablesData | undefined, id: string): Table | undefined =>
  next && Object.hasOwn(next.tables, id) ? next.tables[id] : undefined

const tableBytes = ({ columns, rows }: Table, next: Table | undefined): number => {
  if (next && next.rows === rows) return 100
  const stays = new Set(next?.rows)
  let bytes = 100 + rows.length * PER_PLACE
  for (const row of rows) {
    if (stays.has(row)) continue
    bytes += PER_ROW + PER_CELL * columns.length
    for (const cell of row) if (typeof cell === 'string') bytes += 24 + 2 * cell.length
  }
  return bytes
}

/** `spec`: which histograms are the whole's own. Absent: none is kept. */
export const withoutTables = (sample: DescribedSample, spec: ProbeSpec | undefined): DescribedSample => {
  const { tables, hists, totals } = sample.data
  const own = new Set(spec?.hists?.map(({ id }) => id))
  return {
    ...sample,
    data: {
      tables: Object.fromEntries(Object.entries(tables).map(([id, { columns }]) => [id, { columns, rows: [] }])),
      hists: Object.fromEntries(Object.entries(hists).filter(([id]) => own.has(id))),
      totals,
    },
  }
}
