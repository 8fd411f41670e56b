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
export const rowsBefore = (view: View, panel: AnyPanel, mode: string, withIdle: boolean): number[] =>
  (view.samples(panel.probe, LATELY) as Sample[])
    .filter((sample) => view.hasRows(sample))
    .map((sample) => countedOnce(`${panel.id} ${mode}`, sample, () => countIn(sample, panel, mode)))
    .slice(0, -1)
    .map(({ all, idle }) => all - (withIdle ? 0 : idle))

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

/** One for each figure that the panel's title has, in that order; narrowed, not all are known. */
export const pastSeries = (
  columns: readonly TimeColumn[],
  view: View,
  panel: AnyPanel,
  mode: string,
  latency: PastLatency,
): PastSeries[] => {
  const figures = columns.map(({ sample }) =>
    sample && view.hasRows(sample)
      ? figuresOnce(`${panel.id} ${mode} ${latency}`, sample, () => figuresOf(sample, panel, mode, latency))
      : undefined,
  )
  const newest = figures.findLast((each) => each !== undefined)
  return (newest ?? [])
    .map(({ label, kind }, index) => ({
      label,
      kind,
      // nearly always at the same place
      values: figures.map((each) =>
        each?.[index]?.label === label ? each[index].value : each?.find((figure) => figure.label === label)?.value,
      ),
    }))
    .filter(({ values }) => values.some((value) => value !== undefined))
}

interface PastFigure {
  label: string
  kind: Kind
  value: number | undefined
}

const figuresOnce = createMemo<PastFigure[]>(400_000, (figures) => 60 * figures.length)

const figuresOf = (sample: Sample, panel: AnyPanel, mode: string, latency: PastLatency): PastFigure[] => {
  const hist = latency !== 'none' ? mergedOf(sample, panel, mode) : undefined
  const durations: [string, number | undefined][] =
    hist && !hist.counted && latency === 'all'
      ? [
          ['p50', hist.p50Ns],
          ['p99', hist.count < LEAST_FOR_P99 ? undefined : hist.p99Ns],
          ['max', hist.count > 0 ? hist.maxNs : undefined],
        ]
      : []
  return [
    ...(hist
      ? [{ label: 'n/s', kind: 'rate' as const, value: (hist.count * 1000) / Math.max(1, sample.intervalMs) }]
      : []),
    ...durations.map(([label, value]) => ({ label, kind: 'duration' as const, value })),
    ...panel.stats(sample, mode).map(({ label, kind, value }) => ({ label, kind, value })),
  ]
}
