// A panel's figures over time, below a short table: each with its name, its newest value and the most there was (which has
// its full height) beside it, and the time they are of.
import type { TimeColumn } from '../../model/series.ts'
import { formatValue } from '../format.ts'
import { fit, fitLeft } from '../width.ts'
import type { PanelId, Role } from '../../panels/panel-types.ts'
import { glyphsFor } from '../glyphs.ts'
import type { PastSeries } from '../past.ts'
import { sparkRows, type Series } from '../spark.ts'
import { timeLabel } from '../time-axis.ts'
import type { Rect } from '../app-types.ts'
import { fill, put, type Canvas } from './grid.ts'
import { LABEL_WIDTH } from './heat.ts'
import { hitTime } from './panel-heat.ts'
import { drawLevel, stays } from './spark.ts'

const LABEL = 12
const NOW = 8
/** Left of where time begins. */
export const PAST_MARGIN = 2 + LABEL + NOW + 1
/** Lines above and below what is drawn: what it is, and of which time. */
export const PAST_AROUND = 2
/** Higher ones say no more. */
const HIGHEST = 10
const SERIES: readonly Role[] = ['series1', 'series2', 'series3', 'series4']

interface Past {
  panel: PanelId
  columns: readonly TimeColumn[]
  series: readonly PastSeries[]
  /** What the newest column is told from. */
  endMs: number
}

export const drawPast = (canvas: Canvas, rect: Rect, { panel, columns, series, endMs }: Past): void => {
  const shown = series.slice(0, rect.height - PAST_AROUND)
  if (shown.length === 0 || columns.length === 0) return
  const { horizontal } = glyphsFor(canvas.unicode)
  fill(canvas, { ...rect, height: 1 }, 'border', horizontal)
  put(canvas, rect.x + 1, rect.y, ' over time ', 'dim')
  // what is left over goes to the last ones
  let room = rect.height - PAST_AROUND
  const still: boolean[] = []
  let moving = 0
  for (const { values } of shown) {
    const isStill = stays(values)
    still.push(isStill)
    if (isStill) room--
    else moving++
  }
  let height = 0
  for (let index = 0; index < shown.length; index++) {
    const rows = still[index] ? 1 : Math.min(HIGHEST, Math.floor(room / moving--))
    if (!still[index]) room -= rows
    const place = { ...rect, y: rect.y + 1 + height, height: rows }
    drawSeries(canvas, place, shown[index]!, still[index]!, SERIES[index % SERIES.length]!)
    height += rows
  }
  drawTime(canvas, rect.x + PAST_MARGIN, rect.y + 1 + height, columns, endMs)
  const x = rect.x + PAST_MARGIN - LABEL_WIDTH
  hitTime(canvas, { x, y: rect.y + 1, width: LABEL_WIDTH + columns.length, height: height + 1 }, columns, panel)
}

const drawSeries = (
  canvas: Canvas,
  { x, y, height }: Rect,
  { label, kind, values }: PastSeries,
  isStill: boolean,
  role: Role,
): void => {
  const base = y + height - 1
  const newest = values.at(-1)
  const written = (value: number | undefined): string => (value === undefined ? '-' : formatValue(value, kind))
  const now = written(newest)
  const text = fitLeft(now, NOW)
  put(canvas, x + 1 + LABEL, y, text, 'text')
  // up to the number, however short that is
  put(canvas, x + 1, y, fit(label, LABEL + text.length - text.trimStart().length - 1), 'label')
  const left = x + PAST_MARGIN
  if (isStill) return drawLevel(canvas, left, base, values, role)
  if (height > 1) {
    put(canvas, x + 1, y + 1, 'most', 'dim')
    put(canvas, x + 1 + LABEL, y + 1, fitLeft(written(mostOf(values)), NOW), 'dim')
  }
  sparkRows(values, canvas.unicode, role, height).forEach((pieces, row) => {
    let at = left
    for (const [text, of] of pieces) at = put(canvas, at, y + row, text, of)
  })
  drawZeros(canvas, left, base, values)
}

const mostOf = (values: Series): number => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)

/** Nothing happened, which is not that nobody looked. */
export const drawZeros = (canvas: Canvas, x: number, y: number, values: Series): void => {
  const { horizontal } = glyphsFor(canvas.unicode)
  for (let from = 0; from < values.length; from++) {
    let to = from
    while (values[to] === 0) to++
    if (to === from) continue
    fill(canvas, { x: x + from, y, width: to - from, height: 1 }, 'border', horizontal)
    from = to
  }
}

const BETWEEN = 30

/** From `left` on, column under column. */
export const drawTime = (
  canvas: Canvas,
  left: number,
  y: number,
  columns: readonly TimeColumn[],
  endMs: number,
): void => {
  const end = timeLabel(columns.at(-1)!.atMs, endMs)
  const endX = left + columns.length - end.length
  put(canvas, endX, y, end, 'label')
  for (let column = 0; column < columns.length; column += BETWEEN) {
    const label = timeLabel(columns[column]!.fromMs, endMs)
    if (left + column + label.length < endX) put(canvas, left + column, y, label, 'label')
  }
}
