// Threads added up by their names, before those that do least are left out. Pure.
import type { FollowedProc, FollowedThread } from '../../../stream/sched-types.ts'
import { addSum, type CpuTime } from './cpu-time.ts'

const ADDED = ['switches', 'waits', 'waitNs', 'onCpuNs', 'sleepNs', 'uninterruptibleNs', 'preemptedNs'] as const
const RARE = ['throttledNs', 'stoppedNs', 'tracedNs', 'frozenNs'] as const

/** What is sent of a process or thread, and what that is made from; beside it, as copying hundreds of records takes
 * longer than adding them up. */
export interface Sums<S extends FollowedProc | FollowedThread = FollowedProc | FollowedThread> {
  sent: S
  byKey: Map<number, number>
  otherCallsNs: number
  /** By the kernel's own accounts of its threads. */
  cpu: CpuTime
  /** Threads held, and their time in state D, by the bits that say what holds them. */
  held?: Map<number, { threads: number; ns: number }>
}

export const namesOf = (
  threads: Iterable<Sums<FollowedThread>>,
  empty: () => Sums<FollowedProc>,
): Sums<FollowedProc>[] => {
  const names = new Map<string, Sums<FollowedProc>>()
  for (const { sent, byKey, otherCallsNs, cpu } of threads) {
    let name = names.get(sent.comm)
    if (!name) names.set(sent.comm, (name = empty()))
    name.sent.comm = sent.comm
    add(name.sent, sent)
    for (const [key, ns] of byKey) name.byKey.set(key, (name.byKey.get(key) ?? 0) + ns)
    name.otherCallsNs += otherCallsNs
    addSum(name.cpu, cpu)
  }
  return [...names.values()]
}

const add = (to: FollowedProc, from: FollowedThread): void => {
  to.threads++
  for (const field of ADDED) to[field] += from[field]
  to.waitMaxNs = Math.max(to.waitMaxNs, from.waitMaxNs)
  for (const field of RARE) if (from[field]) to[field] = (to[field] ?? 0) + from[field]
}
