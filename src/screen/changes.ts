// What to write so that a terminal shows the lines wanted: the cells that differ from those it shows, which are noted.
// Takes the place of blessed's Screen.draw, which puts each colour together anew and copies the line so far to do so.
import { attributeCode, PLAIN } from './attributes.ts'
import type { Line } from './painter.ts'

export const changes = (lines: Line[], shown: Line[]): string => {
  let text = ''
  for (let y = 0; y < lines.length; y++) {
    if (!lines[y]!.dirty) continue
    lines[y]!.dirty = false
    text += changesOf(lines[y]!, shown[y]!, y + 1)
  }
  return text
}

/** Begins and ends without colours. The cursor is moved by column number, never relatively: one character of unexpected
 * width would shift the rest. */
const changesOf = (line: Line, shown: Line, row: number): string => {
  let text = ''
  let attribute = PLAIN
  let cursor = -1
  for (let x = 0; x < line.length; x++) {
    const cell = line[x]!
    const old = shown[x]!
    if (cell[0] === old[0] && cell[1] === old[1]) continue
    if (cursor !== x) text += `\x1b[${row};${x + 1}H`
    if (cell[0] !== attribute) text += attributeCode(cell[0])
    text += cell[1]
    old[0] = attribute = cell[0]
    old[1] = cell[1]
    cursor = x + 1
  }
  return attribute === PLAIN ? text : `${text}\x1b[m`
}
