// Makes the picture that a terminal shall show of a grid of cells, through a table from role to attribute, and of charts over it.
import type { Grid, Rect } from '../app/app-types.ts'
import { codeIn, roleIn } from '../app/cell.ts'
import { blankOf } from './attributes.ts'
import type { Line } from './blessed-screen.ts'
import { blankPicture, SPACE, WIDE, type Picture } from './picture.ts'

/** And of each row the part that may differ from what the terminal shows; `to` is 0 where none does. */
export interface Wanted extends Picture {
  readonly from: Int32Array
  readonly to: Int32Array
}

/** What is in a picture: of a grid, and nothing else. */
export interface Painted {
  grid: Grid
  attributes: Int32Array
}

export const createWanted = (width: number, height: number): Wanted => ({
  ...blankPicture(width, height),
  from: new Int32Array(height),
  to: new Int32Array(height),
})

/** Where the grid is smaller than the screen (between a resize and the next frame) the rest is blank. `painted`: what the
 * picture has, if that is known; of a frame most is as it was in the one before. */
export const paint = (wanted: Wanted, grid: Grid, attributes: Int32Array, painted?: Painted): void => {
  const { width, height, from, to } = wanted
  const blanks = blanksOf(attributes)
  const there = painted && isLike(painted, wanted, grid, attributes) ? painted.grid.cells : undefined
  for (let y = 0; y < height; y++) {
    const start = y * width
    from[y] = there ? firstDiffering(grid.cells, there, start, width) : 0
    to[y] = 0
    if (from[y] === width) continue
    let end = width
    if (there) while (grid.cells[start + end - 1] === there[start + end - 1]) end--
    // whether a character is wide is in the cell behind it
    if (from[y]! > 0) from[y]!--
    to[y] = end
    paintRow(wanted, grid, y, attributes, blanks)
  }
}

const isLike = (painted: Painted, wanted: Wanted, { width, height }: Grid, attributes: Int32Array): boolean =>
  painted.attributes === attributes &&
  painted.grid.width === width &&
  painted.grid.height === height &&
  wanted.width === width &&
  wanted.height === height

/** Of a row; its width where there is none. */
const firstDiffering = (cells: Int32Array, there: Int32Array, start: number, width: number): number => {
  for (let x = 0; x < width; x++) if (cells[start + x] !== there[start + x]) return x
  return width
}

const paintRow = (
  { width, looks, chars, from, to }: Wanted,
  grid: Grid,
  y: number,
  attributes: Int32Array,
  blanks: Int32Array,
): void => {
  const { cells } = grid
  const end = to[y]!
  const inside = y < grid.height ? Math.min(end, grid.width) : 0
  const row = y * grid.width
  const start = y * width
  for (let x = from[y]!; x < inside; x++) {
    const cell = cells[row + x]!
    let char = codeIn(cell)
    if (char === 0 && x === 0) char = SPACE
    looks[start + x] = (char === SPACE ? blanks : attributes)[roleIn(cell)]!
    chars[start + x] = x + 1 < grid.width && codeIn(cells[row + x + 1]!) === 0 ? char | WIDE : char
  }
  for (let x = Math.max(inside, from[y]!); x < end; x++) {
    looks[start + x] = blanks[0]!
    chars[start + x] = SPACE
  }
}

/** What blessed drew there is over what the grid has. */
export const overlay = (wanted: Wanted, lines: readonly Line[], rect: Rect): void => {
  const { width, height, looks, chars, from, to } = wanted
  const right = Math.min(width, rect.x + rect.width)
  for (let y = rect.y; y < Math.min(height, rect.y + rect.height); y++) {
    const line = lines[y]
    for (let x = rect.x; line && x < right; x++) {
      const [look, char] = line[x]!
      chars[y * width + x] = char.codePointAt(0) ?? SPACE
      looks[y * width + x] = char === ' ' ? blankOf(look) : look
    }
    if (to[y] === 0 || from[y]! > rect.x) from[y] = rect.x
    to[y] = Math.max(to[y]!, right)
  }
}

const blankTables = new WeakMap<Int32Array, Int32Array>()

const blanksOf = (attributes: Int32Array): Int32Array => {
  let table = blankTables.get(attributes)
  if (!table) blankTables.set(attributes, (table = attributes.map(blankOf)))
  return table
}
