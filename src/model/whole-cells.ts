// Shares in whole cells of a line.

/** Whole cells that add up; what is left over goes to the largest rests. */
export const wholeCells = (values: readonly number[], width: number): number[] => {
  const sum = values.reduce((all, value) => all + value, 0)
  if (sum <= 0) return values.map(() => 0)
  const exact = values.map((value) => (value / sum) * width)
  const cells = exact.map(Math.floor)
  const rests = exact.map((value, index) => ({ index, rest: value - cells[index]! })).sort((a, b) => b.rest - a.rest)
  const left = width - cells.reduce((all, count) => all + count, 0)
  for (const { index } of rests.slice(0, Math.max(0, left))) cells[index]!++
  return cells
}
