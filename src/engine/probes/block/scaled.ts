// What was seen of block I/O in windows, scaled to all of the time. Of a disk the kernel counts all operations and bytes itself:
// windows tell how these are spread, and who sent them, of which operations that ended in one are a part. Whose it was, and
// what was selected, is known of those that began in the same window: the longer they take the fewer. Pure.
import type { BlockDisk, BlockReading } from '../../../model/block.ts'
import { emptyHist } from '../../../model/base/histogram.ts'
import type { BlockOp, BlockProc } from '../../../stream/specs/block.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { scaledHist } from '../../native/scaled-hist.ts'

/** Of an operation that takes nearly a window nothing is made a hundred. */
const MOST = 4

/** What the kernel counted itself in the same interval. */
type Counted = Pick<BlockDisk, 'dev' | 'name' | 'op' | 'ops' | 'bytes'>

/** `factor`: by the time seen, where the kernel does not count a disk. `counted`: of disks that have requests. */
export const scaled = (
  { disks, procs, others = { ops: 0, bytes: 0 }, target, ...rest }: BlockReading,
  factor: number,
  windowNs: number,
  counted: readonly Counted[] = [],
): BlockReading => {
  const whole = disks.map((disk) => scaledDisk(disk, factor, counted))
  const by = factorsOf(disks, whole, factor)
  /** For those that take so long, of which a part began before the window they ended in. */
  const owned = (ns: number): number => Math.min(MOST, 1 / Math.max(1e-9, 1 - ns / windowNs))
  let [moreOps, moreBytes] = [0, 0]
  const ofProc = (proc: BlockProc): BlockProc => {
    const ops = (proc.reads ?? 0) + (proc.writes ?? 0) + (proc.otherOps ?? 0)
    const share = ops > 0 ? owned((proc.latencyNs ?? 0) / ops) : 1
    moreOps += times(ops, by.all.ops * (share - 1))
    moreBytes += times((proc.readBytes ?? 0) + (proc.writeBytes ?? 0), by.all.bytes * (share - 1))
    const all = <T extends number | null>(value: T, of: number) =>
      (value === null ? null : times(value, of * share)) as T
    return {
      ...proc,
      reads: all(proc.reads, by.read.ops),
      writes: all(proc.writes, by.write.ops),
      otherOps: all(proc.otherOps, by.other.ops),
      readBytes: all(proc.readBytes, by.read.bytes),
      writeBytes: all(proc.writeBytes, by.write.bytes),
      latencyNs: all(proc.latencyNs, by.all.ops),
      queuedNs: all(proc.queuedNs, by.all.ops),
    }
  }
  return {
    ...rest,
    disks: [...whole, ...unseen(disks, counted)],
    procs: procs.map(ofProc),
    others: {
      ops: Math.max(0, times(others.ops, by.all.ops) - moreOps),
      bytes: Math.max(0, times(others.bytes, by.all.bytes) - moreBytes),
    },
    ...(target && { target: { ...target, total: scaledHist(target.total, (ns) => by.all.ops * owned(ns)) } }),
  }
}

const times = (value: number, factor: number): number => Math.round(value * factor)

/** Never fewer than were seen: a disk of which the kernel does not count all is scaled by the time. */
const scaledDisk = (disk: BlockDisk, factor: number, counted: readonly Counted[]): BlockDisk => {
  const known = counted.find(({ dev, op }) => dev === disk.dev && op === disk.op)
  const isKnown = known !== undefined && disk.ops > 0 && known.ops >= disk.ops
  const by = isKnown ? known.ops / disk.ops : factor
  const hist = (seen: Hist): Hist => scaledHist(seen, () => by)
  return {
    ...disk,
    ops: isKnown ? known.ops : times(disk.ops, by),
    bytes: isKnown ? known.bytes : times(disk.bytes, by),
    errors: times(disk.errors, by),
    total: hist(disk.total),
    queued: hist(disk.queued),
    device: hist(disk.device),
  }
}

/** All of it was between windows. */
const unseen = (seen: readonly BlockDisk[], counted: readonly Counted[]): BlockDisk[] =>
  counted
    .filter(({ dev, op }) => !seen.some((disk) => disk.dev === dev && disk.op === op))
    .map(({ dev, name, op, ops, bytes }) => ({
      ...{ dev, name, op, ops, bytes, errors: 0 },
      ...{ total: emptyHist(), queued: emptyHist(), device: emptyHist() },
    }))

interface Factors {
  ops: number
  bytes: number
}

/** Of all disks together, by what was done. */
const factorsOf = (
  seen: readonly BlockDisk[],
  whole: readonly BlockDisk[],
  factor: number,
): Record<'read' | 'write' | 'other' | 'all', Factors> => {
  const of = (isOf: (op: BlockOp) => boolean): Factors => {
    const sum = (disks: readonly BlockDisk[], field: 'ops' | 'bytes'): number =>
      disks.reduce((all, disk) => (isOf(disk.op) ? all + disk[field] : all), 0)
    const by = (field: 'ops' | 'bytes'): number => {
      const had = sum(seen, field)
      return had > 0 ? sum(whole, field) / had : factor
    }
    return { ops: by('ops'), bytes: by('bytes') }
  }
  return {
    read: of((op) => op === 'read'),
    write: of((op) => op === 'write'),
    other: of((op) => op !== 'read' && op !== 'write'),
    all: of(() => true),
  }
}
