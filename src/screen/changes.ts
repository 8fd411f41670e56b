// What to write so that a terminal shows the lines wanted: what has moved is moved, then the cells that differ from those it
// shows, which are noted.
// Takes the place of blessed's Screen.draw, which puts each colour together anew and copies the line so far to do so.
import type { Line } from './painter.ts'
import { movedParts, shiftCells, shiftText } from './shifts.ts'
import { isFree, isPlain, plainPen, write, type Pen } from './pen.ts'

/** Begins and ends without colours. */
export const changes = (lines: Line[], shown: Line[]): string => {
  let text = ''
  // before anything is coloured: terminals do not agree on the colour of a blank put in
  for (let y = 0; y < lines.length; y++) if (lines[y]!.dirty) text += shifts(lines[y]!, shown[y]!, y + 1)
  const pen = plainPen()
  for (let y = 0; y < lines.length; y++) {
    const line = lines[y]!
    if (!line.dirty) continue
    text += changesOf(line, shown[y]!, y + 1, pen)
    line.dirty = false
    line.known = undefined
  }
  return isPlain(pen) ? text : `${text}\x1b[m`
}

const shifts = (line: Line, shown: Line, row: number): string => {
  const shifted = line.known ? line.known.shifted : shiftsIn(line, shown)
  let text = ''
  for (let i = 0; i < shifted.length; i++) {
    const from = shifted[i]![0]
    const to = shifted[i]![1]
    shiftCells(shown, from, to)
    text += shiftText(row, from, to)
  }
  return text
}

const shiftsIn = (line: Line, shown: Line): [from: number, to: number][] =>
  movedParts(
    0,
    line.length - 1,
    (x) => isLike(line[x]!, shown[x + 1]!) && line[x]![1].length === 1 && shown[x]![1].length === 1,
    (x) => isLike(line[x]!, shown[x]!),
  )

const isLike = (a: Line[number], b: Line[number]): boolean => a[0] === b[0] && a[1] === b[1]

const changesOf = (line: Line, shown: Line, row: number, pen: Pen): string => {
  let text = ''
  const differing = line.known?.differing
  const count = differing ? differing.length : line.length
  for (let i = 0; i < count; i++) {
    const x = differing ? differing[i]! : i
    const cell = line[x]!
    const old = shown[x]!
    if (isLike(cell, old)) continue
    if (pen.column !== x || pen.row !== row) text += moved(pen, line, row, x)
    text += write(pen, cell[0], cell[1])
    old[0] = cell[0]
    old[1] = cell[1]
    pen.row = row
    pen.column = x + 1
  }
  return text
}

/** Across few cells of the same look by writing them again, else by column number, never relatively: one character of
 * unexpected width would shift the rest. */
const moved = (pen: Pen, line: Line, row: number, to: number): string => {
  const move = `\x1b[${to + 1}G`
  if (pen.row !== row) return `\x1b[${row};${to + 1}H`
  if (to - pen.column >= move.length) return move
  let text = ''
  for (let x = pen.column; x < to; x++) {
    const cell = line[x]!
    if (!isFree(pen, cell[0], cell[1])) return move
    text += cell[1]
  }
  return text
}
