// Which pages of another process are in memory, or in swap. Whoever reads one that is neither waits for it to be brought in,
// which a file system that no longer answers, or one of somebody's own making, never does.
import { closeSync, openSync, readSync } from 'node:fs'

const PAGE = 4096
const ENTRY_BYTES = 8
/** The topmost bits of an entry of /proc/PID/pagemap: present, and swapped out. */
const THERE = 0xc0
const MOST_PAGES = 8

interface Resident {
  /** Of so many bytes from an address on, those up to the first page that is not there. */
  bytes(pid: number, from: number, length: number): number
}

export const openResident = (proc = '/proc'): Resident => {
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
    else queueMicrotask(close)
    open = { pid, file: opened(`${proc}/${pid}/pagemap`) }
    return open.file
  }

  return {
    bytes(pid, from, length) {
      const file = fileOf(pid)
      // kernels without it, and whom we may not ask about, whom we may not read either
      if (file === undefined) return length
      const first = Math.floor(from / PAGE)
      const pages = Math.min(MOST_PAGES, Math.floor((from + length - 1) / PAGE) - first + 1)
      const got = read(file, entries.subarray(0, pages * ENTRY_BYTES), first * ENTRY_BYTES) / ENTRY_BYTES
      for (let page = 0; page < pages; page++)
        if (page >= got || !(entries[page * ENTRY_BYTES + 7]! & THERE)) return Math.max(0, (first + page) * PAGE - from)
      return Math.min(length, (first + pages) * PAGE - from)
    },
  }
}

const opened = (path: string): number | undefined => {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

/** 0: it has ended. */
const read = (file: number, into: Buffer, at: number): number => {
  try {
    return readSync(file, into, 0, into.length, at)
  } catch {
    return 0
  }
}
