// Copies a grid of cells into blessed's own cell lines, through a table from role to attribute. Much cheaper than
// handing blessed strings to parse, and exact in width.
import type { Grid } from '../app/app-types.ts'
import { blankOf } from './attributes.ts'

/** A row of blessed's screen.lines: [attribute, character] cells and whether it must be compared when drawing. */
export interface Line extends Array<[number, string]> {
  dirty?: boolean
}

/** Brings the lines up to the grid; only rows that differ are marked for drawing. Where the grid is smaller than the
 * screen (between a resize and the next frame) the rest is blank. */
export const paint = (lines: Line[], grid: Grid, attributes: Int32Array): void => {
  const blanks = blanksOf(attributes)
  for (let y = 0; y < lines.length; y++) {
    const line = lines[y]!
    const start = y * grid.width
    for (let x = 0; x < line.length; x++) {
      const inside = y < grid.height && x < grid.width
      const role = inside ? grid.roles[start + x]! : 0
      const char = inside ? cellText(grid, start, x) : ' '
      const attribute = (char === ' ' ? blanks : attributes)[role]!
      const cell = line[x]!
      if (cell[0] === attribute && cell[1] === char) continue
      cell[0] = attribute
      cell[1] = char
      line.dirty = true
    }
  }
}

const blankTables = new WeakMap<Int32Array, Int32Array>()

const blanksOf = (attributes: Int32Array): Int32Array => {
  let table = blankTables.get(attributes)
  if (!table) blankTables.set(attributes, (table = attributes.map(blankOf)))
  return table
}

// Terminals do not agree on which characters are wide. So both cells are blanked before one is written, and the right
// half holds a movement to the column after it: a disagreement costs the look of this character, and shifts nothing.
const cellText = (grid: Grid, start: number, x: number): string => {
  const char = grid.chars[start + x]!
  if (char === '') return x === 0 ? ' ' : columnAddress(x + 1)
  const isWide = x + 1 < grid.width && grid.chars[start + x + 1] === ''
  return isWide ? `  ${columnAddress(x)}${char}` : char
}

const columnAddress = (x: number): string => `\x1b[${x + 1}G`
