// All of a process's time as lines of its page: one bar of all that its threads lived, and each class over time.
import { isDescribed, type DescribedSample } from '../stream/types.ts'
import { TIME_CLASSES, type TimeClass } from '../model/waits/classes.ts'
import { mergeSeen, seenIn, timeSplit, type Seen, type TimeSplit } from '../model/waits/time-split.ts'
import { percentOf } from '../model/rates.ts'
import type { Store } from '../model/store.ts'
import type { ProcessFacts } from '../panels/process.ts'
import { fit, fitLeft, formatDuration, formatPercent } from './format.ts'
import type { History } from './process-history.ts'
import type { Role } from './types.ts'
import { WAITS } from './waits.ts'
import type { Line, Piece } from './lines.ts'
import { sparkPieces } from './spark.ts'

/** Letter, words and colour of each class; letters are those of the threads' histories where there is one. */
const LOOKS: Record<TimeClass, readonly [letter: string, words: string, role: Role]> = {
  cpu: ['R', 'on CPU', 'series3'],
  runq: ['w', 'run queue', 'series2'],
  throttled: ['q', 'throttled', 'bad'],
  lock: ['l', 'lock', 'warn'],
  disk: ['D', 'disk', 'bad'],
  filesystem: ['j', 'file system', 'series4'],
  memory: ['m', 'memory', 'series4'],
  network: ['n', 'network', 'series2'],
  local: ['p', 'local peer', 'series1'],
  event: ['e', 'own threads', 'label'],
  timer: ['z', 'timer', 'dim'],
  idle: ['.', 'idle wait', 'dim'],
  stopped: ['T', 'stopped', 'warn'],
  other: ['o', 'other', 'text'],
}

/** Readings that say in which proportions. */
const READINGS = 10
/** What the list beside it shows already. */
const SHOWN_ELSEWHERE = new Set<TimeClass>(['cpu', 'runq', 'throttled', 'stopped'])
const LEAST_SHARE = 0.1

export interface Splits {
  now: TimeSplit | undefined
  /** As the history; undefined where it has nothing. */
  past: readonly (TimeSplit | undefined)[]
}

export const splitsOf = (store: Store, { sched, pid }: ProcessFacts, history: History, atMs?: number): Splits => {
  const samples = store.samples(WAITS, history.length + READINGS, atMs).filter(isDescribed)
  const seen = samples.map((sample) => ({ atMs: sample.atMs, seen: seenBy(sample, pid) }))
  const upTo = (time: number): Seen =>
    mergeSeen(
      seen
        .filter((each) => each.atMs <= time)
        .slice(-READINGS)
        .map((each) => each.seen),
    )
  return {
    now: sched && timeSplit(sched, upTo(atMs ?? Infinity)),
    past: history.map((point) => (point?.proc ? timeSplit(point.proc, upTo(point.atMs)) : undefined)),
  }
}

const known = new WeakMap<DescribedSample, Map<number, Seen>>()

/** Samples do not change. */
const seenBy = (sample: DescribedSample, pid: number): Seen => {
  const byPid = known.get(sample) ?? new Map<number, Seen>()
  known.set(sample, byPid)
  let found = byPid.get(pid)
  if (!found) byPid.set(pid, (found = seenIn(sample.data, pid)))
  return found
}

/** The bar, and what its letters mean. */
export const splitLines = ({ now }: Splits, width: number): Line[] => {
  if (!now || now.totalNs <= 0) return []
  const classes = TIME_CLASSES.filter((each) => now.ns[each] > 0)
  const cells = cellsOf(
    classes.map((each) => now.ns[each]),
    Math.max(10, Math.min(width - 4, 100)),
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
    [[' '], ...classes.map((each, index): Piece => [LOOKS[each][0].repeat(cells[index]!), LOOKS[each][2]])],
    ...legend(shares, width),
    [],
  ]
}

const legend = (shares: readonly { each: TimeClass; share: number }[], width: number): Line[] => {
  const lines: Piece[][] = [[]]
  let used = 0
  for (const { each, share } of shares) {
    const [letter, words, role] = LOOKS[each]
    const text = ` ${words} ${formatPercent(share)}% `
    if (used + text.length + 2 > width && used > 0) {
      lines.push([])
      used = 0
    }
    lines.at(-1)!.push([` ${letter}`, role], [text])
    used += text.length + 2
  }
  return lines
}

/** Whole cells that add up; what is left over goes to the largest rests. */
export const cellsOf = (values: readonly number[], width: number): number[] => {
  const sum = values.reduce((all, value) => all + value, 0)
  const exact = values.map((value) => (sum > 0 ? (value / sum) * width : 0))
  const cells = exact.map(Math.floor)
  const rests = exact.map((value, index) => ({ index, rest: value - cells[index]! })).sort((a, b) => b.rest - a.rest)
  const left = width - cells.reduce((all, count) => all + count, 0)
  for (const { index } of rests.slice(0, Math.max(0, left))) cells[index]!++
  return cells
}

/** What it was blocked for, as a part of the states: in % of clock time, like these. */
export const blockedClassLines = (
  { now, past }: Splits,
  history: History,
  intervalMs: number,
  unicode: boolean,
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
    .map(({ each, share, series }): Line => [
      [` - ${fit(LOOKS[each][1], 11)}`, 'label'],
      [fitLeft(share === undefined ? '-' : `${formatPercent(share)}%`, 8)],
      ['  '],
      ...sparkPieces(series, unicode, LOOKS[each][2]),
    ])
