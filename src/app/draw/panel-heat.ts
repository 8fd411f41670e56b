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
import { sayUndistributed, type CountedColumn, type Got } from './heat-tiers.ts'
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
  const ranged = maps ? [] : rangeColumns(columns, panel, mode)
  const top = maps ? drawHeat(canvas, heat, maps, heatBits, shading) : drawRanges(canvas, heat, ranged, shading, beside)
  if (axis) drawAxis(canvas, axis, columns, state.instantMs === undefined ? columns.at(-1)!.atMs : context.nowMs)
  if (legend) drawLegend(canvas, legend, top, shading, written, (maps ?? ranged).some(isSampled))
  if (heatBits && bars && hist && isNow) {
    if (hist.counted) sayUndistributed(canvas, bars)
    else drawBars(canvas, bars, hist, heatBits)
  }
  hitTime(canvas, axis ? { ...heat, height: heat.height + 1 } : heat, columns, panel.id)
  if (maps) hitCells(canvas, heat, columns, maps, panel.id, heatBits)
}

const isSampled = (column: Got | undefined): boolean => column?.tier === 'sampled'

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
  maps: readonly MapColumn[],
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
        const count = map?.hist ? countIn(map.hist, range) : 0
        return count > 0
          ? { do: 'bucket', bucket: { panel: id, atMs: columns[column]!.atMs, ...range, count } }
          : drag(column)
      },
      drag,
    },
  )
}

/** Where nobody looked there is none. */
type MapColumn = HeatColumn | CountedColumn | undefined

const heatColumns = (columns: readonly TimeColumn[], panel: AnyPanel, mode: string): MapColumn[] => {
  const key = `${panel.id} ${mode}`
  const made = (sample: Sample): { column?: MapColumn } => {
    const hist = mergedOf(sample, panel, mode)
    return { column: columnOf(sample, hist?.counted ? undefined : hist) }
  }
  const maps: MapColumn[] = []
  for (let at = 0; at < columns.length; at++) {
    const { sample } = columns[at]!
    maps.push(sample && remembered(key, sample, made).column)
  }
  return maps
}

const columnOf = <H>({ lost, tier }: Sample, hist: H | undefined): (Got & { hist: H }) | CountedColumn | undefined =>
  hist ? { hist, lost, tier: tier?.is } : tier?.is === 'counted' ? { lost, tier: tier.is } : undefined

/** With what was counted and drawn of it. */
const COLUMN_BYTES = 600
const remembered = createMemo<{ column?: MapColumn }>(500 * COLUMN_BYTES, () => COLUMN_BYTES)

const rangeColumns = (
  columns: readonly TimeColumn[],
  panel: AnyPanel,
  mode: string,
): (RangeColumn | CountedColumn | undefined)[] =>
  columns.map(({ sample }) => sample && columnOf(sample, panel.ranges?.(sample.data, mode)))
