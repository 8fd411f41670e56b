// Limits on the I/O of control groups (blkio.throttle, io.max), of either version: which group holds a process back,
// and what it allows. Read only for processes of which the kernel program found I/O in a group's queue.
import { readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { IoLimit } from '../../stream/sched-types.ts'
import { controllerHierarchy, groupAbove } from './quotas.ts'
import { orElse } from '../../source/proc-stat.ts'

/** A reading opens up to five files for each group and one for each process. */
const MOST_PROCESSES = 50
const MOST_DISKS = 4

/** What the kernel calls each limit, by version. */
const FILES = [
  ['blkio.throttle.read_bps_device', 'readBytes'],
  ['blkio.throttle.write_bps_device', 'writeBytes'],
  ['blkio.throttle.read_iops_device', 'reads'],
  ['blkio.throttle.write_iops_device', 'writes'],
] as const
const WORDS = { rbps: 'readBytes', wbps: 'writeBytes', riops: 'reads', wiops: 'writes' } as const

/** A process with `threads` that wait for the limit of the group `level` above its own. */
export interface Waiting {
  pid: number
  level: number
  threads: number
}

interface IoLimitReader {
  /** By number of the process the path of the group, and the groups with all their waiting threads. */
  read(waiting: readonly Waiting[]): { groups: ReadonlyMap<number, string>; limits: IoLimit[] }
}

export const ioLimitReader = (
  read = (path: string): string | undefined => orElse<string | undefined>(undefined, () => readFileSync(path, 'utf8')),
  readLink = (path: string): string => orElse('', () => readlinkSync(path)),
): IoLimitReader => {
  const hierarchy = controllerHierarchy('blkio', read('/proc/self/mounts') ?? '')
  const nameOf = (dev: string): string =>
    basename(readLink(`/sys/dev/block/${dev}`))
      .replaceAll('!', '/')
      .replace(/[\x00-\x1f\x7f-\x9f]/g, '?') || dev
  return {
    read(waiting) {
      const groups = new Map<number, string>()
      const threads = new Map<string, number>()
      for (const { pid, level, threads: count } of hierarchy ? waiting.slice(0, MOST_PROCESSES) : []) {
        const path = groupAbove(hierarchy!, pid, level, read)
        if (path === undefined) continue
        groups.set(pid, path)
        threads.set(path, (threads.get(path) ?? 0) + count)
      }
      const limits = Array.from(threads, ([cgroup, count]): IoLimit => {
        const disks = limitsIn(join(hierarchy!.root, cgroup), read)
        return { cgroup, threads: count, disks: Array.from(disks, ([dev, disk]) => ({ ...disk, name: nameOf(dev) })) }
      })
      return { groups, limits }
    },
  }
}

type Disk = Omit<IoLimit['disks'][number], 'name'>

/** What the group of this folder allows, by major:minor. */
export const limitsIn = (folder: string, read: (path: string) => string | undefined): Map<string, Disk> => {
  const disks = new Map<string, Disk>()
  const note = (dev: string, field: keyof Disk, text: string): void => {
    const value = Number(text)
    if (!/^\d+:\d+$/.test(dev) || !(value > 0) || !Number.isFinite(value)) return
    const disk = disks.get(dev) ?? {}
    if (disks.size >= MOST_DISKS && !disks.has(dev)) return
    disk[field] = value
    disks.set(dev, disk)
  }
  const two = read(join(folder, 'io.max'))
  for (const line of two?.split('\n') ?? []) {
    const [dev = '', ...words] = line.split(' ')
    for (const word of words) {
      const [name = '', value = ''] = word.split('=')
      if (name in WORDS) note(dev, WORDS[name as keyof typeof WORDS], value)
    }
  }
  if (two === undefined)
    for (const [file, field] of FILES)
      for (const line of read(join(folder, file))?.split('\n') ?? []) {
        const [dev = '', value = ''] = line.split(' ')
        note(dev, field, value)
      }
  return disks
}
