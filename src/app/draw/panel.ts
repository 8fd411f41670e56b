// One panel in its rectangle: title with status, figures, heat map, bars, chart, table; or why there is nothing.
import { lacksLatency } from '../../model/narrow.ts'
import { timeColumns } from '../../model/series.ts'
import type { Store } from '../../model/store.ts'
import type { AnyPanel } from '../../panels/registry.ts'
import type { Sample } from '../../stream/types.ts'
import { costFigures } from '../cost.ts'
import { formatAge, formatCount, formatDuration, formatValue } from '../format.ts'
import { mergedBy, mergedOf } from '../merged.ts'
import { isLatency, partsOf, type Placed } from '../layout.ts'
import { limitsOf } from '../narrowing.ts'
import { tableOf, type Table } from '../rows.ts'
import { isFrozen, type AppState } from '../state.ts'
import { isOverdue, notesOf, panelStatus, shownMs, statusText, STATUS_ROLES, type PanelStatus } from '../status.ts'
import type { ChartSlot, FrameContext, Role } from '../types.ts'
import { displayWidth, shorten, wrap } from '../width.ts'
import { drawBars, drawAxis, drawHeat, LABEL_WIDTH, type HeatColumn } from './heat.ts'
import { fill, put, putRight, type Canvas, type Rect } from './grid.ts'
import { glyphsFor } from './glyphs.ts'
import { drawSpark } from './spark.ts'
import { drawFigures, latencyFigures, LEAST_FOR_P99, lostFigure, statFigures } from './stats.ts'
import { drawTable } from './table.ts'

/** Draws and returns places for better charts. */
export const drawPanel = (
  canvas: Canvas,
  state: AppState,
  store: Store,
  context: FrameContext,
  placed: Placed,
  full: boolean,
): ChartSlot[] => {
  const { id, rect, boxed } = placed
  const focused = full || state.focus === id
  const table = tableOf(state, store, id, full)
  const { panel } = table
  const status = panelStatus(state, store, id, context.nowMs)
  const last = store.latest(panel.probe, state.cursorMs) as Sample | undefined
  const limits = limitsOf(state, panel, last)
  const blank = limits.find((limit) => limit.blank)
  const title = panelTitle(state, table, full)
  const details = state.cost ? costFigures(state, store, panel.probe) : title.details
  drawTitle(canvas, placed, { ...title, details }, blank ? undefined : status, focused)
  if (rect.height < 3) return []
  if (!last) {
    drawReason(canvas, inside(rect, boxed), status, panel)
    return []
  }
  const { mode } = state.byPanel[id]
  if (blank) {
    drawWords(canvas, inside(rect, boxed), blank.text)
    return []
  }
  const hist = mergedOf(last, panel, mode)
  const hasHeat = (full ? panel.heatBits !== undefined : isLatency(panel)) && hist !== undefined
  const parts = partsOf(hasHeat, panel.trend !== undefined, rect, boxed, full)
  drawFigures(canvas, parts.stats, [
    ...(hist && !lacksLatency(last) ? latencyFigures(hist, last.intervalMs) : []),
    ...statFigures(panel.stats(last, mode)),
    ...lostFigure(last.lost),
  ])
  const charts: ChartSlot[] = []
  const shown = shownMs(state, store, context.nowMs)
  const axis: Axis = {
    shown: isOverdue(state, last, shown) ? shown : last.atMs,
    gaps: store.gaps().map((gap) => gap.atMs),
    at: state.cursorMs,
    intervalMs: state.cursorMs === undefined ? state.intervalMs : 0,
    store,
    panel,
    mode,
  }
  if (parts.heat && panel.heatBits) {
    const columns = heatColumns(axis, parts.heat.width - LABEL_WIDTH)
    const top = drawHeat(canvas, parts.heat, columns, panel.heatBits, context.colour)
    if (parts.axis) drawAxis(canvas, parts.axis, last.intervalMs, top, nowLabel(state, context), context.colour)
    if (parts.bars && hist) drawBars(canvas, parts.bars, hist, panel.heatBits)
  }
  if (parts.chart) charts.push(...drawChart(canvas, parts.chart, axis, hasHeat, last))
  drawRows(canvas, parts.table, state, table, status, last, focused, limits.find((limit) => limit.noRows)?.text)
  if (boxed)
    drawNotes(canvas, rect, [
      ...limits.filter((limit) => !limit.blank && !limit.noRows).map((limit) => limit.text),
      ...notesOf(panel, last, mode),
    ])
  return charts
}

interface Axis {
  shown: number
  gaps: number[]
  at: number | undefined
  intervalMs: number
  store: Store
  panel: AnyPanel
  mode: string
}

