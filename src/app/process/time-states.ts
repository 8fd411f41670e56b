// Where a process's time goes, as lines of its page: each state with its history.
import { percentOf, perSecond, ratio } from '../../model/base/rates.ts'
import type { ProcessFacts } from '../../panels/process-samples.ts'
import type { SchedProc } from '../../stream/sched-types.ts'
import { formatDuration, formatRate } from '../format.ts'
import type { History } from './history.ts'
import { blockedClassLines, type Splits } from './split.ts'
import type { Role } from '../../panels/panel-types.ts'
import type { Line } from '../lines.ts'
import { seriesLines, type SeriesLook } from './series.ts'

/** Where its threads' time goes; all but the part after a preemption add up to what its threads lived. States that most
 * processes are never in have a line only where the history shows one. */
export const timeLines = (
  { sched, intervalMs }: ProcessFacts,
  history: History,
  splits: Splits,
  look: SeriesLook,
): Line[] => {
  const share = (label: string, role: Role, ns: (proc: SchedProc) => number | undefined): Line[] => {
    const now = sched && percentOf(ns(sched), intervalMs)
    const series = history.map((point) => point && percentOf(point.proc ? ns(point.proc) : 0, point.intervalMs))
    return seriesLines(label, now, series, role, look)
  }
  const rare = (label: string, role: Role, ns: (proc: SchedProc) => number | undefined): Line[] =>
    history.some((point) => point?.proc && (ns(point.proc) ?? 0) > 0) ? share(label, role, (proc) => ns(proc) ?? 0) : []
  const counts: Line = sched
    ? [
        [' waits ', 'label'],
        [`${formatRate(perSecond(sched.waits, intervalMs))}/s`],
        ['  longest ', 'label'],
        [sched.waitMaxNs === undefined ? '-' : formatDuration(sched.waitMaxNs)],
        ['  mean ', 'label'],
        [mean(sched.waitNs, sched.waits)],
      ]
    : []
  const switches: Line = sched
    ? [[' switches ', 'label'], [`${formatRate(perSecond(sched.switches, intervalMs))}/s`]]
    : []
  return [
    [
      ['Where its time goes', 'title'],
      ['  % of clock time, all threads', 'dim'],
    ],
    ...share('on CPU', 'series3', (proc) => proc.onCpuNs),
    ...share('run queue', 'series2', (proc) => proc.waitNs),
    ...share('- preempted', 'series4', (proc) => proc.preemptedNs),
    ...rare('throttled', 'bad', (proc) => proc.throttledNs),
    ...share('uninterrupt.', 'bad', (proc) => proc.uninterruptibleNs),
    ...rare('stopped', 'warn', (proc) => proc.stoppedNs),
    ...rare('traced', 'warn', (proc) => proc.tracedNs),
    ...rare('frozen', 'warn', (proc) => proc.frozenNs),
    ...share('sleeping', 'series1', (proc) => proc.sleepNs),
    ...blockedClassLines(splits, history, intervalMs, look),
    counts,
    switches,
  ]
}

/** Of durations; a dash where there was none. */
export const mean = (sum: number, count: number): string => {
  const value = ratio(sum, count)
  return value === undefined ? '-' : formatDuration(value)
}
