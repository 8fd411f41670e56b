// A panel's heat map, with axis, legend and bars where there is room; and what the mouse finds there: who was in a cell, and
// when a column was.
import { createMemo } from '../../model/memo.ts'
import type { TimeColumn } from '../../model/series.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { AnyPanel, PanelId } from '../../panels/panel-types.ts'
import type { Action } from '../actions.ts'
import { bucketRange, countIn } from '../bucket.ts'
import type { Parts } from '../layout.ts'
import { formatCount } from '../format.ts'
import { boundText } from '../ranges.ts'
import { mergedOf, type Merged } from '../merged.ts'
import type { AppState } from '../state-types.ts'
import type { FrameContext, Rect } from '../app-types.ts'
import { hit, type Canvas } from './grid.ts'
import { drawAxis, drawBars, drawHeat, drawLegend, LABEL_WIDTH, shadingOf, type HeatColumn } from './heat.ts'
import { drawRanges, type RangeColumn } from './ranges.ts'

interface Pictured {
  panel: AnyPanel
  mode: string
  hist: Merged | undefined
  ranges: RangeColumn['hist'] | undefined
  /** What is drawn is of now, or of the instant one asked for. */
  isNow: boolean
}

export const drawPicture = (
  canvas: Canvas,
  { heat, axis, legend, bars }: Parts,
  { panel, mode, hist, ranges, isNow }: Pictured,
  columnsIn: (width: number) => readonly TimeColumn[],
  state: AppState,
  context: FrameContext,
): void => {
  const { heatBits } = panel
  if (!heat || !(heatBits ?? ranges)) return
  const columns = columnsIn(heat.width)
  const shading = shadingOf(context)
  const written = ranges && panel.timeAs?.(mode) !== undefined ? timeText : formatCount
  const beside = bars && ranges && isNow ? { rect: bars, hist: ranges, written } : undefined
  const maps = heatBits && heatColumns(columns, panel, mode)
  const top = maps
    ? drawHeat(canvas, heat, maps, heatBits, shading)
    : drawRanges(canvas, heat, rangeColumns(columns, panel, mode), shading, beside)
  if (axis) drawAxis(canvas, axis, columns, state.instantMs === undefined ? columns.at(-1)!.atMs : context.nowMs)
  if (legend) drawLegend(canvas, legend, top, shading, written)
  if (heatBits && bars && hist && isNow) drawBars(canvas, bars, hist, heatBits)
  hitTime(canvas, axis ? { ...heat, height: heat.height + 1 } : heat, columns, panel.id)
  if (maps) hitCells(canvas, heat, columns, maps, panel.id, heatBits)
}

const timeText = (us: number): string => boundText(us * 1000, 'ns')

/** A click goes to that instant, and so does whoever goes on along the line. */
export const hitTime = (canvas: Canvas, rect: Rect, columns: readonly TimeColumn[], id: PanelId): void => {
  const toTime = (x: number): Action => toColumn(columns, x - LABEL_WIDTH)
  hit(canvas, rect, { do: 'focus', panel: id }, { at: toTime, drag: toTime })
}

const toColumn = (columns: readonly TimeColumn[], at: number): Action => ({
  do: 'toTime',
  atMs: columns[Math.min(columns.length - 1, Math.max(0, at))]!.atMs,
})

const hitCells = (
  canvas: Canvas,
  heat: Rect,
  columns: readonly TimeColumn[],
  maps: readonly (HeatColumn | undefined)[],
  id: PanelId,
  bits: readonly [number, number],
): void => {
  const { x, width } = { x: heat.x + LABEL_WIDTH, width: heat.width - LABEL_WIDTH }
  const drag = (at: number): Action => toColumn(columns, at)
  hit(
    canvas,
    { ...heat, x, width },
    { do: 'focus', panel: id },
    {
      at: (column, row) => {
        const map = maps[column]
        const range = bucketRange(heat.height - 1 - row, heat.height, bits)
        const count = map ? countIn(map.hist, range) : 0
        return map && count > 0
          ? { do: 'bucket', bucket: { panel: id, atMs: columns[column]!.atMs, ...range, count } }
          : drag(column)
      },
      drag,
    },
  )
}

const heatColumns = (columns: readonly TimeColumn[], panel: AnyPanel, mode: string): (HeatColumn | undefined)[] => {
  const key = `${panel.id} ${mode}`
  const made = (sample: Sample): { column?: HeatColumn } => {
    const hist = mergedOf(sample, panel, mode)
    return hist && !hist.counted ? { column: { hist, lost: sample.lost } } : {}
  }
  const maps: (HeatColumn | undefined)[] = []
  for (let at = 0; at < columns.length; at++) {
    const { sample } = columns[at]!
    maps.push(sample && remembered(key, sample, made).column)
  }
  return maps
}

/** With what was counted and drawn of it. */
const COLUMN_BYTES = 600
const remembered = createMemo<{ column?: HeatColumn }>(500 * COLUMN_BYTES, () => COLUMN_BYTES)

const rangeColumns = (columns: readonly TimeColumn[], panel: AnyPanel, mode: string): (RangeColumn | undefined)[] =>
  columns.map(({ sample }) => {
    const hist = sample && panel.ranges?.(sample.data, mode)
    return sample && hist ? { hist, lost: sample.lost } : undefined
  })
