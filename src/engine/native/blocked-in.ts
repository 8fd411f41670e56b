// What threads are blocked in, as the kernel programs write it (enum blocking_call of probes/lib/blocking.h).
import type { BlockedCall } from '../../stream/sched-types.ts'
import { syscallName } from '../proc/syscall-names.ts'
import type { Types } from './btf-types.ts'

interface BlockingCalls {
  /** In a key: it blocked uninterruptibly. */
  disk: number
  /** Name of the call in a key. */
  nameOf(key: number): string
  /** By time, of each key the ns; what is beyond the most of them, and `otherNs`, is one, `other`. */
  sorted(byKey: Iterable<readonly [key: number, ns: number]>, otherNs?: number): BlockedCall[]
}

/** Of a process; the rest is added up. */
const MOST_CALLS = 8

/** Throws Error where the object has them not. */
export const blockingCalls = (types: Types): BlockingCalls => {
  const { number, compat, disk, kernel, none } = types.values('blocking_call', {
    number: 'CALL_NUMBER',
    compat: 'CALL_COMPAT',
    disk: 'CALL_DISK',
    kernel: 'CALL_KERNEL',
    none: 'CALL_NONE',
  })
  const nameOf = (key: number): string =>
    key & kernel ? 'kernel' : key & none ? 'page fault' : syscallName(key & number, (key & compat) !== 0)

  return {
    disk,
    nameOf,
    sorted(byKey, otherNs = 0) {
      const calls: BlockedCall[] = []
      for (const [key, ns] of byKey)
        if (ns > 0) calls.push({ call: nameOf(key), state: key & disk ? 'D' : 'S', ns: Math.round(ns) })
      if (calls.length > 1) calls.sort((a, b) => b.ns - a.ns)
      let rest = otherNs
      for (let i = MOST_CALLS; i < calls.length; i++) rest += calls[i]!.ns
      if (calls.length > MOST_CALLS) calls.length = MOST_CALLS
      if (rest > 0) calls.push({ call: 'other', state: 'S', ns: Math.round(rest) })
      return calls
    },
  }
}
