// A screenful of cells and the few ways to write to it. Foreign text is made harmless here, too, whatever came before:
// nothing but one printable character a cell can get into a grid.
import type { Grid, Hit, Rect } from '../app-types.ts'
import { ROLES, type Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { cellOf, codeIn } from '../cell.ts'
import { charWidth, displayWidth, isDrawing, toAscii } from '../width.ts'

export interface Canvas extends Grid {
  /** False: everything beyond ASCII is replaced. */
  unicode: boolean
  hits: Hit[]
}

export const ROLE_INDEX = Object.fromEntries(ROLES.map((role, index) => [role, index])) as Record<Role, number>

const SPACE = 0x20
const BLANK = cellOf(SPACE, 0)

export const createCanvas = (width: number, height: number, unicode: boolean): Canvas => ({
  width,
  height,
  unicode,
  hits: [],
  cells: new Int32Array(width * height).fill(BLANK),
})

/** What a click there means. */
export const hit = (
  canvas: Canvas,
  { x, y, width, height }: Rect,
  action: Hit['action'],
  places?: Pick<Hit, 'at' | 'drag'>,
): void => {
  canvas.hits.push(places ? { x, y, width, height, action, ...places } : { x, y, width, height, action })
}

/** Writes text and returns the column after it. Cut at `limit` columns and at the edge; never wraps. */
export const put = (
  canvas: Canvas,
  x: number,
  y: number,
  text: string,
  role: Role = 'text',
  limit = Infinity,
): number => {
  if (y < 0 || y >= canvas.height) return x
  const index = ROLE_INDEX[role]
  const end = Math.min(canvas.width, x + limit)
  const column = putNarrow(canvas, x, y, text, index, end)
  return column ?? putAny(canvas, x, y, text, index, end)
}

const putAny = (canvas: Canvas, x: number, y: number, text: string, role: number, end: number): number => {
  const clean = canvas.unicode ? sanitize(text) : toAscii(sanitize(text))
  let column = x
  for (const char of clean) {
    const width = charWidth(char)
    if (width === 0) continue
    if (column + width > end) break
    if (column >= 0) setCell(canvas, column, y, char, role, width)
    column += width
  }
  return column
}

/** Characters of one column each that stand for themselves, as in most text. Nothing where there are others: what is written
 * by then is written again. */
const putNarrow = (
  { cells, width, unicode }: Canvas,
  x: number,
  y: number,
  text: string,
  role: number,
  end: number,
): number | undefined => {
  const to = Math.min(x + text.length, end)
  const start = y * width
  const look = cellOf(0, role)
  for (let column = x; column < to; column++) {
    const code = text.charCodeAt(column - x)
    if ((code < 0x20 || code > 0x7e) && !(unicode && isDrawing(code))) return undefined
    if (column >= 0) cells[start + column] = look | code
  }
  // what is cut off may belong to the last that is not
  if (to > x && to < x + text.length && text.charCodeAt(to - x) > 0x7e) return undefined
  return Math.max(x, to)
}

/** Text that ends before column `right`. */
export const putRight = (
  canvas: Canvas,
  right: number,
  y: number,
  text: string,
  role: Role = 'text',
  limit = Infinity,
): number => {
  const width = displayWidth(canvas.unicode ? sanitize(text) : toAscii(sanitize(text)))
  const start = right - Math.min(width, limit)
  put(canvas, start, y, text, role, limit)
  return start
}

/** Text in so many columns, at their left or their right, the others blank and of its role. It has room there. */
export const putIn = (
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  text: string,
  role: Role,
  atRight: boolean,
): void => {
  const from = atRight ? x + width - displayWidth(text) : x
  blank(canvas, x, from, y, role)
  blank(canvas, put(canvas, from, y, text, role), x + width, y, role)
}

const blank = ({ cells, width, height }: Canvas, from: number, to: number, y: number, role: Role): void => {
  if (y < 0 || y >= height) return
  const cell = cellOf(SPACE, ROLE_INDEX[role])
  const end = y * width + Math.min(width, to)
  for (let at = y * width + Math.max(0, from); at < end; at++) cells[at] = cell
}

/** Of so many cells each is set faster than all at once. */
const FEW = 8

/** Blank cells of a role; with a character, a line of it. */
export const fill = (canvas: Canvas, { x, y, width, height }: Rect, role: Role, char = ' '): void => {
  const cell = cellOf(char.codePointAt(0)!, ROLE_INDEX[role])
  const { cells } = canvas
  const from = Math.max(0, x)
  const to = Math.min(canvas.width, x + width)
  const below = Math.min(canvas.height, y + height)
  for (let row = Math.max(0, y); row < below; row++) {
    const start = row * canvas.width
    if (to - from > FEW) cells.fill(cell, start + from, start + to)
    else for (let at = start + from; at < start + to; at++) cells[at] = cell
  }
}

/** Changes the role of cells and leaves their characters. */
export const tint = (canvas: Canvas, x: number, y: number, width: number, role: Role): void => {
  if (y < 0 || y >= canvas.height) return
  const { cells } = canvas
  const look = cellOf(0, ROLE_INDEX[role])
  const to = y * canvas.width + Math.min(canvas.width, x + width)
  for (let at = y * canvas.width + Math.max(0, x); at < to; at++) cells[at] = look | codeIn(cells[at]!)
}

/** Of a character that is so many columns wide. */
export const setCell = (canvas: Canvas, x: number, y: number, char: string, role: number, width: number): void => {
  const at = y * canvas.width + x
  canvas.cells[at] = cellOf(char.codePointAt(0)!, role)
  if (width === 2) canvas.cells[at + 1] = cellOf(0, role)
}
