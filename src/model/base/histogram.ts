// Log-linear histogram: 8 slots per power of two between 64 ns and 2^37 ns (137 s). The kernel programs use the same
// slots (probes/lib/probetop.h). Slot 0 is everything below 64 ns, the last slot everything from 2^37 ns on.
// A value is known to 1/8 of its power of two, so the middle of its slot is at most 6.25 % off; `maxNs` is exact and
// percentiles never exceed it.
import type { Hist } from '../../stream/stream-types.ts'

export const FIRST_BITS = 6
const LAST_BITS = 37
export const PER_OCTAVE = 8
export const SLOTS = 2 + (LAST_BITS - FIRST_BITS) * PER_OCTAVE

/** Slot of a duration in ns. */
export const slotOf = (ns: number): number => {
  if (ns < 2 ** FIRST_BITS) return 0
  if (ns >= 2 ** LAST_BITS) return SLOTS - 1
  const bits = ns < 2 ** 32 ? 31 - Math.clz32(ns) : 63 - Math.clz32(ns / 2 ** 32)
  return 1 + (bits - FIRST_BITS) * PER_OCTAVE + Math.floor((ns / 2 ** bits - 1) * PER_OCTAVE)
}

/** Counted once: a power costs 60 to 120 ns, and hundreds of bounds are asked for each second. */
const STARTS_NS = Float64Array.from({ length: SLOTS + 1 }, (_, slot) => {
  if (slot === 0) return 0
  const linear = (slot - 1) % PER_OCTAVE
  return 2 ** (FIRST_BITS + Math.floor((slot - 1) / PER_OCTAVE)) * (1 + linear / PER_OCTAVE)
})

/** Lower bound of a slot in ns; the upper bound is that of the next one. */
export const slotStartNs = (slot: number): number => STARTS_NS[Math.min(Math.max(slot, 0), SLOTS)]!

export const emptyHist = (): Hist => ({ slots: [], count: 0, sumNs: 0, maxNs: 0 })

/** The sum of several histograms; exact, as all share the same slots. */
export const mergeHists = (hists: readonly Hist[]): Hist => {
  if (hists.length === 1) return hists[0]!
  const merged = emptyHist()
  COUNTS.fill(0)
  for (const { slots, count, sumNs, maxNs } of hists) {
    for (let i = 0; i < slots.length; i += 2) COUNTS[slots[i]!]! += slots[i + 1]!
    merged.count += count
    merged.sumNs += sumNs
    merged.maxNs = Math.max(merged.maxNs, maxNs)
  }
  for (let slot = 0; slot < SLOTS; slot++) if (COUNTS[slot]! > 0) merged.slots.push(slot, COUNTS[slot]!)
  return merged
}

/** Used for one sum at a time. No typed array: of that each number that is read is an object until this is compiled. */
const COUNTS = new Array<number>(SLOTS).fill(0)

/** The middle of a slot, never above `maxNs`; of the last one that. */
const middleNs = (slot: number, { maxNs }: Hist): number =>
  slot === SLOTS - 1 ? maxNs : Math.min(MIDDLES_NS[slot] ?? maxNs, maxNs)

const MIDDLES_NS = Array.from({ length: SLOTS }, (_, slot) => (slotStartNs(slot) + slotStartNs(slot + 1)) / 2)

/** How long the events are in which all but the longest 1 - p of the time was spent: many short ones do not hide few long
 * ones. undefined when empty, or where there is no distribution. */
export const percentileByTimeNs = (hist: Hist, p: number): number | undefined => {
  const { slots } = hist
  let total = 0
  for (let i = 0; i < slots.length; i += 2) total += middleNs(slots[i]!, hist) * slots[i + 1]!
  let below = 0
  for (let i = 0; i < slots.length; i += 2) {
    const ns = middleNs(slots[i]!, hist)
    below += ns * slots[i + 1]!
    if (below >= p * total) return ns
  }
  return undefined
}

/** Percentile (0 < p <= 1) in ns: the middle of the slot it falls in, never above `maxNs`; undefined when empty, or
 * where there is no distribution. */
export const percentileNs = (hist: Hist, p: number): number | undefined => {
  if (hist.count === 0 || hist.slots.length === 0) return undefined
  const rank = Math.ceil(p * hist.count)
  let below = 0
  for (let i = 0; i < hist.slots.length; i += 2) {
    const slot = hist.slots[i]!
    below += hist.slots[i + 1]!
    if (below < rank) continue
    return middleNs(slot, hist)
  }
  return hist.maxNs
}
