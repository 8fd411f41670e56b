// Two sets of figures side by side: the ratio of the medians, and whether it says anything, given how far runs lie apart.
import { keyOf, medianOf, spreadOf } from './figures.ts'
import type { Figure } from './figures.ts'
import { number, table, withSpread } from './tables.ts'

/** A row for each figure that both have. */
export const compareTable = (now: readonly Figure[], before: readonly Figure[]): string => {
  const known = new Map(before.filter(({ values }) => values.length > 0).map((figure) => [keyOf(figure), figure]))
  const rows = now
    .filter(({ values }) => values.length > 0)
    .flatMap((figure) => {
      const old = known.get(keyOf(figure))
      if (!old) return []
      const ratio = medianOf(figure)! / medianOf(old)!
      const beyond = Math.abs(medianOf(figure)! - medianOf(old)!) > spreadOf(figure) + spreadOf(old)
      return [[keyOf(figure), withSpread(old), withSpread(figure), number(ratio), beyond ? '' : 'within the spread']]
    })
  return rows.length === 0
    ? 'nothing to compare: no figure is in both'
    : table(['figure', 'before', 'now', 'ratio', ''], rows)
}
