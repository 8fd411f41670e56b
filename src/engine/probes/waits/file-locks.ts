// Who holds the file locks that others wait for, from /proc/locks: a line for each lock, behind it those who wait for it,
// marked with an arrow. Pure but for reading the file, which is bounded.
import { closeSync, openSync, readSync } from 'node:fs'
import { orElse } from '../../../source/proc-stat.ts'

export interface FileLock {
  /** FLOCK, POSIX, OFDLCK, LEASE. */
  kind: string
  ino: number
  /** 0: not known (locks of open files). */
  holder: number
}

const MOST_BYTES = 1 << 20
const LINE = /^(\d+): (?:(->) )?(\w+)\s+\w+\s+\w+\s+(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /

/** By process that waits. */
export const fileLocksIn = (text: string): Map<number, FileLock[]> => {
  const waiting = new Map<number, FileLock[]>()
  let held: { number: string; holder: number } | undefined
  for (const line of text.split('\n')) {
    const [, number, arrow, kind, pid, ino] = LINE.exec(line.replace(/:\s+->/, ': ->')) ?? []
    if (number === undefined) continue
    if (!arrow) held = { number, holder: Math.max(0, Number(pid)) }
    else if (held?.number === number) {
      const lock = { kind: kind!, ino: Number(ino), holder: held.holder }
      const known = waiting.get(Number(pid))
      if (known) known.push(lock)
      else waiting.set(Number(pid), [lock])
    }
  }
  return waiting
}

export const readFileLocks = (): Map<number, FileLock[]> => fileLocksIn(orElse('', () => readUpTo('/proc/locks')))

const readUpTo = (path: string): string => {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(MOST_BYTES)
    let length = 0
    for (let got = 1; got > 0 && length < MOST_BYTES; length += got)
      got = readSync(fd, buffer, length, MOST_BYTES - length, null)
    return buffer.toString('latin1', 0, length)
  } finally {
    closeSync(fd)
  }
}
