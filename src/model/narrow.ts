// A store seen through selections: the same reads, of samples that hold only what belongs to them. So every panel
// answers for a selection without knowing of it, live, frozen and in a recording alike. What cannot be told apart is
// left empty, never shown of the whole machine instead; app/narrowing.ts says why.
import type { Stack, StacksData, ThreadStack } from '../stream/stack-types.ts'
import type { AnySample, Sample } from '../stream/stream-types.ts'
import { isDescribed } from '../stream/stream-types.ts'
import { directoryOf, membership, type Directory } from './directory.ts'
import { createMemo } from './memo.ts'
import { hasTimesInStacks, passesThrough, schedInStacks, stackTimes, type StackTimes } from './narrow-stacks.ts'
import {
  isOfStacks,
  sameStart,
  sameTarget,
  selectionKey,
  startOf,
  startsOf,
  targetOf,
  type Selection,
  type StackSelection,
} from './selection.ts'
import type { Store } from './store.ts'
import { tellerOf } from './breakdown.ts'
import { narrowTables, pidsWith, type Step } from './narrow-tables.ts'
import { sizeOf } from './thin.ts'

export const narrowStore = (store: Store, path: readonly Selection[]): Store => {
  if (path.length === 0) return store
  // Whose stacks count is told by all the others
  const selections = [...path.filter((each) => !isOfStacks(each)), ...path.filter(isOfStacks)]
  const narrowed = (sample: Sample): Sample =>
    selections.reduce((kept, _, index) => narrowedOnce(store, kept as AnySample, selections, index), sample)
  return {
    ...store,
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

/** A sample never changes, so what is left of it is made once. Beside the store's own budget; as much as the page of a
 * process asks for on the largest screens, or each of its frames would make most of it anew. */
const remembered = createMemo(4_000_000, sizeOf)
const originals = new WeakMap<object, AnySample>()
const unmeasured = new WeakSet<object>()
const withoutStacks = new WeakSet<object>()

const narrowedOnce = (store: Store, sample: AnySample, path: readonly Selection[], index: number): AnySample => {
  const selection = path[index]!
  const source = isCollected(selection) ? inStacks(store, sample, path, index) : membersOf(store, selection, sample)
  const step = { own: hasOwn(sample, path), isLast: index === path.length - 1 }
  const rest = path.slice(index).flatMap((each) => [selectionKey(each), ...startsOf(each).values()])
  return remembered([source?.key, ...rest].join('\0'), sample, () => {
    const { data, measured } = partOf(store, sample, selection, source?.find(), step)
    const fresh = { ...sample, data } as AnySample
    if (unmeasured.has(sample) || !measured) unmeasured.add(fresh)
    if (withoutStacks.has(sample) || source?.key === UNKNOWN) withoutStacks.add(fresh)
    originals.set(fresh, originals.get(sample) ?? sample)
    return fresh
  })
}

/** Told by stacks of the kernel programs, not by rows of a table. */
const isCollected = (selection: Selection): selection is StackSelection => isOfStacks(selection) && !selection.of

/** Tables by the dimensions of their spec. */
const partOf = (
  store: Store,
  sample: AnySample,
  selection: Selection,
  members: Members | undefined,
  step: Step,
): { data: AnySample['data']; measured: boolean } => {
  if (!isDescribed(sample)) return { data: stacksOf(sample.data, selection, members, step), measured: false }
  return hasTimesInStacks(sample.probe) && isCollected(selection)
    ? { data: schedInStacks(sample.data, selection, members?.times), measured: false }
    : narrowTables(sample.data, store.spec(sample.probe), selection, members?.pids, step)
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
  if (fits) {
    const directory = directoryOf(store, atMs)
    return {
      key: directory.key,
      find: () => ({
        pids: new Set([...directory.all()].filter((entry) => fits(entry, directory)).map(({ pid }) => pid)),
      }),
    }
  }
  const told = isOfStacks(selection) ? selection.of?.probe : tellerOf(store.specs(), selection)?.probe
  if (told === undefined) return undefined
  const teller = store.latest(told, atMs) as AnySample | undefined
  return {
    key: String(teller?.atMs),
    find: () => ({
      pids: teller && isDescribed(teller) ? pidsWith(teller.data, store.spec(told), selection) : new Set(),
    }),
  }
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

/** The kernel was narrowed to the selections while this sample was taken; to a CPU it never is. */
const hasOwn = (sample: AnySample, path: readonly Selection[]): boolean =>
  !path.some(({ is }) => is === 'cpu') &&
  sameTarget(
    'of' in sample.data ? sample.data.of : 'target' in sample.data ? sample.data.target?.of : undefined,
    targetOf(path),
  )

/** Whose stacks are kept. Calls are told apart by the stacks themselves, disks and CPUs by nothing that has a process. */
const isMineOf = (selection: Selection, members: Members | undefined): ((stack: { pid: number }) => boolean) => {
  switch (selection.is) {
    case 'process':
    case 'thread':
      return ({ pid }) => pid === selection.pid && (members?.pids.has(pid) ?? true)
    case 'pids':
      return ({ pid }) => selection.pids.includes(pid) && (members?.pids.has(pid) ?? true)
    case 'syscall':
      return () => true
    case 'disk':
    case 'cpu':
    case 'error':
      return () => false
    default:
      return ({ pid }) => pid > 0 && members?.pids.has(pid) === true
  }
}

const isAboutProcesses = (selection: Selection): boolean =>
  ['process', 'thread', 'comm', 'cgroup', 'user', 'tree', 'pids'].includes(selection.is)

/** What had no room is of nobody in particular, unless the kernel was narrowed already. */
const stacksOf = (data: StacksData, selection: Selection, members: Members | undefined, { own }: Step): StacksData => {
  if (own && isAboutProcesses(selection)) return data
  if (isCollected(selection)) {
    const passes = passesThrough(selection, data.frames, (pid) => members?.names?.get(pid))
    return {
      ...data,
      stacks: data.stacks.filter(passes),
      ...(data.threads ? { threads: data.threads.filter(passes) } : {}),
      others: undefined,
    }
  }
  const isMine = isMineOf(selection, members)
  const isIn = selection.is === 'syscall' ? callFrames(data, selection.name) : undefined
  const fits = (stack: Stack | ThreadStack): boolean =>
    isMine(stack) &&
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
