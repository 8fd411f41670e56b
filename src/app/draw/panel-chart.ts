// Under a heat map its percentiles over time, column under column: thin lines, or bars where these cannot be told apart. In
// other panels one figure over time. And a place for a better chart where there is room.
import type { TimeColumn } from '../../model/series.ts'
import type { AnyPanel, Role } from '../../panels/panel-types.ts'
import { formatDuration, formatValue } from '../format.ts'
import { LEAST_GUTTER } from '../layout.ts'
import { mergedOf } from '../merged.ts'
import { timeLabel } from '../time-axis.ts'
import type { ChartSlot, Rect } from '../app-types.ts'
import { LABEL_WIDTH } from './heat.ts'
import { put, type Canvas } from './grid.ts'
import { rangeOf } from '../../model/tables/histograms.ts'
import { drawLevel, drawSpark, stays } from './spark.ts'
import { drawStrip } from './strip.ts'
import { boundText } from '../ranges.ts'
import { LEAST_FOR_P99 } from '../figures.ts'

const PERCENTILES = [
  { label: 'p50', field: 'p50Ns' },
  { label: 'p90', field: 'p90Ns' },
  { label: 'p99', field: 'p99Ns' },
  { label: 'max', field: 'maxNs' },
] as const

/** Columns to its right, where each series says its newest value. */
interface ChartParts {
  rect: Rect
  gutter: number
}

export const drawChart = (
  canvas: Canvas,
  { rect, gutter }: ChartParts,
  columns: readonly TimeColumn[],
  panel: AnyPanel,
  mode: string,
  latency: boolean,
  colour: boolean,
): ChartSlot[] => {
  const series = panel.hasRanges?.(mode)
    ? rangeSeries(columns, panel, mode)
    : latency
      ? percentileSeries(columns, panel, mode)
      : trendSeries(columns, panel)
  if (series.length === 0 || columns.length < 10) return []
  const height = Math.floor(rect.height / series.length)
  const asLines = latency && colour && canvas.unicode && !panel.hasRanges?.(mode)
  if (asLines) drawStrip(canvas, { ...rect, height: height * series.length }, LABEL_WIDTH, [...series].sort(byWeight))
  series.forEach(({ label, role, values, write }, index) => {
    const y = rect.y + index * height
    const newest = values.at(-1)
    const text = newest === undefined ? '-' : write(newest)
    const base = y + height - 1
    const right = rect.x + rect.width + 1
    // A better chart has its scale where the names would be
    const named = gutter >= NAMED_GUTTER
    const x = rect.x + LABEL_WIDTH
    if (!asLines && stays(values)) drawLevel(canvas, x, base, values, role)
    else if (!asLines) drawSpark(canvas, x, y, columns.length, height, values, role, latency)
    if (named && isFigure(panel, mode, latency)) {
      put(canvas, right, base - 1, panel.trend.label, role, gutter - 2)
      put(canvas, right, base, text, 'text', gutter - 2)
      return
    }
    if (named || !asLines)
      put(canvas, named ? right : rect.x, base, label.padStart(LABEL_WIDTH - 1), role, LABEL_WIDTH - 1)
    put(canvas, named ? right + LABEL_WIDTH : right, base, text, named || !asLines ? 'text' : role, LEAST_GUTTER - 1)
  })
  if (rect.height < 8 || panel.hasRanges?.(mode)) return []
  const endMs = columns.at(-1)!.atMs
  return [
    {
      ...rect,
      labelWidth: LABEL_WIDTH,
      xLabels: columns.map(({ atMs }) => timeLabel(atMs, endMs)),
      series: series.map(({ label, role, values }) => ({
        label,
        role,
        values: latency ? values.map((value) => value && value / 1e6) : values,
      })),
      unit: latency ? 'ms' : (panel.trend?.label ?? ''),
    },
  ]
}

/** One figure over time: what it is stands above its newest value. */
const isFigure = (
  panel: AnyPanel,
  mode: string,
  latency: boolean,
): panel is AnyPanel & { trend: NonNullable<AnyPanel['trend']> } =>
  !latency && panel.trend !== undefined && !panel.hasRanges?.(mode)

/** Where lines meet, these are seen: the last. */
const DRAWN = ['p90', 'max', 'p50', 'p99']
const byWeight = (a: ChartSeries, b: ChartSeries): number => DRAWN.indexOf(a.label) - DRAWN.indexOf(b.label)

const NAMED_GUTTER = LABEL_WIDTH + LEAST_GUTTER

interface ChartSeries {
  label: string
  role: Role
  values: (number | undefined)[]
  write(value: number): string
}

const percentileSeries = (columns: readonly TimeColumn[], panel: AnyPanel, mode: string): ChartSeries[] => {
  const merged = columns.map(({ sample }) => sample && mergedOf(sample, panel, mode))
  return PERCENTILES.map(({ label, field }, index) => ({
    label,
    role: `series${index + 1}` as Role,
    values: merged.map((hist) =>
      !hist || hist.counted ? undefined : field === 'p99Ns' && hist.count < LEAST_FOR_P99 ? 0 : (hist[field] ?? 0),
    ),
    write: (ns) => (ns === 0 ? '-' : formatDuration(ns)),
  }))
}

/** Ends of the ranges that percentiles lie in, on a log scale. */
const rangeSeries = (columns: readonly TimeColumn[], panel: AnyPanel, mode: string): ChartSeries[] => {
  const hists = columns.map(({ sample }) => sample && panel.ranges?.(sample.data, mode))
  const unit = hists.find((hist) => hist)?.unit ?? 'count'
  return RANGE_PERCENTILES.map(({ label, p }, index) => ({
    label,
    role: `series${index + 1}` as Role,
    values: hists.map((hist) => hist && Math.max(0, rangeOf(hist, p)?.[1] ?? 0)),
    write: (value) => (value === 0 ? '-' : boundText(value, unit)),
  }))
}

const RANGE_PERCENTILES = [
  { label: 'p50<', p: 0.5 },
  { label: 'p90<', p: 0.9 },
  { label: 'p99<', p: 0.99 },
  { label: 'max<', p: 1 },
] as const

const trendSeries = (columns: readonly TimeColumn[], { trend }: AnyPanel): ChartSeries[] => {
  if (!trend) return []
  return [
    {
      label: 'rate',
      role: 'series1',
      values: columns.map(({ sample }) => sample && trend.value(sample)),
      write: (value) => formatValue(value, trend.kind),
    },
  ]
}
