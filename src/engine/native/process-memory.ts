// A few bytes of another process's memory, at an address that its thread has handed to the kernel. What is there is the
// process's own and may be anything: it is compared with what is known, never followed.
import koffi from 'koffi'
import { libbpf } from './libbpf.ts'

const PIECES = 2
const VECTOR_BYTES = 16

export interface ProcessMemory {
  /** `after` bytes from the address on, then, if they are there, `before` bytes in front of it. Undefined when there is no
   * such memory (any more), or it may not be read. The buffers are reused by the next reading. */
  around(pid: number, address: number, after: number, before?: number): { after: Buffer; before?: Buffer } | undefined
}

const MOST_BYTES = 256

export const openProcessMemory = (): ProcessMemory => {
  const lib = libbpf()
  const bytes = Buffer.alloc(MOST_BYTES)
  const local = Buffer.alloc(VECTOR_BYTES)
  const remote = Buffer.alloc(VECTOR_BYTES * PIECES)
  local.writeBigUInt64LE(koffi.address(bytes) as bigint, 0)

  return {
    around(pid, address, after, before = 0) {
      if (!Number.isSafeInteger(address) || address < before || after + before > MOST_BYTES) return undefined
      local.writeBigUInt64LE(BigInt(after + before), 8)
      remote.writeBigUInt64LE(BigInt(address), 0)
      remote.writeBigUInt64LE(BigInt(after), 8)
      remote.writeBigUInt64LE(BigInt(address - before), VECTOR_BYTES)
      remote.writeBigUInt64LE(BigInt(before), VECTOR_BYTES + 8)
      const got = Number(lib.readProcess(pid, local, 1, remote, before > 0 ? 2 : 1, 0))
      if (got < after) return undefined
      return {
        after: bytes.subarray(0, after),
        ...(before > 0 && got === after + before && { before: bytes.subarray(after, after + before) }),
      }
    },
  }
}
