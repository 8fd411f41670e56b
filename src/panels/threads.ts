// Threads of what is selected: the same sums as of processes, and what each has been doing, interval by interval.
import { heldNs, percentOf, perSecond, stuckNs } from '../model/rates.ts'
import { createLatest } from '../model/memo.ts'
import { schedOf } from '../model/sched.ts'
import { timeColumns } from '../model/series.ts'
import type { SchedThread } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { BUSY, CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../model/waits/classes.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import { seenUpTo, type SeenBy } from '../model/waits/seen-waits.ts'
import { timeSplit } from '../model/waits/time-split.ts'
import { blockedIn } from './offcpu.ts'
import { WAITS } from '../stream/probe-ids.ts'
import { CLASSES_TEXT } from './clock-time.ts'
import { ALONE, type Beside, type Column, type Panel } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const COLUMNS: readonly Column[] = [
  { id: 'tid', title: 'TID', kind: 'id', help: 'thread', priority: 1 },
  { id: 'pid', title: 'PID', kind: 'id', help: 'its process', priority: 11, detail: true },
  { id: 'command', title: 'NAME', kind: 'text', help: 'name of the thread', priority: 0, width: 8, grow: true },
  { id: 'cpu', title: 'CPU%', kind: 'percent', help: 'time on CPU, of clock time', priority: 2 },
  { id: 'wait', title: 'WAIT%', kind: 'percent', help: 'waited for a CPU', priority: 3 },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'longest single wait for a CPU', priority: 8 },
  {
    id: 'disk',
    title: 'D%',
    kind: 'percent',
    help: 'uninterruptible: disk, page faults, locks in the kernel',
    priority: 4,
  },
  { id: 'preempted', title: 'PREE%', kind: 'percent', help: 'the part of WAIT after being preempted', priority: 9 },
  {
    id: 'throttled',
    title: 'THROT%',
    kind: 'percent',
    help: 'could run, but the CPU quota of its control group was used up',
    priority: 12,
  },
  { id: 'held', title: 'HELD%', kind: 'percent', help: 'stopped, traced or frozen', priority: 13 },
  { id: 'sleep', title: 'SLEEP%', kind: 'percent', help: 'sleeping (interruptible)', priority: 7 },
  { id: 'switches', title: 'SWITCH/s', kind: 'rate', help: 'context switches, per second', priority: 10 },
  {
    id: 'call',
    title: 'BLOCKED IN',
    kind: 'text',
    help: 'system call with most blocked time, uninterruptible ones first; or what holds it: CPU quota, I/O limit, writeback throttle, stopped, traced, frozen',
    priority: 5,
    width: 12,
  },
  {
    id: 'states',
    title: 'STATE',
    kind: 'states',
    priority: 6,
    width: 8,
    grow: true,
    help: `what it did in each interval, newest right; a capital: at least half of it, small: less, and the rest of it in several or at rest. ${CLASSES_TEXT}`,
  },
]

export const threads: Panel<'sched'> = {
  id: 'threads',
  key: '7',
  title: 'threads',
  question: 'What does each thread of the selection do, and since when?',
  area: 'CPU',
  method:
    'The sums of the run queue and off-CPU panels for each thread of what is selected; the kernel is asked for them only then.',
  probe: 'sched',
  table: () => 'threads',
  ofSelection: true,
  isOffered: true,
  modes: [{ id: 'all', label: 'all threads' }],
  depth: 120,
  hists: () => undefined,
  columns: (_mode, detail) => columnsOf(COLUMNS, detail),
  defaultSort: () => ({ column: 'cpu', descending: true }),
  beside: WAITS,
  rows: (samples, _mode, detail, beside) => {
    const sample = samples.at(-1)
    const states = statesOf(samples, beside)
    return threadsOf(sample).map((thread) => {
      const each = <T extends number | undefined>(ns: T) => percentOf(ns, sample!.intervalMs)
      const blocked = blockedIn(thread)
      return {
        key: String(thread.tid),
        pid: thread.pid,
        // several in one row are told apart by name only
        ...(thread.tid > 0
          ? { about: { is: 'thread', pid: thread.pid, tid: thread.tid, comm: thread.comm } as const }
          : {}),
        cells: [
          thread.tid > 0 ? thread.tid : undefined,
          ...(detail ? [thread.pid] : []),
          thread.comm,
          each(thread.onCpuNs),
          each(thread.waitNs),
          thread.waits > 0 ? thread.waitMaxNs : undefined,
          each(thread.uninterruptibleNs),
          each(thread.preemptedNs),
          thread.uninterruptibleNs === undefined ? undefined : each(thread.throttledNs ?? 0),
          thread.uninterruptibleNs === undefined ? undefined : each(heldNs(thread)),
          each(thread.sleepNs),
          perSecond(thread.switches, sample!.intervalMs),
          blocked?.text,
          states.get(thread.tid),
        ],
        ...(thread.exited ? { role: 'dim' as const } : {}),
      }
    })
  },
  stats: (sample) => [
    { label: 'threads', kind: 'count', value: threadsOf(sample).length },
    {
      label: 'on CPU%',
      kind: 'percent',
      value: percentOf(
        total(sample, ({ onCpuNs }) => onCpuNs),
        sample.intervalMs,
      ),
    },
    { label: 'stuck%', kind: 'percent', value: percentOf(total(sample, stuckNs), sample.intervalMs) },
  ],
  emptyText: ({ data }, _mode, { isThen, hasTarget }) =>
    data.target
      ? undefined
      : !hasTarget
        ? 'no process is selected: select a row in another panel'
        : isThen
          ? 'threads were not measured then'
          : 'threads from the next interval on',
  notes: ({ data }) => (data.target ? [] : ['threads are those of one process: Down to its row, then 7 or Enter']),
}

const threadsOf = (sample: Sample<'sched'> | undefined): readonly SchedThread[] =>
  (sample && schedOf(sample.data).target?.threads) ?? []

const total = (sample: Sample<'sched'>, ns: (thread: SchedThread) => number | undefined): number =>
  threadsOf(sample).reduce((sum, thread) => sum + (ns(thread) ?? 0), 0)

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
