// /proc/diskstats: what the kernel counts of every disk, here as what happened between two readings. Partitions are left
// out, and disks made of others, which show up as these.
import { existsSync, readdirSync } from 'node:fs'
import type { BlockOp } from '../../stream/specs/block.ts'
import { orElse, textOf } from '../../source/proc-stat.ts'

interface DiskCount {
  /** major:minor */
  dev: string
  name: string
  op: BlockOp
  ops: number
  bytes: number
  /** Latencies summed, in steps of a millisecond. */
  ns: number
}

const SECTOR_BYTES = 512
/** Places of the first of an operation's fields, as in the kernel's documentation: operations, merges, sectors, ms. */
const OPS: readonly [BlockOp, number][] = [
  ['read', 3],
  ['write', 7],
  ['discard', 14],
]
const FLUSHES = 18
const IN_FLIGHT = 11

interface DiskCounts {
  disks: DiskCount[]
  inFlight: number
}

/** Gives what happened since the last call; at first nothing. */
export const diskCounter = (
  text: () => string = () => textOf('/proc/diskstats'),
  isWhole: (name: string) => boolean = isDisk,
): (() => DiskCounts) => {
  let before: Map<string, number[]> | undefined
  return () => {
    const now = new Map<string, number[]>()
    const counts: DiskCounts = { disks: [], inFlight: 0 }
    for (const line of text().split('\n')) {
      const [major, minor, name = '', ...rest] = line.trim().split(/\s+/)
      if (name === '' || !isWhole(name)) continue
      const fields = [Number(major), Number(minor), 0, ...rest.map(Number)]
      now.set(name, fields)
      counts.inFlight += fields[IN_FLIGHT] ?? 0
      const last = before?.get(name)
      if (!last) continue
      const since = (at: number): number => Math.max(0, (fields[at] ?? 0) - (last[at] ?? 0))
      const disk = { dev: `${major}:${minor}`, name: name.replaceAll('!', '/') }
      for (const [op, at] of OPS) {
        const ops = since(at)
        if (ops > 0)
          counts.disks.push({ ...disk, op, ops, bytes: since(at + 2) * SECTOR_BYTES, ns: since(at + 3) * 1e6 })
      }
      const flushes = since(FLUSHES)
      if (flushes > 0) counts.disks.push({ ...disk, op: 'flush', ops: flushes, bytes: 0, ns: since(FLUSHES + 1) * 1e6 })
    }
    before = now
    return counts
  }
}

/** Whether it is no partition, and none that others serve. */
const isDisk = (name: string): boolean => {
  const folder = `/sys/block/${name}`
  return existsSync(folder) && orElse([], () => readdirSync(`${folder}/slaves`)).length === 0
}
