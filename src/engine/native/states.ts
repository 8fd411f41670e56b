// Where a thread is, as probes/lib/blocking.h numbers it (enum state there).
import type { StackState } from '../../stream/stacks.ts'
import type { SchedThread } from '../../stream/sched.ts'

export const STATE = {
  running: 1,
  waiting: 2,
  preempted: 3,
  throttled: 4,
  sleep: 5,
  disk: 6,
  stopped: 7,
  traced: 8,
  frozen: 9,
  dead: 10,
}

/** By number. */
export const STATE_NAMES: readonly SchedThread['state'][] = [
  undefined,
  'running',
  'waiting',
  'preempted',
  'throttled',
  'sleeping',
  'disk',
  'stopped',
  'traced',
  'frozen',
]

/** By number; waiting after a wake-up is no state of a stack. */
export const STACK_LETTERS: readonly (StackState | undefined)[] = [
  undefined,
  'cpu',
  undefined,
  'R',
  'Q',
  'S',
  'D',
  'T',
  't',
  'F',
]
