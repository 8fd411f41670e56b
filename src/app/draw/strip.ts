// Latencies over time as thin lines of braille dots: in the columns of the heat map above, on a log scale of whole decades
// that is common to all of them. A cell where lines meet has the colour of the one drawn last.
import { formatDuration } from '../format.ts'
import type { Series } from '../spark.ts'
import type { Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { cellOf } from '../cell.ts'
import { put, ROLE_INDEX, type Canvas } from './grid.ts'
import { glyphsFor } from '../glyphs.ts'

export interface StripLine {
  role: Role
  /** In ns, newest right; nothing or 0: none. */
  values: Series
}

const DOTS_DOWN = 4
/** From the left and the top of a cell. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const
const BLANK = 0x2800

interface Decades {
  from: number
  to: number
}

/** What the lines are within, as powers of ten. */
export const decadesOf = (lines: readonly StripLine[]): Decades | undefined => {
  let [least, most] = [Infinity, 0]
  for (const { values } of lines)
    for (const value of values)
      if (value !== undefined && value > 0) [least, most] = [Math.min(least, value), Math.max(most, value)]
  if (most === 0) return undefined
  const from = Math.floor(Math.log10(least))
  return { from, to: Math.max(from + 1, Math.ceil(Math.log10(most))) }
}

/** `labelWidth`: of the columns at its left, where the scale is. */
export const drawStrip = (canvas: Canvas, rect: Rect, labelWidth: number, lines: readonly StripLine[]): void => {
  const { x: left, y: top, height } = rect
  const x = left + labelWidth
  const { noData } = glyphsFor(canvas.unicode)
  lines[0]!.values.forEach((value, column) => {
    if (value === undefined) put(canvas, x + column, top + height - 1, noData, 'border')
  })
  const decades = decadesOf(lines)
  if (!decades) return
  drawScale(canvas, rect, labelWidth, decades)
  const rows = height * DOTS_DOWN
  const placeOf = (value: number): number =>
    Math.round(((decades.to - Math.log10(value)) / (decades.to - decades.from)) * (rows - 1))
  const dots = new Uint8Array((rect.width - labelWidth) * height)
  for (const { role, values } of lines) {
    let before: number | undefined
    values.forEach((value, column) => {
      const place = value !== undefined && value > 0 ? placeOf(value) : undefined
      if (place !== undefined) {
        const [from, to] = [Math.min(place, before ?? place), Math.max(place, before ?? place)]
        for (let row = from; row <= to; row++) light(row, column, 0)
        light(place, column, 1)
      }
      before = place
    })
    function light(row: number, column: number, side: 0 | 1): void {
      const cell = Math.floor(row / DOTS_DOWN) * (rect.width - labelWidth) + column
      dots[cell]! |= DOTS[row % DOTS_DOWN]![side]
      const at = (top + Math.floor(row / DOTS_DOWN)) * canvas.width + x + column
      canvas.cells[at] = cellOf(BLANK + dots[cell]!, ROLE_INDEX[role])
    }
  }
}

const drawScale = (canvas: Canvas, { x, y, height }: Rect, labelWidth: number, { from, to }: Decades): void => {
  const label = (decade: number): string =>
    formatDuration(10 ** decade)
      .replace(/\.0+(?=\D)/, '')
      .padStart(labelWidth - 1)
  put(canvas, x, y, label(to), 'label', labelWidth - 1)
  if (height > 1) put(canvas, x, y + height - 1, label(from), 'label', labelWidth - 1)
}
