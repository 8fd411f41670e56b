// The code that the kernel lends to every process (vDSO). It is the same for all of one kernel, so ours is read: that of
// others is their memory, and they may have changed it.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { bytesOfMemory } from './base/bytes.ts'
import type { Bytes } from './base/bytes.ts'

const LARGEST = 1 << 20
const LINE = /^([0-9a-f]+)-([0-9a-f]+) r.x. .*\[vdso\]$/m

/** Undefined where there is none. */
export const readVdso = (): Bytes | undefined => {
  const [, start, end] = LINE.exec(readFileSync('/proc/self/maps', 'latin1')) ?? []
  if (start === undefined || end === undefined) return undefined
  const position = Number.parseInt(start, 16)
  const size = Number.parseInt(end, 16) - position
  if (size > LARGEST) return undefined
  const fd = openSync('/proc/self/mem', 'r')
  try {
    const bytes = Buffer.alloc(size)
    return bytesOfMemory(bytes.subarray(0, readSync(fd, bytes, 0, size, position)))
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}
