// What moved to the left by one column, as a heat map does each interval: the terminal can do that itself, by one character taken
// out of the line at the left of what moves, and a blank put in at its right.
import { PLAIN } from './attributes.ts'
import { moveInRow, moveTo } from './pen.ts'
import { SPACE, type Picture } from './picture.ts'
import type { Sink } from './sink.ts'

/** Fewer cells than that are as soon written anew. */
const LEAST_SHIFTED = 6

/** Moves in what is shown, and says how, what moved between two cells of a row; `end` is the last of them. */
export const shiftRow = (to: Sink, wanted: Picture, shown: Picture, y: number, from: number, end: number): void => {
  const { width, looks, chars } = wanted
  const { looks: oldLooks, chars: oldChars } = shown
  const start = y * width
  let first = -1
  let last = -1
  let differing = 0
  for (let at = start + from; at <= start + end; at++) {
    const char = chars[at]!
    const old = oldChars[at]!
    const isMoved =
      at < start + end &&
      char === oldChars[at + 1] &&
      looks[at] === oldLooks[at + 1] &&
      // without half a character anywhere
      isNarrow(char) &&
      isNarrow(old)
    if (!isMoved) {
      if (differing >= LEAST_SHIFTED) shift(to, shown, y, first - start, last + 1 - start)
      differing = 0
    } else if (char !== old || looks[at] !== oldLooks[at]) {
      if (differing++ === 0) first = at
      last = at
    }
  }
}

/** A character of one column and one place in text. */
const isNarrow = (char: number): boolean => char > 0 && char <= 0xffff

/** As the terminal does it: from the first cell to the last. */
const shift = (to: Sink, { width, looks, chars }: Picture, y: number, first: number, last: number): void => {
  const start = y * width
  looks.copyWithin(start + first, start + first + 1, start + last + 1)
  chars.copyWithin(start + first, start + first + 1, start + last + 1)
  looks[start + last] = PLAIN
  chars[start + last] = SPACE
  moveTo(to, first, y)
  to.ascii('\x1b[P')
  moveInRow(to, last)
  to.ascii('\x1b[@')
}
