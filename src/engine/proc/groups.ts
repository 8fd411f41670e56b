// The control group that people know a process by, and where that is. Beside hierarchies of version 1 that of version 2
// often has everything in its root, which says nothing: then the group is that of name=systemd, else of a controller.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cgroupId, cgroupPaths, cgroupRoot, mountsNow } from './cgroups.ts'
import { orElse, textOf } from '../../source/proc-stat.ts'
import { turnMs } from './turn.ts'

/** Whose word counts, of those of version 1; the others come after them. */
const ORDER = ['name=systemd', 'cpu', 'memory']
const rank = (hierarchy: readonly string[]): number => {
  const found = ORDER.findIndex((name) => hierarchy.includes(name))
  return found < 0 ? ORDER.length : found
}

/** Of what /proc/PID/cgroup says. */
export const groupIn = (text: string): string | undefined => {
  const two = /^0::(\/.*)$/m.exec(text)?.[1]
  if (two !== undefined && two !== '/') return two
  const [one] = [...text.matchAll(/^[1-9]\d*:([^:]+):(\/.+)$/gm)].toSorted(
    ([, a], [, b]) => rank(a!.split(',')) - rank(b!.split(',')),
  )
  return one?.[2] ?? (two || /^\d+:[^:]*:\/$/m.test(text) ? '/' : undefined)
}

const MOST_OTHERS = 8

/** Of the same text: groups in other hierarchies than that, but their roots. `of`: names of these. */
export const otherGroupsIn = (text: string, group: string | undefined): { of: string; cgroup: string }[] => {
  const names = new Map<string, string[]>()
  for (const [, name, path] of text.matchAll(/^\d+:([^:]*):(\/.+)$/gm))
    if (path !== group) names.set(path!, [...(names.get(path!) ?? []), name || 'version 2'])
  return [...names].slice(0, MOST_OTHERS).map(([cgroup, of]) => ({ of: of.join(','), cgroup }))
}

/** A process, and the number of its group in the hierarchy of version 2; of one that has ended, where that is the root,
 * in one of version 1: so many times RANKED above. `set`: tells its groups of all hierarchies from others, where that is known. */
export type GroupOf = (pid: number, startedMs: number, id: number, set?: number) => string | undefined

/** Who keeps what it said need not ask again while `changes` stays, and for a while. */
export type Groups = GroupOf & {
  /** How often a process was found in another group than before. */
  changes(): number
}

/** Above the numbers of groups: by whose order they are asked, from 1 on. */
export const RANKED = 2 ** 48
/** In place of an order: it is in the root of all of them. So a number stays one that can be told exactly, too. */
export const ROOT_RANK = 15

/** The kernel's numbers of the hierarchies of version 1 with the order in which they are asked, where there is also
 * version 2. `own`: what /proc/self/cgroup says. */
export const hierarchyRanks = (mounts: string, own: string): Map<number, number> => {
  const numbers = [...own.matchAll(/^([1-9]\d*):([^:]+):/gm)]
  const ranks = hierarchiesOfOne(mounts).flatMap(({ of }, index): [number, number][] => {
    const found = numbers.find(([, , names]) => names!.split(',').every((name) => of.includes(name)))
    return found && index + 1 < ROOT_RANK ? [[Number(found[1]), index + 1]] : []
  })
  return new Map(cgroupRoot(mounts) === undefined ? [] : ranks)
}

interface Read {
  startedMs: number
  path: string | undefined
  set: number | undefined
  readMs: number
  askedMs: number
}

/** A process may be moved: where nobody says so, it is looked at again so often, one that was just seen for the first time
 * sooner. Else seldom, as sets are told apart by where they are in memory, which may be used again. */
const AGAIN_MS = 5000
const SOON_MS = 500
const SELDOM_MS = 60_000
/** Within a second, some 15 us each: of new ones, and of those known. */
const MOST_NEW = 1000
const MOST_AGAIN = 400

