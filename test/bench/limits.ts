// What probetop promises, and what was measured of it: each limit is a value derived from the figures, so that the
// same table can be made from a file of figures. README.md shows it, and a test holds the two against each other.
import { sum } from 'd3-array'
import { added, addedShare, find, medianOf } from './figures.ts'
import { CPU_CALL, FULL, SAMPLED } from './calls-sampled.ts'
import { PANEL } from './disk-alone.ts'
import { DRILLED, LEFT, SLOPE, WATCHING } from './drills.ts'
import type { Figure } from './figures.ts'
import { memoryName, settledName } from './footprint.ts'
import { EH_FRAME, POINTERS } from './stacks.ts'
import { number, table } from './tables.ts'
import { EMPTY, OURS, SCHEDULER } from './tools.ts'
import { LOADED } from './whole.ts'

interface Limit {
  what: string
  unit: string
  atMost: number
  /** undefined while its parts have not been measured. */
  of(figures: readonly Figure[]): number | undefined
}

/** How much of what another adds to a bare run we add. */
const ratio =
  (part: string, name: string, other: string, own: string = OURS) =>
  (figures: readonly Figure[]): number | undefined => {
    const [ours, theirs] = [own, other].map((row) => {
      const figure = find(figures, part, row, name)
      return figure && medianOf({ values: addedShare(figure) })
    })
    return ours === undefined || theirs === undefined ? undefined : ours / theirs
  }

const value =
  (part: string, row: string, name: string) =>
  (figures: readonly Figure[]): number | undefined =>
    medianOf(find(figures, part, row, name))

/** What a row adds to a bare run. */
const addedBy =
  (part: string, row: string, name: string) =>
  (figures: readonly Figure[]): number | undefined => {
    const figure = find(figures, part, row, name)
    return figure && medianOf({ values: added(figure) })
  }

