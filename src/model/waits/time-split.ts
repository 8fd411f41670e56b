// Where all of a process's time goes: the scheduler's sums, which are exact and add up to what its threads lived, with
// time blocked told apart by call; and where a call may wait for several things (read() for a disk, a pipe or a peer),
// in the proportions in which its threads were found waiting for these at the ends of intervals. Pure.
import type { SchedProc } from '../../stream/sched.ts'
import { columnAt, type TablesData } from '../../stream/tables.ts'
import { TIME_CLASSES, usualClass, type TimeClass } from './classes.ts'

/** How often threads of each process were found in each class, by call and state. */
export type Seen = ReadonlyMap<string, ReadonlyMap<TimeClass, number>>

export interface TimeSplit {
  /** Adds up to `totalNs`. */
  ns: Readonly<Record<TimeClass, number>>
  totalNs: number
  /** Of that in classes that were told by what was seen at ends of intervals. */
  sampledNs: number
}

const isClass = (value: unknown): value is TimeClass => (TIME_CLASSES as readonly unknown[]).includes(value)

const keyOf = (call: string, state: string): string => `${call} ${state === 'D' ? 'D' : 'S'}`

/** What one sample of waits saw of a process. */
export const seenIn = ({ tables }: TablesData, pid: number): Seen => {
  const table = tables.chains
  const seen = new Map<string, Map<TimeClass, number>>()
  if (!table) return seen
  const [pidAt, callAt, stateAt, classAt] = ['pid', 'call', 'state', 'class'].map((id) => columnAt(table, id)) as [
    number,
    number,
    number,
    number,
  ]
  for (const row of table.rows) {
    const found = row[classAt]
    if (row[pidAt] !== pid || !isClass(found) || (row[stateAt] !== '.' && row[stateAt] !== 'D')) continue
    const key = keyOf(String(row[callAt]), String(row[stateAt]))
    const counts = seen.get(key) ?? new Map<TimeClass, number>()
    counts.set(found, (counts.get(found) ?? 0) + 1)
    seen.set(key, counts)
  }
  return seen
}

export const mergeSeen = (all: readonly Seen[]): Seen => {
  const merged = new Map<string, Map<TimeClass, number>>()
  for (const seen of all)
    for (const [key, counts] of seen) {
      const into = merged.get(key) ?? new Map<TimeClass, number>()
      for (const [each, count] of counts) into.set(each, (into.get(each) ?? 0) + count)
      merged.set(key, into)
    }
  return merged
}

/** Undefined where threads are not followed (only counted), so that it is not known what they were blocked in. */
export const timeSplit = (proc: SchedProc, seen: Seen): TimeSplit | undefined => {
  const { onCpuNs, waitNs, sleepNs, diskNs, throttledNs = 0, stoppedNs = 0, tracedNs = 0, frozenNs = 0 } = proc
  if (sleepNs === undefined || diskNs === undefined) return undefined
  const ns = Object.fromEntries(TIME_CLASSES.map((each) => [each, 0])) as Record<TimeClass, number>
  ns.cpu = onCpuNs
  ns.runq = waitNs
  ns.throttled = throttledNs
  const heldNs = stoppedNs + tracedNs + frozenNs
  ns.stopped = heldNs
  let sampledNs = 0
  const left = { S: sleepNs, D: diskNs }
  for (const { call, state, ns: callNs } of proc.calls) {
    // a call that crosses the end of an interval is split by state first: never more than the state has
    const blocked = Math.min(callNs, left[state])
    left[state] -= blocked
    const counts = seen.get(keyOf(call, state))
    if (!counts) {
      ns[usualClass(call, state)] += blocked
      continue
    }
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    for (const [each, count] of counts) ns[each] += (blocked * count) / all
    sampledNs += blocked
  }
  ns.other += left.S + left.D
  const totalNs = onCpuNs + waitNs + throttledNs + heldNs + sleepNs + diskNs
  return { ns, totalNs, sampledNs }
}
