// The frame around a rectangle. Neighbours that lie over each other by a column share that line.
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { charIn } from '../cell.ts'
import { fill, put, type Canvas } from './grid.ts'

export const drawBox = (canvas: Canvas, { x, y, width, height }: Rect, role: Role): void => {
  const { horizontal, vertical, corners, tees } = glyphsFor(canvas.unicode)
  const [right, bottom] = [x + width - 1, y + height - 1]
  const before = [
    charAt(canvas, x, y),
    charAt(canvas, right, y),
    charAt(canvas, x, bottom),
    charAt(canvas, right, bottom),
  ]
  for (const row of [y, bottom]) fill(canvas, { x, y: row, width, height: 1 }, role, horizontal)
  for (const column of [x, right]) fill(canvas, { x: column, y: y + 1, width: 1, height: height - 2 }, role, vertical)
  corners.forEach((corner, index) => {
    const tee = tees[index < 2 ? 0 : 1]
    // the corner that is there already is the neighbour's
    const isShared = before[index] === tee || before[index] === corners[index ^ 1]
    put(canvas, index % 2 === 0 ? x : right, index < 2 ? y : bottom, isShared ? tee : corner, role)
  })
}

const charAt = (canvas: Canvas, x: number, y: number): string => charIn(canvas.cells[y * canvas.width + x] ?? 0)
