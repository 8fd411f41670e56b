// Copies a grid of cells into blessed's own cell lines, through a table from role to attribute. Much cheaper than
// handing blessed strings to parse, and exact in width.
import type { Grid } from '../app/app-types.ts'
import { charIn, codeIn, roleIn } from '../app/cell.ts'
import { blankOf } from './attributes.ts'
import { LEAST_SHIFTED, movedParts, shiftCells } from './shifts.ts'

/** A row of blessed's screen.lines: [attribute, character] cells and whether it must be compared when drawing. */
export interface Line extends Array<[number, string]> {
  dirty?: boolean
  /** How it differs from what the terminal shows, where that was found by the grids. */
  known?: Known
}

interface Known {
  /** Parts that were moved to the left by a column, one after another: of each its first and last cell. */
  shifted: [from: number, to: number][]
  /** Cells that differ then, from left to right. */
  differing: number[]
}

/** What is in lines: of a grid, and nothing else. */
export interface Painted {
  lines: Line[]
  grid: Grid
  attributes: Int32Array
}

/** Brings the lines up to the grid; only rows that differ are marked for drawing. Where the grid is smaller than the
 * screen (between a resize and the next frame) the rest is blank. `painted`: what the lines have, if that is known; of a frame
 * most is as it was in the one before. */
export const paint = (lines: Line[], grid: Grid, attributes: Int32Array, painted?: Painted): void => {
  const blanks = blanksOf(attributes)
  if (painted && isLike(painted, lines, grid, attributes))
    return paintOver(lines, grid, attributes, blanks, painted.grid)
  for (let y = 0; y < lines.length; y++) {
    const line = lines[y]!
    for (let x = 0; x < line.length; x++) paintCell(line, grid, x, y, attributes, blanks)
  }
}

const isLike = (painted: Painted, lines: Line[], { width, height }: Grid, attributes: Int32Array): boolean =>
  painted.lines === lines &&
  painted.attributes === attributes &&
  painted.grid.width === width &&
  painted.grid.height === height

/** The cells that differ from those of the grid that is there. */
const paintOver = (lines: Line[], grid: Grid, attributes: Int32Array, blanks: Int32Array, there: Grid): void => {
  const { cells, width } = grid
  const height = Math.min(grid.height, lines.length)
  for (let y = 0; y < height; y++) {
    const start = y * width
    const from = firstDiffering(cells, there.cells, start, width)
    if (from === width) continue
    const line = lines[y]!
    const old = there.cells.slice(start, start + width)
    let end = width
    while (cells[start + end - 1] === old[end - 1]) end--
    const shifted = end - from >= LEAST_SHIFTED ? shiftsIn(cells, start, old, from, end) : []
    const known: Known = { shifted, differing: [] }
    for (let i = 0; i < shifted.length; i++) {
      const [first, last] = shifted[i]!
      shiftCells(line, first, last)
      old.copyWithin(first, first + 1, last + 1)
      old[last] = NONE
      // it may be beyond what differed
      if (last === end) end++
    }
    for (let x = from; x < end; x++) {
      const cell = cells[start + x]!
      if (cell === old[x]) continue
      // whether a character is wide is in the cell behind it
      const isBehind = x > 0 && (codeIn(cell) === 0) !== (codeIn(old[x]!) === 0)
      if (isBehind && paintCell(line, grid, x - 1, y, attributes, blanks)) known.differing.push(x - 1)
      if (paintCell(line, grid, x, y, attributes, blanks)) known.differing.push(x)
    }
    line.known = known
    line.dirty = true
  }
}

/** Of a row; its width where there is none. */
const firstDiffering = (cells: Int32Array, there: Int32Array, start: number, width: number): number => {
  for (let x = 0; x < width; x++) if (cells[start + x] !== there[start + x]) return x
  return width
}

/** No cell of a grid: a blank of the terminal's own is there. */
const NONE = -1

/** From the first cell that differs to before `end`. */
const shiftsIn = (cells: Int32Array, start: number, old: Int32Array, from: number, end: number): Known['shifted'] =>
  movedParts(
    from,
    Math.min(end, old.length - 1),
    (x) => cells[start + x] === old[x + 1],
    (x) => cells[start + x] === old[x],
  ).filter(([first, last]) => areNarrow(old, first, last))

const areNarrow = (cells: Int32Array, from: number, to: number): boolean => {
  for (let x = from; x <= to; x++) if (!isNarrow(cells, x)) return false
  return true
}

/** A character of one column and one place in text. */
const isNarrow = (cells: Int32Array, x: number): boolean => {
  const code = codeIn(cells[x]!)
  return code > 0 && code <= 0xffff && (x + 1 === cells.length || codeIn(cells[x + 1]!) !== 0)
}

/** Whether it looks different now. */
const paintCell = (
  line: Line,
  grid: Grid,
  x: number,
  y: number,
  attributes: Int32Array,
  blanks: Int32Array,
): boolean => {
  const there = line[x]
  if (!there) return false
  const inside = y < grid.height && x < grid.width
  const char = inside ? cellText(grid, y * grid.width, x) : ' '
  const role = inside ? roleIn(grid.cells[y * grid.width + x]!) : 0
  const attribute = (char === ' ' ? blanks : attributes)[role]!
  if (there[0] === attribute && there[1] === char) return false
  there[0] = attribute
  there[1] = char
  line.dirty = true
  return true
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
  const char = charIn(grid.cells[start + x]!)
  if (char === '') return x === 0 ? ' ' : columnAddress(x + 1)
  const isWide = x + 1 < grid.width && codeIn(grid.cells[start + x + 1]!) === 0
  return isWide ? `  ${columnAddress(x)}${char}` : char
}

const columnAddress = (x: number): string => `\x1b[${x + 1}G`
