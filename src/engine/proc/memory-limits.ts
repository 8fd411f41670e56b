// Limits of control groups on memory, of either version: which group it is whose limit a thread makes room for. The kernel
// notes that nowhere; but it is one from the thread's own group up, and has no room left. Read only for processes of which
// a thread was found at it.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { controllerHierarchy } from './quotas.ts'
import { orElse } from '../../source/proc-stat.ts'

const DEEPEST = 32
/** Each CPU takes so much ahead for a group, which counts as used and yet is not. */
const AHEAD_BYTES = 64 * 4096
/** What is made free at once, at most, beyond what was needed. */
const PART = 16

/** Files that say what is used, and limits of which the first that has no room is meant. */
const ONE = { used: 'memory.usage_in_bytes', limits: ['memory.limit_in_bytes'] }
const TWO = { used: 'memory.current', limits: ['memory.high', 'memory.max'] }

interface MemoryLimit {
  group: string
  limitBytes: number
  /** `memory.max`. */
  file: string
}

type Read = (path: string) => string | undefined

/** Of a process; undefined where no group from its own up is short of room. */
export const memoryLimitReader = (
  cpus: number,
  read: Read = (path) => orElse<string | undefined>(undefined, () => readFileSync(path, 'utf8')),
): ((pid: number) => MemoryLimit | undefined) => {
  const hierarchy = controllerHierarchy('memory', read('/proc/self/mounts') ?? '')
  return (pid) => {
    let path = hierarchy?.line.exec(read(`/proc/${pid}/cgroup`) ?? '')?.[1]
    if (!path?.startsWith('/')) return undefined
    for (let level = 0; level < DEEPEST && path !== '/'; level++, path = dirname(path)) {
      const found = fullIn(join(hierarchy!.root, path), cpus, read)
      if (found) return { group: path, ...found }
    }
    return undefined
  }
}

/** Which limit of the group of this folder has no room left. */
const fullIn = (folder: string, cpus: number, read: Read): Omit<MemoryLimit, 'group'> | undefined => {
  const { used, limits } = read(join(folder, TWO.used)) === undefined ? ONE : TWO
  const usedBytes = bytesIn(read(join(folder, used)))
  if (usedBytes === undefined) return undefined
  for (const file of limits) {
    const limitBytes = bytesIn(read(join(folder, file)))
    if (limitBytes === undefined) continue
    if (limitBytes - usedBytes <= Math.max(cpus * AHEAD_BYTES, limitBytes / PART)) return { limitBytes, file }
  }
  return undefined
}

/** undefined: `max`, or nothing. */
const bytesIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined
