// Lines of little bars: a series over time in one or a few rows, for when nothing better draws it.
import type { Role } from '../types.ts'
import { put, type Canvas } from './grid.ts'
import { glyphsFor } from './glyphs.ts'

export type Series = readonly (number | undefined)[]

/** Newest right. `log`: equal steps are equal factors, for latencies. */
export const drawSpark = (
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  values: Series,
  role: Role,
  log = false,
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

/** One row as text. */
export const sparkText = (values: Series, width: number, unicode: boolean): string => {
  const glyphs = glyphsFor(unicode)
  const shown = values.slice(-width)
  const scale = scaleOf(shown, false)
  const bars = shown.map((value) =>
    value === undefined
      ? glyphs.noData
      : value <= 0
        ? ' '
        : glyphs.levels[Math.max(1, Math.round(scale(value) * 8)) - 1]!,
  )
  return bars.join('').padStart(width)
}

const scaleOf = (values: Series, log: boolean): ((value: number) => number) => {
  const known = values.filter((value) => value !== undefined && value > 0) as number[]
  if (known.length === 0) return () => 0
  const most = known.reduce((max, value) => Math.max(max, value), 0)
  if (!log) return (value) => value / most
  // Half of the least, so that the least can be seen; at least a factor of four, so that noise looks like noise
  const least = Math.min(known.reduce((min, value) => Math.min(min, value), Infinity) / 2, most / 4)
  return (value) => Math.log(value / least) / Math.log(most / least)
}
