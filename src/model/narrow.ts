// A store seen through selections: the same reads, of samples that hold only what belongs to them. So every panel
// answers for a selection without knowing of it, live, frozen and in a recording alike. What cannot be told apart is
// left empty, never shown of the whole machine instead; app/narrowing.ts says why.
import type { Stack, StacksData, ThreadStack } from '../stream/stacks.ts'
import type { AnySample, DescribedSample, OwnSample, Sample, SchedData, SchedProc } from '../stream/types.ts'
import { isDescribed, isOwnProbe } from '../stream/types.ts'
import { emptyHist } from './histogram.ts'
import { directoryOf, membership, type Directory } from './directory.ts'
import { createMemo } from './memo.ts'
import { passesThrough, schedInStacks, stackTimes, type StackTimes } from './narrow-stacks.ts'
import {
  isOfStacks,
  sameStart,
  sameTarget,
  selectionKey,
  startOf,
  startsOf,
  targetOf,
  type Selection,
} from './selection.ts'
import type { Store } from './store.ts'
import { narrowTables, pidsWith, type Step } from './tables/narrow.ts'
import { sizeOf } from './thin.ts'

export const narrowStore = (store: Store, path: readonly Selection[]): Store => {
  if (path.length === 0) return store
  // Whose stacks count is told by all the others
  const selections = [...path.filter((each) => !isOfStacks(each)), ...path.filter(isOfStacks)]
  const narrowed = (sample: Sample): Sample =>
    selections.reduce((kept, _, index) => narrowedOnce(store, kept as AnySample, selections, index), sample)
  return {
    ...store,
    whole: store,
    samples: (probe, count, atMs) =>
      store.samples(probe, count, atMs).map((sample) => narrowed(sample) as typeof sample),
    latest: (probe, atMs) => {
      const sample = store.latest(probe, atMs)
      return sample && (narrowed(sample) as typeof sample)
    },
    hasRows: (sample) => store.hasRows(originals.get(sample) ?? sample),
  }
}

/** Its histograms are empty because they could not be told apart, not because nothing happened. */
export const lacksLatency = (sample: object): boolean => unmeasured.has(sample)

/** Nobody collected stacks in its interval. */
export const lacksStacks = (sample: object): boolean => withoutStacks.has(sample)

/** A sample never changes, so what is left of it is made once. Beside the store's own budget. */
const remembered = createMemo(2_000_000, sizeOf)
const originals = new WeakMap<object, AnySample>()
const unmeasured = new WeakSet<object>()
const withoutStacks = new WeakSet<object>()

const narrowedOnce = (store: Store, sample: AnySample, path: readonly Selection[], index: number): AnySample => {
  const last = path[index]!
  const source = isOfStacks(last) ? inStacks(store, sample, path, index) : membersOf(store, last, sample)
  const step = { own: hasOwn(sample, path), isLast: index === path.length - 1 }
  if (isDescribed(sample)) return narrowedTables(store, sample, last, source, path.slice(index), step)
  const key = [
    source?.key,
    ...path.slice(index).flatMap((each) => [selectionKey(each), ...startsOf(each).values()]),
  ].join('\0')
  return remembered(key, sample, () => {
    const fresh: OwnSample = narrow(sample, last, source?.find(), step)
    if (unmeasured.has(sample) || !isMeasured(fresh, last)) unmeasured.add(fresh)
    if (withoutStacks.has(sample) || source?.key === UNKNOWN) withoutStacks.add(fresh)
    originals.set(fresh, originals.get(sample) ?? sample)
    return fresh
  })
}

