// What a sample of a probe that describes itself weighs in memory, roughly, and what is left of it when its tables go:
// totals, and histograms that are not of single rows.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { Table, TablesData } from '../../stream/tables.ts'
import type { DescribedSample } from '../../stream/types.ts'

const PER_CELL = 12
const PER_ROW = 40
const PER_HIST = 120

export const bytesOf = ({ tables, hists, totals }: TablesData): number =>
  300 +
  Object.values(tables).reduce((sum, table) => sum + tableBytes(table), 0) +
  Object.entries(hists).reduce((sum, [name, { buckets }]) => sum + PER_HIST + 2 * name.length + 8 * buckets.length, 0) +
  Object.keys(totals).length * 40

const tableBytes = ({ columns, rows }: Table): number =>
  rows.reduce(
    (sum, row) =>
      sum + row.reduce<number>((most, cell) => most + (typeof cell === 'string' ? 24 + 2 * cell.length : 0), 0),
    100 + rows.length * (PER_ROW + PER_CELL * columns.length),
  )

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
