// Control groups of version 2: where they are, their numbers (the inode of their folder, by which the kernel programs
// know them) and their paths. A group that is removed and made again has another number: services and containers do
// that at every restart.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createPace } from './pace.ts'
import { orElse, textOf } from '../../source/proc-stat.ts'

/** Numbers that were not found are looked for again so often. */
const AGAIN_MS = 5000
const MOST_FOLDERS = 20_000

export const mountsNow = (): string => textOf('/proc/self/mounts')

/** Of this machine. */
export const findCgroupRoot = (): string | undefined => cgroupRoot(mountsNow())

/** Where the default hierarchy is mounted; beside those of version 1 it is somewhere below them. */
export const cgroupRoot = (mounts: string): string | undefined => /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1]

/** The number of the group at this path now; undefined where there is none. */
export const cgroupId = (path: string, root: string): bigint | undefined =>
  orElse<bigint | undefined>(undefined, () => statSync(join(root, path), { bigint: true }).ino)

/** Gives the path of a group's number; undefined for numbers that are not (yet) known. The hierarchy is walked when
 * a number is new, so a group is named in the interval in which it is first seen, or soon after where that takes long. */
export const cgroupPaths = (steadyMs: () => number, root = findCgroupRoot()): ((id: number) => string | undefined) => {
  let paths = new Map<number, string>()
  const hopeless = new Set<number>()
  const pace = createPace(steadyMs)
  return (id) => {
    const known = paths.get(id)
    if (known !== undefined || root === undefined) return known
    const sinceMs = pace.sinceMs()
    if (hopeless.has(id) ? sinceMs < AGAIN_MS : !pace.hasRested()) return undefined
    paths = pace.spend(() => walk(root))
    if (sinceMs >= AGAIN_MS) hopeless.clear()
    if (!paths.has(id)) hopeless.add(id)
    return paths.get(id)
  }
}

const walk = (root: string): Map<number, string> => {
  const paths = new Map<number, string>()
  const open = ['/']
  for (let path = open.pop(); path !== undefined && paths.size < MOST_FOLDERS; path = open.pop()) {
    try {
      paths.set(statSync(join(root, path)).ino, path)
      for (const entry of readdirSync(join(root, path), { withFileTypes: true }))
        if (entry.isDirectory()) open.push(join(path, entry.name))
    } catch {
      // it was removed meanwhile
    }
  }
  return paths
}
