// One panel in its rectangle: title with status, figures, heat map, bars, chart, table; or why there is nothing.
import type { View } from '../../model/view.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { bucketOf, bucketText } from '../bucket.ts'
import { costFigures } from '../cost.ts'
import { countOf } from '../format.ts'
import { mergedOf } from '../merged.ts'
import { chartOf, isLatency, partsOf, type Placed } from '../layout.ts'
import { limitsOf, MOST_LOGS, ofOtherGroup } from '../narrowing.ts'
import { hidesIdle } from '../asked.ts'
import { besideOf, idleNote, tableOf, type Table } from '../table/rows.ts'
import { panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { lossOf } from '../loss.ts'
import { hasRowsNow, heldNotes, notesOf, panelStatus, probeAgeMs, statusRole, statusText } from '../probes/status.ts'
import { linesForPast, pastSeries, rowsBefore } from '../past.ts'
import { columnsOf } from '../time-axis.ts'
import type { ChartSlot, FrameContext, Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { LABEL_WIDTH } from './heat.ts'
import { hit, type Canvas } from './grid.ts'
import { drawBeyond } from './lines.ts'
import { drawChart } from './panel-chart.ts'
import { drawPast, PAST_AROUND, PAST_MARGIN } from './past.ts'
import { drawNotes, drawTitle, inside, panelTitle } from './panel-frame.ts'
import { drawReason, drawWords, emptyText } from './panel-words.ts'
import { drawPicture, hitTime } from './panel-heat.ts'
import { drawTable, type Unseen } from './table.ts'
import { drawLegend, drawTimes } from './times.ts'
import type { Piece } from '../lines.ts'
import { drawFigures } from './figures.ts'
import { panelFigures } from '../table/panel-figures.ts'
import { staleFigures } from '../figures.ts'

/** Draws and returns places for better charts. */
export const drawPanel = (
  canvas: Canvas,
  state: AppState,
  view: View,
  context: FrameContext,
  placed: Placed,
  full: boolean,
): ChartSlot[] => {
  const { id, rect, boxed } = placed
  const focused = full || state.focus === id
  const table = tableOf(state, view, id, full)
  const { panel } = table
  const status = panelStatus(state, view, id, context.nowMs)
  const last = view.latest(panel.probe) as Sample | undefined
  const ageMs = probeAgeMs(state, view, panel.probe, context.nowMs)
  const limits = limitsOf(state, panel, last, () => view.logs(MOST_LOGS))
  const blank = limits.find((limit) => limit.blank)
  const { mode } = panelState(state, id)
  const hist = last && !blank ? mergedOf(last, panel, mode) : undefined
  const ranges = last && !blank ? panel.ranges?.(last.data, mode) : undefined
  const hasHeat =
    (!givesWay(state, rect, full) && (full ? panel.heatBits !== undefined : isLatency(panel)) && hist !== undefined) ||
    (panel.hasRanges?.(mode) === true && ranges !== undefined)
  const parts = partsOf(hasHeat, chartOf(panel), rect, boxed, full)
  const hasRows = last !== undefined && !blank && hasRowsNow(status, ageMs)
  const title = panelTitle(state, table, full, hasRows)
  const isLine = rect.height < 3
  const details =
    isLine && blank
      ? [withoutTitle(blank.text, panel.title)]
      : state.cost
        ? costFigures(state, view, panel.probe)
        : title.details
  const word: Piece | undefined = blank ? undefined : [statusText(status, state), statusRole(status)]
  hit(canvas, rect, { do: 'focus', panel: id })
  const loss = lossOf(view, panel.probe, panel.table?.(mode))
  // those of before it was away are not what it begins with
  const hasNumbers = ageMs === undefined || status.is !== 'starting'
  const known = last && !blank && hasNumbers ? panelFigures(table, last, mode, { hist, ranges, loss }) : []
  const figures =
    ageMs === undefined || !hasNumbers ? known : staleFigures(known, status.is === 'stale' ? undefined : ageMs)
  const titled = { ...title, details, figures: parts.stats ? [] : figures }
  drawTitle(canvas, placed, titled, word, focused)
  if (isLine) return []
  if (!last) {
    drawReason(canvas, inside(rect, boxed), status, panel)
    return []
  }
  if (blank) {
    drawWords(canvas, inside(rect, boxed), blank.text)
    return []
  }
  const afterFigures = parts.stats && drawFigures(canvas, parts.stats, figures)
  const charts: ChartSlot[] = []
  const columnsIn = (width: number) => columnsOf(state, view, panel, width - LABEL_WIDTH, context.nowMs)
  if (parts.heat)
    drawPicture(canvas, parts, { panel, mode, hist, ranges, isNow: ageMs === undefined }, columnsIn, state, context)
  if (parts.chart) {
    const columns = columnsIn(parts.chart.rect.width)
    if (panel.times) {
      const beside = besideOf(state, view, panel, columns.length)
      const times = columns.map(({ sample }) => sample && panel.times!(sample, mode, beside))
      drawTimes(canvas, parts.chart.rect, times)
      if (parts.stats && afterFigures !== undefined) {
        const x = afterFigures + 4
        drawLegend(canvas, { ...parts.stats, x, width: parts.stats.x + parts.stats.width - x }, times)
      }
    } else charts.push(...drawChart(canvas, parts.chart, columns, panel, mode, hasHeat, context.colour))
    hitTime(canvas, parts.chart.rect, columns, id)
  }
  let beyond: Unseen = { above: 0, below: 0, columns: 0 }
  if (!hasRows) drawReason(canvas, parts.table, status, panel)
  else {
    const noRows = (): string =>
      limits.find((limit) => limit.noRows)?.text ??
      heldNotes(view, panel, last)[0] ??
      ofOtherGroup(state, view) ??
      (table.idle > 0 ? `nobody is blocked but those who wait for work: ${table.idle}, i shows them` : undefined) ??
      emptyText(panel, last, state)
    const past = boxed ? pastLines(state, view, table, parts.table) : 0
    const rows = { ...parts.table, height: parts.table.height - past }
    beyond = drawRows(canvas, rows, state, table, focused, ageMs === undefined ? 'text' : 'stale', noRows)
    if (past > 0) {
      const below = { ...rows, y: rows.y + rows.height, height: past }
      const columns = columnsOf(state, view, panel, below.width - PAST_MARGIN - 1, context.nowMs)
      const endMs = state.instantMs === undefined ? columns.at(-1)!.atMs : context.nowMs
      const latency = !hasHeat ? 'none' : parts.chart ? 'rate' : 'all'
      const series = pastSeries(columns, view, panel, mode, latency, past - PAST_AROUND)
      drawPast(canvas, below, { panel: id, columns, series, endMs })
    }
  }
  if (boxed) {
    const bucket = bucketOf(state, id)
    const taken = drawBeyond(canvas, rect, beyond, full)
    drawNotes(canvas, { ...rect, width: rect.width - taken }, [
      ...(bucket ? [bucketText(bucket, table.sort.column === 'max')] : []),
      ...limits.filter((limit) => !limit.blank && !limit.noRows).map((limit) => limit.text),
      ...(table.isNew ? ['not looked at then: nothing to compare with'] : []),
      ...idleNote(table),
      ...notesOf(state, view, panel, last),
      ...(loss ? [loss.sentence] : []),
      ...(full && beyond.columns > 0 ? [`${countOf(beyond.columns, 'column')} without room: o`] : []),
    ])
  }
  return charts
}

/** Beside a table of a few columns, which has one more to show: by how much each changed. */
const givesWay = ({ since }: AppState, { height }: Rect, full: boolean): boolean =>
  since !== undefined && !full && height < LEAST_ABOVE

/** From this height on a heat map is above its table. */
const LEAST_ABOVE = 11

/** What is said in place of rows may take as many lines. */
const LEAST_ROWS = 3

const pastLines = (state: AppState, view: View, { panel, rows, grouping }: Table, { width, height }: Rect): number => {
  const least = Math.max(LEAST_ROWS, rows.length)
  // of part of them how many there were is not known, nor does it matter as much
  const isWhole = state.filter.text === '' && grouping === 'each'
  const lines = width < LEAST_FOR_PAST ? 0 : linesForPast(height, least, [])
  if (lines === 0 || !isWhole) return lines
  return linesForPast(height, least, rowsBefore(view, panel, panelState(state, panel.id).mode, !hidesIdle(state)))
}

/** Words and figures, and as much of time again. */
const LEAST_FOR_PAST = 48

/** Beside its title. */
const withoutTitle = (text: string, title: string): string =>
  text.startsWith(`${title} `) ? text.slice(title.length + 1) : text

const drawRows = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  table: Table,
  focused: boolean,
  role: Role,
  noRows: () => string,
): Unseen => {
  const anchor = panelState(state, table.panel.id).selected ?? { index: 0 }
  const beyond = drawTable(canvas, rect, table, focused, anchor, role)
  if (table.rows.length > 0) return beyond
  const why = table.dropped ? 'rows this old are no longer kept' : table.total > 0 ? 'no row fits the filter' : noRows()
  drawWords(canvas, { ...rect, y: rect.y + 1, height: rect.height - 1 }, why)
  return beyond
}
