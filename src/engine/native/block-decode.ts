// What the maps of probes/block.bpf.c hold, as rows. The layouts mirror the structs there. No system calls here.
import { SLOTS, slotStartNs } from '../../model/histogram.ts'
import type { BlockDisk, BlockOp, BlockProc, Hist } from '../../stream/types.ts'
import { devText } from './disks.ts'
import { commAt, difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from './per-cpu.ts'

/** Entries of a map as libbpf.ts hands them over. */
export interface Entries {
  count: number
  keys: Buffer
  values: Buffer
}

const OPS: BlockOp[] = ['read', 'write', 'flush', 'discard', 'other']
const KINDS = ['total', 'queued', 'device'] as const
const DISK = { key: 8, ops: 0, bytes: 8, errors: 16, hists: 24, size: 24 + KINDS.length * HIST_BYTES }
const PEAKS = { epoch: 2 * KINDS.length * 8, size: 2 * KINDS.length * 8 + 8 }
const PROC = {
  reads: 0,
  writes: 8,
  otherOps: 16,
  readBytes: 24,
  writeBytes: 32,
  latencyNs: 40,
  latencyMaxNs: 48,
  queuedNs: 56,
  lastNs: 64,
  comm: 72,
  size: 88,
}
const START = { issuedNs: 8, dev: 28, op: 32, size: 56 }
const FLUSH = 2

/** Keys of a disk, one for each operation. */
export const diskKeys = (dev: number): Buffer[] =>
  OPS.map((_, op) => {
    const key = Buffer.alloc(DISK.key)
    key.writeUInt32LE(dev)
    key.writeUInt32LE(op, 4)
    return key
  })

/** Largest values of `epoch` by key of the disk (dev, then op), over all CPUs. */
export const decodePeaks = ({ count, keys, values }: Entries, cpus: number, epoch: number): Map<bigint, number[]> => {
  const all = new Map<bigint, number[]>()
  const view = words(values)
  for (let i = 0; i < count; i++) {
    const max = KINDS.map(() => 0)
    for (let cpu = 0; cpu < cpus; cpu++) {
      const at = (i * cpus + cpu) * PEAKS.size
      if (view[(at + PEAKS.epoch) / 4 + (epoch & 1)] !== epoch) continue
      KINDS.forEach((_, kind) => {
        max[kind] = Math.max(max[kind]!, u64(view, at + ((epoch & 1) * KINDS.length + kind) * 8))
      })
    }
    all.set(keys.readBigUInt64LE(i * DISK.key), max)
  }
  return all
}

/** A request that ends while the epoch changes may be in the histogram of one and the maximum of the other. */
export const withinTopSlot = (hist: Hist): Hist => {
  if (hist.count === 0) return { ...hist, maxNs: 0 }
  const top = hist.slots.at(-2)!
  const end = top === SLOTS - 1 ? Infinity : slotStartNs(top + 1) - 1
  return { ...hist, maxNs: Math.min(Math.max(hist.maxNs, slotStartNs(top)), end) }
}

/** Turns successive readings of the disks into what happened in between; disks without any are left out. */
export const diskRows = (nameOf: (dev: number) => string) => {
  const before = new Map<bigint, ReturnType<typeof remembered>>()
  const counters = new Float64Array(HIST_WORDS)
  return ({ count, keys, values }: Entries, peaks: Map<bigint, number[]>): BlockDisk[] => {
    const rows: BlockDisk[] = []
    for (let i = 0; i < count; i++) {
      const key = keys.readBigUInt64LE(i * DISK.key)
      const view = words(values.subarray(i * DISK.size, (i + 1) * DISK.size))
      let changes = before.get(key)
      if (!changes) before.set(key, (changes = remembered()))
      const ops = changes.ops(u64(view, DISK.ops))
      const bytes = changes.bytes(u64(view, DISK.bytes))
      const errors = changes.errors(u64(view, DISK.errors))
      if (ops === 0 && bytes === 0) continue
      const [total, queued, device] = changes.hists.map((change, kind) =>
        withinTopSlot(
          change(sumPerCpu(view, DISK.size, DISK.hists + kind * HIST_BYTES, counters), peaks.get(key)?.[kind] ?? 0),
        ),
      ) as [Hist, Hist, Hist]
      const dev = Number(key & 0xffffffffn)
      const op = OPS[Number(key >> 32n)]!
      rows.push({ dev: devText(dev), name: nameOf(dev), op, ops, bytes, errors, total, queued, device })
    }
    return rows
  }
}

const remembered = () => ({
  ops: difference(),
  bytes: difference(),
  errors: difference(),
  hists: KINDS.map(() => histDifference()),
})

/** Processes of one epoch, summed over CPUs. */
export const decodeProcs = ({ count, keys, values }: Entries, cpus: number): BlockProc[] => {
  const rows: BlockProc[] = []
  const view = words(values)
  for (let i = 0; i < count; i++) {
    const row: BlockProc = {
      pid: keys.readUInt32LE(i * 4),
      comm: '',
      reads: 0,
      writes: 0,
      otherOps: 0,
      readBytes: 0,
      writeBytes: 0,
      latencyNs: 0,
      latencyMaxNs: 0,
      queuedNs: 0,
    }
    let newestNs = 0
    for (let cpu = 0; cpu < cpus; cpu++) {
      const at = (i * cpus + cpu) * PROC.size
      row.reads += u64(view, at + PROC.reads)
      row.writes += u64(view, at + PROC.writes)
      row.otherOps += u64(view, at + PROC.otherOps)
      row.readBytes += u64(view, at + PROC.readBytes)
      row.writeBytes += u64(view, at + PROC.writeBytes)
      row.latencyNs += u64(view, at + PROC.latencyNs)
      row.latencyMaxNs = Math.max(row.latencyMaxNs, u64(view, at + PROC.latencyMaxNs))
      row.queuedNs += u64(view, at + PROC.queuedNs)
      const lastNs = u64(view, at + PROC.lastNs)
      if (lastNs > newestNs) {
        newestNs = lastNs
        row.comm = commAt(values, at + PROC.comm)
      }
    }
    rows.push(row)
  }
  return rows
}

/**
 * Requests the driver has. `stale` are the keys of those issued before `beforeNs` to a disk that has none: their
 * completion was missed. Flushes are not in the disk's own count, so they are believed.
 */
export const countInFlight = (
  { count, keys, values }: Entries,
  beforeNs: number,
  isIdle: (dev: number) => boolean,
): { inFlight: number; stale: Buffer[] } => {
  const view = words(values)
  const stale: Buffer[] = []
  let inFlight = 0
  for (let i = 0; i < count; i++) {
    const at = i * START.size
    const issuedNs = u64(view, at + START.issuedNs)
    if (issuedNs === 0) continue
    const old = issuedNs < beforeNs && view[(at + START.op) / 4] !== FLUSH
    if (old && isIdle(view[(at + START.dev) / 4]!)) stale.push(Buffer.from(keys.subarray(i * 8, i * 8 + 8)))
    else inFlight++
  }
  return { inFlight, stale }
}
