// Stacks as they travel: where the selected threads were when they left a CPU, were sampled on one, or are now. Each
// sample is complete in itself: the frames it names are listed once and stacks refer to them by index, so that a
// recording can be opened anywhere.
import type { OptionSpec, OptionsOf } from './probe-options.ts'
import type { Target } from './target.ts'

/** What was asked for: time off-CPU, samples on-CPU, or where each thread is at the end of the interval. */
export const STACK_MODES = ['offcpu', 'oncpu', 'now'] as const
export type StackMode = (typeof STACK_MODES)[number]

/** What the probe is told beside of whom. Times off-CPU below the threshold are left out; `wakers`: with who woke them, in
 * mode `offcpu`. */
export const STACK_OPTIONS = [
  { id: 'mode', oneOf: STACK_MODES },
  { id: 'thresholdNs', least: 0, most: 3.6e12 },
  'wakers',
] as const satisfies readonly OptionSpec[]
export type StackOptions = Required<OptionsOf<typeof STACK_OPTIONS>>

/** `interpreted`: a function in a language that an interpreter runs. `unknown`: no symbol; the name is then [unknown] with the module, where that is known. */
export type FrameKind = 'kernel' | 'user' | 'jit' | 'interpreted' | 'inlined' | 'unknown'

export interface StackFrame {
  name: string
  kind: FrameKind
  /** File the code is in; absent for the kernel itself. */
  module?: string
}

/** R preempted, Q without CPU quota, S sleeping, D uninterruptible, T stopped, t traced, F frozen, cpu sampled while
 * running. */
export const STACK_STATES = ['R', 'Q', 'S', 'D', 'T', 't', 'F', 'cpu'] as const
export type StackState = (typeof STACK_STATES)[number]

/** Indexes into `frames`, innermost (leaf) first. */
export interface StackRefs {
  user: number[]
  kernel: number[]
  /** Why the user part is missing or ends early. */
  cut?: 'no user stack' | 'no frame pointers' | 'not unwound' | 'too deep' | 'lost'
}

export interface Stack extends StackRefs {
  pid: number
  /** Name of the thread. */
  comm: string
  state: StackState
  /** Time off-CPU that ended in this interval, or samples times their period. */
  ns: number
  /** Times it left the CPU, or samples. */
  count: number
  maxNs?: number
  /** Who woke it, from where; only while asked for. */
  waker?: StackRefs & { pid: number; comm: string }
}

/** One thread at the end of the interval, and how long it has been there. */
export interface ThreadStack extends StackRefs {
  pid: number
  tid: number
  comm: string
  state: StackState
  /** Since it left the CPU; absent when that was before the probe. */
  forNs?: number
  /** The system call it is in. */
  call?: string
}

export interface StacksData {
  mode: StackMode
  /** Of the weights, where they are no times. */
  unit?: 'count' | 'bytes'
  /** Of whom; absent: of all. */
  of?: Target
  frames: StackFrame[]
  /** Empty in mode `now`. */
  stacks: Stack[]
  /** Only in mode `now`. */
  threads?: ThreadStack[]
  /** Stays shorter than this were not counted. */
  thresholdNs: number
  /** Samples a second on each CPU, in mode `oncpu`. */
  hz?: number
  /** Time and events of stacks for which there was no room. */
  others?: { ns: number; count: number }
}
