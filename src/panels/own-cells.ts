// Cells of panels of ours, whose rows are objects: what their columns' operators say of the fields of such an object, and the
// few that are functions of the panel, by the names that the spec has for these.
import { percentileNs } from '../model/base/histogram.ts'
import { percentOf, perSecond, ratio } from '../model/base/rates.ts'
import { leastFor, togetherOf } from '../model/tables/evaluate.ts'
import type { ColumnSpec, Expression } from '../stream/spec.ts'
import type { Hist } from '../stream/stream-types.ts'
import type { Cell } from './panel-types.ts'

/** One cell of a row, of an interval of that length which ended then; `total`: what shares are of. */
export type CellOf<T> = (of: T, intervalMs: number, atMs: number, total?: number) => Cell

/** What the spec calls `named`. */
export type NamedCells<T> = Readonly<Record<string, CellOf<T>>>

/** As the columns are: all of them, and those that are shown in every size. */
export interface Cells<T> {
  readonly all: readonly CellOf<T>[]
  readonly usual: readonly CellOf<T>[]
}

export const cellsFor = <T extends object>(columns: readonly ColumnSpec[], named: NamedCells<T> = {}): Cells<T> => {
  const all = columns.map(({ value }) => cellOf(value, named))
  return { all, usual: all.filter((_, index) => !columns[index]!.detail) }
}

const cellOf = <T extends object>(value: Expression, named: NamedCells<T>): CellOf<T> => {
  if ('named' in value) {
    const own = named[value.named]
    if (!own) throw new Error(`no cell is named ${value.named}`)
    return own
  }
  if ('value' in value) return asItIs(value.value)
  if ('perSecond' in value) return rateOf(value.perSecond)
  if ('timeShare' in value) return shareOf(value.timeShare)
  if ('ratio' in value) return ratioOf(...value.ratio)
  if ('shareOfTotal' in value) return shareOfTotal(value.shareOfTotal)
  if ('percentile' in value) return percentileIn(value.percentile, value.p)
  throw new Error(`no row is an object for ${Object.keys(value)[0]}`)
}

const fieldOf = (of: object, field: string): unknown => (of as Record<string, unknown>)[field]

const numberIn = (of: object, field: string): number | undefined => {
  const value = fieldOf(of, field)
  return typeof value === 'number' ? value : undefined
}

const asItIs =
  (field: string): CellOf<object> =>
  (of) =>
    (fieldOf(of, field) as Cell | null) ?? undefined

const rateOf =
  (field: string): CellOf<object> =>
  (of, intervalMs) =>
    perSecond(numberIn(of, field), intervalMs)

const shareOf =
  (fields: string | readonly string[]): CellOf<object> =>
  (of, intervalMs) =>
    percentOf(
      togetherOf(fields, (field) => numberIn(of, field)),
      intervalMs,
    )

const ratioOf =
  (sum: string, count: string): CellOf<object> =>
  (of) => {
    const [a, b] = [numberIn(of, sum), numberIn(of, count)]
    return a === undefined || b === undefined ? undefined : ratio(a, b)
  }

const shareOfTotal =
  (field: string): CellOf<object> =>
  (of, _intervalMs, _atMs, total) => {
    const value = numberIn(of, field)
    return value === undefined || !total ? undefined : (100 * value) / total
  }

const percentileIn = (field: string, p: number): CellOf<object> => {
  const least = leastFor(p)
  return (of) => {
    const hist = fieldOf(of, field) as Hist | undefined
    if (!hist || hist.count < least) return undefined
    return p >= 100 ? hist.maxNs : percentileNs(hist, p / 100)
  }
}
