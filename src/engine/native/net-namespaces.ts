// Iterators over sockets that show those of the reader's network namespace only, read in all of them: this thread goes
// into one after the other, which nothing else notices as it does not wait meanwhile. A namespace is found by the
// processes in it.
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import koffi from 'koffi'
import { createPace } from '../proc/pace.ts'
import { orElse, pidsIn } from '../../source/proc-stat.ts'
import { BpfError } from './libbpf.ts'

const CLONE_NEWNET = 0x4000_0000
const MOST_NAMESPACES = 1000

/** A process seldom changes its namespace, and if so while it is young: asked at its first looks, then at one of so many. */
const YOUNG_LOOKS = 3
const OLD_LOOKS = 32

const namespaceFile = (pid: number | 'self'): string => `/proc/${pid}/ns/net`

/** Gives what `read` gave in each namespace, ours first, one after the other in a buffer of its own. Throws BpfError. */
export const inEachNetNamespace = (nowMs: () => number): ((read: () => Buffer) => Buffer) => {
  const setns = koffi.load(null).func('int setns(int fd, int type)')
  const own = openSync(namespaceFile('self'), 'r')
  const ours = statSync(namespaceFile('self')).ino
  const numberOf = numbers(ours)
  let others: number[] = []
  const pace = createPace(nowMs)

  const look = (): void => {
    const byNumber = new Map<number, number>()
    for (const [pid, { number }] of numberOf(pidsIn())) {
      // the first of its processes, which often is there longest
      if (number !== ours && !byNumber.has(number) && byNumber.size < MOST_NAMESPACES) byNumber.set(number, pid)
    }
    others = [...byNumber.values()]
  }

  const goBack = (): void => {
    if (setns(own, CLONE_NEWNET) < 0) throw new BpfError('go back to the own network namespace', koffi.errno())
  }

  return (read) => {
    // one that ended may have left others in its namespace
    if (pace.hasRested() || others.some((pid) => !existsSync(namespaceFile(pid)))) pace.spend(look)
    const found = [Buffer.from(read())]
    for (const pid of others) {
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

interface Known {
  number: number
  looks: number
}

/** Of each process the number of its namespace; what cannot be asked is in ours. */
const numbers = (ours: number): ((pids: readonly number[]) => Map<number, Known>) => {
  let known = new Map<number, Known>()
  let look = 0
  return (pids) => {
    look++
    const next = new Map<number, Known>()
    for (const pid of pids) {
      const { number, looks } = known.get(pid) ?? { number: ours, looks: 0 }
      const isAsked = looks < YOUNG_LOOKS || (pid + look) % OLD_LOOKS === 0
      next.set(pid, {
        number: isAsked ? orElse(ours, () => statSync(namespaceFile(pid)).ino) : number,
        looks: Math.min(looks + 1, YOUNG_LOOKS),
      })
    }
    known = next
    return next
  }
}
