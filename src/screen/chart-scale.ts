// The y axis of a drawn chart. Latencies (unit ms) span decades, so they are drawn by their logarithm; everything else
// is linear from zero to a round number. blessed-contrib knows neither, it gets numbers already placed.
import { formatCount, formatDuration } from '../app/format.ts'
import type { ChartSlot } from '../app/app-types.ts'

export interface Scale {
  min: number
  max: number
  labels: number
  /** Where a value goes; NaN (drawn as a gap) when there is none. */
  place(value: number | undefined): number
  /** What stands at the axis there. */
  label(placed: number): string
}

/** undefined when there is nothing to draw. */
export const scaleOf = (slot: ChartSlot): Scale | undefined => {
  const values = slot.series
    .flatMap((series) => series.values)
    .filter((value) => value !== undefined && value > 0) as number[]
  if (values.length === 0) return undefined
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  return slot.unit === 'ms' ? decades(least * 1e6, most * 1e6, slot.height) : linear(most, slot.height)
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
export const niceCeiling = (value: number): number => {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value)!
}

const ROWS_PER_LABEL = 3
/** The widget cuts off what is in the uppermost half of a row. */
const HEADROOM = 1.1

const linear = (most: number, height: number): Scale => ({
  min: 0,
  max: niceCeiling(most * HEADROOM),
  // so many that a round number divided by them is one, too
  labels: [5, 4].find((labels) => labels * ROWS_PER_LABEL <= height) ?? 2,
  place: (value) => value ?? NaN,
  label: formatCount,
})

/** Whole decades between two labels, and short ones: 10us. */
const decades = (leastNs: number, mostNs: number, height: number): Scale => {
  const min = Math.floor(Math.log10(leastNs))
  const span = Math.max(1, Math.ceil(Math.log10(mostNs)) - min)
  const step = Math.ceil(span / Math.max(2, Math.floor(height / ROWS_PER_LABEL)))
  const labels = Math.ceil(span / step)
  return {
    min,
    max: min + labels * step,
    labels,
    // none happened, or too few for this one: no duration at all
    place: (value) => (value !== undefined && value > 0 ? Math.log10(value * 1e6) : NaN),
    label: (placed) => formatDuration(10 ** placed).replace(/\.0+(?=\D)/, ''),
  }
}
