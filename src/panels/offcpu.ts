// Off-CPU: what threads do while they do not run. Sleeping is mostly choice, so the default order puts first what is
// not: uninterruptible waits and preemption.
import { HELD_IO, heldIoNotes } from './held-io.ts'
import { isIdle, isIdleCall } from './idle.ts'
import { ProcRow, type RowCells } from './lazy-row.ts'
import { cpusText } from '../model/io-limits.ts'
import { schedOf } from '../model/sched.ts'
import { heldNs, percentOf, stuckNs } from '../model/rates.ts'
import type { BlockedCall, CpuQuota, RareTimes, SchedData, SchedProc } from '../stream/sched-types.ts'
import type { Hist } from '../stream/stream-types.ts'
import { othersNote, type ProcOrOthers, rowsWithOthers } from './runq.ts'
import type { Cell, Column, Panel, Row } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const COLUMNS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  {
    id: 'stuck',
    title: 'STUCK%',
    kind: 'percent',
    help: 'uninterruptible, preempted and throttled together, of clock time',
    priority: 1,
    rule: 'uninterruptible',
    bar: true,
  },
  {
    id: 'disk',
    title: 'D%',
    kind: 'percent',
    help: 'uninterruptible: disk, page faults, locks in the kernel',
    priority: 5,
    rule: 'uninterruptible',
  },
  { id: 'preempted', title: 'PREE%', kind: 'percent', help: 'could run but was preempted', priority: 6 },
  {
    id: 'throttled',
    title: 'THROT%',
    kind: 'percent',
    help: 'could run, but the CPU quota of its control group was used up',
    priority: 10,
    rule: 'cpu-quota',
  },
  { id: 'held', title: 'HELD%', kind: 'percent', help: 'stopped, traced or frozen', priority: 11 },
  { id: 'sleep', title: 'SLEEP%', kind: 'percent', help: 'sleeping (interruptible), all threads', priority: 4 },
  {
    id: 'call',
    title: 'BLOCKED IN',
    kind: 'text',
    help: 'system call with most blocked time, uninterruptible ones first; or what holds it: preempted, CPU quota, I/O limit, writeback throttle, stopped, traced, frozen',
    priority: 3,
    width: 12,
  },
  { id: 'callTime', title: 'CALL%', kind: 'percent', help: 'time blocked in that call', priority: 7 },
  {
    id: 'blocked',
    title: 'BLOCK%',
    kind: 'percent',
    help: 'neither on a CPU nor waiting for one, in whatever state, all threads',
    priority: 12,
  },
  { id: 'cpu', title: 'CPU%', kind: 'percent', help: 'time on CPU', priority: 8, detail: true },
  {
    id: 'threads',
    title: 'THR',
    kind: 'count',
    help: 'threads with activity in the interval',
    priority: 9,
    detail: true,
  },
]