/** By the dimensions of its spec. */
const narrowedTables = (
  store: Store,
  sample: DescribedSample,
  selection: Selection,
  source: Source | undefined,
  path: readonly Selection[],
  step: Step,
): DescribedSample => {
  const key = [source?.key, ...path.flatMap((each) => [selectionKey(each), ...startsOf(each).values()])].join('\0')
  return remembered(key, sample, () => {
    const members = source?.find()
    const { data, measured } = narrowTables(sample.data, store.spec(sample.probe), selection, members?.pids, step)
    const fresh: DescribedSample = { ...sample, data }
    if (unmeasured.has(sample) || !measured) unmeasured.add(fresh)
    if (withoutStacks.has(sample) || source?.key === UNKNOWN) withoutStacks.add(fresh)
    originals.set(fresh, originals.get(sample) ?? sample)
    return fresh
  }) as DescribedSample
}

/** Where the processes are found that a selection stands for, if the sample itself does not tell. Every frame asks for
 * the key of every sample; who they are is found only for one that is narrowed for the first time. */
interface Source {
  /** Of the sample they come from: the same members have the same key. */
  key: string
  find(): Members
}

interface Members {
  pids: ReadonlySet<number>
  /** How long each was in the stacks selected. */
  times?: StackTimes
  /** Names of processes at that instant. */
  names?: ReadonlyMap<number, string>
}

const UNKNOWN = 'no stacks'

/** Who has such stacks, by the stacks of the same interval. */
const inStacks = (store: Store, sample: AnySample, path: readonly Selection[], index: number): Source => {
  if (sample.probe === 'stacks') {
    const directory = directoryOf(store, sample.atMs)
    return {
      key: directory.key,
      find: () => ({ pids: new Set(), names: new Map([...directory.all()].map(({ pid, comm }) => [pid, comm])) }),
    }
  }
  const stacks = stacksOfTick(store, sample)
  if (!stacks) return { key: UNKNOWN, find: () => ({ pids: new Set() }) }
  return {
    key: String(stacks.atMs),
    find: () => {
      const kept = path
        .slice(0, index + 1)
        .reduce<AnySample>((narrowed, _, at) => narrowedOnce(store, narrowed, path, at), stacks)
      const times = stackTimes(kept.data as StacksData, sample.intervalMs)
      return { pids: new Set(times.procs.keys()), times }
    },
  }
}

/** The newest may still be on its way: until then those before it stand for it. */
const stacksOfTick = (store: Store, { atMs, intervalMs }: AnySample): Sample<'stacks'> | undefined => {
  const stacks = store.latest('stacks', atMs)
  if (!stacks || !store.hasRows(stacks)) return undefined
  const isDue =
    store.ticks().at(-1) === atMs &&
    stacks.atMs >= atMs - 1.5 * intervalMs &&
    store.status('stacks', atMs).is === 'live'
  return stacks.atMs === atMs || isDue ? stacks : undefined
}

const membersOf = (store: Store, selection: Selection, { probe, atMs }: AnySample): Source | undefined => {
  if (probe !== 'sched' && (startOf(selection) !== undefined || (selection.is === 'pids' && selection.startsMs)))
    return unlessAnother(directoryOf(store, atMs), selection)
  const fits = membership(selection)
  // Rows of our own probes have the names of processes; a stack has its thread's
  if (fits && (selection.is !== 'comm' || probe === 'stacks' || !isOwnProbe(probe))) {
    const directory = directoryOf(store, atMs)
    return {
      key: directory.key,
      find: () => ({ pids: new Set([...directory.all()].filter(fits).map(({ pid }) => pid)) }),
    }
  }
  if (selection.is === 'peer' || selection.is === 'port') {
    const tcp = store.latest('tcp', atMs)
    return {
      key: String(tcp?.atMs),
      find: () => ({ pids: tcp ? pidsWith(tcp.data, store.spec('tcp'), selection) : new Set() }),
    }
  }
  return undefined
}

/** Nobody in an interval in which another process had the number. */
const unlessAnother = (directory: Directory, selection: Selection): Source => ({
  key: directory.key,
  find: () => {
    const isOther = (pid: number, startedMs: number | undefined): boolean => {
      const entries = directory.of(pid)
      return entries.length > 0 && !entries.some((entry) => sameStart(entry.startedMs, startedMs))
    }
    return {
      pids: new Set(
        [...startsOf(selection)].filter(([pid, startedMs]) => !isOther(pid, startedMs)).map(([pid]) => pid),
      ),
    }
  },
})

