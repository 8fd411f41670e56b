// What to write so that a terminal shows the picture wanted: what has moved is moved, then the cells that differ from those it
// shows, which are noted.
// Takes the place of blessed's Screen.draw, which puts each colour together anew and copies the line so far to do so.
import type { Wanted } from './painter.ts'
import type { Picture } from './picture.ts'
import { isFree, moveInRow, moveTo, plainPen, tellPlain, write, type Pen } from './pen.ts'
import { shiftRow } from './shifts.ts'
import type { Sink } from './sink.ts'

/** Begins and ends without colours. */
export const writeChanges = (to: Sink, wanted: Wanted, shown: Picture): void => {
  const { width, height } = wanted
  // before anything is coloured: terminals do not agree on the colour of a blank put in
  for (let y = 0; y < height; y++)
    if (wanted.to[y] !== 0) shiftRow(to, wanted, shown, y, wanted.from[y]!, Math.min(wanted.to[y]!, width - 1))
  const pen = plainPen(to)
  for (let y = 0; y < height; y++) {
    // the blank put in may be beyond what differed
    if (wanted.to[y] !== 0) writeRow(pen, wanted, shown, y, wanted.from[y]!, Math.min(wanted.to[y]! + 1, width))
  }
  tellPlain(pen)
}

const writeRow = (pen: Pen, wanted: Picture, shown: Picture, y: number, from: number, end: number): void => {
  const { width, looks, chars } = wanted
  const { looks: oldLooks, chars: oldChars } = shown
  const start = y * width
  for (let x = from; x < end; x++) {
    const look = looks[start + x]!
    const char = chars[start + x]!
    if (char === oldChars[start + x] && look === oldLooks[start + x]) continue
    if (pen.column !== x || pen.row !== y) move(pen, wanted, y, x)
    write(pen, look, char, x)
    oldLooks[start + x] = look
    oldChars[start + x] = char
    pen.row = y
    pen.column = x + 1
  }
}

/** What a movement within a row takes beside its number. */
const IN_ROW = 3

/** Across few cells of the same look by writing them again, else by column number, never relatively: one character of
 * unexpected width would shift the rest. */
const move = (pen: Pen, { width, looks, chars }: Picture, y: number, x: number): void => {
  if (pen.row !== y) return moveTo(pen.to, x, y)
  const start = y * width
  const isShort = x - pen.column < IN_ROW + String(x + 1).length
  for (let at = pen.column; at < x; at++)
    if (!isShort || !isFree(pen, looks[start + at]!, chars[start + at]!)) return moveInRow(pen.to, x)
  for (let at = pen.column; at < x; at++) pen.to.char(chars[start + at]!)
}
