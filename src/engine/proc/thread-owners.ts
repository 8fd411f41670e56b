// Whose thread a number is, and how it is called, from /proc; remembered for a while, and of one that has ended as long as
// somebody asks.
import { textOf } from '../../source/proc-stat.ts'

export interface ThreadOwner {
  pid: number
  name: string
}

/** A number is used again, and a name changed. */
const AGAIN_MS = 10_000
const MOST = 16_384

export const threadOwners = (
  nowMs: () => number,
  proc = '/proc',
): ((tids: Iterable<number>) => ReadonlyMap<number, ThreadOwner>) => {
  const known = new Map<number, ThreadOwner & { readMs: number }>()
  return (tids) => {
    const atMs = nowMs()
    const found = new Map<number, ThreadOwner>()
    for (const tid of tids) {
      const before = known.get(tid)
      const isFresh = before !== undefined && atMs - before.readMs < AGAIN_MS
      const read = isFresh ? before : (ownerIn(textOf(`${proc}/${tid}/status`)) ?? before)
      if (!read) continue
      known.delete(tid)
      known.set(tid, isFresh ? before : { ...read, readMs: atMs })
      found.set(tid, { pid: read.pid, name: read.name })
    }
    for (const tid of known.keys()) {
      if (known.size <= MOST) break
      known.delete(tid)
    }
    return found
  }
}

const ownerIn = (status: string): ThreadOwner | undefined => {
  const pid = Number(/^Tgid:\s*(\d+)$/m.exec(status)?.[1])
  return pid > 0 ? { pid, name: unescaped(/^Name:\t(.*)$/m.exec(status)?.[1] ?? '') } : undefined
}

/** The kernel writes line feeds and backslashes so. */
const unescaped = (name: string): string => name.replace(/\\(n|\\)/g, (_, letter) => (letter === 'n' ? '\n' : '\\'))
