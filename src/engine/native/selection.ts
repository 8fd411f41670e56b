// Whom kernel programs are narrowed to, as they read it (struct selection of probes/lib/selection.h). A control group is
// known to them by the inode number of its folder; one of version 1 that no controller has, by its processes.
import { MOST_TARGET_PIDS, type Target } from '../../stream/target.ts'
import { placeOfGroup, type GroupPlace } from '../proc/groups.ts'
import { orElse } from '../../source/proc-stat.ts'
import { kernelEnum } from './btf.ts'
import type { Types } from './btf-types.ts'

/** Whom nobody wants narrowed down is everybody, or nobody. */
type Who = Target | 'all' | 'none'

interface SelectionWriter {
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
    cgroupOf: 'SELECT_CGROUP_OF',
  })

  const bytesOf = (who: Who): Buffer => {
    const bytes = Buffer.alloc(at.size)
    const writePids = (pids: readonly number[]): void =>
      pids.forEach((pid, i) => bytes.writeUInt32LE(pid, at.processes + 4 * i))
    bytes.writeUInt32LE(kinds[typeof who === 'string' ? who : who.is], at.kind)
    if (typeof who === 'string') return bytes
    if (who.is === 'process') bytes.writeUInt32LE(who.pid, at.id)
    else if (who.is === 'thread') bytes.writeUInt32LE(who.tid, at.id)
    else if (who.is === 'comm') bytes.write(who.comm, at.comm, commBytes, 'utf8')
    else if (who.is === 'pids') writePids(who.pids.filter((pid) => !who.over?.includes(pid)))
    else {
      const place = placeOf(who.path)
      if (place.by !== 'processes') bytes.writeBigUInt64LE(place.id, at.cgroup)
      if (place.by === 'controller') {
        bytes.writeUInt32LE(kinds.cgroupOf, at.kind)
        bytes.writeUInt32LE(place.controller, at.id)
      }
      if (place.by === 'processes') {
        bytes.writeUInt32LE(place.pids.length === 0 ? kinds.none : kinds.pids, at.kind)
        writePids(place.pids)
      }
    }
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

const placeOf = (path: string): GroupPlace => {
  const place = groupPlace(path)
  if (!place) throw new Error(`no control group ${path}`)
  if (place.by === 'processes' && place.pids.length > MOST_TARGET_PIDS)
    throw new Error(
      `control group ${path} is of no controller and has ${place.pids.length} processes, of which kernel programs follow ${MOST_TARGET_PIDS} at most`,
    )
  return place
}

/** Where it is now, for kernel programs. */
export const groupPlace = (path: string): GroupPlace | undefined => placeOfGroup(path, kernelControllers)

let known: ReadonlyMap<string, number> | undefined

/** By their names in the options of a mount: `cpu_cgrp_id` is that of cpu. */
const kernelControllers = (): ReadonlyMap<string, number> =>
  (known ??= new Map(
    Array.from(
      orElse(new Map<number, string>(), () => kernelEnum('cgroup_subsys_id')),
      ([number, name]) => [name === 'io_cgrp_id' ? 'blkio' : name.replace(/_cgrp_id$/, ''), number],
    ),
  ))