/** Of all programs on hooks of block I/O, for each operation that ended. */
const programNsOfIo = (figures: readonly Figure[]): number | undefined => {
  const rows = [...new Set(figures.map(({ row }) => row))].filter((row) => /^block_\w+ \(/.test(row))
  const runsOf = (row: string): number => value('programs', row, 'runs')(figures) ?? 0
  const ended = sum(rows.filter((row) => row.startsWith(IO_ENDS)).map(runsOf))
  const ns = sum(rows.map((row) => runsOf(row) * (value('programs', row, 'ns a run')(figures) ?? 0)))
  return ended > 0 ? ns / ended : undefined
}

/** Beside one that only watches. */
const drillSlope =
  (name: string) =>
  (figures: readonly Figure[]): number | undefined => {
    const [drilled, watching] = [DRILLED, WATCHING].map((row) => value('drills', `${row}, ${SLOPE}`, name)(figures))
    return drilled === undefined || watching === undefined ? undefined : drilled - watching
  }

const CALL = 'ns a call'
const TRIP = 'ns a round trip'
const IO_ENDS = 'block_rq_complete '

export const LIMITS: readonly Limit[] = [
  { what: 'added to a system call, of syscount', unit: 'x', atMost: 0.65, of: ratio('calls', CALL, 'syscount') },
  {
    what: 'added to a system call, of bpftrace by (id, pid, comm)',
    unit: 'x',
    atMost: 0.35,
    of: ratio('calls', CALL, 'syscount.bt'),
  },
  { what: 'added to a system call, of an empty program', unit: 'x', atMost: 1.1, of: ratio('calls', CALL, EMPTY) },
  {
    what: 'added to a sampled system call, of one in full',
    unit: 'x',
    atMost: 0.2,
    of: ratio('sampled', CPU_CALL, FULL, SAMPLED),
  },
  {
    what: 'added to a round trip, of five libbpf-tools',
    unit: 'x',
    atMost: 0.12,
    of: ratio('switches', TRIP, 'five libbpf-tools'),
  },
  { what: 'added to a round trip, of empty programs', unit: 'x', atMost: 2.5, of: ratio('switches', TRIP, EMPTY) },
  {
    what: 'added to a round trip by the scheduler alone',
    unit: 'ns',
    atMost: 450,
    of: addedBy('switches', SCHEDULER, TRIP),
  },
  {
    what: 'added to a round trip, with system calls and the rest',
    unit: 'ns',
    atMost: 950,
    of: addedBy('switches', OURS, TRIP),
  },
  {
    what: 'added to a round trip by stacks of its process, of offcputime -p',
    unit: 'x',
    atMost: 0.8,
    of: ratio('stacks', TRIP, 'offcputime -p'),
  },
  {
    what: 'added to a round trip by stacks by .eh_frame, of those by frame pointers',
    unit: 'x',
    atMost: 1.5,
    of: ratio('stacks', TRIP, POINTERS, EH_FRAME),
  },
  { what: 'programs for an operation of a disk', unit: 'ns', atMost: 400, of: programNsOfIo },
  {
    what: 'CPU time added to an operation of a disk by its panel alone',
    unit: 'ns',
    atMost: 300,
    of: addedBy('disk', PANEL, 'CPU ns an I/O'),
  },
  { what: 'memory of the whole tree (PSS) after 60 s', unit: 'MB', atMost: 60, of: value('idle', OURS, memoryName()) },
  {
    what: 'CPU of the whole tree, idle machine, once settled',
    unit: '%',
    atMost: 0.6,
    of: value('idle', OURS, settledName()),
  },
  { what: 'launch to data in all five panels', unit: 'ms', atMost: 400, of: value('launch', OURS, 'ms to all data') },
  {
    what: 'launch to first frame, under load',
    unit: 'ms',
    atMost: 600,
    of: value('launch', LOADED, 'ms to first frame'),
  },
  {
    what: 'launch to data in all five panels, under load',
    unit: 'ms',
    atMost: 1200,
    of: value('launch', LOADED, 'ms to all data'),
  },
  {
    what: 'frame at 200x50, all cells changing, p99',
    unit: 'ms',
    atMost: 8,
    of: value('frames', '200x50, all cells', 'p99 ms'),
  },
  { what: 'key to frame under load, p99', unit: 'ms', atMost: 30, of: value('keys', OURS, 'p99 ms') },
  {
    what: "the engine's work an interval, 10,000 threads and 5,000 sessions",
    unit: 'ms',
    atMost: 50,
    of: value('growth', '10,000 threads, 5,000 sessions', 'ms an interval'),
  },
  {
    what: 'a second of chains of all, with the directory of processes, 8,000 threads',
    unit: 'ms',
    atMost: 10,
    of: value('growth', '8,000 threads', 'chains of all, ms'),
  },
  {
    what: 'kernel objects that came or went with 1,000 drills',
    unit: '',
    atMost: 0,
    of: value('drills', DRILLED, LEFT),
  },
  {
    what: 'memory in use by the screen, more with 100 drills',
    unit: 'MB',
    atMost: 0.3,
    of: drillSlope('screen heap MB, collected'),
  },
  { what: 'memory of the engine, more with 100 drills', unit: 'MB', atMost: 1, of: drillSlope('engine PSS MB') },
  { what: 'read-out of 512 CPUs', unit: 'ms', atMost: 6, of: value('cpus', '512 CPUs', 'ms an interval') },
]

export const limitTable = (figures: readonly Figure[]): string => {
  const rows = LIMITS.flatMap(({ what, unit, atMost, of }) => {
    const measured = of(figures)
    if (measured === undefined) return []
    return [[what, `${number(measured)} ${unit}`.trim(), `${atMost} ${unit}`.trim(), measured <= atMost ? 'yes' : 'NO']]
  })
  return rows.length === 0 ? '' : table(['figure', 'measured', 'at most', 'reached'], rows)
}
