// Threads as a reading gives them, and what their descriptors are of.
import type { Named } from '../files/file-paths.ts'
import type { KeptWaiter } from './kept-waiter.ts'
import type { TcpEnds } from './tcp-ends.ts'

export const FILE_KINDS = ['none', 'other', 'regular', 'pipe', 'unix', 'tcp', 'listener', 'socket'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** Whose data came last on a TCP connection: `peer` is to say something next, or `ours`. Of a unix socket only whether it was
 * `accepted`. */
export const TURNS = ['unknown', 'connecting', 'peer', 'ours', 'accepted'] as const

export interface FileFacts {
  kind: FileKind
  ino: number
  dev: number
  /** Network namespace of a socket of TCP. */
  net: number
  turn: (typeof TURNS)[number]
  /** Address in the kernel, for comparing only. */
  peer: bigint
  tcp: TcpEnds
}

/** Where it is known from which file is waited for; of a `request` to a FUSE server only its file system. */
export const WAITED_BY = ['nothing', 'page', 'fault', 'address', 'request'] as const

/** What a thread waits for, as its stack in the kernel has it. */
export interface WaitedFile extends Named {
  by: (typeof WAITED_BY)[number]
  /** Of its file system; of metadata the disk. */
  dev: number
}

/** One of the descriptors that a thread waits for at once. */
export interface Item {
  fd: number
  file: FileFacts
}

/** Of user mode, as it went to sleep. */
export interface Registers {
  ip: number
  /** By DWARF's numbers; none that are zero. */
  registers: readonly (readonly [number: number, value: number])[]
}

export const LOCK_KINDS = ['none', 'mutex', 'semaphore', 'read', 'write', 'percpu', 'rt'] as const

export interface Thread {
  tid: number
  pid: number
  /** As in the panel of threads. */
  state: string
  call: string
  switches: number
  ranNs: number
  /** Within the last interval. */
  ranSinceNs: number
  /** When it last ran, or began to wait for a CPU, on the scheduler's clock. */
  leftNs: number
  born: number
  args: readonly number[]
  /** Of the third one the lower half: of 64 bits a number keeps no more than 53. */
  value: number
  /** Its stack pointer. */
  sp: number
  lock: bigint
  lockKind: (typeof LOCK_KINDS)[number]
  lockOwner: number
  isOneOfSeveral: boolean
  nsTid: number
  parent: number
  tracer: number
  cpu: number
  isWorker: boolean
  isSelected: boolean
  /** I/O of its control group (state D) or its CPU quota (state q) is held by the limit of the group so many levels above; -1:
   * by none. */
  limitLevel: number
  file: FileFacts
  /** What it polls, as far as that is known; no more than MOST_ITEMS. */
  items: Item[]
  /** Of threads in state D, or that wait for FUSE. */
  waited: WaitedFile | undefined
  /** Where they were asked for. */
  registers: Registers | undefined
  comm: string
  /** Addresses without their upper 16 bits, innermost first. */
  frames: readonly number[]
  /** It was not there at the reading before, or was another's child. */
  isNew: boolean
  /** It was said in full in this reading. */
  fresh: boolean
  /** It has not run since the reading before. */
  still: boolean
  /** The reading since which it has not run. */
  stillFrom: number
  /** Among those of the last reading. */
  place: number
  /** What was made of it, while it does not run. */
  waiter: KeptWaiter | undefined
  /** As it was at the reading before, while its record is read. */
  was: Thread | undefined
}

export interface Threads {
  /** Which one it is. */
  reading: number
  byTid: ReadonlyMap<number, Thread>
  /** Those said in full. */
  fresh: readonly Thread[]
  /** The scheduler's clock at the reading. */
  clockNs: number
  /** Those that have ended. */
  gone: readonly number[]
  /** There are others than at the reading before. */
  isChanged: boolean
  /** Some had not run, and yet nothing was known of them: everything has to be asked for. */
  isIncomplete: boolean
}
