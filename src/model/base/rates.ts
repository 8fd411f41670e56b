// Sums over several intervals of the same process, and shares of clock time. Rates are sums divided by the time they
// cover; percentiles are never averaged, histograms are merged instead (histogram.ts).
import type { RareTimes, SchedProc } from '../../stream/sched-types.ts'

/** What is not known has no rate and no share. */
type Known<T> = T extends undefined ? undefined : number

/** Events per second of an interval. */
export const perSecond = <T extends number | undefined>(count: T, intervalMs: number): Known<T> =>
  (count === undefined ? undefined : intervalMs > 0 ? (count * 1000) / intervalMs : 0) as Known<T>

/** Time spent per time passed, in percent; above 100 when several threads did. */
export const percentOf = <T extends number | undefined>(ns: T, intervalMs: number): Known<T> =>
  (ns === undefined ? undefined : intervalMs > 0 ? ns / (intervalMs * 10_000) : 0) as Known<T>

export const ratio = (sum: number, count: number): number | undefined => (count > 0 ? sum / count : undefined)

/** Off-CPU time that was not the process's own choice; undefined where that is not known. */
export const stuckNs = <T extends Pick<SchedProc, 'uninterruptibleNs' | 'preemptedNs' | 'throttledNs'>>(
  proc: T,
): Known<T['uninterruptibleNs']> =>
  (proc.uninterruptibleNs === undefined
    ? undefined
    : proc.uninterruptibleNs + (proc.preemptedNs ?? 0) + (proc.throttledNs ?? 0)) as Known<T['uninterruptibleNs']>

/** Held by somebody else on purpose: stopped, traced or frozen. */
export const heldNs = ({ stoppedNs = 0, tracedNs = 0, frozenNs = 0 }: RareTimes): number =>
  stoppedNs + tracedNs + frozenNs
