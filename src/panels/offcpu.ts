// Off-CPU: what threads do while they do not run; what it shows is in stream/specs/sched/offcpu.ts. Sleeping is mostly choice, so
// the default order puts first what is not: uninterruptible waits and preemption.
import { HELD_IO, heldIoNotes } from './held-io.ts'
import { isIdle, isIdleCall } from './idle.ts'
import { rowsOf } from './lazy-row.ts'
import { cellsFor, type Cells, type NamedCells } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import { cpusText } from '../model/io-limits.ts'
import { schedOf } from '../model/sched.ts'
import { heldNs, percentOf } from '../model/base/rates.ts'
import type { BlockedCall, CpuQuota, RareTimes, SchedData, SchedProc } from '../stream/sched-types.ts'
import type { Hist } from '../stream/stream-types.ts'
import { othersNote, PROC_FACTS, type ProcOrOthers, rowsWithOthers } from './runq.ts'
import { SCHED } from '../stream/specs/sched.ts'
import { BLOCKED, OFFCPU } from '../stream/specs/sched/offcpu.ts'

/** Of whoever was followed: in these states most are never, and then they were not. */
export const FOLLOWED: NamedCells<RareTimes & { uninterruptibleNs?: number }> = {
  throttled: ({ uninterruptibleNs, throttledNs = 0 }, intervalMs) =>
    uninterruptibleNs === undefined ? undefined : percentOf(throttledNs, intervalMs),
  held: (of, intervalMs) => (of.uninterruptibleNs === undefined ? undefined : percentOf(heldNs(of), intervalMs)),
}

/** In which call depends on the state that the tab is about. */
const CELLS: ReadonlyMap<string, Cells<ProcOrOthers>> = new Map(
  OFFCPU.tabs.map(({ id }) => [
    id,
    cellsFor<ProcOrOthers>(BLOCKED, {
      ...FOLLOWED,
      call: (proc) => blockedIn(proc, id)?.text,
      callTime: (proc, intervalMs) => percentOf(blockedIn(proc, id)?.ns, intervalMs),
      blocked: (proc, intervalMs) => percentOf(blockedNs(proc, intervalMs), intervalMs),
    }),
  ]),
)

export const offcpu = ownPanel<'sched'>(SCHED, 'offcpu', {
  hists: (data, mode) => histsOf(schedOf(data), mode),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    const { intervalMs } = sample
    const cells = CELLS.get(mode) ?? CELLS.get('all')!
    const mayBeIdle = mode === 'all' || mode === 'S'
    return rowsOf(
      rowsWithOthers(sample),
      PROC_FACTS,
      cells,
      sample,
      { detail },
      (proc) => mayBeIdle && isIdle(proc, heldNs(proc), intervalMs),
    )
  },
  notes: (sample) => {
    const data = schedOf(sample.data)
    return [...quotaNotes(data), ...heldIoNotes(data), ...othersNote(sample)]
  },
})

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