const samplesOn = ({ store, panel, at, shown, gaps, intervalMs }: Axis, count: number): (Sample | undefined)[] =>
  timeColumns(store.samples(panel.probe, count, at) as Sample[], count, shown, gaps, intervalMs).map((sample) =>
    sample && panel.heatBits && lacksLatency(sample) ? undefined : sample,
  )

const heatColumns = (axis: Axis, count: number): (HeatColumn | undefined)[] => {
  const merged = mergedBy(axis.panel, axis.mode)
  return samplesOn(axis, count).map((sample) => {
    const hist = sample && merged(sample)
    return sample && hist ? { hist, lost: sample.lost } : undefined
  })
}

interface Title {
  name: string
  /** As many as there is room for. */
  details: string[]
}

const panelTitle = (state: AppState, { panel, rows, total }: Table, full: boolean): Title => {
  const mode = panel.modes.find((each) => each.id === state.byPanel[panel.id].mode)
  const shownOf = rows.length === total ? formatCount(total) : `${formatCount(rows.length)}/${formatCount(total)}`
  return {
    name: `${panel.key} ${panel.title}`,
    details: [
      ...(mode && panel.modes.length > 1 ? [mode.label] : []),
      ...(full ? [`${shownOf} rows`] : rows.length === total ? [] : [shownOf]),
    ],
  }
}

const drawTitle = (
  canvas: Canvas,
  { rect, boxed }: Placed,
  { name, details }: Title,
  status: PanelStatus | undefined,
  focused: boolean,
): void => {
  const { horizontal, vertical, corners, selected, cut } = glyphsFor(canvas.unicode)
  const border: Role = focused ? 'borderFocus' : 'border'
  const { x, y, width, height } = rect
  fill(canvas, { x, y, width, height: 1 }, border, horizontal)
  if (boxed) {
    fill(canvas, { x, y: y + 1, width: 1, height: height - 2 }, border, vertical)
    fill(canvas, { x: x + width - 1, y: y + 1, width: 1, height: height - 2 }, border, vertical)
    fill(canvas, { x, y: y + height - 1, width, height: 1 }, border, horizontal)
    put(canvas, x, y, corners[0], border)
    put(canvas, x + width - 1, y, corners[1], border)
    put(canvas, x, y + height - 1, corners[2], border)
    put(canvas, x + width - 1, y + height - 1, corners[3], border)
  }
  const right = status
    ? putRight(canvas, x + width - 1, y, ` ${statusText(status)} `, STATUS_ROLES[status.is], width - 4)
    : x + width - 1
  const room = right - x - 2
  const end = put(
    canvas,
    x + 1,
    y,
    `${shorten(`${focused ? selected : ' '}${name}`, room - 1, cut)} `,
    focused ? 'title' : 'label',
  )
  const detail = fitting(details, right - end - 2, cut).join(' ')
  if (detail !== '') put(canvas, end, y, `${detail} `, 'dim')
}

/** Whole ones; the first is cut rather than left out. */
const fitting = (words: readonly string[], width: number, cut: string): string[] => {
  let left = width + 1
  const whole = words.filter((word) => {
    const fits = displayWidth(word) + 1 <= left
    if (fits) left -= displayWidth(word) + 1
    return fits
  })
  return whole.length > 0 || words.length === 0 || width < 5 ? whole : [shorten(words[0]!, width, cut)]
}

/** In the frame's lower line, where they take no room from the rows. */
const drawNotes = (canvas: Canvas, { x, y, width, height }: Rect, notes: readonly string[]): void => {
  if (notes.length > 0)
    put(
      canvas,
      x + 2,
      y + height - 1,
      ` ${shorten(notes.join('; '), width - 6, glyphsFor(canvas.unicode).cut)} `,
      'dim',
    )
}

const inside = (rect: Rect, boxed: boolean): Rect =>
  boxed
    ? { x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2 }
    : { ...rect, y: rect.y + 1, height: rect.height - 1 }

const drawWords = (canvas: Canvas, rect: Rect, words: string): void =>
  wrap(words, rect.width - 2)
    .slice(0, rect.height)
    .forEach((line, index) => put(canvas, rect.x + 1, rect.y + index, line, 'dim', rect.width - 2))

/** Where there is nothing to show: why, and what can be done. */
const drawReason = (canvas: Canvas, rect: Rect, status: PanelStatus, panel: AnyPanel): void => {
  const width = rect.width - 2
  const lines: [string, Role][] =
    'why' in status
      ? [
          ...wrap(status.why, width).map((line): [string, Role] => [line, STATUS_ROLES[status.is]]),
          ...('retryMs' in status && status.retryMs !== undefined
            ? [[`trying again in ${formatAge(status.retryMs)}`, 'dim'] as [string, Role]]
            : []),
          ...(status.mend ? wrap(status.mend, width).map((line): [string, Role] => [line, 'text']) : []),
        ]
      : status.is === 'off'
        ? [['this probe is off', 'dim']]
        : [
            ['waiting for the first interval', 'dim'],
            ...wrap(panel.question, width).map((line): [string, Role] => [line, 'dim']),
          ]
  lines
    .slice(0, rect.height)
    .forEach(([line, role], index) => put(canvas, rect.x + 1, rect.y + index, line, role, width))
}

