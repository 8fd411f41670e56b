// Lines of little bars: a series over time in a few rows, for when nothing better draws it.
import { scaleOf, type Series } from '../spark.ts'
import type { Role } from '../../panels/panel-types.ts'
import { fill, put, type Canvas } from './grid.ts'
import { glyphsFor } from '../glyphs.ts'

/** Newest right. `log`: equal steps are equal factors, for latencies. */
export const drawSpark = (
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  values: Series,
  role: Role,
  log: boolean,
): void => {
  const glyphs = glyphsFor(canvas.unicode)
  const shown = values.slice(-width)
  const scale = scaleOf(shown, log)
  const offset = width - shown.length
  shown.forEach((value, index) => {
    const column = x + offset + index
    if (value === undefined) {
      put(canvas, column, y + height - 1, glyphs.noData, 'border')
      return
    }
    let eighths = value > 0 ? Math.max(1, Math.round(scale(value) * height * 8)) : 0
    for (let row = height - 1; row >= 0 && eighths > 0; row--) {
      put(canvas, column, y + row, glyphs.levels[Math.min(8, eighths) - 1]!, role)
      eighths -= 8
    }
  })
}

/** Less is not seen in bars of ten rows, the highest there are. */
const SEEN = 1 / 80

/** One that was the same all the time, as far as one would see: of that a line says as much as bars of full height. */
export const stays = (values: Series): boolean => {
  let least = Infinity
  let most = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === undefined) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  return most - least <= most * SEEN || least === Infinity
}

/** By runs of columns that look the same. */
export const drawLevel = (canvas: Canvas, x: number, y: number, values: Series, role: Role): void => {
  const { horizontal, noData } = glyphsFor(canvas.unicode)
  for (let from = 0, to = 0; from < values.length; from = to) {
    const value = values[from]
    while (to < values.length && isLike(value, values[to])) to++
    const place = { x: x + from, y, width: to - from, height: 1 }
    fill(canvas, place, value ? role : 'border', value === undefined ? noData : horizontal)
  }
}

const isLike = (value: number | undefined, other: number | undefined): boolean =>
  (value === undefined) === (other === undefined) && !value === !other