type Mine = (row: { pid: number; comm: string; startedMs?: number }) => boolean

const narrow = (sample: OwnSample, selection: Selection, members: Members | undefined, step: Step): OwnSample => {
  const mine = mineOf(selection, members)
  switch (sample.probe) {
    case 'sched':
      return {
        ...sample,
        data: isOfStacks(selection)
          ? schedInStacks(sample.data, selection, members?.times)
          : schedOf(sample.data, selection, mine, step),
      }
    case 'stacks':
      return { ...sample, data: stacksOf(sample.data, selection, mine, members, step) }
  }
}

const NOBODY: Mine = () => false

/** Its target began within the interval: its threads are of all of it, its histograms are not. */
const isPartial = ({ data }: AnySample): boolean =>
  'target' in data && data.target !== undefined && 'partial' in data.target && data.target.partial === true

/** The kernel was narrowed to the selections while this sample was taken; to a CPU it never is. */
const hasOwn = (sample: AnySample, path: readonly Selection[]): boolean =>
  !path.some(({ is }) => is === 'cpu') &&
  sameTarget(
    'of' in sample.data ? sample.data.of : 'target' in sample.data ? sample.data.target?.of : undefined,
    targetOf(path),
  )

const isMeasured = (sample: OwnSample, selection: Selection): boolean => {
  if (selection.is === 'disk') return false
  if (selection.is === 'cpu') return sample.probe === 'sched' && sample.data.cpus !== undefined
  if (selection.is === 'syscall') return false
  if (isOfStacks(selection)) return false
  return 'target' in sample.data && !isPartial(sample)
}

/** Rows of whom are kept. Calls are told apart by the rows themselves, disks and CPUs by nothing that has a process. */
const mineOf = (selection: Selection, members: Members | undefined): Mine => {
  switch (selection.is) {
    case 'process':
    case 'thread':
      return (row) =>
        row.pid === selection.pid &&
        (members?.pids.has(row.pid) ?? true) &&
        sameStart(row.startedMs, selection.startedMs)
    case 'pids':
      return (row) =>
        selection.pids.includes(row.pid) &&
        (members?.pids.has(row.pid) ?? true) &&
        sameStart(row.startedMs, selection.startsMs?.[row.pid])
    case 'comm':
      return (row) => row.comm === selection.comm
    case 'syscall':
      return () => true
    case 'disk':
    case 'cpu':
      return NOBODY
    default:
      return members ? (row) => row.pid > 0 && members.pids.has(row.pid) : NOBODY
  }
}

const isAboutProcesses = (selection: Selection): boolean =>
  ['process', 'thread', 'comm', 'cgroup', 'user', 'pids'].includes(selection.is)

const schedOf = (data: SchedData, selection: Selection, mine: Mine, { own, isLast }: Step): SchedData => {
  if (selection.is === 'cpu') return schedOfCpu(data, selection.cpu)
  const target = own && !data.target?.partial ? data.target : undefined
  const hists =
    selection.is !== 'syscall' && target
      ? {
          runq: target.runq,
          sleep: target.sleep,
          disk: target.disk,
          preempted: target.preempted,
          throttled: target.throttled,
        }
      : { runq: emptyHist(), sleep: emptyHist(), disk: emptyHist(), preempted: emptyHist() }
  const procs = selection.is === 'thread' ? threadAsProc(data, selection.tid) : data.procs.filter(mine)
  return {
    ...hists,
    procs: selection.is === 'syscall' ? procs.flatMap((proc) => blockedOnly(proc, selection.name)) : procs,
    ...quotasOf(data, procs),
    ...ioLimitsOf(data, procs),
    ...(data.target && (own || !isLast) ? { target: data.target } : {}),
  }
}

