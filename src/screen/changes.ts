// What to write so that a terminal shows the lines wanted: what has moved is moved, then the cells that differ from those it
// shows, which are noted.
// Takes the place of blessed's Screen.draw, which puts each colour together anew and copies the line so far to do so.
import { PLAIN } from './attributes.ts'
import type { Line } from './painter.ts'
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
    line.differing = undefined
  }
  return isPlain(pen) ? text : `${text}\x1b[m`
}

/** Fewer cells than that are as soon written anew. */
const LEAST_SHIFTED = 6

/** A heat map moves to the left by a column an interval: the terminal can do that itself, by one character taken out of the
 * line at the left of what moves, and a blank put in at its right. */
const shifts = (line: Line, shown: Line, row: number): string => {
  let text = ''
  let from = -1
  let to = -1
  let differing = 0
  const end = line.differing?.to ?? line.length
  for (let x = line.differing?.from ?? 0; x < end; x++) {
    // not taken apart at once: this is done for every cell
    const cell = line[x]!
    const old = shown[x]!
    const next = shown[x + 1]
    if (next && cell[0] === next[0] && cell[1] === next[1] && cell[1].length === 1 && old[1].length === 1) {
      if (cell[0] === old[0] && cell[1] === old[1]) continue
      if (differing++ === 0) from = x
      to = x
      continue
    }
    if (differing >= LEAST_SHIFTED) text += shift(shown, row, from, to + 1)
    differing = 0
  }
  return differing >= LEAST_SHIFTED ? text + shift(shown, row, from, to + 1) : text
}

/** Notes what the terminal shows then. */
const shift = (shown: Line, row: number, from: number, to: number): string => {
  const blank = shown[from]!
  for (let x = from; x < to; x++) shown[x] = shown[x + 1]!
  blank[0] = PLAIN
  blank[1] = ' '
  shown[to] = blank
  return `\x1b[${row};${from + 1}H\x1b[P\x1b[${to + 1}G\x1b[@`
}

const changesOf = (line: Line, shown: Line, row: number, pen: Pen): string => {
  let text = ''
  // and the blank that was put in where all has moved
  const end = Math.min(line.length, (line.differing?.to ?? line.length) + 1)
  for (let x = line.differing?.from ?? 0; x < end; x++) {
    const cell = line[x]!
    const old = shown[x]!
    if (cell[0] === old[0] && cell[1] === old[1]) continue
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
