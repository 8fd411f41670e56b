// All that a screen wants of its engine, as one object: sent whole when it has changed, so that what the engine does
// follows from the last one alone. What is absent is as the engine was started, or off.
import type { StackMode } from './stack-types.ts'
import type { ProbeId } from './probe-ids.ts'
import type { Target } from './target.ts'

/** What can be given up: a probe in full, or the detail of one. */
export type Part = ProbeId | 'detail'

export interface Want {
  intervalMs?: number
  /** The probes that shall run; the others are taken out of the kernel. */
  probes?: readonly ProbeId[]
  /** Of whom details are wanted; absent: nobody. */
  target?: Target
  /** Errors, latency and per-process calls of the system call probe. */
  detail?: boolean
  /** Waits and busy time of each CPU. */
  cpus?: boolean
  /** Times of all threads by their names. */
  names?: boolean
  /** What the probes cost. */
  cost?: boolean
  /** Parts that what is looked at needs: they go last where something has to cost less. */
  last?: readonly Part[]
  stacks?: StacksWant
  /** What is typed of a hook, whose names are wanted. */
  hooks?: string
  budget?: Budget
}

/** What the probe `stacks` collects while it runs: of the target, or of all where there is none. */
export interface StacksWant {
  mode: StackMode
  /** Times off-CPU below it are left out. */
  thresholdNs: number
  /** With who woke them, in mode `offcpu`. */
  wakers: boolean
}

export interface Budget {
  /** The most that the probes may take of all CPUs; 0: any. */
  limitPercent: number
  /** Probes in full whatever they cost, or cheaper whatever they may. */
  pins: Readonly<Record<string, 'full' | 'cheaper'>>
}
