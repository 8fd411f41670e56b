// What moved to the left by one column, as a heat map does each interval: the terminal can do that itself, by one character taken
// out of the line at the left of what moves, and a blank put in at its right.
import { PLAIN } from './attributes.ts'

/** Fewer cells than that are as soon written anew. */
export const LEAST_SHIFTED = 6

/** As the terminal does it: from the first cell to the last. */
export const shiftCells = (cells: [number, string][], from: number, to: number): void => {
  const blank = cells[from]!
  for (let x = from; x < to; x++) cells[x] = cells[x + 1]!
  blank[0] = PLAIN
  blank[1] = ' '
  cells[to] = blank
}

export const shiftText = (row: number, from: number, to: number): string =>
  `\x1b[${row};${from + 1}H\x1b[P\x1b[${to + 1}G\x1b[@`
