// The directory of processes at an instant: whoever knows only the number of one finds its name, user, parent, group and
// container here. From the probe `processes`, and of those that ended within the interval from the scheduler's.
import { namesOf } from './sched.ts'
import { PROCESSES } from '../stream/specs/processes.ts'
import type { Sample } from '../stream/stream-types.ts'
import { isWithin, sameStart, type Selection } from './selection.ts'
import type { Store } from './store.ts'
import { recordsOf } from './tables/row-objects.ts'

export interface Entry {
  pid: number
  startedMs?: number
  comm: string
  /** Command line, words joined by blanks, cut. */
  args?: string
  parent?: number
  uid?: number
  user?: string
  cgroup?: string
  container?: { name: string; group: string }
  exited?: boolean
}

export interface Directory {
  /** The same processes have the same key. */
  key: string
  /** Several where a number was used again. */
  of(pid: number): readonly Entry[]
  /** The one meant, rather one that lives. */
  find(pid: number, startedMs?: number): Entry | undefined
  all(): Iterable<Entry>
}

export const directoryOf = (store: Store, atMs?: number): Directory => {
  const processes = store.latest('processes', atMs)
  const sched = store.latest('sched', atMs)
  let entries: Map<number, Entry[]> | undefined
  const byPid = (): Map<number, Entry[]> => (entries ??= entriesOf(processes, sched))
  const of = (pid: number): readonly Entry[] => byPid().get(pid) ?? []
  return {
    key: `${processes?.atMs} ${sched?.atMs}`,
    of,
    find(pid, startedMs) {
      const found = of(pid).filter((entry) => sameStart(entry.startedMs, startedMs))
      return found.find(({ exited }) => !exited) ?? found[0]
    },
    all: () => [...byPid().values()].flat(),
  }
}

/** Made once for what was read together. */
const made = new WeakMap<object, { sched: object | undefined; entries: Map<number, Entry[]> }>()

const entriesOf = (
  processes: Sample<'processes'> | undefined,
  sched: Sample<'sched'> | undefined,
): Map<number, Entry[]> => {
  const key = processes ?? sched
  const known = key && made.get(key)
  if (known && known.sched === sched) return known.entries
  const entries = new Map<number, Entry[]>()
  /** By their groups, for those who ended before they were looked at. */
  const containers = new Map<string, Entry['container']>()
  const add = (entry: Entry): void => {
    const before = entries.get(entry.pid)
    if (!before) entries.set(entry.pid, [entry])
    else if (!before.some(({ startedMs }) => sameStart(startedMs, entry.startedMs))) before.push(entry)
  }
  for (const row of recordsOf(PROCESSES.tables.procs, processes?.data.tables.procs)) {
    if (row.pid === null) continue
    if (row.cgroup !== null && row.container !== null && row.containerGroup !== null)
      containers.set(row.cgroup, { name: row.container, group: row.containerGroup })
    add({
      pid: row.pid,
      comm: row.comm ?? '',
      ...(row.startedMs === null ? {} : { startedMs: row.startedMs }),
      ...(row.args === null ? {} : { args: row.args }),
      ...(row.parent === null ? {} : { parent: row.parent }),
      ...(row.uid === null ? {} : { uid: row.uid }),
      ...(row.user === null ? {} : { user: row.user }),
      ...(row.cgroup === null ? {} : { cgroup: row.cgroup }),
      ...(row.container === null || row.containerGroup === null
        ? {}
        : { container: { name: row.container, group: row.containerGroup } }),
    })
  }
  for (const { pid, startedMs, comm, cgroup, exited } of sched ? namesOf(sched.data) : []) {
    const container = cgroup === undefined ? undefined : containers.get(cgroup)
    add({
      pid,
      comm,
      ...(startedMs === undefined ? {} : { startedMs }),
      ...(cgroup === undefined ? {} : { cgroup }),
      ...(container ? { container } : {}),
      ...(exited ? { exited } : {}),
    })
  }
  if (key) made.set(key, { sched, entries })
  return entries
}

/** The processes that a selection stands for by what the directory knows of them; undefined where it tells otherwise. */
export const membership = (selection: Selection): ((entry: Entry, directory: Directory) => boolean) | undefined => {
  switch (selection.is) {
    case 'cgroup':
      return (entry) => isWithin(entry.cgroup, selection.path)
    case 'comm':
      return (entry) => entry.comm === selection.comm
    case 'user':
      return (entry) => entry.uid === selection.uid
    case 'tree':
      return (entry, directory) => isBelow(entry, selection.top, selection.topMs, directory)
    default:
      return undefined
  }
}

const MOST_ANCESTORS = 64

/** The process itself, or one whose parents lead to it. */
const isBelow = (entry: Entry, top: number, topMs: number | undefined, directory: Directory): boolean => {
  let at: Entry | undefined = entry
  for (let depth = 0; at && depth < MOST_ANCESTORS; depth++) {
    if (at.pid === top) return sameStart(at.startedMs, topMs)
    const parent: Entry | undefined = at.parent ? directory.find(at.parent) : undefined
    // one that is not listed is known by its number alone
    if (!parent && at.parent === top) return true
    at = parent
  }
  return false
}