const drawRows = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  table: Table,
  status: PanelStatus,
  last: Sample,
  focused: boolean,
  noRows: string | undefined,
): void => {
  const anchor = state.byPanel[table.panel.id].selected?.index ?? 0
  const problem = 'why' in status ? status : undefined
  if (problem) {
    // The last numbers stay above; what is wrong takes the place of rows that no longer come
    drawReason(canvas, rect, problem, table.panel)
    return
  }
  drawTable(canvas, rect, table, focused, anchor)
  if (table.rows.length > 0) return
  const why = table.dropped
    ? 'rows this old are no longer kept'
    : table.total > 0
      ? 'no row fits the filter'
      : (noRows ?? emptyText(table.panel, last, state))
  put(canvas, rect.x + 1, rect.y + 1, why, 'dim', rect.height > 1 ? rect.width - 2 : 0)
}

const emptyText = (panel: AnyPanel, last: Sample, state: AppState): string => {
  if (panel.id === 'exec') return 'no process started or ended'
  if (panel.id !== 'runq' || state.byPanel.runq.mode !== 'cpus')
    return `nothing in the last ${formatAge(last.intervalMs)}`
  return state.replay || isFrozen(state) ? 'CPUs were not told apart then' : 'each CPU from the next interval on'
}

const PERCENTILES = [
  { label: 'p50', field: 'p50Ns' },
  { label: 'p90', field: 'p90Ns' },
  { label: 'p99', field: 'p99Ns' },
  { label: 'max', field: 'maxNs' },
] as const

const drawChart = (canvas: Canvas, rect: Rect, axis: Axis, latency: boolean, last: Sample): ChartSlot[] => {
  const plotWidth = rect.width - LABEL_WIDTH - 8
  const columns = samplesOn(axis, plotWidth)
  const series = latency ? percentileSeries(columns, axis) : trendSeries(columns, axis)
  if (series.length === 0 || plotWidth < 10) return []
  const height = Math.floor(rect.height / series.length)
  series.forEach(({ label, role, values, write }, index) => {
    const y = rect.y + index * height
    const newest = values.at(-1)
    put(canvas, rect.x, y + height - 1, label.padStart(LABEL_WIDTH - 1), role, LABEL_WIDTH - 1)
    drawSpark(canvas, rect.x + LABEL_WIDTH, y, plotWidth, height, values, role, latency)
    put(
      canvas,
      rect.x + LABEL_WIDTH + plotWidth + 1,
      y + height - 1,
      newest === undefined ? '-' : write(newest),
      'text',
      7,
    )
  })
  if (rect.height < 8) return []
  const xLabels = columns.map((_, index) => `-${formatAge((columns.length - 1 - index) * last.intervalMs)}`)
  return [
    {
      ...rect,
      xLabels,
      series: series.map(({ label, role, values }) => ({
        label,
        role,
        values: latency ? values.map((value) => value && value / 1e6) : values,
      })),
      unit: latency ? 'ms' : (axis.panel.trend?.label ?? ''),
    },
  ]
}

interface ChartSeries {
  label: string
  role: Role
  values: (number | undefined)[]
  write(value: number): string
}

const percentileSeries = (columns: readonly (Sample | undefined)[], { panel, mode }: Axis): ChartSeries[] => {
  const mergedOn = mergedBy(panel, mode)
  const merged = columns.map((sample) => sample && mergedOn(sample))
  return PERCENTILES.map(({ label, field }, index) => ({
    label,
    role: `series${index + 1}` as Role,
    values: merged.map((hist) => hist && (field === 'p99Ns' && hist.count < LEAST_FOR_P99 ? 0 : (hist[field] ?? 0))),
    write: (ns) => (ns === 0 ? '-' : formatDuration(ns)),
  }))
}

const trendSeries = (columns: readonly (Sample | undefined)[], { panel }: Axis): ChartSeries[] => {
  const { trend } = panel
  if (!trend) return []
  return [
    {
      label: 'rate',
      role: 'series1',
      values: columns.map((sample) => sample && trend.value(sample)),
      write: (value) => formatValue(value, trend.kind),
    },
  ]
}

const nowLabel = (state: AppState, context: FrameContext): string =>
  state.cursorMs === undefined ? 'now' : `-${formatAge(context.nowMs - state.cursorMs)}`