export const offcpu: Panel<'sched'> = {
  id: 'offcpu',
  key: '2',
  title: 'off-CPU',
  question: 'Who is blocked, in which state and in which system call?',
  area: 'CPU',
  method:
    'Time from being switched out until woken (sleeping, uninterruptible), running again (preempted), or allowed to (throttled).',
  probe: 'sched',
  table: () => 'procs',
  hasIdle: true,
  about: () => ['uninterruptibleNs'],
  modes: [
    { id: 'all', label: 'all states' },
    { id: 'S', label: 'sleeping' },
    { id: 'D', label: 'uninterruptible' },
    { id: 'preempted', label: 'preempted' },
    { id: 'throttled', label: 'throttled' },
    { id: 'held', label: 'stopped, traced, frozen' },
  ],
  heatBits: [12, 36],
  hists: (data, mode) => histsOf(schedOf(data), mode),
  columns: (_mode, detail) => columnsOf(COLUMNS, detail),
  defaultSort: (mode) => ({ column: SORTED_BY[mode] ?? 'stuck', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    const { intervalMs } = sample
    const cells = new ProcCells(intervalMs, mode, detail)
    const mayBeIdle = mode === 'all' || mode === 'S'
    const procs = rowsWithOthers(sample)
    const rows: Row[] = []
    for (let i = 0; i < procs.length; i++) {
      const proc = procs[i]!
      rows.push(new ProcRow(proc, mayBeIdle && isIdle(proc, heldNs(proc), intervalMs), cells))
    }
    return rows
  },
  stats: () => [],
  notes: (sample) => {
    const data = schedOf(sample.data)
    return [...quotaNotes(data), ...heldIoNotes(data), ...othersNote(sample)]
  },
}

class ProcCells implements RowCells<ProcOrOthers> {
  readonly #intervalMs: number
  readonly #mode: string
  readonly #detail: boolean

  constructor(intervalMs: number, mode: string, detail: boolean) {
    this.#intervalMs = intervalMs
    this.#mode = mode
    this.#detail = detail
  }

  all(proc: ProcOrOthers): Cell[] {
    return cellsOf(proc, this.#intervalMs, this.#mode, this.#detail)
  }
}

const cellsOf = (proc: ProcOrOthers, intervalMs: number, mode: string, detail: boolean): Cell[] => {
  const blocked = blockedIn(proc, mode)
  const isFollowed = proc.uninterruptibleNs !== undefined
  const cells: Cell[] = [
    proc.pid,
    proc.comm,
    percentOf(stuckNs(proc), intervalMs),
    percentOf(proc.uninterruptibleNs, intervalMs),
    percentOf(proc.preemptedNs, intervalMs),
    isFollowed ? percentOf(proc.throttledNs ?? 0, intervalMs) : undefined,
    isFollowed ? percentOf(heldNs(proc), intervalMs) : undefined,
    percentOf(proc.sleepNs, intervalMs),
    blocked?.text,
    blocked && percentOf(blocked.ns, intervalMs),
    percentOf(blockedNs(proc, intervalMs), intervalMs),
  ]
  if (detail) cells.push(percentOf(proc.onCpuNs, intervalMs), proc.threads)
  return cells
}

const histsOf = ({ sleep, disk, preempted, throttled }: SchedData, mode: string): Hist[] | undefined => {
  const held = throttled ? [throttled] : []
  switch (mode) {
    case 'S':
      return [sleep]
    case 'D':
      return [disk]
    case 'preempted':
      return [preempted]
    case 'throttled':
      return held
    case 'held':
      return undefined
    default:
      return [sleep, disk, preempted, ...held]
  }
}

/** What is left of its threads' life where states are not told apart. */
const blockedNs = (proc: ProcOrOthers, intervalMs: number): number =>
  proc.sleepNs === undefined
    ? Math.max(0, proc.threads * intervalMs * 1e6 - proc.onCpuNs - proc.waitNs)
    : proc.sleepNs + (proc.uninterruptibleNs ?? 0) + (proc.throttledNs ?? 0) + heldNs(proc)

const SORTED_BY: Readonly<Record<string, string>> = {
  S: 'sleep',
  D: 'disk',
  preempted: 'preempted',
  throttled: 'throttled',
  held: 'held',
}

const MOST_NOTES = 2

/** The groups that ran out most. */
const quotaNotes = ({ quotas = [] }: SchedData): string[] =>
  [...quotas]
    .sort((a, b) => b.throttledNs - a.throttledNs)
    .slice(0, MOST_NOTES)
    .map(quotaText)

/** `CPU quota of /batch, 0.2 CPUs: used up in 9 of 10 periods`. */
export const quotaText = ({ cgroup, cpus, periods, throttledPeriods }: CpuQuota): string =>
  `CPU quota of ${cgroup}, ${cpusText(cpus)}: used up in ${throttledPeriods} of ${periods} periods`

/** How it is held in a state that has no system call, and how much that says beside one that has. */
const HELD: readonly { field: keyof RareTimes | 'preemptedNs'; text: string; weight: number; mode: string }[] = [
  { field: 'preemptedNs', text: 'preempted', weight: 1e6, mode: 'preempted' },
  { field: 'throttledNs', text: 'CPU quota', weight: 1e6, mode: 'throttled' },
  { field: 'stoppedNs', text: 'stopped', weight: 1e3, mode: 'held' },
  { field: 'tracedNs', text: 'traced', weight: 1e3, mode: 'held' },
  { field: 'frozenNs', text: 'frozen', weight: 1e3, mode: 'held' },
]

/** What a process is blocked in, as one text. */
export const blockedIn = (
  proc: Pick<SchedProc, 'calls' | 'heldIo' | 'preemptedNs'> & RareTimes,
  mode = 'all',
): { text: string; ns: number } | undefined => {
  const call = topCall(proc, mode)
  let top = call && { text: `${call.call}${call.state === 'D' ? ' (D)' : ''}`, ns: call.ns, weight: weight(call) }
  const { heldIo } = proc
  // what holds a wait says more than the call it is in
  if (heldIo && call?.state === 'D' && heldIo.ns * 2 > call.ns)
    top = { text: HELD_IO[heldIo.by], ns: heldIo.ns, weight: heldIo.ns * 1e6 }
  if (mode === 'S' || mode === 'D') return top
  for (let i = 0; i < HELD.length; i++) {
    const held = HELD[i]!
    const ns = proc[held.field] ?? 0
    if (ns < (held.field === 'preemptedNs' && mode === 'all' ? LEAST_PREEMPTED_NS : 1)) continue
    if (isOfHeld(mode) && held.mode !== mode) continue
    if (!top || ns * held.weight > top.weight) top = { text: held.text, ns, weight: ns * held.weight }
  }
  return top
}

/** Whoever uses a CPU is taken off it now and then. */
const LEAST_PREEMPTED_NS = 10e6

const isOfHeld = (mode: string): boolean => mode === 'throttled' || mode === 'held' || mode === 'preempted'

/** The call to show for a process: an uninterruptible one says more than the poll it idles in. */
export const topCall = ({ calls }: Pick<SchedProc, 'calls'>, mode = 'all'): BlockedCall | undefined => {
  let top: BlockedCall | undefined
  for (let i = 0; i < calls.length; i++) {
    const call = calls[i]!
    if ((mode === 'S' || mode === 'D') && call.state !== mode) continue
    if (isOfHeld(mode)) continue
    if (!top || weight(call) > weight(top)) top = call
  }
  return top
}

const weight = (call: BlockedCall): number => call.ns * (call.state === 'D' ? 1e6 : isIdleCall(call) ? 1e-3 : 1)
