// The heat map: time to the right, latency upwards on a log scale, density as colour, two rows in a cell where there are
// colours enough, else one and, for those without colour and for copied text, as a character. Zero is blank, "nobody
// looked" is a dot; how the other columns were got is marked on them (`heat-tiers.ts`).
import { FIRST_BITS, PER_OCTAVE, percentileNs, slotOf, SLOTS } from '../../model/base/histogram.ts'
import type { Hist } from '../../stream/stream-types.ts'
import { HEAT_P50, HEAT_P99, HEAT_STEPS, heatCell, type FrameContext, type Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import type { TimeColumn } from '../../model/series.ts'
import { formatCount } from '../format.ts'
import { timeLabel } from '../time-axis.ts'
import { cellOf } from '../cell.ts'
import { put, ROLE_INDEX, setCell, type Canvas } from './grid.ts'
import { glyphsFor } from '../glyphs.ts'
import { markColumns, SAMPLED, type CountedColumn, type Got } from './heat-tiers.ts'
import { stepOf, stepsTo, type Steps } from './heat-steps.ts'
import { LEAST_FOR_P99 } from '../figures.ts'

/** Columns the labels take, with the blank after them. */
export const LABEL_WIDTH = 6

export interface HeatColumn extends Got {
  /** With its percentiles, where they are known. */
  hist: Hist & { p50Ns?: number; p99Ns?: number }
  /** As it was drawn last: of a map all but one of its columns are those of the frame before. */
  counted?: Counted & { bits: readonly [number, number] }
}

/** A column of a map. */
interface Counted {
  /** By row of values, bottom up. No typed array: of that each number that is read is an object until this is compiled, and a
   * map has thousands. */
  counts: Counts
  /** Of these. */
  most: number
  /** Rows of values in which its percentiles are. */
  p50?: number
  p99?: number
  drawn?: { top: number; shading: Shading; unicode: boolean; cells: readonly number[] }
}

export type Counts = readonly number[]

const STEPS = 8
const HEAT_ROLES = Array.from({ length: STEPS }, (_, step) => ROLE_INDEX[`heat${step + 1}` as Role])

/** Of a map: how its cells are told apart, and how many rows of values a row of cells has. */
export type Shading = 'characters' | 'colours' | 'halves'

export const shadingOf = ({ colour, shades, unicode }: Pick<FrameContext, 'colour' | 'shades' | 'unicode'>): Shading =>
  !colour ? 'characters' : shades && unicode ? 'halves' : 'colours'

export const rowsOf = (height: number, shading: Shading): number => (shading === 'halves' ? 2 * height : height)

/** Draws and returns the count the strongest colour stands for. */
export const drawHeat = (
  canvas: Canvas,
  rect: Rect,
  columns: readonly (HeatColumn | CountedColumn | undefined)[],
  bits: readonly [number, number],
  shading: Shading,
): number => {
  const plot = { ...rect, x: rect.x + LABEL_WIDTH, width: rect.width - LABEL_WIDTH }
  drawLabels(canvas, rect, bits)
  const rows = rowsOf(plot.height, shading)
  const counted: (Counted | undefined)[] = []
  for (let x = 0; x < columns.length; x++) {
    const column = columns[x]
    counted.push(column?.hist && countedIn(column, rows, bits))
  }
  return drawCells(canvas, plot, counted, columns, shading)
}

const countedIn = (column: HeatColumn, rows: number, bits: readonly [number, number]): Counted => {
  const known = column.counted
  if (known?.counts.length === rows && known.bits[0] === bits[0] && known.bits[1] === bits[1]) return known
  const counts = countCells(column.hist, rows, bits)
  const counted = { counts, most: mostIn(counts), ...percentilesIn(column, rows, bits), bits }
  column.counted = counted
  return counted
}

export const mostIn = (counts: Counts): number => {
  let most = 0
  for (let row = 0; row < counts.length; row++) if (counts[row]! > most) most = counts[row]!
  return most
}

/** A map of counts; where there is no column, nobody looked, and where it has no counts, its interval was only counted. */
export const drawCells = (
  canvas: Canvas,
  plot: Rect,
  counted: readonly (Counted | undefined)[],
  columns: readonly (Got | undefined)[],
  shading: Shading,
): number => {
  let most = 0
  for (let x = 0; x < counted.length; x++) if (counted[x] && counted[x]!.most > most) most = counted[x]!.most
  const top = scaleTop(most)
  const noData = cellOf(glyphsFor(canvas.unicode).noData.codePointAt(0)!, ROLE_INDEX.border)
  const { cells } = canvas
  for (let x = 0; x < counted.length; x++) {
    const column = counted[x]
    if (!column && columns[x]) continue
    const drawn = column && cellsIn(column, top, shading, canvas.unicode, plot.height)
    // The first of a column is the shortest latency, at the bottom
    let at = (plot.y + plot.height - 1) * canvas.width + plot.x + x
    for (let row = 0; row < plot.height; row++) {
      const cell = drawn ? drawn[row]! : noData
      if (cell !== 0) cells[at] = cell
      at -= canvas.width
    }
  }
  markColumns(canvas, plot, columns)
  return top
}

/** Its cells bottom up, 0 where nothing was. */
const cellsIn = (
  column: Counted,
  top: number,
  shading: Shading,
  unicode: boolean,
  height: number,
): readonly number[] => {
  const { drawn } = column
  if (drawn?.top === top && drawn.shading === shading && drawn.unicode === unicode) return drawn.cells
  const cells =
    shading === 'halves' ? halves(column, top, height) : whole(column, top, height, shading === 'colours', unicode)
  column.drawn = { top, shading, unicode, cells }
  return cells
}

const whole = ({ counts }: Counted, top: number, height: number, colour: boolean, unicode: boolean): number[] => {
  const { density } = glyphsFor(unicode)
  const steps = stepsTo(STEPS, top)
  const cells: number[] = []
  for (let row = 0; row < height; row++) {
    const count = counts[row]!
    const step = stepOf(count, steps)
    cells.push(count === 0 ? 0 : cellOf(density[step]!.codePointAt(0)!, colour ? HEAT_ROLES[step]! : ROLE_INDEX.text))
  }
  return cells
}

/** Rows of cells below which lines through the map would hide it. */
const LEAST_FOR_MARKS = 8

const percentilesIn = (
  { hist }: HeatColumn,
  height: number,
  bits: readonly [number, number],
): Pick<Counted, 'p50' | 'p99'> => {
  if (hist.count < LEAST_FOR_P50) return {}
  const rows = rowsOfSlots(height, bits)
  const p50 = rows[slotOf(hist.p50Ns ?? percentileNs(hist, 0.5)!)]!
  return hist.count < LEAST_FOR_P99 ? { p50 } : { p50, p99: rows[slotOf(hist.p99Ns ?? percentileNs(hist, 0.99)!)]! }
}

const LEAST_FOR_P50 = 10

const UPPER = '▀'.codePointAt(0)!
const LOWER = '▄'.codePointAt(0)!

/** Two rows in one of cells. */
const halves = (column: Counted, top: number, height: number): number[] => {
  const steps = stepsTo(HEAT_STEPS, top)
  const isMarked = height >= LEAST_FOR_MARKS
  const cells: number[] = []
  for (let row = 0; row < height; row++) {
    const lower = shadeOf(column, 2 * row, steps, isMarked)
    const upper = shadeOf(column, 2 * row + 1, steps, isMarked)
    cells.push(upper === 0 && lower === 0 ? 0 : cellOf(upper === 0 ? LOWER : UPPER, heatCell(upper, lower)))
  }
  return cells
}

const shadeOf = ({ counts, p50, p99 }: Counted, row: number, steps: Steps, isMarked: boolean): number => {
  if (isMarked && row === p99) return HEAT_P99
  if (isMarked && row === p50) return HEAT_P50
  return counts[row] === 0 ? 0 : 1 + stepOf(counts[row]!, steps)
}

/**
 * What the strongest colour means: powers of four, so that colours stay while counts wander, and a change of scale
 * moves them by about one step only. (Hysteresis without memory: the same window always looks the same.)
 */
export const scaleTop = (most: number): number => (most <= 4 ? 4 : 4 ** Math.ceil(Math.log(most) / Math.log(4) - 1e-9))

/** By row, bottom up; what lies outside the scale goes to its first or last row. */
export const countCells = ({ slots }: Hist, height: number, bits: readonly [number, number]): Counts => {
  const counts = new Array<number>(height).fill(0)
  const rows = rowsOfSlots(height, bits)
  for (let i = 0; i < slots.length; i += 2) counts[rows[slots[i]!]!]! += slots[i + 1]!
  return counts
}

/** The same with every frame, until the size of the screen changes. */
const rowsOfSlots = (height: number, bits: readonly [number, number]): Int32Array => {
  const key = `${height} ${bits}`
  let rows = slotRows.get(key)
  if (!rows) {
    if (slotRows.size >= MOST_SIZES) slotRows.clear()
    slotRows.set(key, (rows = Int32Array.from({ length: SLOTS }, (_, slot) => rowOf(slot, height, bits))))
  }
  return rows
}

const slotRows = new Map<string, Int32Array>()
const MOST_SIZES = 64

/** The row of a histogram slot: log2 of its start, by eighths, spread over the height. */
export const rowOf = (slot: number, height: number, bits: readonly [number, number]): number => {
  const octave = FIRST_BITS + (slot - 1) / PER_OCTAVE
  const row = Math.floor(((octave - bits[0]) * height) / (bits[1] - bits[0]) + 1e-9)
  return row < 0 ? 0 : row >= height ? height - 1 : row
}

/** Every sixteenfold from 1 us, at the row that begins with it. */
const drawLabels = (canvas: Canvas, rect: Rect, bits: readonly [number, number]): void => {
  let last = Infinity
  for (let power = 10; power < bits[1]; power += 4) {
    if (power < bits[0]) continue
    const row = rowOf(1 + (power - FIRST_BITS) * PER_OCTAVE, rect.height, bits)
    const y = rect.y + rect.height - 1 - row
    if (y === last) continue
    last = y
    put(canvas, rect.x, y, LABELS[power]!.padStart(LABEL_WIDTH - 1), 'label')
  }
}

// 2^10 ns is 1.02 us, 2^30 ns 1.07 s: near enough for a label, and what everybody reads
const LABELS: Record<number, string> = {
  10: '1us',
  14: '16us',
  18: '256us',
  22: '4ms',
  26: '64ms',
  30: '1s',
  34: '16s',
}

/** Columns between two labels of the axis, at least. */
const LABELS_APART = 16

/** Under the map: when its columns were. Each label stands under the column it is about; the last one names the end. */
export const drawAxis = (canvas: Canvas, rect: Rect, columns: readonly TimeColumn[], nowMs: number): void => {
  const x = rect.x + LABEL_WIDTH
  const end = timeLabel(columns.at(-1)!.atMs, nowMs)
  const endX = x + columns.length - end.length
  put(canvas, endX, rect.y, end, 'label')
  const between = Math.max(1, Math.floor(columns.length / LABELS_APART))
  for (let i = 0; i < between; i++) {
    const at = Math.round((i * columns.length) / between)
    const label = timeLabel(columns[at]!.fromMs, nowMs)
    if (x + at + label.length < endX) put(canvas, x + at, rect.y, label, 'label')
  }
}

/** What the colours mean, beside the axis, and the mark of sampled columns. */
export const drawLegend = (
  canvas: Canvas,
  rect: Rect,
  top: number,
  shading: Shading,
  written: (count: number) => string,
  isSampled = false,
): void => {
  const { y } = rect
  const least = written(1)
  const x = rect.x + least.length
  const width = rect.width - least.length + 1
  put(canvas, rect.x + 1, y, `${least} `, 'label')
  const { density } = glyphsFor(canvas.unicode)
  for (let step = 0; step < STEPS; step++) {
    put(canvas, x + 2 + step, y, density[step]!, shading === 'characters' ? 'text' : (`heat${step + 1}` as Role))
    if (shading === 'halves') setCell(canvas, x + 2 + step, y, '▌', heatCell(2 * step + 1, 2 * step + 2), 1)
  }
  const end = put(canvas, x + 3 + STEPS, y, `${written(top)}/cell`, 'label', width - 4 - STEPS)
  const mark = `${SAMPLED} sampled`
  if (isSampled && end + 2 + mark.length < rect.x + rect.width) put(canvas, end + 2, y, mark, 'label')
}

/** One interval's histogram as bars beside the map, row by row on the same scale. */
export const drawBars = (canvas: Canvas, rect: Rect, hist: Hist, bits: readonly [number, number]): void => {
  drawCountBars(canvas, rect, countCells(hist, rect.height, bits), formatCount)
}

export const drawCountBars = (canvas: Canvas, rect: Rect, counts: Counts, written: (count: number) => string): void => {
  const most = mostIn(counts)
  const numberWidth = 7
  const room = rect.width - numberWidth - 1
  const { bar } = glyphsFor(canvas.unicode)
  for (let row = 0; row < rect.height; row++) {
    const count = counts[row]!
    if (count === 0) continue
    const y = rect.y + rect.height - 1 - row
    put(canvas, rect.x, y, written(count).padStart(numberWidth - 1), 'dim')
    put(canvas, rect.x + numberWidth, y, bar.repeat(Math.max(1, Math.round((count * room) / most))), 'series1')
  }
}
