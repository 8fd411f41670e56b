// All of the time: of each process, of threads of each name, of control groups, of the machine, in classes that add up.
// What it shows is in stream/specs/sched/time.ts.
import { namesIn, schedOf } from '../model/sched.ts'
import { percentOf } from '../model/base/rates.ts'
import { wholeCells } from '../model/whole-cells.ts'
import { BUSY, CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../stream/time-classes.ts'
import { NOTHING_SEEN, seenUpTo, type SeenBy } from '../model/waits/seen-waits.ts'
import { sumOfSplits, timeSplit, type ClassTimes, type TimeSplit } from '../model/waits/time-split.ts'
import type { SchedData } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { SCHED } from '../stream/specs/sched.ts'
import { SUMS, TIME } from '../stream/specs/sched/time.ts'
import { processRow } from './process-samples.ts'
import { cellsIn } from './lazy-row.ts'
import { cellsFor, type CellOf } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import { ALONE, type Beside, type Cell, type Row } from './panel-types.ts'

export const time = ownPanel<'sched'>(SCHED, 'time', {
  rows: (samples, mode, detail, beside = ALONE) => {
    const sample = samples.at(-1)
    if (!sample) return []
    const cells = cellsIn(CELLS, sample, { detail })
    return partsOf(sample, mode, beside).flatMap(({ split, ...part }): Row[] =>
      split ? [{ ...part.row, cells: [...part.head, ...cells({ split, threads: part.threads })] }] : [],
    )
  },
  selects: (_data, row, mode) => (mode === 'groups' && row.key !== '' ? [{ is: 'cgroup', path: row.key }] : []),
  times: (sample, _mode, beside) => splitOfAll(sample, beside)?.ns,
  figures: {
    onCpu: (sample) => {
      const { procs, others } = schedOf(sample.data)
      return percentOf(
        procs.reduce((sum, proc) => sum + proc.onCpuNs, others?.onCpuNs ?? 0),
        sample.intervalMs,
      )
    },
  },
  notes: ({ data, tier }, mode) =>
    tier?.is === 'counted'
      ? ['only counted now: in what threads are blocked is not known']
      : mode === 'names' && !data.tables.names
        ? ['threads are told apart by name from the next interval on']
        : [],
})

interface Part {
  row: Omit<Row, 'cells'>
  head: Cell[]
  threads: number
  split: TimeSplit | undefined
}

/** Threads that ended when there was no room for their names: of nobody, but part of all. */
const othersOf = (data: SchedData): { split: TimeSplit | undefined; threads: number } | undefined =>
  data.others && {
    split: timeSplit({ ...data.others, comm: '', calls: [] }, NOTHING_SEEN),
    threads: data.others.threads,
  }

/** Every frame asks for that of each interval it draws. */
const splits = new WeakMap<SchedData, { seen: SeenBy; rules: Beside['rules']; split: TimeSplit | undefined }>()

const splitOfAll = (sample: Sample<'sched'>, { samples, rules }: Beside): TimeSplit | undefined => {
  const data = schedOf(sample.data)
  const seen = seenUpTo(samples, sample.atMs)
  const known = splits.get(data)
  if (known && known.seen === seen && known.rules === rules) return known.split
  const split = sumOfSplits([
    ...data.procs.map((proc) => timeSplit(proc, seen.ofProcess(proc.pid), rules)),
    othersOf(data)?.split,
  ])
  splits.set(data, { seen, rules, split })
  return split
}

const partsOf = (sample: Sample<'sched'>, mode: string, beside: Beside): Part[] => {
  const data = schedOf(sample.data)
  const seen = seenUpTo(beside.samples, sample.atMs)
  const rest = othersOf(data)
  const others = (head: Cell[]): Part[] =>
    rest ? [{ row: { key: 'others', role: 'dim' }, head, threads: rest.threads, split: rest.split }] : []
  if (mode === 'names')
    return [
      ...(namesIn(sample.data) ?? []).map((name) => ({
        row: { key: name.comm },
        head: [name.comm],
        threads: name.threads,
        split: timeSplit(name, seen.ofName(name.comm), beside.rules),
      })),
      ...others(['others']),
    ]
  const procs = data.procs.map((proc) => ({ proc, split: timeSplit(proc, seen.ofProcess(proc.pid), beside.rules) }))
  if (mode === 'all')
    return [
      ...procs.map(({ proc, split }) => ({
        row: { ...processRow(proc), ...(proc.exited ? { role: 'dim' as const } : {}) },
        head: [proc.pid, proc.comm],
        threads: proc.threads,
        split,
      })),
      ...others([undefined, 'others']),
    ]
  const groups = new Map<string, { splits: (TimeSplit | undefined)[]; threads: number }>()
  for (const { proc, split } of procs) {
    const key = mode === 'groups' ? (proc.cgroup ?? '') : 'machine'
    const group = groups.get(key) ?? { splits: [], threads: 0 }
    groups.set(key, group)
    group.splits.push(split)
    group.threads += proc.threads
  }
  if (mode === 'machine' && rest) {
    const all = groups.get('machine') ?? { splits: [], threads: 0 }
    groups.set('machine', { splits: [...all.splits, rest.split], threads: all.threads + rest.threads })
  }
  return [
    ...[...groups].map(([key, { splits, threads }]) => ({
      row: { key },
      head: [key || 'no group'],
      threads,
      split: sumOfSplits(splits),
    })),
    ...(mode === 'groups' ? others(['others']) : []),
  ]
}

interface Split {
  split: TimeSplit
  threads: number
}

/** Of what is not its name. */
const SPLIT_COLUMNS = TIME.tabs.find(({ id }) => id === 'machine')!.columns.slice(1)

/** Of clock time, all of these classes. */
const sharesOf =
  (classes: readonly TimeClass[]): CellOf<Split> =>
  ({ split: { ns } }, intervalMs) =>
    percentOf(
      classes.reduce((all, each) => all + ns[each], 0),
      intervalMs,
    )

const CELLS = cellsFor<Split>(SPLIT_COLUMNS, {
  threads: ({ threads }) => threads,
  busy: sharesOf(BUSY),
  ...Object.fromEntries(SUMS.map(({ id, of }) => [id, sharesOf(of)])),
  sampled: ({ split: { totalNs, sampledNs } }) => (totalNs > 0 ? (sampledNs * 100) / totalNs : undefined),
  awake: ({ split: { ns } }) => sharesText(ns, BUSY),
  bar: ({ split: { ns } }) => sharesText(ns, TIME_CLASSES),
})

const HUNDRED = 100

/** A letter for each hundredth of the classes together, or less than that where there is something of it. */
export const sharesText = (ns: Readonly<ClassTimes>, of: readonly TimeClass[]): string => {
  const values = of.map((each) => ns[each])
  return wholeCells(values, HUNDRED)
    .map((count, index) => CLASS_WORDS[of[index]!][0].repeat(count))
    .join('')
}
