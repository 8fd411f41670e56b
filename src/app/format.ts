// Values as text: three significant digits and a unit, never wider than their place.
import type { Cell, Kind } from '../panels/panel-types.ts'

interface Unit {
  name: string
  ns: number
}

const S: Unit = { name: 's', ns: 1e9 }
const MS: Unit = { name: 'ms', ns: 1e6 }
const US: Unit = { name: 'us', ns: 1e3 }
const NS: Unit = { name: 'ns', ns: 1 }

/** The largest unit in which the value is at least 1. */
const unitOf = (ns: number): Unit => (ns >= 1e9 ? S : ns >= 1e6 ? MS : ns >= 1e3 ? US : NS)

/** Digits of a non-negative number: three significant while small, whole from 100 on. */
export const digits = (value: number): string => {
  if (value === 0) return '0'
  if (value >= 99.95) return String(Math.round(value))
  if (value >= 9.995) return value.toFixed(1)
  if (value >= 0.00995) return value.toFixed(2)
  // One digit where the unit is too large for the value: still says how small
  return value >= 0.000095 ? value.toFixed(value >= 0.00095 ? 3 : 4) : '>0'
}

const LONG_NS = 1000e9

/** With its own unit, six characters at most: `850us`, `1.25ms`, `16m40`. A column of them keeps its heading whatever
 * comes, and what is sorted by is in order anyway. */
export const formatDuration = (ns: number): string => {
  if (ns === 0) return '0'
  if (ns >= LONG_NS) return formatAge(ns / 1e6)
  const { name, ns: each } = unitOf(ns)
  return digits(ns / each) + name
}

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

/** What is still to be waited: `24s`, or `a moment` where it is due by now. */
export const formatWait = (ms: number): string => (ms < 50 ? 'a moment' : formatAge(ms))

/** `0.5s`, `2s`: an interval as the user gives it. */
export const formatInterval = (ms: number): string => `${ms / 1000}s`

/** `1 column`, `12 columns`. */
export const countOf = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`

/** Letters and words, no number. */
export const isTextual = (kind: Kind): boolean => kind === 'text' || kind === 'states' || kind === 'shares'

/** `+1.2`, `-40us`, `0`. */
export const formatSigned = (value: number, kind: Kind): string =>
  value === 0 ? '0' : `${value < 0 ? '-' : '+'}${formatValue(Math.abs(value), kind)}`

/** A cell of a table. */
export const formatCell = (cell: Cell, kind: Kind, signed = false): string => {
  if (cell === undefined) return isTextual(kind) ? '' : '-'
  if (typeof cell === 'string') return cell
  return signed ? formatSigned(cell, kind) : formatValue(cell, kind)
}

export const formatValue = (value: number, kind: Kind): string => {
  switch (kind) {
    case 'duration':
      return formatDuration(value)
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
