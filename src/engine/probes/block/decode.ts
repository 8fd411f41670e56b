// What the maps of probes/block.bpf.c hold, as rows. Where the members of a struct are says the object itself. No system
// calls here.
import type { BlockDisk } from '../../../model/block.ts'
import { SLOTS, slotStartNs } from '../../../model/base/histogram.ts'
import type { BlockProc } from '../../../stream/specs/block.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import {
  commAt,
  difference,
  HIST_BYTES,
  HIST_WORDS,
  histDifference,
  sumPerCpu,
  totalPerCpu,
  u64,
  words,
} from '../../native/per-cpu.ts'
import { devText } from '../../proc/disks.ts'
import { KINDS, OPS, PEAK_BITS, type BlockLayout } from './record-layout.ts'

/** Entries of a map as libbpf.ts hands them over. */
interface Entries {
  count: number
  keys: Buffer
  values: Buffer
}

const FLUSH = OPS.indexOf('flush')

/** In full nothing of a process is unknown. */
type KnownProc = { [Field in keyof BlockProc]: NonNullable<BlockProc[Field]> }

/** A request that ends while the epoch changes may be in the histogram of one and the maximum of the other. */
export const withinTopSlot = (hist: Hist): Hist => {
  if (hist.count === 0) return { ...hist, maxNs: 0 }
  const top = hist.slots.at(-2)!
  const end = top === SLOTS - 1 ? Infinity : slotStartNs(top + 1) - 1
  return { ...hist, maxNs: Math.min(Math.max(hist.maxNs, slotStartNs(top)), end) }
}

/** The ns of a peak, 0 when it is not of this epoch. */
export const peakNs = (view: Uint32Array, byteOffset: number, epoch: number): number => {
  const high = view[byteOffset / 4 + 1]!
  const bits = PEAK_BITS - 32
  if (high >>> bits !== epoch % 2 ** (32 - bits)) return 0
  return (high & ((1 << bits) - 1)) * 2 ** 32 + view[byteOffset / 4]!
}

/**
 * Turns successive readings of the disks into what happened in between; disks without any are left out. `ids` is the memory of
 * a map, `valuesOf` gives a row's values: `shards` one after the other, to be summed.
 */
export const diskRows = (layout: BlockLayout['disk'], shards: number, nameOf: (dev: number) => string) => {
  const before = new Map<number, ReturnType<typeof remembered>>()
  const counters = new Float64Array(HIST_WORDS)
  const bytesOfRow = layout.size * shards

  return (ids: Uint32Array, valuesOf: (row: number) => Buffer, epoch: number): BlockDisk[] => {
    const rows: BlockDisk[] = []
    for (let row = 0; row < ids.length / 2; row++) {
      // the first ones are those of all disks for which there was no room
      const dev = ids[row * 2]!
      if (dev === 0 && row >= OPS.length) continue
      const view = words(valuesOf(row))
      const sum = (byteOffset: number): number => totalPerCpu(view, layout.size, byteOffset)
      let changes = before.get(row)
      if (!changes) before.set(row, (changes = remembered()))
      const untimed = changes.untimed(sum(layout.untimed))
      const bytes = changes.bytes(sum(layout.bytes))
      const timed = changes.timed(sum(layout.hists + 2 * HIST_BYTES - 8) + sum(layout.hists + 3 * HIST_BYTES - 8))
      if (untimed === 0 && bytes === 0 && timed === 0) continue
      const errors = changes.errors(sum(layout.errors))
      const [total, queued, device] = changes.hists.map((change, kind) => {
        const peaks = layout.peaks + ((epoch & 1) * KINDS.length + kind) * 8
        let maxNs = 0
        for (let at = peaks; at < bytesOfRow; at += layout.size) maxNs = Math.max(maxNs, peakNs(view, at, epoch))
        return withinTopSlot(change(sumPerCpu(view, layout.size, layout.hists + kind * HIST_BYTES, counters), maxNs))
      }) as [Hist, Hist, Hist]
      total.sumNs = queued.sumNs + device.sumNs // the kernel programs leave it out
      const op = OPS[dev === 0 ? row : ids[row * 2 + 1]!]!
      const ops = total.count + untimed
      rows.push({ dev: devText(dev), name: nameOf(dev), op, ops, bytes, errors, total, queued, device })
    }
    return rows
  }
}

