// Shares in whole cells of a line.

/** Whole cells that add up; what is left over goes to the largest rests. Less than nothing, or what is no finite number, as a
 * file may have it, is nothing. */
export const wholeCells = (given: readonly number[], width: number): number[] => {
  const values = given.map((value) => (Number.isFinite(value) ? Math.max(0, value) : 0))
  const sum = values.reduce((all, value) => all + value, 0)
  if (sum <= 0 || sum === Infinity) return values.map(() => 0)
  const exact = values.map((value) => (value / sum) * width)
  const cells = exact.map(Math.floor)
  const rests = exact.map((value, index) => ({ index, rest: value - cells[index]! })).sort((a, b) => b.rest - a.rest)
  const left = width - cells.reduce((all, count) => all + count, 0)
  for (const { index } of rests.slice(0, Math.max(0, left))) cells[index]!++
  return cells
}
