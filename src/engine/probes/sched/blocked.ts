// What threads are blocked in, from looking at all of them at some instants: part of the instants is part of the time.
import type { SchedProc } from '../../../stream/sched-types.ts'
import { blockingCalls } from '../../native/blocked-in.ts'
import type { BpfObject } from '../../native/object.ts'
import { statesIn } from '../../native/states.ts'
import { byNumber, type Types } from '../../native/btf-types.ts'
import { RARE_TIMES } from './record-layout.ts'

/** Between two looks, at least and on average; and of the time, at most. */
const LEAST_MS = 50
const AVERAGE_MS = 100
const MOST_SHARE = 0.02

export type BlockedTimes = Pick<
  SchedProc,
  'sleepNs' | 'uninterruptibleNs' | 'preemptedNs' | 'throttledNs' | 'stoppedNs' | 'tracedNs' | 'frozenNs' | 'calls'
>

/** Of one that was not found blocked. */
export const NOT_BLOCKED: BlockedTimes = { sleepNs: 0, uninterruptibleNs: 0, preemptedNs: 0, calls: [] }

interface BlockedReader {
  /** Ends the interval: by process, and of selected threads by thread. */
  take(intervalNs: number): { procs: Map<number, BlockedTimes>; threads: Map<number, BlockedTimes> }
  close(): void
}

/** Threads found, by state and call; of one process or thread. */
type Found = Map<number, number>
const STATE_SHIFT = 2 ** 32

export const blockedSums = (object: BpfObject): BlockedReader => {
  const record = object.record('blocked')
  const timesOf = foundTimes(object)
  const at = {
    tgid: record.number('tgid'),
    state: record.number('state'),
    call: record.number('call'),
    tid: record.number('tid'),
  }
  let found = new Map<number, Found>()
  let threads = new Map<number, Found>()
  let looks = 0
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    const bytes = object.iterate('read_blocked')
    for (let from = 0; from + record.size <= bytes.length; from += record.size) {
      const pid = at.tgid(bytes, from)
      const what = at.state(bytes, from) * STATE_SHIFT + at.call(bytes, from)
      note(found, pid, what)
      const tid = at.tid(bytes, from)
      if (tid) note(threads, tid, what)
    }
    looks++
  }
  const lookAgain = (): void => {
    const before = performance.now()
    try {
      look()
    } catch {
      // fails once more at the end of the interval, where it is heard
    }
    const took = performance.now() - before
    const pause = LEAST_MS + Math.random() * 2 * (AVERAGE_MS - LEAST_MS)
    timer = setTimeout(lookAgain, Math.max(pause, took / MOST_SHARE))
  }
  timer = setTimeout(lookAgain, Math.random() * AVERAGE_MS)

  return {
    take(intervalNs) {
      if (looks === 0) look()
      const each = intervalNs / looks
      const timesIn = (all: ReadonlyMap<number, Found>): Map<number, BlockedTimes> =>
        new Map([...all].map(([whose, of]) => [whose, timesOf(of, each)]))
      const times = { procs: timesIn(found), threads: timesIn(threads) }
      found = new Map()
      threads = new Map()
      looks = 0
      return times
    },
    close: () => clearTimeout(timer),
  }
}

const note = (found: Map<number, Found>, whose: number, what: number): void => {
  let of = found.get(whose)
  if (!of) found.set(whose, (of = new Map()))
  of.set(what, (of.get(what) ?? 0) + 1)
}

/** `each`: ns that a thread found at one look stands for. Exported for its test. */
export const foundTimes = (types: Types): ((found: Found, each: number) => BlockedTimes) => {
  const states = statesIn(types)
  const calls = blockingCalls(types)
  const fields = byNumber<keyof typeof states, Exclude<keyof BlockedTimes, 'calls'>>(states, {
    ...RARE_TIMES,
    sleep: 'sleepNs',
    disk: 'uninterruptibleNs',
    preempted: 'preemptedNs',
  })
  return (found, each) => {
    const times = { ...NOT_BLOCKED }
    const byKey: [key: number, ns: number][] = []
    for (const [what, threads] of found) {
      const state = Math.floor(what / STATE_SHIFT)
      const field = fields[state]
      if (!field) continue
      const ns = Math.round(threads * each)
      times[field] = (times[field] ?? 0) + ns
      const call = what % STATE_SHIFT
      if (state === states.sleep) byKey.push([call, ns])
      if (state === states.disk) byKey.push([call | calls.disk, ns])
    }
    return { ...times, calls: calls.sorted(byKey) }
  }
}
