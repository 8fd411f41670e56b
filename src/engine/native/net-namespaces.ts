// Iterators over sockets that show those of the reader's network namespace only, read in all of them: this thread goes
// into one after the other, which nothing else notices as it does not wait meanwhile. A namespace is found by the
// processes in it, and those are told to others, too.
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import koffi from 'koffi'
import { createPace } from '../proc/pace.ts'
import { keptText, orElse, pidsIn } from '../../source/proc-stat.ts'
import { BpfError } from './libbpf.ts'

const CLONE_NEWNET = 0x4000_0000
const MOST_NAMESPACES = 1000

/** A process seldom changes its namespace, and if so while it is young: asked at its first looks, then after such a time or up
 * to twice that, not all at once. */
const YOUNG_LOOKS = 3
const OLD_MS = 20_000
const PARTS = 32
/** Where no process is new or young, all are gone through so often. */
const QUIET_MS = 5000

const namespaceFile = (pid: number | 'self'): string => `/proc/${pid}/ns/net`

interface Namespace {
  number: number
  /** One that is in it. */
  pid: number
}

/** Gives those in which there are processes, but for ours. */
export const otherNetNamespaces = (nowMs: () => number): (() => readonly Namespace[]) => {
  const ours = statSync(namespaceFile('self')).ino
  const numberOf = numbers(ours, nowMs)
  const isAnyNew = newcomers()
  let others: Namespace[] = []
  /** There are processes to ask for their namespace. */
  let isDue = true
  const pace = createPace(nowMs)

  const look = (): void => {
    const byNumber = new Map<number, number>()
    isDue = false
    for (const [pid, { number, looks }] of numberOf(pidsIn())) {
      isDue ||= looks < YOUNG_LOOKS
      // the first of its processes, which often is there longest
      if (number !== ours && !byNumber.has(number) && byNumber.size < MOST_NAMESPACES) byNumber.set(number, pid)
    }
    others = Array.from(byNumber, ([number, pid]) => ({ number, pid }))
  }

  return () => {
    // one that ended may have left others in its namespace
    isDue = isAnyNew() || isDue || pace.sinceMs() >= QUIET_MS
    if ((isDue && pace.hasRested()) || others.some(({ pid }) => !existsSync(namespaceFile(pid)))) pace.spend(look)
    return others
  }
}

/** Gives what `read` gave in each namespace, ours first, one after the other in a buffer of its own. Throws BpfError. */
export const inEachNetNamespace = (nowMs: () => number): ((read: () => Buffer) => Buffer) => {
  const setns = koffi.load(null).func('int setns(int fd, int type)')
  const own = openSync(namespaceFile('self'), 'r')
  const others = otherNetNamespaces(nowMs)

  const goBack = (): void => {
    if (setns(own, CLONE_NEWNET) < 0) throw new BpfError('go back to the own network namespace', koffi.errno())
  }

  return (read) => {
    const there = others()
    const found = [Buffer.from(read())]
    for (const { pid } of there) {
      const fd = orElse(-1, () => openSync(namespaceFile(pid), 'r'))
      if (fd < 0) continue
      const isThere = setns(fd, CLONE_NEWNET) === 0
      closeSync(fd)
      if (!isThere) continue
      try {
        found.push(Buffer.from(read()))
      } finally {
        goBack()
      }
    }
    return Buffer.concat(found)
  }
}

/** Whether a process, or a thread, was made since this was asked the last time; where nobody can tell, yes. */
const newcomers = (): (() => boolean) => {
  const load = keptText('/proc/loadavg')
  let before: string | undefined
  return () => {
    const last = load().trim().split(' ')[4]
    const isNew = last === undefined || last !== before
    before = last
    return isNew
  }
}

interface Known {
  number: number
  looks: number
  askedMs: number
}

/** Of each process the number of its namespace; what cannot be asked is in ours. */
const numbers = (ours: number, nowMs: () => number): ((pids: readonly number[]) => Map<number, Known>) => {
  let known = new Map<number, Known>()
  return (pids) => {
    const now = nowMs()
    const next = new Map<number, Known>()
    for (const pid of pids) {
      const { number, looks, askedMs } = known.get(pid) ?? { number: ours, looks: 0, askedMs: -Infinity }
      const isAsked = looks < YOUNG_LOOKS || now - askedMs >= OLD_MS * (1 + (pid % PARTS) / PARTS)
      next.set(pid, {
        number: isAsked ? orElse(ours, () => statSync(namespaceFile(pid)).ino) : number,
        looks: Math.min(looks + 1, YOUNG_LOOKS),
        askedMs: isAsked ? now : askedMs,
      })
    }
    known = next
    return next
  }
}
