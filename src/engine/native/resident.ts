// Which pages of another process are in memory, or in swap. Whoever reads one that is neither waits for it to be brought in,
// which a file system that no longer answers, or one of somebody's own making, never does.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { afterwards } from '../../source/afterwards.ts'
import { orElse } from '../../source/proc-stat.ts'

const ENTRY_BYTES = 8
/** The topmost bits of an entry of /proc/PID/pagemap: present, and swapped out. */
const THERE = 0xc0
const MOST_PAGES = 8

interface Resident {
  /** Bytes of a page of this kernel. */
  page: number
  /** Of so many bytes from an address on, those up to the first page that is not there. */
  bytes(pid: number, from: number, length: number): number
}

export const openResident = (proc = '/proc'): Resident => {
  const page = pageBytes()
  const entries = Buffer.alloc(MOST_PAGES * ENTRY_BYTES)
  let open: { pid: number; file: number | undefined } | undefined

  const close = (): void => {
    if (open?.file !== undefined) closeSync(open.file)
    open = undefined
  }
  /** Kept for what is asked for in one turn: mostly many addresses of one process. */
  const fileOf = (pid: number): number | undefined => {
    if (open?.pid === pid) return open.file
    if (open) close()
    else afterwards(close)
    open = { pid, file: orElse(undefined, () => openSync(`${proc}/${pid}/pagemap`, 'r')) }
    return open.file
  }

  return {
    page,
    bytes(pid, from, length) {
      const file = fileOf(pid)
      // kernels without it, and whom we may not ask about, whom we may not read either
      if (file === undefined) return length
      const first = Math.floor(from / page)
      const count = Math.min(MOST_PAGES, Math.floor((from + length - 1) / page) - first + 1)
      const asked = count * ENTRY_BYTES
      const got = orElse(0, () => readSync(file, entries, 0, asked, first * ENTRY_BYTES)) / ENTRY_BYTES
      let there = 0
      while (there < got && entries[there * ENTRY_BYTES + 7]! & THERE) there++
      return Math.max(0, Math.min(length, (first + there) * page - from))
    },
  }
}

/** What a program is told of its page, of all that its vector has. */
const AT_PAGESZ = 6
const PAIR_BYTES = 16

const pageBytes = (): number => {
  const vector = readFileSync('/proc/self/auxv')
  for (let at = 0; at + PAIR_BYTES <= vector.length; at += PAIR_BYTES)
    if (vector.readUInt32LE(at) === AT_PAGESZ) return vector.readUInt32LE(at + PAIR_BYTES / 2)
  throw new Error('the kernel does not say how large a page is')
}
