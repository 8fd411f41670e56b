// What a table leaves of its height is used for the panel's figures over time: on a quiet machine a table is short, and
// how it was before is what one asks next.
import { createMemo } from '../model/memo.ts'
import type { TimeColumn } from '../model/series.ts'
import type { View } from '../model/view.ts'
import type { Kind, AnyPanel } from '../panels/panel-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { LEAST_FOR_P99 } from './figures.ts'
import { mergedOf } from './merged.ts'
import { panelRows } from './panel-rows.ts'
import type { Series } from './spark.ts'

export interface PastSeries {
  label: string
  kind: Kind
  /** Oldest first; undefined where it is not known. */
  values: Series
}

/** A line that says what it is, one of time, and a figure of some height between them. */
const LEAST_LINES = 5
/** Rows come and go: they have room for so many more than there were lately. */
const STEP = 4
const LATELY = 20

/** Lines at the foot of a table of so many, 0 where its rows need them. `rows`: there are now, `before`: there were. */
export const linesForPast = (height: number, rows: number, before: readonly number[]): number => {
  const most = Math.max(1, rows, ...before)
  const heading = 1
  const left = height - heading - Math.ceil((most + 1) / STEP) * STEP
  return left >= LEAST_LINES ? left : 0
}

/** Of the samples before the last one, without those that were idle. The last is counted, too, as its rows have just been
 * made, and it is before another one soon. */
export const rowsBefore = (view: View, panel: AnyPanel, mode: string, withIdle: boolean): number[] => {
  const samples = view.samples(panel.probe, LATELY) as Sample[]
  const question = `${panel.id} ${mode}`
  const count = (sample: Sample): Counted => countIn(sample, panel, mode)
  const before: number[] = []
  for (let i = 0; i < samples.length; i++) {
    if (!view.hasRows(samples[i]!)) continue
    const { all, idle } = countedOnce(question, samples[i]!, count)
    before.push(all - (withIdle ? 0 : idle))
  }
  before.pop()
  return before
}

interface Counted {
  all: number
  idle: number
}
const countedOnce = createMemo<Counted>(50_000, () => 50)

const countIn = (sample: Sample, panel: AnyPanel, mode: string): Counted => {
  const rows = panelRows(panel, [sample], mode, false)
  return { all: rows.length, idle: rows.filter(({ idle }) => idle).length }
}

/** Of the panel's latency: all of it, or how often only, where its percentiles are drawn already. */
type PastLatency = 'all' | 'rate' | 'none'

/** One for each figure that the panel's title has, in that order, the first `most`; narrowed, not all are known. */
export const pastSeries = (
  columns: readonly TimeColumn[],
  view: View,
  panel: AnyPanel,
  mode: string,
  latency: PastLatency,
  most = Infinity,
): PastSeries[] => {
  const question = `${panel.id} ${mode} ${latency}`
  const make = (sample: Sample): PastFigure[] => figuresOf(sample, panel, mode, latency)
  const figures: (readonly PastFigure[] | undefined)[] = []
  let newest: readonly PastFigure[] = []
  for (let i = 0; i < columns.length; i++) {
    const { sample } = columns[i]!
    const each = sample && view.hasRows(sample) ? figuresOnce(question, sample, make) : undefined
    figures.push(each)
    if (each) newest = each
  }
  const series: PastSeries[] = []
  for (let of = 0; of < newest.length && series.length < most; of++) {
    const { label, kind } = newest[of]!
    const values: (number | undefined)[] = []
    let isKnown = false
    for (let i = 0; i < figures.length; i++) {
      const value = valueOf(figures[i], label, of)
      values.push(value)
      isKnown ||= value !== undefined
    }
    if (isKnown) series.push({ label, kind, values })
  }
  return series
}

/** Nearly always it is at the same place. */
const valueOf = (figures: readonly PastFigure[] | undefined, label: string, at: number): number | undefined => {
  if (!figures) return undefined
  const figure = figures[at]
  return figure?.label === label ? figure.value : figures.find((each) => each.label === label)?.value
}

interface PastFigure {
  label: string
  kind: Kind
  value: number | undefined
}

const figuresOnce = createMemo<PastFigure[]>(400_000, (figures) => 60 * figures.length)

const figuresOf = (sample: Sample, panel: AnyPanel, mode: string, latency: PastLatency): PastFigure[] => {
  const hist = latency !== 'none' ? mergedOf(sample, panel, mode) : undefined
  const durations: PastFigure[] =
    hist && !hist.counted && latency === 'all'
      ? [
          duration('p50', hist.p50Ns),
          duration('p99', hist.count < LEAST_FOR_P99 ? undefined : hist.p99Ns),
          duration('max', hist.count > 0 ? hist.maxNs : undefined),
        ]
      : []
  return [
    ...(hist
      ? [{ label: 'n/s', kind: 'rate' as const, value: (hist.count * 1000) / Math.max(1, sample.intervalMs) }]
      : []),
    ...durations,
    ...panel.stats(sample, mode).map(pastFigure),
  ]
}

const duration = (label: string, value: number | undefined): PastFigure => ({ label, kind: 'duration', value })

const pastFigure = ({ label, kind, value }: PastFigure): PastFigure => ({ label, kind, value })
