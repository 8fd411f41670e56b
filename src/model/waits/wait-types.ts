// What a thread waits for, as the engine found it: links of a graph, which graph.ts closes and chains.ts puts into words.
import type { TimeClass } from '../../stream/time-classes.ts'

/** How sure a link is. `certain`: the kernel or the lock itself says so; `likely`: told by what is usual; `possible`: one of
 * several. */
type Sure = 'certain' | 'likely' | 'possible'

/** Who can end a wait: a thread, or where that is not known any thread of a process. */
export interface Holder {
  pid: number
  tid?: number
  /** Where the thread was not read, as idle ones of the kernel are not. */
  comm?: string
}

/** Who made a thread runnable, which is not who owns what it waited for. */
export interface Waker {
  /** 0: interrupts. */
  tid: number
  pid: number
  comm: string
  /** Of the wake-ups that were counted. */
  count: number
  share: number
}

export type LinkKind =
  | 'mutex'
  | 'rwlock'
  | 'join'
  | 'condition'
  | 'semaphore'
  | 'barrier'
  | 'futex'
  | 'kernel lock'
  | 'file lock'
  | 'pipe'
  | 'unix socket'
  | 'tcp'
  | 'socket'
  | 'eventfd'
  | 'server'
  | 'events'
  | 'child'
  | 'tracer'
  | 'signal'
  | 'timer'
  | 'disk'
  | 'memory'
  | 'remote file'
  | 'io limit'
  | 'quota'
  | 'cpu'
  | 'stopped'
  | 'other'

export interface Link {
  kind: LinkKind
  /** The thing itself; the same for all who wait for it. */
  key: string
  /** As in `mutex 0x7f3c2a10`. */
  what: string
  /** What of it only this thread waits for, as in `holding back read /data/file`. */
  own?: string
  /** `held by`, `written by`: what the holders are to it. */
  relation: string
  /** Any of these can end the wait; none: nobody on this machine, or not known. */
  holders: readonly Holder[]
  /** What stands at the end where there is no holder, as in `ext4 on vda`. */
  end?: string
  sure: Sure
  /** Where that is known from. */
  source: string
  class: TimeClass
  /** It has no time limit, and no signal ends it: only a holder does. */
  only: boolean
  /** Others than the holders may end it: a time limit, a peer on another machine, somebody who was not found. */
  open: boolean
  /** Nothing says that the other end owes it anything: as long as those there rest, so does it. */
  unasked?: boolean
  /** There was no room to find out in this reading. */
  isLate?: boolean
}

export interface Waiter {
  tid: number
  pid: number
  /** Of the thread. */
  comm: string
  /** What its process says of itself in its title. */
  says?: string | undefined
  /** Letter of its state, as in the panel of threads. */
  state: string
  /** Where it waits: a system call, `page fault`, `kernel`. */
  call: string
  /** How long it has been in this wait, in ns. */
  readonly forNs: number
  /** Functions of the kernel that it waits in, innermost first; empty where nobody looked. */
  functions: readonly string[]
  /** Runs, or waits for nothing that was found. */
  link?: Link | undefined
  /** Of a wait that has no owner, most often first. */
  wakers?: readonly Waker[] | undefined
  /** It has not run since the reading before, after which its holders were found to be the same. */
  still: boolean
  /** Of one that reads from others: these have nothing to do either. */
  rests?: boolean
  /** Nothing of it changes while it sleeps on. */
  isCalm?: boolean
  /** It is one of the quiet ones, and whether it is wanted. */
  rest?: 'wanted' | 'unwanted' | undefined
  /** The row that it was counted in, as long as it waits so. */
  counted?: object | undefined
}
