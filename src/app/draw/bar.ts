// A share as a line in a row of cells.
import type { Role } from '../../panels/panel-types.ts'
import { halfColumns } from '../bars.ts'
import { glyphsFor } from '../glyphs.ts'
import { fill, put, type Canvas } from './grid.ts'

/** `thin`: of another kind. */
export const drawBar = (
  canvas: Canvas,
  x: number,
  y: number,
  share: number,
  width: number,
  role: Role,
  thin = false,
): void => {
  const { line, half, thinLine, thinHalf } = glyphsFor(canvas.unicode)
  const halves = halfColumns(share, width)
  const whole = halves >> 1
  fill(canvas, { x, y, width: whole, height: 1 }, role, thin ? thinLine : line)
  if (halves % 2 === 1) put(canvas, x + whole, y, thin ? thinHalf : half, role)
}
