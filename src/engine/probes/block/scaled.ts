// What was seen of block I/O in windows, scaled to all of the time: every operation that ended in one counts. Whose it was, and
// what was selected, is known of those that began in the same window: the longer they take the fewer. Pure.
import type { BlockReading } from '../../../model/block.ts'
import type { BlockProc } from '../../../stream/specs/block.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { scaledHist } from '../../native/scaled-hist.ts'

/** Of an operation that takes nearly a window nothing is made a hundred. */
const MOST = 4

export const scaled = (
  { disks, procs, others = { ops: 0, bytes: 0 }, target, ...rest }: BlockReading,
  factor: number,
  windowNs: number,
): BlockReading => {
  const times = (value: number): number => Math.round(value * factor)
  const hist = (seen: Hist): Hist => scaledHist(seen, () => factor)
  /** For those that take so long, of which a part began before the window they ended in. */
  const owned = (ns: number): number => Math.min(MOST, 1 / Math.max(1e-9, 1 - ns / windowNs))
  let [moreOps, moreBytes] = [0, 0]
  const whole = (proc: BlockProc): BlockProc => {
    const ops = (proc.reads ?? 0) + (proc.writes ?? 0) + (proc.otherOps ?? 0)
    const share = ops > 0 ? owned((proc.latencyNs ?? 0) / ops) : 1
    moreOps += times(ops * (share - 1))
    moreBytes += times(((proc.readBytes ?? 0) + (proc.writeBytes ?? 0)) * (share - 1))
    const all = <T extends number | null>(value: T) => (value === null ? null : times(value * share)) as T
    return {
      ...proc,
      reads: all(proc.reads),
      writes: all(proc.writes),
      otherOps: all(proc.otherOps),
      readBytes: all(proc.readBytes),
      writeBytes: all(proc.writeBytes),
      latencyNs: all(proc.latencyNs),
      queuedNs: all(proc.queuedNs),
    }
  }
  return {
    ...rest,
    disks: disks.map(({ total, queued, device, ops, bytes, errors, ...disk }) => ({
      ...disk,
      ops: times(ops),
      bytes: times(bytes),
      errors: times(errors),
      total: hist(total),
      queued: hist(queued),
      device: hist(device),
    })),
    procs: procs.map(whole),
    others: { ops: Math.max(0, times(others.ops) - moreOps), bytes: Math.max(0, times(others.bytes) - moreBytes) },
    ...(target && { target: { ...target, total: scaledHist(target.total, (ns) => factor * owned(ns)) } }),
  }
}
