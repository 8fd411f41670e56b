// Off-CPU: what threads do while they do not run. Sleeping is mostly choice, so the default order puts first what is
// not: uninterruptible waits and preemption.
import { percentOf, stuckNs } from '../model/rates.ts'
import type { BlockedCall, SchedProc } from '../stream/types.ts'
import { othersNote, rowsWithOthers } from './runq.ts'
import type { Column, Panel } from './types.ts'

const COLUMNS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  {
    id: 'stuck',
    title: 'STUCK%',
    kind: 'percent',
    help: 'uninterruptible and preempted together, of clock time',
    priority: 1,
  },
  {
    id: 'disk',
    title: 'D%',
    kind: 'percent',
    help: 'uninterruptible: disk, page faults, locks in the kernel',
    priority: 5,
  },
  { id: 'preempted', title: 'PREE%', kind: 'percent', help: 'could run but was preempted', priority: 6 },
  { id: 'sleep', title: 'SLEEP%', kind: 'percent', help: 'sleeping (interruptible), all threads', priority: 4 },
  {
    id: 'call',
    title: 'BLOCKED IN',
    kind: 'text',
    help: 'system call with most blocked time; uninterruptible ones first',
    priority: 3,
    width: 12,
  },
  { id: 'callTime', title: 'CALL%', kind: 'percent', help: 'time blocked in that call', priority: 7 },
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
  method: 'Time from being switched out until woken (sleeping, uninterruptible) or running again (preempted).',
  probe: 'sched',
  modes: [
    { id: 'all', label: 'all states' },
    { id: 'S', label: 'sleeping' },
    { id: 'D', label: 'uninterruptible' },
    { id: 'preempted', label: 'preempted' },
  ],
  heatBits: [12, 36],
  hists: (data, mode) =>
    mode === 'S'
      ? [data.sleep]
      : mode === 'D'
        ? [data.disk]
        : mode === 'preempted'
          ? [data.preempted]
          : [data.sleep, data.disk, data.preempted],
  columns: (_mode, detail) => COLUMNS.filter((column) => detail || !column.detail),
  defaultSort: (mode) => ({
    column: mode === 'S' ? 'sleep' : mode === 'D' ? 'disk' : mode === 'preempted' ? 'preempted' : 'stuck',
    descending: true,
  }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    return sample
      ? rowsWithOthers(sample).map((proc) => {
          const each = (ns: number) => percentOf(ns, sample.intervalMs)
          const call = topCall(proc, mode)
          const cells = [
            proc.pid,
            proc.comm,
            each(stuckNs(proc)),
            each(proc.diskNs),
            each(proc.preemptedNs),
            each(proc.sleepNs),
            call ? `${call.call}${call.state === 'D' ? ' (D)' : ''}` : undefined,
            call && each(call.ns),
          ]
          if (detail) cells.push(each(proc.onCpuNs), proc.threads)
          return {
            key: String(proc.pid ?? proc.comm),
            pid: proc.pid,
            cells,
            ...(proc.exited ? { role: 'dim' as const } : {}),
          }
        })
      : []
  },
  stats: () => [],
  notes: (sample) => othersNote(sample),
}

/** The call to show for a process: an uninterruptible one says more than the poll it idles in. */
export const topCall = ({ calls }: Pick<SchedProc, 'calls'>, mode = 'all'): BlockedCall | undefined => {
  let top: BlockedCall | undefined
  for (const call of calls) {
    if ((mode === 'S' || mode === 'D') && call.state !== mode) continue
    if (!top || weight(call) > weight(top)) top = call
  }
  return top
}

const weight = (call: BlockedCall): number => call.ns * (call.state === 'D' ? 1e6 : 1)
