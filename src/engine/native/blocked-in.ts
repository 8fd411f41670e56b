// What threads are blocked in, as probes/sched.bpf.c and stacks.bpf.c write it.
import type { BlockedCall } from '../../stream/sched.ts'
import { syscallName } from '../proc/syscall-names.ts'

/** Name of the call in a key of the kernel program, and how it blocked. */
export const blockedIn = (key: number): Omit<BlockedCall, 'ns'> => ({
  call: key & 0x40000 ? 'kernel' : key & 0x80000 ? 'page fault' : syscallName(key & 0xffff, (key & 0x10000) !== 0),
  state: key & 0x20000 ? 'D' : 'S',
})
