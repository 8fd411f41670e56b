// All of the time: of each process, of threads of each name, of control groups, of the machine, in classes that add up.
import { namesIn, schedOf } from '../model/sched.ts'
import { percentOf } from '../model/rates.ts'
import { wholeCells } from '../model/whole-cells.ts'
import { BUSY, CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../model/waits/classes.ts'
import { NOTHING_SEEN, seenUpTo, type SeenBy } from '../model/waits/seen-waits.ts'
import { sumOfSplits, timeSplit, type ClassTimes, type TimeSplit } from '../model/waits/time-split.ts'
import type { SchedData } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { WAITS } from '../stream/probe-ids.ts'
import { processRow } from './process-samples.ts'
import { ALONE, type Beside, type Cell, type Column, type Panel, type Row } from './panel-types.ts'

export const CLASSES_TEXT = TIME_CLASSES.map((each) => CLASS_WORDS[each].join(' ')).join(', ')

/** Columns of several classes each. */
const SUMS: readonly (readonly [
  id: string,
  title: string,
  help: string,
  of: readonly TimeClass[],
  priority: number,
])[] = [
  ['cpu', 'CPU%', 'on a CPU, in whatever mode', ['user', 'system', 'stolen', 'cpu'], 4],
  ['user', 'USER%', "of that in user mode, by the kernel's accounts", ['user'], 18],
  ['system', 'SYS%', 'of that in the kernel', ['system'], 19],
  [
    'stolen',
    'STOLEN%',
    'of that taken by interrupts and the hypervisor, where the kernel accounts for it',
    ['stolen'],
    20,
  ],
  ['runq', 'RUNQ%', 'waiting for a CPU', ['runq'], 5],
  ['throttled', 'THROT%', 'the CPU quota of its control group was used up', ['throttled'], 14],
  ['lock', 'LOCK%', 'waiting for a lock', ['lock'], 6],
  ['disk', 'DISK%', 'waiting for a disk', ['disk'], 7],
  ['filesystem', 'FS%', 'waiting in a file system: journal, directories', ['filesystem'], 12],
  ['memory', 'MEM%', 'page faults, reclaim, swap', ['memory'], 13],
  ['network', 'NET%', 'waiting for another machine', ['network'], 8],
  ['local', 'LOCAL%', 'waiting for another process here that does something: pipe, socket', ['local'], 9],
  ['child', 'CHILD%', 'waiting for the end of a child', ['child'], 16],
  ['event', 'EVENT%', 'waiting to be woken by its own threads', ['event'], 15],
  ['timer', 'TIMER%', 'asleep for a time', ['timer'], 17],
  ['idle', 'IDLE%', 'waiting to be asked for something', ['idle'], 21],
  ['stopped', 'STOP%', 'stopped, traced, frozen', ['stopped'], 22],
  ['other', 'OTHER%', 'anything else', ['other'], 23],
]

const HEAD: Readonly<Record<string, readonly Column[]>> = {
  all: [
    { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
    { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8 },
  ],
  names: [{ id: 'name', title: 'THREADS NAMED', kind: 'text', help: 'name of the threads', priority: 0, width: 15 }],
  groups: [
    { id: 'cgroup', title: 'CGROUP', kind: 'text', help: 'control group', priority: 0, width: 16, middle: true },
  ],
  machine: [{ id: 'machine', title: '', kind: 'text', help: 'all threads together', priority: 0, width: 8 }],
}

const columns = (mode: string, detail: boolean): readonly Column[] =>
  [
    ...HEAD[mode]!,
    { id: 'threads', title: 'THR', kind: 'count', help: 'threads', priority: 11, detail: true },
    {
      id: 'busy',
      title: 'BUSY%',
      kind: 'percent',
      help: 'of clock time (100 is one thread all the time): all but idle waits, timers, children and its own threads',
      priority: 1,
    },
    ...SUMS.filter(([id]) => detail || !['user', 'system', 'stolen', 'stopped', 'other'].includes(id)).map(
      ([id, title, help, , priority]): Column => ({
        id,
        title,
        kind: 'percent',
        help: `of clock time: ${help}`,
        priority,
      }),
    ),
    {
      id: 'sampled',
      title: 'SAMPLED',
      kind: 'percent',
      help: 'part of all its time that was classed by what its threads were found waiting for at the ends of intervals; the rest is exact',
      priority: 24,
      detail: true,
    },
    {
      id: 'awake',
      title: 'WHAT IS BUSY',
      kind: 'shares',
      help: `the busy part as a bar, a letter for each class: ${CLASSES_TEXT}`,
      priority: 3,
      width: 14,
      grow: true,
    },
    {
      id: 'bar',
      title: 'ALL OF IT',
      kind: 'shares',
      help: 'all of the time as a bar, rest included',
      priority: 10,
      width: 10,
      detail: true,
      grow: true,
    },
  ].filter((column) => detail || !column.detail) as Column[]

export const time: Panel<'sched'> = {
  id: 'time',
  key: 'a',
  title: 'all of the time',
  question: 'Where does all of the time go?',
  area: 'applications',
  method:
    'The whole time of all threads in the interval, in classes that add up to it. Time on a CPU, waiting for one and throttled is exact, from every switch; blocked time is exact for each call, and where a call may wait for several things it is split as threads were found waiting at the ends of the last ten intervals (SAMPLED). Reading from a pipe or socket of a process here is an idle wait while everybody at its other end is idle as well, unless an answer is known to be due, which a TCP connection tells. The rules from call, state and kernel function to class are in the configuration, where one can put others before them (--print-config). Threads by name are told apart while this is shown.',
  probe: 'sched',
  isOffered: true,
  beside: WAITS,
  table: (mode) => (mode === 'names' ? 'names' : 'procs'),
  about: () => ['onCpuNs'],
  modes: [
    { id: 'all', label: 'by process', rows: 'processes' },
    { id: 'names', label: 'by name of thread', rows: 'names of threads', wants: 'names', ofTarget: true },
    { id: 'groups', label: 'by control group', rows: 'control groups' },
    { id: 'machine', label: 'all together' },
  ],
  hists: () => undefined,
  columns,
  defaultSort: () => ({ column: 'busy', descending: true }),
  rows: (samples, mode, detail, beside = ALONE) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return partsOf(sample, mode, beside).flatMap(({ split, ...part }): Row[] =>
      split ? [{ ...part.row, cells: [...part.head, ...cellsOf(split, part.threads, sample.intervalMs, detail)] }] : [],
    )
  },
  selects: (_data, row, mode) => (mode === 'groups' && row.key !== '' ? [{ is: 'cgroup', path: row.key }] : []),
  times: (sample, _mode, beside) => splitOfAll(sample, beside)?.ns,
  stats: (sample) => {
    const data = schedOf(sample.data)
    const threads = data.procs.reduce((sum, proc) => sum + proc.threads, 0)
    return [
      { label: 'threads', kind: 'count', value: threads },
      {
        label: 'on CPU%',
        kind: 'percent',
        value: percentOf(
          data.procs.reduce((sum, proc) => sum + proc.onCpuNs, data.others?.onCpuNs ?? 0),
          sample.intervalMs,
        ),
      },
    ]
  },
  notes: ({ data, tier }, mode) =>
    tier?.is === 'counted'
      ? ['only counted now: in what threads are blocked is not known']
      : mode === 'names' && !data.tables.names
        ? ['threads are told apart by name from the next interval on']
        : [],
}

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

const cellsOf = (
  { ns, totalNs, sampledNs }: TimeSplit,
  threads: number,
  intervalMs: number,
  detail: boolean,
): Cell[] => {
  const sum = (of: readonly TimeClass[]): number | undefined =>
    percentOf(
      of.reduce((all, each) => all + ns[each], 0),
      intervalMs,
    )
  const all = {
    threads,
    busy: sum(BUSY),
    ...Object.fromEntries(SUMS.map(([id, , , of]) => [id, sum(of)])),
    sampled: totalNs > 0 ? (sampledNs * 100) / totalNs : undefined,
    awake: sharesText(ns, BUSY),
    bar: sharesText(ns, TIME_CLASSES),
  } as Readonly<Record<string, Cell>>
  return columns('machine', detail)
    .slice(1)
    .map(({ id }) => all[id])
}

const HUNDRED = 100

/** A letter for each hundredth of the classes together, or less than that where there is something of it. */
export const sharesText = (ns: Readonly<ClassTimes>, of: readonly TimeClass[]): string => {
  const values = of.map((each) => ns[each])
  return wholeCells(values, HUNDRED)
    .map((count, index) => CLASS_WORDS[of[index]!][0].repeat(count))
    .join('')
}
