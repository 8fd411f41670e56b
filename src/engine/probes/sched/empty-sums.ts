// What is known of a process or thread before anything is added, and of one that was only asleep. No system calls here.
// Written out for both: there is one of each process and thread every second, and spread or added to it would be two objects.
import type { FollowedProc, FollowedThread } from '../../../stream/sched-types.ts'
import { noCpuTime } from './cpu-time.ts'
import type { Sums } from './name-sums.ts'
import type { Still } from './still.ts'

export interface ProcSums extends Sums<FollowedProc> {
  cgroupId: number
  /** Its only thread slept throughout: in which call, and under which name. */
  still?: Still
  /** A selected thread has a name of its own, that of the process is with all others and its first one. */
  isNamed: boolean
}

export const emptyProc = (pid: number, startedMs: number, cgroupId: number): ProcSums => ({
  sent: {
    pid,
    comm: '',
    startedMs,
    switches: 0,
    waits: 0,
    waitNs: 0,
    waitMaxNs: 0,
    onCpuNs: 0,
    sleepNs: 0,
    uninterruptibleNs: 0,
    preemptedNs: 0,
    calls: [],
    threads: 0,
  },
  byKey: new Map(),
  otherCallsNs: 0,
  cpu: noCpuTime(),
  cgroupId,
  isNamed: false,
})

/** It has more threads than the one that sleeps. */
export const notStill = ({ still, sent, cgroupId, isNamed }: ProcSums): ProcSums => ({
  ...emptyProc(sent.pid, sent.startedMs!, cgroupId),
  sent: { ...sent, calls: [] },
  byKey: new Map([[still!.call, sent.sleepNs!]]),
  isNamed,
})

export const emptyThread = (pid: number, tid: number, comm: string): Sums<FollowedThread> => ({
  sent: {
    pid,
    comm,
    switches: 0,
    waits: 0,
    waitNs: 0,
    waitMaxNs: 0,
    onCpuNs: 0,
    sleepNs: 0,
    uninterruptibleNs: 0,
    preemptedNs: 0,
    calls: [],
    tid,
  },
  byKey: new Map(),
  otherCallsNs: 0,
  cpu: noCpuTime(),
})

export const addHeld = (sums: Sums, bits: number, ns: number): void => {
  const all = (sums.held ??= new Map())
  const one = all.get(bits) ?? { threads: 0, ns: 0 }
  all.set(bits, { threads: one.threads + 1, ns: one.ns + ns })
}
