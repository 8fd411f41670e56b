// Who wakes threads whose wait has no owner (condition variables, semaphores, queues of a runtime): counted by the kernel's
// program for those that are shown, which runs only while there are some. A waker is not an owner: of several it may be
// the last of a convoy, so its share of the wake-ups is said.
import type { Waker } from '../../../model/waits/wait-types.ts'
import type { BpfObject } from '../../native/object.ts'
import { difference } from '../../native/per-cpu.ts'

const PROGRAM = 'wakes_up'
const MOST_WATCHED = 256
const READINGS = 10
const WORD_BITS = 64

interface Woken {
  pid: number
  comm: string
  /** Of the last readings, oldest first. */
  counts: number[]
}

export interface Wakers {
  /** Ends an interval: what was counted in it is known from now on. Gives the wake-ups that found no room. */
  read(): number
  /** Most often first. */
  of(tid: number): readonly Waker[] | undefined
  /** Those that were looked at. */
  watched(): readonly number[]
  /** Whom to look at in the next interval. */
  watch(tids: readonly number[]): void
  /** Whether the kernel's program may run. */
  allow(on: boolean): void
}

export const openWakers = (object: BpfObject, isAbsent: boolean): Wakers => {
  const map = object.map('watched')
  const wakes = object.map('wakes')
  const lostMap = object.map('.data.unwatched')
  const wake = object.record('wake')
  const woken = object.record('woken')
  const at = {
    tid: wake.number('tid'),
    waker: wake.number('waker'),
    count: woken.number('count'),
    pid: woken.number('pid'),
    comm: woken.text('comm'),
  }
  let words = new Map<number, bigint>()
  let known = new Map<number, Map<number, Woken>>()
  let allowed = !isAbsent
  let isAttached = false
  const lost = difference()

  const attach = (on: boolean): void => {
    if (on === isAttached) return
    if (on) object.attach([PROGRAM])
    else object.detach([PROGRAM])
    isAttached = on
  }

  const tell = (next: Map<number, bigint>): void => {
    const key = Buffer.alloc(4)
    const value = Buffer.alloc(8)
    for (const word of new Set([...words.keys(), ...next.keys()])) {
      if (word >= map.maxEntries || words.get(word) === next.get(word)) continue
      key.writeUInt32LE(word, 0)
      value.writeBigUInt64LE(next.get(word) ?? 0n, 0)
      map.update(key, value)
    }
    words = next
  }

  return {
    read() {
      if (!isAttached) return 0
      for (const wakers of known.values())
        for (const [tid, { counts }] of wakers) {
          counts.push(0)
          if (counts.length > READINGS) counts.shift()
          if (counts.every((count) => count === 0)) wakers.delete(tid)
        }
      const { count, keys, values } = wakes.drain()
      for (let index = 0; index < count; index++) {
        const key = index * wake.size
        const value = index * woken.size
        const wakers = known.get(at.tid(keys, key))
        if (!wakers) continue
        const tid = at.waker(keys, key)
        const one = wakers.get(tid) ?? { pid: at.pid(values, value), comm: at.comm(values, value), counts: [0] }
        one.counts[one.counts.length - 1]! += at.count(values, value)
        wakers.set(tid, one)
      }
      return lost(Number(lostMap.lookup(Buffer.alloc(4))?.readBigUInt64LE(0) ?? 0n))
    },
    of(tid) {
      const wakers = known.get(tid)
      if (!wakers || wakers.size === 0) return undefined
      const counted = [...wakers].map(([waker, { pid, comm, counts }]) => ({
        tid: waker,
        pid,
        comm: waker === 0 ? 'interrupts' : comm,
        count: counts.reduce((sum, each) => sum + each, 0),
      }))
      const all = counted.reduce((sum, each) => sum + each.count, 0)
      return all === 0
        ? undefined
        : counted.sort((a, b) => b.count - a.count).map((each) => ({ share: each.count / all, ...each }))
    },
    watched: () => [...known.keys()],
    watch(tids) {
      const next = new Map<number, bigint>()
      const wanted = allowed ? tids.slice(0, MOST_WATCHED) : []
      for (const tid of wanted) {
        const word = Math.floor(tid / WORD_BITS)
        next.set(word, (next.get(word) ?? 0n) | (1n << BigInt(tid % WORD_BITS)))
      }
      tell(next)
      known = new Map(wanted.map((tid) => [tid, known.get(tid) ?? new Map<number, Woken>()]))
      attach(wanted.length > 0)
    },
    allow(on) {
      allowed = on && !isAbsent
      if (!allowed) attach(false)
    },
  }
}
