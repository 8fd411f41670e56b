// CPU quotas of control groups, of either version: which group holds a process back, and what the group's own accounts
// (cpu.stat) say of the time between two readings. Read only for processes that were throttled.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CpuQuota } from '../../stream/sched-types.ts'
import { cgroupRoot } from './cgroups.ts'
import { hierarchiesOfOne } from './groups.ts'
import { orElse } from '../../source/proc-stat.ts'

/** A reading opens three files for each group and one for each process. */
const MOST_PROCESSES = 50
const DEEPEST = 32

interface QuotaReader {
  /** Of these processes: by number the path of the group whose quota ran out, as far as that is known; and these groups.
   * What a group did before it was first asked for belongs to no interval. */
  read(pids: readonly number[]): { groups: ReadonlyMap<number, string>; quotas: CpuQuota[] }
  /** The group so many levels above that of a process, and how many CPUs' time it may have; undefined where there is none. */
  at(pid: number, level: number): { group: string; cpus: number | undefined } | undefined
  cpusOf(group: string): number | undefined
}

interface Stat {
  cpus: number
  periods: number
  throttledPeriods: number
  throttledNs: number
}

/** Where a controller is, by its name in version 1, and which line of /proc/PID/cgroup is of its hierarchy. */
export const controllerHierarchy = (
  controller: 'cpu' | 'blkio' | 'memory',
  mounts: string,
): { root: string; line: RegExp } | undefined => {
  const one = hierarchiesOfOne(mounts).find(({ of }) => of.includes(controller))
  if (one) return { root: one.root, line: new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm') }
  const two = cgroupRoot(mounts)
  return two === undefined ? undefined : { root: two, line: /^0::(.*)$/m }
}

/** The group so many levels above that of a process. */
export const groupAbove = (
  { line }: { line: RegExp },
  pid: number,
  level: number,
  read: (path: string) => string | undefined,
): string | undefined => {
  let path = line.exec(read(`/proc/${pid}/cgroup`) ?? '')?.[1]
  if (!path?.startsWith('/')) return undefined
  for (let i = 0; i < level; i++) path = dirname(path)
  return path
}

export const quotaReader = (
  read = (path: string): string | undefined => orElse<string | undefined>(undefined, () => readFileSync(path, 'utf8')),
): QuotaReader => {
  const hierarchy = controllerHierarchy('cpu', read('/proc/self/mounts') ?? '')
  let before = new Map<string, Stat>()
  /** What was found last, by the group that a process is in. */
  let last = new Map<string, string>()
  const cpusOf = (group: string): number | undefined => hierarchy && quotaIn(join(hierarchy.root, group), read)
  return {
    cpusOf,
    at(pid, level) {
      const group = hierarchy && level >= 0 ? groupAbove(hierarchy, pid, level, read) : undefined
      return group === undefined ? undefined : { group, cpus: cpusOf(group) }
    },
    read(pids) {
      const now = new Map<string, Stat | undefined>()
      const groups = new Map<number, string>()
      const found = new Map<string, string>()
      const statOf = (path: string): Stat | undefined => {
        if (!now.has(path)) now.set(path, statIn(join(hierarchy!.root, path), read))
        return now.get(path)
      }
      /** Undefined: it was not asked for before, and may have run out in this interval as well as in an earlier one. */
      const gain = (path: string): number | undefined => {
        const { throttledNs, throttledPeriods } = now.get(path)!
        if (throttledNs === 0 && throttledPeriods === 0) return 0
        return before.has(path) ? throttledNs - before.get(path)!.throttledNs : undefined
      }
      for (const pid of hierarchy ? pids.slice(0, MOST_PROCESSES) : []) {
        const own = hierarchy!.line.exec(read(`/proc/${pid}/cgroup`) ?? '')?.[1]
        const limited = above(own).filter((path) => statOf(path) !== undefined)
        const group = ranOutOf(limited.map((path) => ({ path, gain: gain(path) }))) ?? last.get(own ?? '')
        if (group === undefined || !limited.includes(group)) continue
        groups.set(pid, group)
        found.set(own!, group)
      }
      last = found
      const quotas = [...new Set(groups.values())].flatMap((cgroup): CpuQuota[] => {
        const [stat, earlier] = [now.get(cgroup)!, before.get(cgroup)]
        if (!earlier) return []
        return [
          {
            cgroup,
            cpus: stat.cpus,
            periods: stat.periods - earlier.periods,
            throttledPeriods: stat.throttledPeriods - earlier.throttledPeriods,
            throttledNs: stat.throttledNs - earlier.throttledNs,
          },
        ]
      })
      // also of groups nobody was throttled in this time: their next reading is then of one interval, not of several
      for (const path of before.keys()) statOf(path)
      before = new Map([...now].flatMap(([path, stat]) => (stat ? [[path, stat] as const] : [])))
      return { groups, quotas }
    },
  }
}

/** Of groups with a quota above one another the one that ran out most; undefined where the accounts do not tell it yet. */
const ranOutOf = (limited: readonly { path: string; gain: number | undefined }[]): string | undefined => {
  if (limited.length <= 1) return limited[0]?.path
  const may = limited.filter(({ gain }) => gain === undefined || gain > 0)
  if (may.length <= 1) return may[0]?.path
  if (may.some(({ gain }) => gain === undefined)) return undefined
  return may.reduce((most, each) => (each.gain! > most.gain! ? each : most)).path
}

/** The group and those above it, innermost first, without the root, which has no quota. */
const above = (path: string | undefined): string[] => {
  const paths: string[] = []
  for (let at = path ?? '/'; at.startsWith('/') && at !== '/' && paths.length < DEEPEST; at = dirname(at))
    paths.push(at)
  return paths
}

/** undefined for a group without a quota, or that is gone. */
const statIn = (folder: string, read: (path: string) => string | undefined): Stat | undefined => {
  const cpus = quotaIn(folder, read)
  const stat = cpus === undefined ? undefined : read(join(folder, 'cpu.stat'))
  if (cpus === undefined || stat === undefined) return undefined
  const field = (name: string): number | undefined => {
    const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)
    return found ? Number(found[1]) : undefined
  }
  return {
    cpus,
    periods: field('nr_periods') ?? 0,
    throttledPeriods: field('nr_throttled') ?? 0,
    throttledNs: field('throttled_time') ?? (field('throttled_usec') ?? 0) * 1000,
  }
}

const quotaIn = (folder: string, read: (path: string) => string | undefined): number | undefined => {
  const two = read(join(folder, 'cpu.max'))
  const [quota, period] =
    two === undefined
      ? [read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us'))]
      : two.split(' ')
  const cpus = Number(quota) / Number(period)
  return cpus > 0 && Number.isFinite(cpus) ? cpus : undefined
}
