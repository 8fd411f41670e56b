// A series over time as little bars, in one row of text.
import { glyphsFor } from './glyphs.ts'

export type Series = readonly (number | undefined)[]

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

/** From nothing to 1 of the most. `log`: from the least, by equal factors. */
export const scaleOf = (values: Series, log: boolean): ((value: number) => number) => {
  const known = values.filter((value) => value !== undefined && value > 0) as number[]
  if (known.length === 0) return () => 0
  const most = known.reduce((max, value) => Math.max(max, value), 0)
  if (!log) return (value) => value / most
  // Half of the least, so that the least can be seen; at least a factor of four, so that noise looks like noise
  const least = Math.min(known.reduce((min, value) => Math.min(min, value), Infinity) / 2, most / 4)
  return (value) => Math.log(value / least) / Math.log(most / least)
}
