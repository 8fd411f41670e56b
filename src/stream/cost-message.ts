// What the probes themselves cost: sent once a tick, after its samples, while somebody looks at it; and what was given
// up so that they cost no more than they may.
import type { ProbeId } from './probe-ids.ts'

/** One probe in one interval. Lost events are in its sample. */
export interface ProbeCost {
  probe: ProbeId
  /** Our own programs, or those of a bpftrace or of a tool of bcc. */
  source: 'CO-RE' | 'bpftrace' | 'tool'
  /** Loaded programs at hooks of the kernel, and iterators, which run once an interval. */
  programs: number
  iterators: number
  /** Runs of all of them on all CPUs, and the time they took, with the hooks' own dispatch and without what reading the clock
   * adds. Absent where the kernel does not say. */
  runs?: number
  runNs?: number
  /** Of that time, the dispatch: what it takes to get to a program at its hook, as measured on the machine at hand. Absent
   * where the time is without it. */
  dispatchNs?: number
  /** The bounded map that was fullest. */
  map?: { name: string; entries: number; maxEntries: number }
  /** CPU time of a process of its own. */
  processNs?: number
  /** Of the time, that of programs at hooks: what a cheaper tier saves. */
  hookNs?: number
  /** In a cheaper tier: share of all CPUs that it would take in full now, where that is known. */
  fullPercent?: number
}

export interface CostMessage {
  type: 'cost'
  /** That of the tick. */
  atMs: number
  intervalMs: number
  cpus: number
  /** The most that all programs together may take of all CPUs; 0: any. */
  limitPercent: number
  probes: ProbeCost[]
  /** Why there are no runs. */
  why?: string
}

/** Ways to figures that cost less than to follow all that happens, the cheapest last. */
export const TIERS = ['sampled', 'counted'] as const

/** How the numbers of a sample were got where it is not in full: `sampled` by hooks that were in the kernel for a part of
 * the interval, with what was seen then scaled to all of it; `counted` without any, from sums that the kernel keeps
 * anyway: exact, but without distribution. */
export interface Tier extends ShedDetail {
  is: (typeof TIERS)[number]
  /** Sampled: the part of the interval that was seen, in how many windows, and how far from the truth the total may be
   * (relative, 95 of 100 times; absent where too few windows tell). */
  observed?: number
  windows?: number
  error?: number
}

/** Detail that was asked for and is not collected, as it cost too much. */
export interface ShedDetail {
  why: string
  hint: string
  /** 0: not by time. */
  retryMs: number
  /** Share of all CPUs that it would take in full now, where that is known: it comes back once that fits. */
  fullPercent?: number
}
