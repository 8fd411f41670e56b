// What threads are blocked in, as probes/sched.bpf.c and stacks.bpf.c write it.
import type { BlockedCall } from '../../stream/sched.ts'
import { syscallName } from '../proc/syscall-names.ts'

/** Of a process; the rest is added up. */
const MOST_CALLS = 8
/** In a key: it blocked uninterruptibly. */
export const KEY_DISK = 0x20000

/** By time, of each key the ns; what is beyond the most of them, and `otherNs`, is one, `other`. */
export const blockedCalls = (byKey: Iterable<readonly [key: number, ns: number]>, otherNs = 0): BlockedCall[] => {
  const all = [...byKey].filter(([, ns]) => ns > 0)
  if (all.length > 1) all.sort((a, b) => b[1] - a[1])
  const calls = all.slice(0, MOST_CALLS).map(([key, ns]): BlockedCall => {
    const { call, state } = blockedIn(key >>> 0)
    return { call, state, ns: Math.round(ns) }
  })
  const rest = otherNs + all.slice(MOST_CALLS).reduce((sum, [, ns]) => sum + ns, 0)
  if (rest > 0) calls.push({ call: 'other', state: 'S', ns: Math.round(rest) })
  return calls
}

/** Name of the call in a key of the kernel program, and how it blocked. */
export const blockedIn = (key: number): Omit<BlockedCall, 'ns'> => ({
  call: key & 0x40000 ? 'kernel' : key & 0x80000 ? 'page fault' : syscallName(key & 0xffff, (key & 0x10000) !== 0),
  state: key & KEY_DISK ? 'D' : 'S',
})
