// What the probe of the scheduler knows of processes, threads, CPUs and control groups, as objects. How they are sent is in
// specs/sched.ts; model/sched.ts makes one of the other.
import type { Hist } from './stream-types.ts'
import type { Target } from './target.ts'

/** How a thread left the CPU: S sleeping, D uninterruptible. */
type BlockState = 'S' | 'D'

/** Time blocked in one system call (`page fault` and `kernel` where there was none). */
export interface BlockedCall {
  call: string
  state: BlockState
  ns: number
}

/** Times in states that most processes are never in. Absent: none; recordings of older versions know none of them. */
export interface RareTimes {
  /** Could have run, but the CPU quota of its control group was used up. */
  throttledNs?: number
  /** Stopped by a signal. */
  stoppedNs?: number
  /** Held by a tracer. */
  tracedNs?: number
  /** Frozen with its control group, or with the machine. */
  frozenNs?: number
}

/** What only following every switch tells; absent where the kernel's own accounts are all that is known (tier `counted`). */
interface FollowedTimes {
  waitMaxNs: number
  sleepNs: number
  uninterruptibleNs: number
  /** The part of waitNs that followed a preemption rather than a wake-up. */
  preemptedNs: number
}

/** A control group's limit (blkio.throttle, io.max), throttling of writeback, a control group's cost model (io.cost) or
 * latency target (io.latency), too many dirty pages, debts of a control group's earlier I/O. */
export const HELD_BY = ['limit', 'writeback', 'cost', 'latency', 'dirty', 'debt'] as const

/** Threads whose I/O was held back on purpose at the end of the interval, before a disk had it; of a process with
 * several causes that of most threads. */
export interface HeldIo {
  by: (typeof HELD_BY)[number]
  threads: number
  /** What they were in state D in the interval, of which not all need be held. */
  ns: number
  /** The group in `ioLimits`. */
  cgroup?: string
}

/** A control group with limits on I/O for which threads waited at the end of the interval. */
export interface IoLimit {
  /** From the root of the hierarchy that has the I/O controller. */
  cgroup: string
  threads: number
  /** Limits per second by disk; none where they could not be read. */
  disks: { name: string; readBytes?: number; writeBytes?: number; reads?: number; writes?: number }[]
}

/** Scheduler sums of one process (all its threads) in one interval. A thread is always in one of: on CPU, waiting
 * for a CPU (after wake-up or preemption), sleeping (S), uninterruptible (D), or one of the rare ones; the times add up
 * to its life. */
export interface SchedProc extends RareTimes, Partial<FollowedTimes> {
  pid: number
  /** Since the machine was started, in steps of 10 ms: tells processes apart that had the same number. */
  startedMs?: number
  comm: string
  threads: number
  switches: number
  /** Completed waits on a run queue. */
  waits: number
  waitNs: number
  onCpuNs: number
  /** Of that in user mode, by the kernel's accounts; absent where these have nothing of it. */
  userNs?: number
  /** Of that taken by interrupts and the hypervisor, where the kernel accounts for it. The rest is in the kernel. */
  stolenNs?: number
  calls: BlockedCall[]
  /** Control group (v2), from the root of the hierarchy. */
  cgroup?: string
  /** The group in `quotas` by which it was throttled. */
  quota?: string
  heldIo?: HeldIo
  exited?: boolean
  /** How it ended, where that is known: by `exit`, or by a signal. */
  exitCode?: number
  signal?: number
}

/** As the probe has it in full. */
export type FollowedProc = SchedProc & FollowedTimes

/** One thread of the target, with the same sums. */
export interface SchedThread extends Omit<SchedProc, 'threads' | 'cgroup' | 'quota' | 'startedMs'> {
  tid: number
  /** What it does at the end of the interval. */
  state?: 'running' | 'waiting' | 'preempted' | 'throttled' | 'sleeping' | 'disk' | 'stopped' | 'traced' | 'frozen'
}

/** As the probe has it in full. */
export type FollowedThread = SchedThread & FollowedTimes

/** All threads of one name, with the same sums. */
export type SchedName = Omit<SchedProc, 'pid' | 'startedMs' | 'cgroup' | 'quota' | 'heldIo'>

export interface SchedHists {
  /** Wake-up or preemption until on CPU. */
  runq: Hist
  /** Switched out until woken, by state. */
  sleep: Hist
  disk: Hist
  /** Preempted until on CPU again. */
  preempted: Hist
  /** Without CPU quota until there was some again; absent in recordings of older versions. */
  throttled?: Hist
}

/** What happened on one CPU: waits that ended there, and how long it was not idle. */
export interface SchedCpu {
  cpu: number
  runq: Hist
  busyNs: number
}

/** A control group with a CPU quota, as its own accounts (cpu.stat) have the interval. */
export interface CpuQuota {
  /** From the root of the hierarchy that has the CPU controller. */
  cgroup: string
  /** So many CPUs' time it may use. */
  cpus: number
  periods: number
  /** Those in which it ran out. */
  throttledPeriods: number
  /** Over all its CPUs. */
  throttledNs: number
}

export interface SchedData extends SchedHists {
  /** ns of the interval, where it is known that exactly. */
  elapsedNs?: number
  procs: SchedProc[]
  /** While asked for; CPUs that never switched are not listed. */
  cpus?: SchedCpu[]
  /** Control groups by whose CPU quota processes of `procs` were throttled. */
  quotas?: CpuQuota[]
  /** Control groups by whose limits on I/O processes of `procs` were held. */
  ioLimits?: IoLimit[]
  /** While asked for: all threads, or those of the target. */
  names?: SchedName[]
  /** Of the target alone, while one is set. */
  target?: SchedHists & {
    of: Target
    threads?: SchedThread[]
    /** It became the target within the interval: of all of that are its threads only, not its histograms. */
    partial?: true
  }
  /** Sums of threads that ended when the hand-over table was full; they are in no row of `procs`. */
  others?: Pick<
    FollowedProc,
    | 'threads'
    | 'switches'
    | 'waits'
    | 'waitNs'
    | 'onCpuNs'
    | 'sleepNs'
    | 'uninterruptibleNs'
    | 'preemptedNs'
    | keyof RareTimes
  >
}
