// All of a process's time as lines of its page: one bar of all that its threads lived, and each class over time.
import { isDescribed } from '../../stream/stream-types.ts'
import { createLatest } from '../../model/memo.ts'
import { NO_RULES, type ClassRule } from '../../model/waits/class-rules.ts'
import { CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../../stream/time-classes.ts'
import { readingsFor, seenUpTo, type Seen } from '../../model/waits/seen-waits.ts'
import { timeSplit, type TimeSplit } from '../../model/waits/time-split.ts'
import { wholeCells } from '../../model/whole-cells.ts'
import { percentOf } from '../../model/base/rates.ts'
import type { View } from '../../model/view.ts'
import type { ProcessFacts } from '../../panels/process-samples.ts'
import { formatDuration, formatPercent } from '../format.ts'
import type { History } from './history.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { CLASS_ROLES } from '../time-classes.ts'
import type { Line, Piece } from '../lines.ts'
import { seriesLines, type SeriesLook } from './series.ts'

/** What the list beside it shows already. */
const SHOWN_ELSEWHERE = new Set<TimeClass>(['user', 'system', 'stolen', 'cpu', 'runq', 'throttled', 'stopped'])
const LEAST_SHARE = 0.1
const LONGEST_BAR = 200

export interface Splits {
  now: TimeSplit | undefined
  /** As the history; undefined where it has nothing. */
  past: readonly (TimeSplit | undefined)[]
}

export const splitsOf = (
  view: View,
  { sched, pid }: ProcessFacts,
  history: History,
  rules: readonly ClassRule[] = NO_RULES,
): Splits => {
  const samples = view.samples(WAITS, readingsFor(history.length)).filter(isDescribed)
  const seen = (time: number): Seen => seenUpTo(samples, time).ofProcess(pid)
  return {
    now: sched && timeSplit(sched, seen(view.atMs ?? Infinity), rules),
    past: history.map((point) => (point?.proc ? splitOnce(point.proc, seen(point.atMs), rules) : undefined)),
  }
}

/** An interval is in sight for minutes. */
const splitOnce = createLatest(timeSplit)

/** The bar, and what its letters mean. */
export const splitLines = ({ now }: Splits, width: number): Line[] => {
  if (!now || now.totalNs <= 0) return []
  const classes = TIME_CLASSES.filter((each) => now.ns[each] > 0)
  const cells = wholeCells(
    classes.map((each) => now.ns[each]),
    Math.max(10, Math.min(width - 4, LONGEST_BAR)),
  )
  const sampled = percentOf(now.sampledNs, now.totalNs / 1e6) ?? 0
  const shares = classes
    .map((each) => ({ each, share: percentOf(now.ns[each], now.totalNs / 1e6) ?? 0 }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share)
  return [
    [
      ['All of its time', 'title'],
      [`  100% is ${formatDuration(now.totalNs)}, of all threads`, 'dim'],
      [sampled >= LEAST_SHARE ? `; of that ${formatPercent(sampled)}% split by samples` : '', 'dim'],
    ],
    [[' '], ...classes.map((each, index): Piece => [CLASS_WORDS[each][0].repeat(cells[index]!), CLASS_ROLES[each]])],
    ...legend(shares, width),
    [],
  ]
}

const legend = (shares: readonly { each: TimeClass; share: number }[], width: number): Line[] => {
  const lines: Piece[][] = [[]]
  let used = 0
  for (const { each, share } of shares) {
    const [letter, words] = CLASS_WORDS[each]
    const text = ` ${words} ${formatPercent(share)}% `
    if (used + text.length + 2 > width && used > 0) {
      lines.push([])
      used = 0
    }
    lines.at(-1)!.push([` ${letter}`, CLASS_ROLES[each]], [text])
    used += text.length + 2
  }
  return lines
}

/** What it was blocked for, as a part of the states: in % of clock time, like these. */
export const blockedClassLines = (
  { now, past }: Splits,
  history: History,
  intervalMs: number,
  look: SeriesLook,
): Line[] =>
  TIME_CLASSES.filter((each) => !SHOWN_ELSEWHERE.has(each))
    .map((each) => ({
      each,
      share: now ? percentOf(now.ns[each], intervalMs) : undefined,
      series: past.map((split, index) =>
        split ? percentOf(split.ns[each], history[index]!.intervalMs) : history[index] && 0,
      ),
    }))
    .filter(({ series, share }) => [...series, share].some((value) => (value ?? 0) >= LEAST_SHARE))
    .flatMap(({ each, share, series }) =>
      seriesLines(`- ${CLASS_WORDS[each][1]}`, share, series, CLASS_ROLES[each], look),
    )
