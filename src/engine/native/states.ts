// Where a thread is, as the kernel programs number it (enum state of probes/lib/blocking.h).
import type { SchedThread } from '../../stream/sched-types.ts'
import type { StackState } from '../../stream/stack-types.ts'
import type { Types } from './btf-types.ts'

const CONSTANTS = {
  running: 'STATE_RUNNING',
  waiting: 'STATE_WAITING',
  preempted: 'STATE_PREEMPTED',
  throttled: 'STATE_THROTTLED',
  sleep: 'STATE_SLEEP',
  disk: 'STATE_DISK',
  stopped: 'STATE_STOPPED',
  traced: 'STATE_TRACED',
  frozen: 'STATE_FROZEN',
  dead: 'STATE_DEAD',
} as const

type StateName = keyof typeof CONSTANTS

/** The number of each. */
export type States = Readonly<Record<StateName, number>>
/** What there is to say of some of them. */
type OfStates<T> = Readonly<Partial<Record<StateName, T>>>

/** Throws Error where the object has them not. */
export const statesIn = (types: Types): States => types.values('state', CONSTANTS)

export const STATE_NAMES: OfStates<SchedThread['state']> = {
  running: 'running',
  waiting: 'waiting',
  preempted: 'preempted',
  throttled: 'throttled',
  sleep: 'sleeping',
  disk: 'disk',
  stopped: 'stopped',
  traced: 'traced',
  frozen: 'frozen',
}

/** Waiting after a wake-up is no state of a stack. */
export const STACK_LETTERS = {
  running: 'cpu',
  preempted: 'R',
  throttled: 'Q',
  sleep: 'S',
  disk: 'D',
  stopped: 'T',
  traced: 't',
  frozen: 'F',
} as const satisfies OfStates<StackState>
