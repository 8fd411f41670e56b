// Whom the kernel programs look at, where that is not the whole machine.

/** Whom the probes are narrowed to. `comm` is the name of the process; `path` that of a control group from the
 * root of its hierarchy, as in /proc/PID/cgroup, and means all below it too. */
export type Target =
  /** `startedMs` as in SchedProc: nobody, when another process has the number by now. */
  | { is: 'process'; pid: number; startedMs?: number }
  | { is: 'thread'; pid: number; tid: number; startedMs?: number }
  /** MOST_TARGET_PIDS at most. `over`: those of them that are the numbers of other processes by now. */
  | { is: 'pids'; pids: readonly number[]; over?: readonly number[] }
  | { is: 'comm'; comm: string }
  | { is: 'cgroup'; path: string }

/** As many as the kernel programs compare one by one. */
export const MOST_TARGET_PIDS = 16
