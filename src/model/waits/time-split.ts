// Where all of a process's time goes: the scheduler's sums, which are exact and add up to what its threads lived, with
// time blocked told apart by call; and where a call may wait for several things (read() for a disk, a pipe or a peer),
// in the proportions in which its threads were found waiting for these at the ends of intervals. Pure.
import type { BlockedCall, SchedProc } from '../../stream/sched-types.ts'
import { ruledClass, type ClassRule } from './class-rules.ts'
import { usualClass } from './classes.ts'
import { TIME_CLASSES, type TimeClass } from '../../stream/time-classes.ts'
import { keyOfCall, type Seen, type SeenWait } from './seen-waits.ts'

export type ClassTimes = Record<TimeClass, number>

export interface TimeSplit {
  /** Adds up to `totalNs`. */
  ns: Readonly<ClassTimes>
  totalNs: number
  /** Of that in classes that were told by what was seen at ends of intervals. */
  sampledNs: number
}

/** Whose time it is: of a process, a thread, all threads of a name. */
type Times = Omit<SchedProc, 'pid' | 'threads' | 'calls'> & { calls: readonly BlockedCall[] }

export const noTimes = (): ClassTimes => Object.fromEntries(TIME_CLASSES.map((each) => [each, 0])) as ClassTimes

/** Undefined where threads are not followed (only counted), so that it is not known what they were blocked in. */
export const timeSplit = (of: Times, seen: Seen, rules: readonly ClassRule[] = []): TimeSplit | undefined => {
  const { onCpuNs, userNs, stolenNs = 0, waitNs, sleepNs, uninterruptibleNs } = of
  const { throttledNs = 0, stoppedNs = 0, tracedNs = 0, frozenNs = 0 } = of
  if (sleepNs === undefined || uninterruptibleNs === undefined) return undefined
  const ns = noTimes()
  if (userNs === undefined) ns.cpu = onCpuNs
  else {
    ns.user = userNs
    ns.stolen = stolenNs
    ns.system = Math.max(0, onCpuNs - userNs - stolenNs)
  }
  ns.runq = waitNs
  ns.throttled = throttledNs
  const heldNs = stoppedNs + tracedNs + frozenNs
  ns.stopped = heldNs
  let sampledNs = 0
  const left = { S: sleepNs, D: uninterruptibleNs }
  for (const { call, state, ns: callNs } of of.calls) {
    // a call that crosses the end of an interval is split by state first: never more than the state has
    const blocked = Math.min(callNs, left[state])
    left[state] -= blocked
    const facts = { call, state, name: of.comm }
    const waits = seen.get(keyOfCall(call, state))
    const ruled = ruledClass(rules, facts)
    if (!waits || (ruled && !ruled.bySample)) {
      ns[ruled?.class ?? usualClass(call, state)] += blocked
      continue
    }
    const all = waits.reduce((sum, { threads }) => sum + threads, 0)
    for (const wait of waits) ns[classOf(rules, wait, facts)] += (blocked * wait.threads) / all
    sampledNs += blocked
  }
  ns.other += left.S + left.D
  const totalNs = onCpuNs + waitNs + throttledNs + heldNs + sleepNs + uninterruptibleNs
  return { ns, totalNs, sampledNs }
}

const classOf = (
  rules: readonly ClassRule[],
  { functions, class: ours }: SeenWait,
  facts: { call: string; state: 'S' | 'D'; name: string },
): TimeClass => ruledClass(rules, { ...facts, functions })?.class ?? ours

/** Of several, each of which adds up. */
export const sumOfSplits = (splits: Iterable<TimeSplit | undefined>): TimeSplit | undefined => {
  const sum = { ns: noTimes(), totalNs: 0, sampledNs: 0 }
  let count = 0
  for (const split of splits) {
    if (!split) continue
    count++
    for (const each of TIME_CLASSES) sum.ns[each] += split.ns[each]
    sum.totalNs += split.totalNs
    sum.sampledNs += split.sampledNs
  }
  return count > 0 ? sum : undefined
}
