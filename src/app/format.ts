// Values as text: three significant digits, one unit a column, never wider than its place. Also what makes foreign
// text safe and puts it into a given display width (see width.ts).
import type { Cell, Kind } from '../panels/types.ts'

export { displayWidth, fit, fitLeft, sanitize } from './width.ts'

/** A duration's unit, chosen once for all that shall be compared. */
export interface Unit {
  name: string
  ns: number
}

const UNITS: readonly Unit[] = [
  { name: 's', ns: 1e9 },
  { name: 'ms', ns: 1e6 },
  { name: 'us', ns: 1e3 },
  { name: 'ns', ns: 1 },
]
const MS = UNITS[1]!

/** The largest unit in which the largest value is at least 1; ms when there is nothing. */
export const unitFor = (largestNs: number): Unit => {
  if (!(largestNs > 0)) return MS
  return UNITS.find((unit) => largestNs >= unit.ns) ?? UNITS.at(-1)!
}

/** One unit for a column: fits most of it, so that one huge outlier does not turn the rest into zeros. */
export const columnUnit = (values: readonly (number | undefined)[]): Unit => {
  const largest = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0)
  const unit = unitFor(largest)
  // From a second on, ms still fit in the column and keep the smaller ones readable
  return unit.name === 's' && largest < 100e9 ? MS : unit
}

/** Digits of a non-negative number: three significant while small, whole from 100 on. */
export const digits = (value: number): string => {
  if (value === 0) return '0'
  if (value >= 99.95) return String(Math.round(value))
  if (value >= 9.995) return value.toFixed(1)
  if (value >= 0.00995) return value.toFixed(2)
  // One digit where the unit is too large for the value: still says how small
  return value >= 0.000095 ? value.toFixed(value >= 0.00095 ? 3 : 4) : '>0'
}

/** Alone, with its own unit: `850us`, `1.25ms`. */
export const formatDuration = (ns: number): string => {
  const unit = unitFor(ns)
  return ns === 0 ? '0' : `${digits(ns / unit.ns)}${unit.name}`
}

export const formatIn = (ns: number, unit: Unit): string => digits(ns / unit.ns)

/** `9999`, `12.3k`, `4.56M`. */
export const formatCount = (count: number): string => {
  if (count < 99_999.5) return String(Math.round(count))
  return scaled(count, 1000, ['', 'k', 'M', 'G', 'T', 'P'])
}

/** Per second: `0.25`, `8.0`, `120`, `45.6k`. */
export const formatRate = (rate: number): string => {
  if (rate === 0) return '0'
  if (rate < 9.95) return rate >= 0.05 ? rate.toFixed(1) : '>0'
  return formatCount(rate)
}

/** `0`, `512B`, `4.0K`, `1.2G`. */
export const formatBytes = (bytes: number): string =>
  bytes === 0 ? '0' : scaled(bytes, 1024, ['B', 'K', 'M', 'G', 'T', 'P'])

export const formatPercent = (percent: number): string =>
  percent >= 99_999.5
    ? formatCount(percent)
    : percent === 0
      ? '0'
      : percent < 0.005
        ? '>0'
        : percent < 0.00995
          ? '0.01'
          : digits(percent)

/** `0.3s`, `12s`, `3m04`, `2h15`, `5d03h`. */
export const formatAge = (ms: number): string => {
  const s = Math.max(0, ms) / 1000
  if (s < 9.95) return `${s.toFixed(1)}s`
  if (s < 59.5) return `${Math.round(s)}s`
  const whole = Math.round(s)
  if (whole < 3600) return `${Math.floor(whole / 60)}m${pad(whole % 60)}`
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${pad(Math.floor((whole % 3600) / 60))}`
  return `${Math.floor(whole / 86_400)}d${pad(Math.floor((whole % 86_400) / 3600))}h`
}

/** `0.5s`, `2s`: an interval as the user gives it. */
export const formatInterval = (ms: number): string => `${ms / 1000}s`

/** A cell of a table. Durations use their column's unit, which the heading names. */
export const formatCell = (cell: Cell, kind: Kind, unit: Unit): string => {
  if (cell === undefined) return kind === 'text' || kind === 'states' ? '' : '-'
  if (typeof cell === 'string') return cell
  return formatValue(cell, kind, unit)
}

/** Alone (no unit given: a duration names its own). */
export const formatValue = (value: number, kind: Kind, unit?: Unit): string => {
  switch (kind) {
    case 'duration':
      return unit ? formatIn(value, unit) : formatDuration(value)
    case 'count':
      return formatCount(value)
    case 'rate':
      return formatRate(value)
    case 'bytes':
      return formatBytes(value)
    case 'byteRate':
      return formatBytes(value)
    case 'percent':
      return formatPercent(value)
    case 'age':
      return formatAge(value)
    default:
      return String(value)
  }
}

const scaled = (value: number, base: number, suffixes: readonly string[]): string => {
  let rest = value
  let step = 0
  // 999.6 would round to 1000 and be one column wider
  while (rest >= base - 0.5 && step < suffixes.length - 1) {
    rest /= base
    step++
  }
  return `${step === 0 ? Math.round(rest) : rest >= 99.95 ? Math.round(rest) : rest >= 9.995 ? rest.toFixed(1) : rest.toFixed(2)}${suffixes[step]}`
}

const pad = (value: number): string => String(value).padStart(2, '0')
