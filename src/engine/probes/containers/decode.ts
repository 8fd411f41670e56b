// Readings of groups as what happened between them. No system calls here.
import type { RowOf } from '../../../stream/spec.ts'
import type { GroupFiles } from './cgroup-files.ts'
import type { GroupName } from './container-names.ts'
import type { CONTAINERS } from './spec.ts'

type GroupRow = RowOf<typeof CONTAINERS.tables.groups>

/** What threads of a group did, since ever; of its own, without those below. */
export interface GroupTimes {
  cpuNs: number
  waitNs: number
  uninterruptibleNs: number
}

const NO_TIME: GroupTimes = { cpuNs: 0, waitNs: 0, uninterruptibleNs: 0 }

const COUNTERS = [
  'cpuNs',
  'periods',
  'throttledPeriods',
  'throttledNs',
  'readBytes',
  'writeBytes',
  'limitHits',
  'highHits',
  'ooms',
  'oomKills',
  'cpuPressureNs',
  'memoryPressureNs',
  'ioPressureNs',
  'cpuFullNs',
  'memoryFullNs',
  'ioFullNs',
] as const

/** Each path with all above it, the root left out: `/a/b` is `/a/b` and `/a`. */
export const withAbove = (path: string): string[] => {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`).reverse()
}

/** Times by path, each with those below it. */
export const timesWithBelow = (times: ReadonlyMap<string, GroupTimes>): Map<string, GroupTimes> => {
  const sums = new Map<string, GroupTimes>()
  for (const [path, { cpuNs, waitNs, uninterruptibleNs }] of times) {
    for (const each of withAbove(path)) {
      const sum = sums.get(each)
      sums.set(each, {
        cpuNs: cpuNs + (sum?.cpuNs ?? 0),
        waitNs: waitNs + (sum?.waitNs ?? 0),
        uninterruptibleNs: uninterruptibleNs + (sum?.uninterruptibleNs ?? 0),
      })
    }
  }
  return sums
}

/** `times` are of the interval, of the groups that are `timed`. A group that is new has what it did since it was made. */
export const groupsBetween = (nameOf: (path: string) => GroupName) => {
  let before = new Map<string, GroupFiles>()
  let isFirst = true
  return (
    groups: ReadonlyMap<string, GroupFiles>,
    times: ReadonlyMap<string, GroupTimes>,
    timed: (path: string) => boolean,
  ): GroupRow[] => {
    // what is below first: a pod is named by its containers
    const names = new Map([...groups.keys()].toReversed().map((path) => [path, nameOf(path)]))
    const rows = [...groups].map(([path, files]): GroupRow => {
      const own = times.get(path) ?? (timed(path) ? NO_TIME : undefined)
      const was = before.get(path)
      const since = (id: (typeof COUNTERS)[number]): number | null => {
        const [now, then] = [files[id], was?.[id]]
        if (now === undefined || (isFirst && then === undefined)) return null
        // made again: it counts anew
        return then === undefined || now < then ? now : now - then
      }
      return {
        cgroup: path,
        ...names.get(path)!,
        ...(Object.fromEntries(COUNTERS.map((id) => [id, since(id)])) as Pick<GroupRow, (typeof COUNTERS)[number]>),
        // version 1 may count CPU time in another hierarchy, where it is no group
        cpuNs: since('cpuNs') ?? own?.cpuNs ?? null,
        quota: files.quota ?? null,
        memoryBytes: files.memoryBytes ?? null,
        memoryLimitBytes: files.memoryLimitBytes ?? null,
        waitNs: own?.waitNs ?? null,
        uninterruptibleNs: own?.uninterruptibleNs ?? null,
      }
    })
    before = new Map(groups)
    isFirst = false
    return rows
  }
}
