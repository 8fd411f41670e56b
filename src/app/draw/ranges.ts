// The heat map of a histogram that has ranges of its own (a bpftrace hist() or lhist(), of any unit): its rows are these
// ranges, as many together as there is no room for one each. And its percentiles, which are ranges, too.
import { rangeOf } from '../../model/tables/histograms.ts'
import type { Histogram } from '../../stream/tables.ts'
import type { Unit } from '../../stream/spec.ts'
import { formatBytes, formatCount, formatDuration, formatRate } from '../format.ts'
import { put, type Canvas, type Rect } from './grid.ts'
import { drawCells, drawCountBars, LABEL_WIDTH, rowsOf, type Shading } from './heat.ts'
import { LEAST_FOR_P99, type Figure } from './stats.ts'

export interface RangeColumn {
  hist: Histogram
  lost: number
}

/** Bounds beyond which a value has none. */
const OPEN = 2 ** 70

/** Draws and returns the count the strongest colour stands for. `bars`: of the newest, beside it. */
export const drawRanges = (
  canvas: Canvas,
  rect: Rect,
  columns: readonly (RangeColumn | undefined)[],
  shading: Shading,
  bars?: { rect: Rect; hist: Histogram },
): number => {
  const plot = { ...rect, x: rect.x + LABEL_WIDTH, width: rect.width - LABEL_WIDTH }
  const starts = startsOf([...columns.flatMap((column) => (column ? [column.hist] : [])), ...(bars ? [bars.hist] : [])])
  const unit = columns.find((column) => column)?.hist.unit ?? 'count'
  const rows = rangeRows(starts, plot.height)
  drawLabels(canvas, rect, starts, rows, unit)
  if (bars) drawCountBars(canvas, bars.rect, countRanges([bars], rows, bars.rect.height))
  return drawCells(canvas, plot, countsIn(columns, starts, plot.height, shading), columns, shading)
}

/** Where ranges begin, ascending. */
const startsOf = (hists: readonly Histogram[]): number[] => {
  const starts = new Set<number>()
  for (const { buckets } of hists) for (let i = 0; i < buckets.length; i += 3) starts.add(buckets[i]!)
  return [...starts].sort((a, b) => a - b)
}

/** The row of each range, 0 at the bottom. Few ones are as high as there is room for, but not higher than three. */
const rangeRows = (starts: readonly number[], height: number): Map<number, number> => {
  const each = Math.min(3, Math.max(1, Math.floor(height / Math.max(1, starts.length))))
  const all = Math.min(height, starts.length * each)
  return new Map(starts.map((start, index) => [start, Math.floor((index * all) / starts.length)]))
}

const countRanges = (
  columns: readonly ({ hist: Histogram } | undefined)[],
  rows: ReadonlyMap<number, number>,
  height: number,
): Float64Array => {
  const counts = new Float64Array(columns.length * height)
  columns.forEach((column, x) => {
    if (!column) return
    const { buckets } = column.hist
    for (let i = 0; i < buckets.length; i += 3) {
      const row = rows.get(buckets[i]!)!
      if (row < height) counts[row * columns.length + x]! += buckets[i + 2]!
    }
  })
  return counts
}

/** Counts by row of values: what has a row of cells for each range fills both halves of it. */
const countsIn = (
  columns: readonly (RangeColumn | undefined)[],
  starts: readonly number[],
  height: number,
  shading: Shading,
): Float64Array => {
  const fine = rowsOf(height, shading)
  if (starts.length > height) return countRanges(columns, rangeRows(starts, fine), fine)
  const counts = countRanges(columns, rangeRows(starts, height), height)
  const width = columns.length
  const each = fine / height
  return Float64Array.from({ length: fine * width }, (_, at) => {
    const row = Math.floor(at / width / each)
    return counts[row * width + (at % width)]!
  })
}

const drawLabels = (
  canvas: Canvas,
  rect: Rect,
  starts: readonly number[],
  rows: ReadonlyMap<number, number>,
  unit: Unit,
): void => {
  let last = -Infinity
  for (const start of starts) {
    const row = rows.get(start)!
    if (row < last + 2 && last >= 0) continue
    last = row
    put(
      canvas,
      rect.x,
      rect.y + rect.height - 1 - row,
      boundText(start, unit).padStart(LABEL_WIDTH - 1),
      'label',
      LABEL_WIDTH - 1,
    )
  }
}

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

export const rangeFigures = (hist: Histogram, intervalMs: number): Figure[] => {
  const text = (p: number): string => rangeText(rangeOf(hist, p), hist.unit)
  return [
    { label: 'p50', text: text(0.5), priority: 1 },
    { label: 'p90', text: text(0.9), priority: 4 },
    { label: 'p99', text: hist.count >= LEAST_FOR_P99 ? text(0.99) : '-', priority: 0 },
    { label: 'max', text: text(1), priority: 2 },
    { label: 'n/s', text: formatRate((hist.count * 1000) / Math.max(1, intervalMs)), priority: 3 },
  ]
}
