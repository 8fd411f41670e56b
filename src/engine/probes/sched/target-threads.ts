// Threads of who is selected, where not every switch is followed: what the kernel counts of each, and what looking at them
// has found.
import type { SchedThread } from '../../../stream/sched-types.ts'
import type { CountedThread } from '../../base/counted-source.ts'
import type { BlockedTimes } from './blocked.ts'

/** Those that did least are left out. */
export const MOST_THREADS = 1000

/** `timesOf`: where it was found off the CPU; absent: nobody looked. */
export const threadsFrom = (
  counted: readonly CountedThread[],
  timesOf?: (tid: number) => BlockedTimes,
): SchedThread[] =>
  busiest(
    counted.map(({ pid, tid, comm, switches, waits, waitNs, cpuNs: onCpuNs }) => ({
      ...{ pid, tid, comm, switches, waits, waitNs, onCpuNs, calls: [] },
      ...timesOf?.(tid),
    })),
  )

/** Threads with the most activity come first. */
export const busiest = <T extends SchedThread>(threads: readonly T[]): T[] =>
  threads.toSorted((a, b) => activity(b) - activity(a)).slice(0, MOST_THREADS)

const activity = ({ onCpuNs, waitNs, uninterruptibleNs = 0, throttledNs = 0 }: SchedThread): number =>
  onCpuNs + waitNs + uninterruptibleNs + throttledNs