/** Those by which the processes left were throttled. */
const quotasOf = ({ quotas }: SchedData, procs: readonly SchedProc[]): Pick<SchedData, 'quotas'> =>
  quotas ? { quotas: quotas.filter(({ cgroup }) => procs.some(({ quota }) => quota === cgroup)) } : {}

/** Those by which the processes left were held, with all their threads. */
const ioLimitsOf = ({ ioLimits }: SchedData, procs: readonly SchedProc[]): Pick<SchedData, 'ioLimits'> =>
  ioLimits ? { ioLimits: ioLimits.filter(({ cgroup }) => procs.some(({ heldIo }) => heldIo?.cgroup === cgroup)) } : {}

/** Its waits; who waited there is not known. */
const schedOfCpu = ({ cpus }: SchedData, cpu: number): SchedData => {
  const found = cpus?.filter((each) => each.cpu === cpu)
  return {
    runq: found?.[0]?.runq ?? emptyHist(),
    sleep: emptyHist(),
    disk: emptyHist(),
    preempted: emptyHist(),
    procs: [],
    ...(found ? { cpus: found } : {}),
  }
}

/** A thread in the place of its process; nothing where the kernel was not asked for threads. */
const threadAsProc = ({ target, procs }: SchedData, tid: number): SchedProc[] => {
  const thread = target?.threads?.find((each) => each.tid === tid)
  if (!thread) return []
  const { tid: _, state: __, ...sums } = thread
  const proc = procs.find(({ pid }) => pid === thread.pid)
  return [{ ...sums, threads: 1, cgroup: proc?.cgroup, quota: thread.throttledNs ? proc?.quota : undefined }]
}

/** What is left of a process when only the time blocked in one call counts. */
const blockedOnly = (proc: SchedProc, name: string): SchedProc[] => {
  const calls = proc.calls.filter(({ call }) => call === name)
  const time = (state: string): number =>
    calls.filter((call) => call.state === state).reduce((sum, { ns }) => sum + ns, 0)
  return calls.length === 0
    ? []
    : [
        {
          ...proc,
          calls,
          sleepNs: time('S'),
          diskNs: time('D'),
          waits: 0,
          waitNs: 0,
          waitMaxNs: 0,
          preemptedNs: 0,
          throttledNs: undefined,
          stoppedNs: undefined,
          tracedNs: undefined,
          frozenNs: undefined,
          onCpuNs: 0,
          switches: 0,
        },
      ]
}

/** What had no room is of nobody in particular, unless the kernel was narrowed already. */
const stacksOf = (
  data: StacksData,
  selection: Selection,
  mine: Mine,
  members: Members | undefined,
  { own }: Step,
): StacksData => {
  if (own && isAboutProcesses(selection)) return data
  if (isOfStacks(selection)) {
    const passes = passesThrough(selection, data.frames, (pid) => members?.names?.get(pid))
    return {
      ...data,
      stacks: data.stacks.filter(passes),
      ...(data.threads ? { threads: data.threads.filter(passes) } : {}),
      others: undefined,
    }
  }
  const isMember: Mine = selection.is === 'comm' ? ({ pid }) => members?.pids.has(pid) ?? false : mine
  const isIn = selection.is === 'syscall' ? callFrames(data, selection.name) : undefined
  const fits = (stack: Stack | ThreadStack): boolean =>
    isMember(stack) &&
    (selection.is !== 'thread' || ('tid' in stack ? stack.tid === selection.tid : stack.comm === selection.comm)) &&
    (!isIn || stack.kernel.some((index) => isIn.has(index)))
  const { others: _, ...rest } = data
  return { ...rest, stacks: data.stacks.filter(fits), ...(data.threads ? { threads: data.threads.filter(fits) } : {}) }
}

/** The kernel enters each system call by a function named after it. */
const callFrames = ({ frames }: StacksData, name: string): ReadonlySet<number> =>
  new Set(
    frames.flatMap((frame, index) => (frame.kind === 'kernel' && frame.name.endsWith(`_sys_${name}`) ? [index] : [])),
  )
