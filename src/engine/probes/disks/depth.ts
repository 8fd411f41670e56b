// How long each disk had how many requests: histograms of an interval, of time, from the sums of probes/disks.bpf.c.
import type { Histogram } from '../../../stream/tables.ts'
import type { BpfObject } from '../../native/object.ts'

/** The least depth in a slot, as `slot_of` of the kernel program has it: 0, 1, 2, 3, then two for each power of two. */
const fromOf = (slot: number): number => (slot < 4 ? slot : 2 ** (slot >> 1) * (slot & 1 ? 1.5 : 1))
const US = 1000

/** In us of time, without the time in which there was none: how busy it is is another figure. Undefined: none. */
export const depthHist = (ns: readonly number[]): Histogram | undefined => {
  const buckets: number[] = []
  let count = 0
  for (let slot = 1; slot < ns.length; slot++) {
    const us = Math.round((ns[slot] ?? 0) / US)
    if (us <= 0) continue
    buckets.push(fromOf(slot), fromOf(slot + 1), us)
    count += us
  }
  return count > 0 ? { scale: 'ranges', unit: 'count', buckets, count } : undefined
}

/** Gives by the number of a disk what its time since the last reading was. */
export const depthsBetween = (object: BpfObject): ((nowNs: number) => Map<number, Histogram>) => {
  const map = object.map('depths')
  const depth = object.record('depth')
  const { elements: depths } = depth.place('ns')
  const at = { since: depth.number('since_ns'), ns: depth.number('ns'), now: depth.number('now') }
  const before = new Map<number, number[]>()
  return (nowNs) => {
    const found = new Map<number, Histogram>()
    const { count, keys, values } = map.all()
    for (let i = 0; i < count; i++) {
      const dev = keys.readUInt32LE(i * 4)
      const from = i * depth.size
      const sums = Array.from({ length: depths }, (_, slot) => at.ns(values, from, slot))
      const slot = slotOf(at.now(values, from), depths)
      sums[slot]! += Math.max(0, nowNs - at.since(values, from))
      const was = before.get(dev)
      before.set(dev, sums)
      const hist = depthHist(sums.map((ns, each) => ns - (was?.[each] ?? 0)))
      if (hist) found.set(dev, hist)
    }
    return found
  }
}

const slotOf = (depth: number, depths: number): number => {
  let slot = 0
  while (slot < depths - 1 && fromOf(slot + 1) <= depth) slot++
  return slot
}