/** Names groups as `groupIn`; files of processes are read only where both versions are mounted, or only version 1. */
export const processGroups = (
  steadyMs: () => number,
  { mounts = mountsNow(), proc = '/proc', paths = cgroupPaths(steadyMs, cgroupRoot(mounts)) } = {},
): Groups => {
  const ones = hierarchiesOfOne(mounts)
  let changed = 0
  const changes = (): number => changed
  if (ones.length === 0)
    return Object.assign<GroupOf, { changes(): number }>((_pid, _startedMs, id) => paths(id), { changes })
  const pathsOfOne = ones.map(({ root }) => cgroupPaths(steadyMs, root))
  const known = new Map<number, Read>()
  let second = -Infinity
  let reads = 0
  const mayRead = (most: number): boolean => {
    const nowMs = steadyMs()
    if (nowMs - second >= 1000) {
      for (const [pid, { askedMs }] of known) if (nowMs - askedMs > 2 * AGAIN_MS) known.delete(pid)
      second = nowMs
      reads = 0
    }
    return reads < most
  }
  const read = (pid: number, startedMs: number, set: number | undefined, before: Read | undefined): Read => {
    const nowMs = steadyMs()
    reads++
    const path = groupIn(textOf(`${proc}/${pid}/cgroup`)) ?? before?.path
    // as if it had been read earlier, so that it is soon again
    const readMs = before ? nowMs : nowMs - AGAIN_MS + SOON_MS
    const one = { startedMs, path, set, readMs, askedMs: nowMs }
    known.set(pid, one)
    if (before && before.path !== path) changed++
    return one
  }
  const groupOf: GroupOf = (pid, startedMs, id, told) => {
    const rank = Math.floor(id / RANKED)
    if (rank === ROOT_RANK) return paths(id % RANKED)
    if (rank > 0) return pathsOfOne[rank - 1]?.(id % RANKED) ?? known.get(pid)?.path
    const two = paths(id)
    if (two !== undefined && two !== '/') return two
    const last = known.get(pid)
    const before = last?.startedMs === startedMs ? last : undefined
    if (before) before.askedMs = steadyMs()
    const set = told ?? before?.set
    const againMs = set === undefined ? AGAIN_MS : SELDOM_MS
    const isDue = !before || before.set !== set || steadyMs() - before.readMs >= againMs
    const now = isDue && mayRead(before ? MOST_AGAIN : MOST_NEW) ? read(pid, startedMs, set, before) : before
    return now?.path ?? two
  }
  return Object.assign(groupOf, { changes })
}

let shared: Groups | undefined

/** One for all probes: what they say is the same, and is read once. */
export const sharedGroups = (): Groups => (shared ??= processGroups(turnMs))

/** Where a hierarchy of version 1 is mounted, and what it is of. */
interface Hierarchy {
  root: string
  of: readonly string[]
}

/** In the order in which they are asked. */
export const hierarchiesOfOne = (mounts: string): Hierarchy[] =>
  [...mounts.matchAll(/^\S+ (\S+) cgroup (\S+)/gm)]
    .map(([, root, options]) => ({ root: root!, of: options!.split(',') }))
    .toSorted((a, b) => rank(a.of) - rank(b.of))

/** Where all hierarchies are mounted, of either version. */
export const hierarchyRoots = (mounts: string): string[] =>
  [...mounts.matchAll(/^\S+ (\S+) cgroup2? /gm)].map(([, root]) => root!)

/** How kernel programs can know a group: by its number in the hierarchy of version 2, or in that of a controller (by the
 * controller's number in the kernel), or else by its processes. */
export type GroupPlace =
  | { by: 'number'; id: bigint }
  | { by: 'controller'; controller: number; id: bigint }
  | { by: 'processes'; pids: readonly number[] }

/** Of this machine, now; undefined where there is no such group. `controllers`: their numbers by their names, as mounts
 * have them. */
export const placeOfGroup = (
  path: string,
  controllers: () => ReadonlyMap<string, number>,
  mounts = mountsNow(),
): GroupPlace | undefined => {
  const root = cgroupRoot(mounts)
  const two = root === undefined ? undefined : cgroupId(path, root)
  if (two !== undefined) return { by: 'number', id: two }
  const there = hierarchiesOfOne(mounts).flatMap(({ root, of }) => {
    const id = cgroupId(path, root)
    return id === undefined ? [] : [{ root, of, id }]
  })
  for (const { of, id } of there) {
    const controller = of.flatMap((name) => controllers().get(name) ?? [])[0]
    if (controller !== undefined) return { by: 'controller', controller, id }
  }
  const named = there[0]
  return named && { by: 'processes', pids: processesBelow(join(named.root, path)) }
}

/** Is there such a group, in any hierarchy? */
export const isGroup = (path: string, mounts = mountsNow()): boolean =>
  hierarchyRoots(mounts).some((root) => orElse(false, () => statSync(join(root, path)).isDirectory()))

const MOST_FOLDERS = 1000

/** Of a group and those below it, in order. */
const processesBelow = (folder: string): number[] => {
  const pids = new Set<number>()
  const open = [folder]
  for (let count = 0, at = open.pop(); at !== undefined && count < MOST_FOLDERS; count++, at = open.pop()) {
    const here = at
    const text = orElse('', () => readFileSync(join(here, 'cgroup.procs'), 'utf8'))
    for (const line of text.split('\n')) if (line !== '') pids.add(Number(line))
    for (const entry of orElse([], () => readdirSync(here, { withFileTypes: true })))
      if (entry.isDirectory()) open.push(join(here, entry.name))
  }
  return [...pids].toSorted((a, b) => a - b)
}
