// Samples on a time axis: one column an interval, newest last, `undefined` where nothing was measured. A hole is never
// filled with zeros, since "nothing happened" and "nobody looked" are different facts.
import type { ProbeId, Sample } from '../stream/types.ts'

/** How late a sample may be, in intervals, before the axis shows a hole or the panel is called stale. */
export const STALE_INTERVALS = 2.5
/** At a tenth of a second a busy machine is late now and then; that is not worth a warning. */
export const STALE_LEAST_MS = 1000

export interface Axis<P extends ProbeId = ProbeId> {
  columns: (Sample<P> | undefined)[]
}

/**
 * The last `count` columns up to `endMs`. Between two samples there is a hole when more than half an interval is
 * missing; after the last one when it is overdue. A hole is as many columns as intervals fit in, so time keeps scale;
 * the first sample after a start covers less than an interval, so the longer neighbour is the measure, and after the
 * last sample `intervalMs`, the interval asked for.
 */
export const timeColumns = <P extends ProbeId>(
  samples: readonly Sample<P>[],
  count: number,
  endMs: number,
  gapMs: readonly number[] = [],
  intervalMs = 0,
): (Sample<P> | undefined)[] => {
  const columns: (Sample<P> | undefined)[] = []
  const last = samples.at(-1)
  if (last)
    pushHole(
      columns,
      overdueIntervals({ atMs: last.atMs, intervalMs: Math.max(last.intervalMs, intervalMs) }, endMs),
      count,
    )
  for (let i = samples.length - 1; i >= 0 && columns.length < count; i--) {
    const sample = samples[i]!
    columns.push(sample)
    const before = samples[i - 1]
    if (!before) break
    const missing = (sample.atMs - sample.intervalMs - before.atMs) / Math.max(sample.intervalMs, before.intervalMs)
    const said = gapMs.some((atMs) => atMs > before.atMs && atMs <= sample.atMs)
    pushHole(columns, missing > 0.5 ? Math.max(1, Math.round(missing)) : said ? 1 : 0, count)
  }
  while (columns.length < count) columns.push(undefined)
  return columns.reverse()
}

/** Whole intervals that have passed without a sample; 0 while the next is not overdue. */
export const overdueIntervals = (last: { atMs: number; intervalMs: number }, nowMs: number): number => {
  const lateMs = nowMs - last.atMs
  const intervalMs = Math.max(1, last.intervalMs)
  return lateMs > Math.max(STALE_LEAST_MS, STALE_INTERVALS * intervalMs) ? Math.floor(lateMs / intervalMs) : 0
}

const pushHole = (columns: unknown[], length: number, count: number): void => {
  for (let i = 0; i < length && columns.length < count; i++) columns.push(undefined)
}
