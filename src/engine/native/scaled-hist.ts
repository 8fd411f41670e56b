// Histograms of what was seen in windows, scaled to all of the time. Pure.
import { slotStartNs } from '../../model/histogram.ts'
import type { Hist } from '../../stream/types.ts'

/** A factor is not larger than this many times that of independent ends: where hardly any are seen, each says little. */
const MOST = 4
const STEPS = 16

/** Factor for a stay of so many ns of which both ends had to be in windows, of `windowNs` each at a random place of each
 * `stretchNs`: in the same, or in two of different stretches. */
export const bothEndsSeen = (windowNs: number, stretchNs: number): ((ns: number) => number) => {
  if (!(windowNs > 0) || !(stretchNs > windowNs)) return () => (windowNs > 0 ? 1 : 0)
  const independent = (windowNs / stretchNs) ** 2
  const room = stretchNs - windowNs
  /** How far two windows are from being so many stretches apart has the density of a triangle. */
  const density = (ns: number): number => Math.max(0, room - Math.abs(ns)) / room ** 2
  /** Time for which one end is in one window and the other in the other, on average, of two that would have to be moved by
   * so many ns: the overlap of two windows is a triangle, too. */
  const overlap = (ns: number): number => {
    let sum = 0
    for (let i = 0; i < STEPS; i++) {
      const off = ((i + 0.5) / STEPS) * 2 - 1
      sum += (1 - Math.abs(off)) * density(ns + off * windowNs)
    }
    return (sum * windowNs * windowNs * 2) / STEPS
  }
  return (ns) => {
    const apart = Math.round(ns / stretchNs)
    let seen = Math.max(0, windowNs - ns)
    for (let stretches = Math.max(1, apart - 1); stretches <= apart + 1; stretches++)
      seen += overlap(ns - stretches * stretchNs)
    return 1 / Math.max(seen / stretchNs, independent / MOST)
  }
}

/** Counts by slot times the factor of the middle of the slot; the sum likewise. The longest stays the longest seen. */
export const scaledHist = (seen: Hist, factorOf: (ns: number) => number): Hist => {
  const slots: number[] = []
  let count = 0
  let sum = 0
  let seenSum = 0
  for (let i = 0; i < seen.slots.length; i += 2) {
    const slot = seen.slots[i]!
    const ns = Math.min((slotStartNs(slot) + slotStartNs(slot + 1)) / 2, seen.maxNs)
    const scaled = Math.round(seen.slots[i + 1]! * factorOf(ns))
    if (scaled === 0) continue
    slots.push(slot, scaled)
    count += scaled
    sum += scaled * ns
    seenSum += seen.slots[i + 1]! * ns
  }
  // what the middles are off is known of what was seen
  return { slots, count, sumNs: seenSum > 0 ? (sum * seen.sumNs) / seenSum : 0, maxNs: seen.maxNs }
}
