// All that a screen wants of its engine, as one object: sent whole when it has changed, so that what the engine does
// follows from the last one alone. What is absent is as the engine was started, or off.
import type { ProbeId } from './probe-ids.ts'
import type { ProbeOptions } from './probe-options.ts'
import type { Target } from './target.ts'
import type { Tier } from './cost-message.ts'

/** What can be given up: a probe in full, or the detail of one. */
export type Part = ProbeId | 'detail'

export interface Want {
  intervalMs?: number
  /** By name, those that shall run, each with what it is told (probe-options.ts); the others are taken out of the kernel. */
  probes?: Readonly<Record<string, ProbeOptions>>
  /** Of whom details are wanted; absent: nobody. */
  target?: Target
  /** What the probes cost. */
  cost?: boolean
  /** Parts that what is looked at needs: they go last where something has to cost less. */
  last?: readonly Part[]
  /** What is typed of a hook, whose names are wanted. */
  hooks?: string
  budget?: Budget
}

export type Pin = 'full' | Tier['is']

export interface Budget {
  /** The most that the probes may take of all CPUs; 0: any. */
  limitPercent: number
  /** Probes in full, or in a cheaper tier, whatever they cost. */
  pins: Readonly<Record<string, Pin>>
}
