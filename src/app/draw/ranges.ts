// The heat map of a histogram that has ranges of its own (a bpftrace hist() or lhist(), of any unit): its rows are these
// ranges, as many together as there is no room for one each.
import type { Histogram } from '../../stream/tables.ts'
import type { Unit } from '../../stream/fields.ts'
import { boundText } from '../ranges.ts'
import { put, type Canvas } from './grid.ts'
import { drawCells, drawCountBars, LABEL_WIDTH, mostIn, rowsOf, type Counts, type Shading } from './heat.ts'
import type { CountedColumn, Got } from './heat-tiers.ts'
import type { Rect } from '../app-types.ts'

export interface RangeColumn extends Got {
  hist: Histogram
}

/** Draws and returns the count the strongest colour stands for. `bars`: of the newest, beside it. */
export const drawRanges = (
  canvas: Canvas,
  rect: Rect,
  columns: readonly (RangeColumn | CountedColumn | undefined)[],
  shading: Shading,
  bars?: { rect: Rect; hist: Histogram; written: (count: number) => string },
): number => {
  const plot = { ...rect, x: rect.x + LABEL_WIDTH, width: rect.width - LABEL_WIDTH }
  const starts = startsOf([...columns.flatMap((column) => column?.hist ?? []), ...(bars ? [bars.hist] : [])])
  const unit = columns.find((column) => column?.hist)?.hist?.unit ?? 'count'
  const rows = rangeRows(starts, plot.height)
  drawLabels(canvas, rect, starts, rows, unit)
  if (bars) drawCountBars(canvas, bars.rect, countRanges(bars.hist, rows, bars.rect.height), bars.written)
  const counted = columns.map((column) => {
    const counts = column?.hist && countsIn(column.hist, starts, plot.height, shading)
    return counts && { counts, most: mostIn(counts) }
  })
  return drawCells(canvas, plot, counted, columns, shading)
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

const countRanges = ({ buckets }: Histogram, rows: ReadonlyMap<number, number>, height: number): Counts => {
  const counts = new Array<number>(height).fill(0)
  for (let i = 0; i < buckets.length; i += 3) {
    const row = rows.get(buckets[i]!)!
    if (row < height) counts[row]! += buckets[i + 2]!
  }
  return counts
}

/** Counts by row of values: what has a row of cells for each range fills both halves of it. */
const countsIn = (hist: Histogram, starts: readonly number[], height: number, shading: Shading): Counts => {
  const fine = rowsOf(height, shading)
  if (starts.length > height) return countRanges(hist, rangeRows(starts, fine), fine)
  const counts = countRanges(hist, rangeRows(starts, height), height)
  return Array.from({ length: fine }, (_, row) => counts[Math.floor((row * height) / fine)]!)
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
