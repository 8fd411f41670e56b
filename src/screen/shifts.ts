// What moved to the left by one column, as a heat map does each interval: the terminal can do that itself, by one character taken
// out of the line at the left of what moves, and a blank put in at its right.
import { PLAIN } from './attributes.ts'

/** Fewer cells than that are as soon written anew. */
export const LEAST_SHIFTED = 6

/** Parts between two cells that moved, each by its first and last cell. `isMoved`: what is in a cell was in the next;
 * `stays`: it was in this one as well. */
export const movedParts = (
  from: number,
  end: number,
  isMoved: (x: number) => boolean,
  stays: (x: number) => boolean,
): [from: number, to: number][] => {
  const found: [number, number][] = []
  let first = -1
  let last = -1
  let differing = 0
  for (let x = from; x <= end; x++) {
    if (x < end && isMoved(x)) {
      if (stays(x)) continue
      if (differing++ === 0) first = x
      last = x
      continue
    }
    if (differing >= LEAST_SHIFTED) found.push([first, last + 1])
    differing = 0
  }
  return found
}

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
