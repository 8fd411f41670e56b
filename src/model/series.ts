// Samples on a time axis: one column an interval, newest last, without a sample where nothing was measured. A hole is
// never filled with zeros, since "nothing happened" and "nobody looked" are different facts.
import type { Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'

/** How late a sample may be, in intervals, before the axis shows a hole or the panel is called stale. */
const STALE_INTERVALS = 2.5
/** At a tenth of a second a busy machine is late now and then; that is not worth a warning. */
const STALE_LEAST_MS = 1000

/** The first samples after a start, of which several may cover less than an interval. */
const BEGINNING = 4

/** The time a column stands for, and what was measured then. */
export interface TimeColumn<P extends ProbeId = ProbeId> {
  fromMs: number
  atMs: number
  sample?: Sample<P>
}

/**
 * The last `count` columns up to `endMs`. Between two samples there is a hole when more than half an interval is
 * missing; after the last one when it is overdue. A hole is as many columns as intervals fit in, so time keeps scale;
 * the first sample after a start covers less than an interval, so the longer neighbour is the measure (before them all the
 * longest of some), and after the
 * last sample `intervalMs`, the interval asked for. So it is before the first one.
 */
export const timeColumns = <P extends ProbeId>(
  samples: readonly Sample<P>[],
  count: number,
  endMs: number,
  gaps: readonly { atMs: number }[] = [],
  intervalMs = 0,
): TimeColumn<P>[] => {
  // Newest first, as the newest are wanted
  const columns: TimeColumn<P>[] = []
  const hasGaps = gaps.length > 0
  const pushHole = (fromMs: number, toMs: number, length: number): void => {
    if (length === 0) return
    const each = (toMs - fromMs) / length
    for (let i = 0; i < length && columns.length < count; i++)
      columns.push({ fromMs: toMs - (i + 1) * each, atMs: toMs - i * each })
  }
  const last = samples.at(-1)
  if (last)
    pushHole(
      last.atMs,
      endMs,
      overdueIntervals({ atMs: last.atMs, intervalMs: Math.max(last.intervalMs, intervalMs) }, endMs),
    )
  for (let i = samples.length - 1; i >= 0 && columns.length < count; i--) {
    const sample = samples[i]!
    const fromMs = sample.atMs - sample.intervalMs
    columns.push({ fromMs, atMs: sample.atMs, sample })
    const before = samples[i - 1]
    if (!before) break
    const missing = missingBetween(before, sample)
    if (missing > 0.5) pushHole(before.atMs, fromMs, Math.max(1, Math.round(missing)))
    else if (hasGaps && gaps.some(({ atMs }) => atMs > before.atMs && atMs <= sample.atMs))
      pushHole(before.atMs, fromMs, 1)
  }
  const rest = count - columns.length
  const oldestMs = columns.at(-1)?.fromMs ?? endMs
  const begun = samples.length > 1 ? samples.slice(0, BEGINNING) : [...samples, { intervalMs }]
  const eachMs = Math.max(...begun.map((each) => each.intervalMs)) || 1000
  pushHole(oldestMs - rest * eachMs, oldestMs, rest)
  return columns.reverse()
}

/** So many intervals. */
const missingBetween = (before: Sample, after: Sample): number =>
  (after.atMs - after.intervalMs - before.atMs) / Math.max(after.intervalMs, before.intervalMs)

/** What `columns` are one interval later, where the next sample follows the last one; undefined where it takes a closer look.
 * A screen asks for hundreds each second. */
export const nextColumns = <P extends ProbeId>(
  columns: readonly TimeColumn<P>[],
  samples: readonly Sample<P>[],
  endMs: number,
): readonly TimeColumn<P>[] | undefined => {
  const end = samples.length - 1
  const last = samples[end]
  // how wide the time before them all is drawn is told by the first ones
  if (end <= BEGINNING || last!.atMs !== endMs) return undefined
  const by = columns.at(-1)?.sample === last ? 0 : 1
  let at = end - by
  if (columns.at(-1)?.sample !== samples[at]) return undefined
  for (let i = columns.length - 1; i >= by; i--) {
    const { sample } = columns[i]!
    if (sample && sample !== samples[at--]) return undefined
  }
  if (by === 0) return columns
  if (missingBetween(samples[end - 1]!, last!) > 0.5) return undefined
  const next = columns.slice(1)
  next.push({ fromMs: last!.atMs - last!.intervalMs, atMs: last!.atMs, sample: last! })
  return next
}

/** Whole intervals that have passed without a sample; 0 while the next is not overdue. */
export const overdueIntervals = (last: { atMs: number; intervalMs: number }, nowMs: number): number => {
  const lateMs = nowMs - last.atMs
  const intervalMs = Math.max(1, last.intervalMs)
  return lateMs > Math.max(STALE_LEAST_MS, STALE_INTERVALS * intervalMs) ? Math.floor(lateMs / intervalMs) : 0
}
