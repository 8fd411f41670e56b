// The one shape of a sample of a probe that describes itself (spec.ts): tables in columns, histograms, totals.

import type { Dimension, FieldSpec, Unit } from './fields.ts'
import type { Target } from './target.ts'

/** null is not known. */
export type TableCell = string | number | null

export interface Table {
  /** Names once; each row is as long. */
  columns: string[]
  rows: TableCell[][]
  /** What had no room for a row of its own, in one. */
  others?: TableCell[]
}

/** A table on its way (delta.ts). */
export interface SentTable extends Table {
  /** What it is made of, as [from, count, from, count, ...]: rows of the sample before, ascending, and where `from` is
   * NEW_ROWS as many of `rows`, in their order. */
  kept?: number[]
}

export const NEW_ROWS = -1

/** Rows of one table: a hundred times what a busy server has. */
export const MOST_ROWS = 262_144

/** `buckets` is [bucket, count, bucket, count, ...], ascending. `log8`: the slots of model/base/histogram.ts; `log2`: bucket
 * n holds 2^n up to 2^(n+1), bucket 0 also 0; `linear`: from `from` on in steps of `step`; `ranges`: [from, to, count,
 * from, to, count, ...], ascending, `to` not within. */
export interface Histogram {
  scale: 'log8' | 'log2' | 'linear' | 'ranges'
  unit: Unit
  buckets: number[]
  count: number
  sum?: number
  max?: number
  from?: number
  step?: number
}

export interface TablesData {
  tables: Record<string, Table>
  hists: Record<string, Histogram>
  totals: Record<string, number>
  /** ns of the interval, exactly, where rows count threads that did one thing throughout it. */
  elapsedNs?: number
  /** The instant, in ns, that it is of, on the clock on which rows say since when something has been so. */
  clockNs?: number
  /** What was told apart in the kernel, while it had a target. */
  target?: TargetData
  /** What the reader should know of this interval, for instance what is not in it. */
  notes?: string[]
}

/** Of the target alone: in place of those of the whole with the same names. */
export interface TargetData extends Pick<TablesData, 'tables' | 'hists' | 'totals'> {
  of: Target
  /** It became the target within the interval: nothing here is of all of that. */
  partial?: true
}

/** A table's place of a column; -1 where it has none. */
export const columnAt = ({ columns }: Table, id: string): number => columns.indexOf(id)

/** Of the column that has a dimension. */
export const dimensionAt = (table: Table, fields: readonly FieldSpec[], dim: Dimension): number => {
  const field = fields.find((each) => each.dim === dim)
  return field ? columnAt(table, field.id) : -1
}
