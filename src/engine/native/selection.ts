// Whom kernel programs are narrowed to, as they read it: mirrors `struct selection` in probes/lib/selection.h. A control
// group is known to them by the inode number of its folder.
import { MOST_TARGET_PIDS, type Target } from '../../stream/types.ts'
import { cgroupId, findCgroupRoot } from '../proc/cgroups.ts'

export const SELECTION_BYTES = 32 + 4 * MOST_TARGET_PIDS

const KIND = { none: 0, all: 1, process: 2, thread: 3, comm: 4, cgroup: 5, pids: 6 }
const COMM_BYTES = 15
const PIDS_AT = 32

/** Throws an Error with one line for the log when there is no such control group. */
export const selectionBytes = (who: Target | 'all' | 'none'): Buffer => {
  const bytes = Buffer.alloc(SELECTION_BYTES)
  const is = typeof who === 'string' ? who : who.is
  bytes.writeUInt32LE(KIND[is], 0)
  if (typeof who === 'string') return bytes
  if (who.is === 'process') bytes.writeUInt32LE(who.pid, 4)
  else if (who.is === 'thread') bytes.writeUInt32LE(who.tid, 4)
  else if (who.is === 'comm') bytes.write(who.comm, 16, COMM_BYTES, 'utf8')
  else if (who.is === 'pids')
    who.pids.filter((pid) => !who.over?.includes(pid)).forEach((pid, i) => bytes.writeUInt32LE(pid, PIDS_AT + 4 * i))
  else bytes.writeBigUInt64LE(cgroupNumber(who.path), 8)
  return bytes
}

/** Into what an object is configured by. Returns why nobody is selected now, when there is no such target. */
export const writeSelection = (
  into: Buffer,
  at: number,
  target: Target | undefined,
  orElse: 'all' | 'none' = 'none',
): string | undefined => {
  into.fill(0, at, at + SELECTION_BYTES)
  try {
    selectionBytes(target ?? orElse).copy(into, at)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const cgroupNumber = (path: string): bigint => {
  const root = findCgroupRoot()
  if (root === undefined) throw new Error(`control group ${path}: no cgroup v2 file system is mounted`)
  const id = cgroupId(path, root)
  if (id === undefined) throw new Error(`no control group ${path} below ${root}`)
  return id
}
