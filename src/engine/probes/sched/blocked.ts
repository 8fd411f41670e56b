// What threads are blocked in, from looking at all of them at some instants: part of the instants is part of the time.
import type { BlockedCall, SchedProc } from '../../../stream/sched.ts'
import { blockedIn } from '../../native/blocked-in.ts'
import type { BpfObject } from '../../native/object.ts'
import { STATE } from '../../native/states.ts'

/** Between two looks, at least and on average; and of the time, at most. */
const LEAST_MS = 50
const AVERAGE_MS = 100
const MOST_SHARE = 0.02
/** Of a process; the rest is added up. */
const MOST_CALLS = 8
const CALL_DISK = 0x20000

export type BlockedTimes = Pick<
  SchedProc,
  'sleepNs' | 'diskNs' | 'preemptedNs' | 'throttledNs' | 'stoppedNs' | 'tracedNs' | 'frozenNs' | 'calls'
>

export interface BlockedReader {
  /** Ends the interval; by process. */
  take(intervalNs: number): Map<number, BlockedTimes>
  close(): void
}

const TIMES: Readonly<Record<number, Exclude<keyof BlockedTimes, 'calls'>>> = {
  [STATE.sleep]: 'sleepNs',
  [STATE.disk]: 'diskNs',
  [STATE.preempted]: 'preemptedNs',
  [STATE.throttled]: 'throttledNs',
  [STATE.stopped]: 'stoppedNs',
  [STATE.traced]: 'tracedNs',
  [STATE.frozen]: 'frozenNs',
}

/** Threads found, by state and call; of one process. */
type Found = Map<number, number>
const STATE_SHIFT = 2 ** 32

export const blockedSums = (object: BpfObject, random: () => number = Math.random): BlockedReader => {
  const record = object.record('blocked')
  const at = { tgid: record.number('tgid'), state: record.number('state'), call: record.number('call') }
  let found = new Map<number, Found>()
  let looks = 0
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    const bytes = object.iterate('read_blocked')
    for (let from = 0; from + record.size <= bytes.length; from += record.size) {
      const pid = at.tgid(bytes, from)
      const what = at.state(bytes, from) * STATE_SHIFT + at.call(bytes, from)
      let of = found.get(pid)
      if (!of) found.set(pid, (of = new Map()))
      of.set(what, (of.get(what) ?? 0) + 1)
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
    const pause = LEAST_MS + random() * 2 * (AVERAGE_MS - LEAST_MS)
    timer = setTimeout(lookAgain, Math.max(pause, took / MOST_SHARE))
  }
  timer = setTimeout(lookAgain, random() * AVERAGE_MS)

  return {
    take(intervalNs) {
      if (looks === 0) look()
      const each = intervalNs / looks
      const times = new Map([...found].map(([pid, of]) => [pid, timesOf(of, each)]))
      found = new Map()
      looks = 0
      return times
    },
    close: () => clearTimeout(timer),
  }
}

/** `each`: ns that a thread found at one look stands for. */
export const timesOf = (found: Found, each: number): BlockedTimes => {
  const times: BlockedTimes = { sleepNs: 0, diskNs: 0, preemptedNs: 0, calls: [] }
  const calls: BlockedCall[] = []
  for (const [what, threads] of found) {
    const state = Math.floor(what / STATE_SHIFT)
    const field = TIMES[state]
    if (!field) continue
    const ns = Math.round(threads * each)
    times[field] = (times[field] ?? 0) + ns
    if (state === STATE.sleep || state === STATE.disk)
      calls.push({ ...blockedIn((what % STATE_SHIFT) + (state === STATE.disk ? CALL_DISK : 0)), ns })
  }
  calls.sort((a, b) => b.ns - a.ns)
  const rest = calls.slice(MOST_CALLS).reduce((sum, { ns }) => sum + ns, 0)
  times.calls = [...calls.slice(0, MOST_CALLS), ...(rest > 0 ? [{ call: 'other', state: 'S' as const, ns: rest }] : [])]
  return times
}
