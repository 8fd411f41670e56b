// A waiter as it is kept from one reading to the next: how long it has waited follows from the clock, so that nothing has to
// be written into one that sleeps on. All have the same members in the same order, which is what makes reading them cheap.
import type { Link, Waiter, Waker } from '../../../model/waits/wait-types.ts'

/** The scheduler's, at the last reading. */
export interface Clock {
  ns: number
}

/** What a reading says of its thread, and since when that has not run. */
type Sleeper = Pick<Waiter, 'tid' | 'pid' | 'comm' | 'state' | 'call'> & { leftNs: number }

export class KeptWaiter implements Waiter {
  tid: number
  pid: number
  comm: string
  says: string | undefined
  state: string
  call: string
  functions: readonly string[]
  link: Link | undefined
  wakers: readonly Waker[] | undefined
  still = false
  rests = false
  isCalm = false
  rest: Waiter['rest']
  counted: object | undefined
  private clock: Clock
  /** As it was found first: later readings of the same lack what others have taken from its CPU since. */
  private leftNs: number

  constructor(thread: Sleeper, clock: Clock, functions: readonly string[], link: Link | undefined) {
    this.tid = thread.tid
    this.pid = thread.pid
    this.comm = thread.comm
    this.says = undefined
    this.state = thread.state
    this.call = thread.call
    this.functions = functions
    this.link = link
    this.wakers = undefined
    this.rest = undefined
    this.counted = undefined
    this.clock = clock
    this.leftNs = thread.leftNs
  }

  get forNs(): number {
    return Math.max(0, this.clock.ns - this.leftNs)
  }
}
