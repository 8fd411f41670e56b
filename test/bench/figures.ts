// What the bench measures, as plain data: one figure is one thing measured on one row (a tool, a size) several times.
// Everything else (tables, limits, files, comparison) is derived from these.
import { median, quantile } from 'd3-array'

export interface Figure {
  /** The part of the bench, such as `calls`. */
  part: string
  /** What ran: `bare`, `probetop`, `10000 threads`. */
  row: string
  /** What was measured, with its unit: `ns a call`. */
  name: string
  /** One value a run. */
  values: number[]
  /** For each, the same work with nothing attached: the mean of just before and just after. */
  bare?: number[]
  /** Why there are none. */
  missing?: string
}

export const keyOf = ({ part, row, name }: Pick<Figure, 'part' | 'row' | 'name'>): string =>
  `${part} / ${row} / ${name}`

export const find = (figures: readonly Figure[], part: string, row: string, name: string): Figure | undefined =>
  figures.find(
    (figure) => figure.part === part && figure.row === row && figure.name === name && figure.values.length > 0,
  )

export const medianOf = (figure: Pick<Figure, 'values'> | undefined): number | undefined =>
  figure && median(figure.values)

/** Half the distance between the quartiles; 0 for a single run. */
export const spreadOf = ({ values }: Pick<Figure, 'values'>): number =>
  ((quantile(values, 0.75) ?? 0) - (quantile(values, 0.25) ?? 0)) / 2

/** What a row adds to the bare runs around it: a machine whose speed changes changes both. */
export const added = ({ values, bare }: Figure): number[] => (bare ? values.map((value, i) => value - bare[i]!) : [])

/** The same as a share of the bare run, which does not depend on how fast the machine was at that moment. */
export const addedShare = ({ values, bare }: Figure): number[] =>
  bare ? values.map((value, i) => value / bare[i]! - 1) : []

/** Newer figures take the place of older ones of the same key. */
export const merge = (older: readonly Figure[], newer: readonly Figure[]): Figure[] => {
  const fresh = new Map(newer.map((figure) => [keyOf(figure), figure]))
  const known = new Set(older.map(keyOf))
  return [
    ...older.map((figure) => fresh.get(keyOf(figure)) ?? figure),
    ...newer.filter((figure) => !known.has(keyOf(figure))),
  ]
}

/** The runs of both. */
export const addTo = (older: readonly Figure[], newer: readonly Figure[]): Figure[] => {
  const known = new Map(older.map((figure) => [keyOf(figure), figure]))
  return merge(
    older,
    newer.map((figure) => {
      const before = known.get(keyOf(figure))
      const values = [...(before?.values ?? []), ...figure.values]
      return { ...figure, values, ...(figure.bare && { bare: [...(before?.bare ?? []), ...figure.bare] }) }
    }),
  )
}
