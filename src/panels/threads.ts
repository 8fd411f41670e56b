// Threads of what is selected: the same sums as of processes, and what each has been doing, interval by interval. What
// it shows is in stream/specs/sched/threads.ts.
import { percentOf, stuckNs } from '../model/base/rates.ts'
import { createLatest } from '../model/memo.ts'
import { schedOf } from '../model/sched.ts'
import { timeColumns } from '../model/series.ts'
import type { SchedThread } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { BUSY, CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../stream/time-classes.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import { seenUpTo, type SeenBy } from '../model/waits/seen-waits.ts'
import { timeSplit } from '../model/waits/time-split.ts'
import { blockedIn, FOLLOWED } from './offcpu.ts'
import { longest } from './runq.ts'
import { SCHED } from '../stream/specs/sched.ts'
import { THREADS } from '../stream/specs/sched/threads.ts'
import { cellsIn } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import { ALONE, type Beside } from './panel-types.ts'

/** Of all columns but the last, which is about many intervals. */
const CELLS = cellsFor<SchedThread>(THREADS.slice(0, -1), {
  // several in one row are told apart by name only
  tid: ({ tid }) => (tid > 0 ? tid : undefined),
  longest,
  ...FOLLOWED,
  call: (thread) => blockedIn(thread)?.text,
})

export const threads = ownPanel<'sched'>(SCHED, 'threads', {
  depth: 120,
  rows: (samples, _mode, detail, beside) => {
    const sample = samples.at(-1)
    if (!sample) return []
    const states = statesOf(samples, beside)
    const cells = cellsIn(CELLS, sample, { detail })
    return threadsOf(sample).map((thread) => ({
      key: String(thread.tid),
      pid: thread.pid,
      ...(thread.tid > 0
        ? { about: { is: 'thread', pid: thread.pid, tid: thread.tid, comm: thread.comm } as const }
        : {}),
      cells: [...cells(thread), states.get(thread.tid)],
      ...(thread.exited ? { role: 'dim' as const } : {}),
    }))
  },
  figures: {
    threads: (sample) => threadsOf(sample).length,
    onCpu: (sample) => shareOf(sample, ({ onCpuNs }) => onCpuNs),
    stuck: (sample) => shareOf(sample, stuckNs),
  },
  emptyText: ({ data }, _mode, { isThen, hasTarget }) =>
    data.target
      ? undefined
      : !hasTarget
        ? 'no process is selected: select a row in another panel'
        : isThen
          ? 'threads were not measured then'
          : 'threads from the next interval on',
  notes: ({ data }) => (data.target ? [] : ['threads are those of one process: Down to its row, then 7 or Enter']),
})

const threadsOf = (sample: Sample<'sched'> | undefined): readonly SchedThread[] =>
  (sample && schedOf(sample.data).target?.threads) ?? []

const shareOf = (sample: Sample<'sched'>, ns: (thread: SchedThread) => number | undefined): number =>
  percentOf(
    threadsOf(sample).reduce((sum, thread) => sum + (ns(thread) ?? 0), 0),
    sample.intervalMs,
  )

/** Nobody looked. */
const NO_DATA = '·'

/** One letter an interval and thread, oldest first: a blank where it was not seen, a dot where nobody looked. */
export const statesOf = (samples: readonly Sample<'sched'>[], beside: Beside = ALONE): Map<number, string> => {
  const states = new Map<number, string>()
  const last = samples.at(-1)
  if (!last) return states
  const columns = timeColumns(samples, samples.length, last.atMs)
  const holes = columns.map(({ sample }) => (sample ? ' ' : NO_DATA)).join('')
  columns.forEach(({ sample, atMs }, index) => {
    if (!sample) return
    const letters = lettersOf(sample, seenUpTo(beside.samples, atMs), beside.rules)
    threadsOf(sample).forEach(({ tid }, of) => {
      const before = states.get(tid) ?? ''
      states.set(tid, before + holes.slice(before.length, index) + letters[of])
    })
  })
  return new Map([...states].map(([tid, text]) => [tid, text + holes.slice(text.length)]))
}

/** One of each of its threads, in their order; made once, as an interval is in sight for minutes. */
const lettersOf = createLatest((sample: Sample<'sched'>, seen: SeenBy, rules: readonly ClassRule[]): string =>
  threadsOf(sample)
    .map((thread) => stateOf(thread, seen, rules))
    .join(''),
)

/** What it did of what is no rest, where that is a twentieth of the interval; in a capital where it is half of it. */
const stateOf = (thread: SchedThread, seen: SeenBy, rules: readonly ClassRule[]): string => {
  const split = timeSplit(thread, seen.ofProcess(thread.pid), rules)
  if (!split || split.totalNs <= 0) return ' '
  const share = (each: TimeClass): number => split.ns[each] / split.totalNs
  const most = (of: readonly TimeClass[]): TimeClass =>
    of.reduce((best, each) => (share(each) > share(best) ? each : best))
  const busy = most(BUSY)
  const shown = share(busy) >= LEAST_SHARE ? busy : most(TIME_CLASSES)
  const [letter] = CLASS_WORDS[shown]
  return share(shown) >= 0.5 ? letter.toUpperCase() : letter
}

const LEAST_SHARE = 0.05
