// A few bytes of another process's memory, at an address that its thread has handed to the kernel. What is there is the
// process's own and may be anything: it is compared with what is known, never followed. What is not in memory is not read.
import koffi from 'koffi'
import { libbpf } from './libbpf.ts'
import { openResident } from './resident.ts'

const PIECES = 2
const VECTOR_BYTES = 16

export interface ProcessMemory {
  /** `after` bytes from the address on, then, if they are there, `before` bytes in front of it. Undefined when there is no
   * such memory (any more), or it may not be read. The buffers are reused by the next reading. */
  around(pid: number, address: number, after: number, before?: number): { after: Buffer; before?: Buffer } | undefined
  /** Of what a stack has from there on, up to 16 KB. */
  stack(pid: number, from: number): Buffer | undefined
}

const MOST_BYTES = 256
const STACK_BYTES = 16 << 10

export const openProcessMemory = (): ProcessMemory => {
  const lib = libbpf()
  const resident = openResident()
  const bytes = Buffer.alloc(MOST_BYTES)
  const local = Buffer.alloc(VECTOR_BYTES)
  const remote = Buffer.alloc(VECTOR_BYTES * PIECES)
  local.writeBigUInt64LE(koffi.address(bytes) as bigint, 0)

  const stackBytes = Buffer.alloc(STACK_BYTES)
  const wholeStack = Buffer.alloc(VECTOR_BYTES)
  wholeStack.writeBigUInt64LE(koffi.address(stackBytes) as bigint, 0)
  wholeStack.writeBigUInt64LE(BigInt(STACK_BYTES), 8)
  const pages = Buffer.alloc(VECTOR_BYTES * (Math.ceil(STACK_BYTES / resident.page) + 1))

  return {
    stack(pid, from) {
      if (!Number.isSafeInteger(from) || from <= 0) return undefined
      // a page each: it ends with the first that is not there
      const there = resident.bytes(pid, from, STACK_BYTES)
      let count = 0
      for (let length = 0; length < there; count++) {
        const size = Math.min(resident.page - ((from + length) % resident.page), there - length)
        pages.writeBigUInt64LE(BigInt(from + length), count * VECTOR_BYTES)
        pages.writeBigUInt64LE(BigInt(size), count * VECTOR_BYTES + 8)
        length += size
      }
      if (count === 0) return undefined
      const got = Number(lib.readProcess(pid, wholeStack, 1, pages, count, 0))
      return got > 0 ? stackBytes.subarray(0, got) : undefined
    },
    around(pid, address, after, before = 0) {
      if (!Number.isSafeInteger(address) || address < before || after + before > MOST_BYTES) return undefined
      if (resident.bytes(pid, address, after) < after) return undefined
      const inFront = before > 0 && resident.bytes(pid, address - before, before) === before
      local.writeBigUInt64LE(BigInt(after + before), 8)
      remote.writeBigUInt64LE(BigInt(address), 0)
      remote.writeBigUInt64LE(BigInt(after), 8)
      remote.writeBigUInt64LE(BigInt(address - before), VECTOR_BYTES)
      remote.writeBigUInt64LE(BigInt(before), VECTOR_BYTES + 8)
      const got = Number(lib.readProcess(pid, local, 1, remote, inFront ? 2 : 1, 0))
      if (got < after) return undefined
      return {
        after: bytes.subarray(0, after),
        ...(inFront && got === after + before && { before: bytes.subarray(after, after + before) }),
      }
    },
  }
}
