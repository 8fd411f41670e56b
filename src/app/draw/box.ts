// The frame around a rectangle. Neighbours that lie over each other by a column share that line.
import { charIn } from '../cell.ts'
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { fill, put, type Canvas } from './grid.ts'

export const drawBox = (canvas: Canvas, { x, y, width, height }: Rect, role: Role): void => {
  const { horizontal, vertical, corners, tees } = glyphsFor(canvas.unicode)
  const right = x + width - 1
  const bottom = y + height - 1
  const before = [
    charAt(canvas, x, y),
    charAt(canvas, right, y),
    charAt(canvas, x, bottom),
    charAt(canvas, right, bottom),
  ]
  fill(canvas, { x, y, width, height: 1 }, role, horizontal)
  fill(canvas, { x, y: bottom, width, height: 1 }, role, horizontal)
  fill(canvas, { x, y: y + 1, width: 1, height: height - 2 }, role, vertical)
  fill(canvas, { x: right, y: y + 1, width: 1, height: height - 2 }, role, vertical)
  for (let index = 0; index < corners.length; index++) {
    const tee = tees[index < 2 ? 0 : 1]
    // the corner that is there already is the neighbour's
    const isShared = before[index] === tee || before[index] === corners[index ^ 1]
    put(canvas, index % 2 === 0 ? x : right, index < 2 ? y : bottom, isShared ? tee : corners[index]!, role)
  }
}

const charAt = (canvas: Canvas, x: number, y: number): string => charIn(canvas.cells[y * canvas.width + x] ?? 0)
