// Rows that read as those of the interval before become these very ones, so that nobody need look again for what has
// changed (delta.ts): of a probe that makes all of its rows anew.
import { LOOK_AHEAD } from './delta.ts'
import type { TableCell } from './tables.ts'

/** One for each table. Rows mostly come in the order of before: looked for a little further on only. */
export const sameRows = (): ((rows: TableCell[][]) => TableCell[][]) => {
  let before: readonly TableCell[][] = []
  return (rows) => {
    let next = 0
    const same = rows.map((row) => {
      for (let i = next; i < Math.min(before.length, next + LOOK_AHEAD); i++) {
        const known = before[i]!
        if (!readsAs(known, row)) continue
        next = i + 1
        return known
      }
      return row
    })
    before = same
    return same
  }
}

const readsAs = (known: readonly TableCell[], row: readonly TableCell[]): boolean => {
  if (known.length !== row.length) return false
  for (let i = 0; i < row.length; i++) if (known[i] !== row[i]) return false
  return true
}
