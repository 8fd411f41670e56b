// The ranges of a histogram that has its own, in words: bounds, and the percentiles, which are ranges, too.
import { rangeOf } from '../model/tables/histograms.ts'
import type { Unit } from '../stream/fields.ts'
import type { Histogram } from '../stream/tables.ts'
import { LEAST_FOR_P99, type Figure } from './figures.ts'
import { formatBytes, formatCount, formatDuration, formatRate, formatValue } from './format.ts'

/** Bounds beyond which a value has none. */
const OPEN = 2 ** 70

/** As short as it is exact: `4us`, `1.02ms`. */
export const boundText = (value: number, unit: Unit): string => {
  if (value <= -OPEN) return '<'
  if (value >= OPEN) return ''
  const text = unit === 'ns' ? formatDuration(value) : unit === 'bytes' ? formatBytes(value) : formatCount(value)
  return text.replace(/\.0+(?=\D|$)/, '').replace(/(\.\d*[1-9])0+(?=\D|$)/, '$1')
}

/** `4-8us`; of a range that is one whole number, that. */
export const rangeText = (range: readonly [from: number, to: number] | undefined, unit: Unit): string => {
  if (!range) return '-'
  const [from, to] = range
  if (from <= -OPEN) return `<${boundText(to, unit)}`
  if (to >= OPEN) return `${boundText(from, unit)}+`
  if (unit !== 'ns' && to - from === 1) return boundText(from, unit)
  const [low, high] = [boundText(from, unit), boundText(to, unit)]
  const suffix = /[a-zA-Z]+$/.exec(high)?.[0] ?? ''
  return suffix !== '' && low.endsWith(suffix) && !/[a-zA-Z]$/.test(low.slice(0, -suffix.length))
    ? `${low.slice(0, -suffix.length)}-${high}`
    : `${low}-${high}`
}

/** `timeAs`: its counts are microseconds, and so is their share of the interval called. */
export const rangeFigures = (hist: Histogram, intervalMs: number, timeAs?: string): Figure[] => {
  const perMs = hist.count / Math.max(1, intervalMs)
  const text = (p: number): string => rangeText(rangeOf(hist, p), hist.unit)
  return [
    { label: 'p50', text: text(0.5), priority: 1 },
    { label: 'p90', text: text(0.9), priority: 4 },
    { label: 'p99', text: hist.count >= LEAST_FOR_P99 ? text(0.99) : '-', priority: 0 },
    { label: 'max', text: text(1), priority: 2 },
    timeAs === undefined
      ? { label: 'n/s', text: formatRate(perMs * 1000), priority: 3 }
      : { label: timeAs, text: formatValue(perMs / 10, 'percent'), priority: 3 },
  ]
}
