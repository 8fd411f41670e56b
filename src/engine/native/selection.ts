// Whom kernel programs are narrowed to, as they read it (struct selection of probes/lib/selection.h). A control group is
// known to them by the inode number of its folder.
import { MOST_TARGET_PIDS, type Target } from '../../stream/types.ts'
import { cgroupId, findCgroupRoot } from '../proc/cgroups.ts'
import type { Types } from './types.ts'

/** Whom nobody wants narrowed down is everybody, or nobody. */
type Who = Target | 'all' | 'none'

export interface SelectionWriter {
  /** Throws an Error with one line for the log when there is no such control group. */
  bytes(who: Who): Buffer
  /** Into what an object is configured by. Returns why nobody is selected now, when there is no such target. */
  write(into: Buffer, at: number, target: Target | undefined, orElse?: 'all' | 'none'): string | undefined
}

/** Throws Error where the object has no selection. */
export const selectionWriter = (types: Types): SelectionWriter => {
  const at = types.layout('selection', ['kind', 'id', 'cgroup', 'comm', 'processes'])
  const commBytes = types.elements('selection', 'comm') - 1
  const most = types.elements('selection', 'processes')
  if (most < MOST_TARGET_PIDS) throw new Error(`struct selection has room for ${most} processes only`)
  const kinds = types.values('selection_kind', {
    none: 'SELECT_NONE',
    all: 'SELECT_ALL',
    process: 'SELECT_PROCESS',
    thread: 'SELECT_THREAD',
    comm: 'SELECT_COMM',
    cgroup: 'SELECT_CGROUP',
    pids: 'SELECT_PROCESSES',
  })

  const bytesOf = (who: Who): Buffer => {
    const bytes = Buffer.alloc(at.size)
    bytes.writeUInt32LE(kinds[typeof who === 'string' ? who : who.is], at.kind)
    if (typeof who === 'string') return bytes
    if (who.is === 'process') bytes.writeUInt32LE(who.pid, at.id)
    else if (who.is === 'thread') bytes.writeUInt32LE(who.tid, at.id)
    else if (who.is === 'comm') bytes.write(who.comm, at.comm, commBytes, 'utf8')
    else if (who.is === 'pids')
      who.pids
        .filter((pid) => !who.over?.includes(pid))
        .forEach((pid, i) => bytes.writeUInt32LE(pid, at.processes + 4 * i))
    else bytes.writeBigUInt64LE(cgroupNumber(who.path), at.cgroup)
    return bytes
  }

  return {
    bytes: bytesOf,
    write(into, where, target, orElse = 'none') {
      into.fill(0, where, where + at.size)
      try {
        bytesOf(target ?? orElse).copy(into, where)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },
  }
}

const cgroupNumber = (path: string): bigint => {
  const root = findCgroupRoot()
  if (root === undefined) throw new Error(`control group ${path}: no cgroup v2 file system is mounted`)
  const id = cgroupId(path, root)
  if (id === undefined) throw new Error(`no control group ${path} below ${root}`)
  return id
}
