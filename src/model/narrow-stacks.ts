// What is left of an interval when only stacks through certain frames count: which they are, who has them, and how long
// each process and thread was in them. Processes are told apart exactly, threads by their name: where several of one
// process share it they are one row.
import { group } from 'd3-array'
import type { Stack, StackMode, StacksData, StackState, ThreadStack } from '../stream/stack-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { BlockedCall, FollowedProc, SchedThread } from '../stream/sched-types.ts'
import type { TablesData } from '../stream/tables.ts'
import { emptyHist } from './base/histogram.ts'
import { schedOf } from './sched.ts'
import { schedTables } from './sched-tables.ts'
import { frameOf, selectionLabel, type StackSelection } from './selection.ts'
import { keyOf, pathOf, type PathFrame } from './stack-paths.ts'

type StateTimes = Record<StackState, number>

export interface StackTimes {
  procs: Map<number, { comm: string; ns: StateTimes }>
  /** By threadKey(): the thread itself where it is known, else those of its name. */
  threads: Map<string, StateTimes>
  /** Threads themselves are known. */
  exact: boolean
}

export const passesThrough = (
  selection: StackSelection,
  frames: readonly PathFrame[],
  nameOf: (pid: number) => string | undefined,
): ((stack: Stack | ThreadStack) => boolean) => {
  const keys = frames.map(keyOf)
  if (selection.is === 'function') {
    const wanted = keyOf(selection.frame)
    const indexes = new Set(keys.flatMap((key, index) => (key === wanted ? [index] : [])))
    const has = (index: number): boolean => indexes.has(index)
    return (stack) => indexes.size > 0 && (stack.kernel.some(has) || stack.user.some(has))
  }
  const keyed = frames.map((frame, index) => ({ key: keys[index]!, ...frame }))
  const wanted = selection.frames.map(keyOf)
  return (stack) => {
    const path: (PathFrame & { key?: string })[] = pathOf(stack, keyed, { ...selection, nameOf })
    return (
      path.length >= wanted.length && wanted.every((key, index) => (path[index]!.key ?? keyOf(path[index]!)) === key)
    )
  }
}

/** Of threads as they are now: the part of the interval they have been there. */
export const stackTimes = ({ stacks, threads }: StacksData, intervalMs: number): StackTimes => {
  const times: StackTimes = { procs: new Map(), threads: new Map(), exact: threads !== undefined }
  const add = (pid: number, comm: string, thread: string, state: StackState, ns: number): void => {
    let proc = times.procs.get(pid)
    if (!proc) times.procs.set(pid, (proc = { comm, ns: noTimes() }))
    let own = times.threads.get(thread)
    if (!own) times.threads.set(thread, (own = noTimes()))
    proc.ns[state] += ns
    own[state] += ns
  }
  for (const { pid, comm, state, ns } of stacks) add(pid, comm, byName(pid, comm), state, ns)
  for (const { pid, tid, comm, state, forNs = Infinity } of threads ?? []) {
    add(pid, comm, String(tid), state, state === 'cpu' ? 0 : Math.min(forNs, intervalMs * 1e6))
  }
  return times
}

/** Whose samples say nothing but how long each was in the stacks selected. */
export const hasTimesInStacks = (probe: ProbeId): boolean => probe === 'sched'

/** What is then told of the rows of a table. */
export const timesInStacks = (table: string, mode: StackMode): readonly string[] =>
  table !== 'procs' && table !== 'threads' ? [] : mode === 'oncpu' ? ['onCpuNs'] : TIMES

const TIMES = [
  'onCpuNs',
  'sleepNs',
  'uninterruptibleNs',
  'preemptedNs',
  'waitNs',
  'throttledNs',
  'stoppedNs',
  'tracedNs',
  'frozenNs',
]

/** Processes and threads with nothing but their time in these stacks. Without times nobody is known to be in them. */
export const schedInStacks = (
  data: TablesData,
  selection: StackSelection,
  times: StackTimes | undefined,
): TablesData => {
  const { procs, target } = schedOf(data)
  const call = frameOf(selection)?.name ?? selectionLabel(selection)
  const known = new Map(procs.map((proc) => [proc.pid, proc]))
  return schedTables({
    ...NO_LATENCY,
    procs: [...(times?.procs ?? [])].map(([pid, { comm, ns }]) => ({
      pid,
      comm,
      threads: 0,
      ...known.get(pid),
      ...sums(ns, call),
    })),
    ...(target
      ? {
          target: {
            ...target,
            ...NO_LATENCY,
            ...(target.threads ? { threads: times ? threadsIn(target.threads, times, call) : [] } : {}),
          },
        }
      : {}),
  })
}

const threadsIn = (
  threads: readonly SchedThread[],
  { threads: times, exact }: StackTimes,
  call: string,
): SchedThread[] => {
  const groups = group(threads, (thread) => (exact ? String(thread.tid) : byName(thread.pid, thread.comm)))
  return [...groups].flatMap(([key, members]) => {
    const ns = times.get(key)
    const [first] = members
    if (!ns || !first) return []
    // Below zero: nobody's number
    const row =
      members.length === 1
        ? first
        : {
            pid: first.pid,
            comm: `${first.comm} (${members.length} threads)`,
            tid: -Math.min(...members.map(({ tid }) => tid)),
          }
    return [{ ...row, ...sums(ns, call) }]
  })
}

const sums = (ns: StateTimes, call: string): Omit<FollowedProc, 'pid' | 'comm' | 'threads'> => ({
  onCpuNs: ns.cpu,
  sleepNs: ns.S,
  uninterruptibleNs: ns.D,
  preemptedNs: ns.R,
  waitNs: ns.R,
  throttledNs: ns.Q,
  stoppedNs: ns.T,
  tracedNs: ns.t,
  frozenNs: ns.F,
  waits: 0,
  waitMaxNs: 0,
  switches: 0,
  calls: (['S', 'D'] as const)
    .filter((state) => ns[state] > 0)
    .map((state): BlockedCall => ({ call, state, ns: ns[state] })),
})

const byName = (pid: number, comm: string): string => `${pid} ${comm}`

const noTimes = (): StateTimes => ({ R: 0, Q: 0, S: 0, D: 0, T: 0, t: 0, F: 0, cpu: 0 })

const NO_LATENCY = { runq: emptyHist(), sleep: emptyHist(), disk: emptyHist(), preempted: emptyHist() }
