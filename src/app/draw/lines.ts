// Pages of text in a frame, scrolled.
import { formatCount } from '../format.ts'
import { lastScroll, lineWidth, pageLines, type Line, type Piece } from '../lines.ts'
import { drawBox } from './box.ts'
import { put, putRight, tint, type Canvas } from './grid.ts'
import type { Rect } from '../app-types.ts'
import { glyphsFor } from '../glyphs.ts'

export const drawLines = (
  canvas: Canvas,
  rect: Rect,
  title: string,
  lines: readonly Line[],
  scroll: number,
  status?: Piece,
  focused = true,
): void => {
  drawFrame(canvas, rect, title, status, focused)
  const room = pageLines(rect.height)
  const first = Math.min(scroll, lastScroll(lines.length, rect.height))
  lines
    .slice(first, first + room)
    .forEach((line, index) => drawLine(canvas, rect.x + 2, rect.y + 1 + index, line, rect.width - 3))
  const more = lines.length - first - room
  const { down, up } = glyphsFor(canvas.unicode)
  if (more > 0) putRight(canvas, rect.x + rect.width - 2, rect.y + rect.height - 1, ` ${down} ${more} more `, 'label')
  if (first > 0) put(canvas, rect.x + 2, rect.y + rect.height - 1, ` ${up} ${first} above `, 'label')
}

export const drawLine = (canvas: Canvas, x: number, y: number, line: Line, width: number): void => {
  let at = x
  for (const [text, role] of line) at = put(canvas, at, y, text, role ?? 'text', x + width - at)
  // what goes on beyond the edge says so
  if (at >= x + width && lineWidth(line) > width)
    put(canvas, x + width - 1, y, glyphsFor(canvas.unicode).cut, line.at(-1)?.[1] ?? 'text')
  // from edge to edge, as in tables
  if (line.some(([, role]) => role === 'selection')) tint(canvas, x - 1, y, width + 1, 'selection')
}

const drawFrame = (canvas: Canvas, rect: Rect, title: string, status: Piece | undefined, focused: boolean): void => {
  const { x, y, width } = rect
  drawBox(canvas, rect, focused ? 'borderFocus' : 'border')
  const right = status ? putRight(canvas, x + width - 1, y, ` ${status[0]} `, status[1]) : x + width - 1
  put(canvas, x + 1, y, ` ${title} `, focused ? 'title' : 'label', right - x - 1)
}

export interface Beyond {
  above: number
  below: number
}

/** How many rows are out of sight, at the right of the frame's lower line. Returns the columns taken. */
export const drawBeyond = (canvas: Canvas, rect: Rect, { above, below }: Beyond, wide: boolean): number => {
  const { down, up } = glyphsFor(canvas.unicode)
  const parts = [
    ...(above > 0 ? [`${up} ${formatCount(above)}${wide ? ' above' : ''}`] : []),
    ...(below > 0 ? [`${down} ${formatCount(below)}${wide ? ' more' : ''}`] : []),
  ]
  if (parts.length === 0) return 0
  const right = rect.x + rect.width - 2
  return right - putRight(canvas, right, rect.y + rect.height - 1, ` ${parts.join('  ')} `, 'label')
}
