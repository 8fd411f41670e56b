// System calls that kernel programs are told of: a bit each, by its number.
import { syscallName } from '../proc/syscall-names.ts'
import type { BpfObject } from './object.ts'

const ALL_BITS = 8

/** `name`: map of the bits. */
export const tellCalls = (object: BpfObject, name: string, calls: readonly string[]): void => {
  const map = object.map(name)
  const bits = Buffer.alloc(map.valueSize)
  const wanted = new Set(calls)
  for (let call = 0; call < bits.length * ALL_BITS; call++)
    if (wanted.has(syscallName(call, false))) bits[call >>> 3]! |= 1 << (call & 7)
  map.update(Buffer.alloc(4), bits)
}
