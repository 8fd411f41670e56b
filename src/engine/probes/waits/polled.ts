// What threads poll: descriptors that stand in the memory which they gave to poll() or select(). Looked for when a thread
// is new there; the kernel's program says what they are of, from the next reading on. A thread that has run since mostly
// polls the same again, which is looked at: what was said of others then is forgotten.
import { callDoes } from '../../../model/waits/classes.ts'
import { sameItems } from '../../../stream/same-items.ts'
import type { ProcessMemory } from '../../native/process-memory.ts'
import type { Thread } from './thread.ts'

export interface Polled {
  fds: readonly number[]
  /** Tells one call from another: what was given to it, added up. */
  address: number
}

const MOST_THREADS = 1000
/** As in waits_sets.h. */
const MOST_POLLED = 8
const POLLFD_BYTES = 8
/** Of a set of select(): descriptors up to 512. */
const MOST_SET_BYTES = 64

export const openPolled = (memory: ProcessMemory) => {
  const polled = new Map<number, Polled>()

  const fdsOf = ({ call, pid, args }: Thread): number[] | undefined => {
    const [first, second] = args as [number, number]
    switch (callDoes(call)) {
      case 'poll':
        return second > 0 && second <= MOST_POLLED
          ? polledIn(memory.around(pid, first, second * POLLFD_BYTES)?.after)
          : undefined
      case 'select':
        return first > 0 && first <= MOST_SET_BYTES * 8
          ? selectedIn(memory.around(pid, second, Math.ceil(first / 64) * 8)?.after)
          : undefined
      default:
        return undefined
    }
  }

  return {
    find(fresh: readonly Thread[], byTid: ReadonlyMap<number, Thread>) {
      let isNew = false
      for (const tid of polled.keys()) if (!byTid.has(tid)) isNew = polled.delete(tid)
      for (const thread of fresh) {
        const known = polled.get(thread.tid)
        if (known && thread.still) continue
        const fds = thread.state === '.' ? fdsOf(thread) : undefined
        const address = thread.args[0]! + thread.args[1]!
        if (known && known.address === address && fds && sameItems(known.fds, fds)) continue
        if (known) {
          thread.items = []
          isNew = polled.delete(thread.tid)
        }
        if (!fds || fds.length === 0 || polled.size >= MOST_THREADS) continue
        polled.set(thread.tid, { fds, address })
        isNew = true
      }
      return { polled: polled as ReadonlyMap<number, Polled>, isNew }
    },
  }
}

/** Of an array of `struct pollfd`; those below zero are left out by the kernel, too. */
export const polledIn = (bytes: Buffer | undefined): number[] | undefined =>
  bytes &&
  Array.from({ length: bytes.length / POLLFD_BYTES }, (_, index) => bytes.readInt32LE(index * POLLFD_BYTES)).filter(
    (fd) => fd >= 0,
  )

/** Of a set of bits; undefined where there are too many. */
export const selectedIn = (bytes: Buffer | undefined): number[] | undefined => {
  const fds: number[] = []
  for (let fd = 0; bytes && fd < bytes.length * 8; fd++) if (bytes[fd >>> 3]! & (1 << (fd & 7))) fds.push(fd)
  return bytes && fds.length <= MOST_POLLED ? fds : undefined
}