const remembered = () => ({
  untimed: difference(),
  bytes: difference(),
  errors: difference(),
  timed: difference(),
  hists: KINDS.map(() => histDifference()),
})

/**
 * Processes of one epoch, summed over CPUs: of `places`, the memory of an array, those that are of this epoch, and all
 * entries of a map for those whose place was another's.
 */
export const decodeProcs = (
  layout: BlockLayout['proc'],
  places: Buffer,
  epoch: number,
  { count, keys, values }: Entries,
  cpus: number,
): KnownProc[] => {
  const rows = new Map<number, { row: KnownProc; newestNs: number }>()
  const add = (pid: number, buffer: Buffer, view: Uint32Array, at: number): void => {
    let known = rows.get(pid)
    if (!known) rows.set(pid, (known = { row: noIo(pid), newestNs: 0 }))
    const { row } = known
    row.reads += u64(view, at + layout.reads)
    row.writes += u64(view, at + layout.writes)
    row.otherOps += u64(view, at + layout.other_ops)
    row.readBytes += u64(view, at + layout.read_bytes)
    row.writeBytes += u64(view, at + layout.write_bytes)
    row.latencyNs += u64(view, at + layout.latency_ns)
    row.latencyMaxNs = Math.max(row.latencyMaxNs, u64(view, at + layout.latency_max_ns))
    row.queuedNs += u64(view, at + layout.queued_ns)
    const lastNs = u64(view, at + layout.last_ns)
    if (lastNs <= known.newestNs) return
    known.newestNs = lastNs
    row.comm = commAt(buffer, at + layout.comm)
  }
  const inPlace = words(places)
  for (let at = (epoch & 1) * layout.size; at < places.length; at += 2 * layout.size)
    if (inPlace[(at + layout.epoch) / 4] === epoch) add(inPlace[(at + layout.tgid) / 4]!, places, inPlace, at)
  const view = words(values)
  for (let i = 0; i < count * cpus; i++) add(keys.readUInt32LE(Math.floor(i / cpus) * 4), values, view, i * layout.size)
  return [...rows.values()].map(({ row }) => row)
}

const noIo = (pid: number): KnownProc => ({
  pid,
  comm: '',
  reads: 0,
  writes: 0,
  otherOps: 0,
  readBytes: 0,
  writeBytes: 0,
  latencyNs: 0,
  latencyMaxNs: 0,
  queuedNs: 0,
})

/**
 * How many requests the driver has, among places of which those without a `rq` are free. Those issued before `beforeNs`
 * to a disk that has none are not among them: their completion was missed, which is counted when their address is used
 * again. Flushes are not in the disk's own count, so they are believed. Places come in pages of as many each; those of
 * pages that were never `touched` are free.
 */
export const countInFlight = (
  layout: BlockLayout['start'],
  places: Uint32Array,
  beforeNs: number,
  isIdle: (dev: number) => boolean,
  touched?: Uint8Array,
): number => {
  const idle = new Map<number, boolean>()
  const isKnownIdle = (dev: number): boolean => {
    if (!idle.has(dev)) idle.set(dev, isIdle(dev))
    return idle.get(dev)!
  }
  const rq = layout.rq / 4
  const pages = touched?.length ?? 1
  const pageWords = places.length / pages
  let inFlight = 0
  for (let page = 0; page < pages; page++) {
    if (touched?.[page] === 0) continue
    for (let place = page * pageWords; place < (page + 1) * pageWords; place += layout.size / 4) {
      if (places[place + rq] === 0 && places[place + rq + 1] === 0) continue
      const issuedNs = u64(places, place * 4 + layout.issued_ns)
      if (issuedNs === 0) continue
      const op = places[place + layout.op / 4]! & 0xffff
      if (issuedNs >= beforeNs || op === FLUSH || !isKnownIdle(places[place + layout.dev / 4]!)) inFlight++
    }
  }
  return inFlight
}
