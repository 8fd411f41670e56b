// Histograms of what was seen in windows, scaled to all of the time. Pure.
import { slotStartNs } from '../../model/base/histogram.ts'
import type { Hist } from '../../stream/stream-types.ts'
import type { Span } from './windows.ts'

/** A factor is not larger than this many times that of independent ends: where hardly any are seen, each says little. */
const MOST = 5

/** Factor for a stay of so many ns of which both ends had to be in windows, in the same or in two: by the part of the time of which that
 * is true of these windows, the last there were. */
export const bothEndsSeen = (spans: readonly Span[]): ((ns: number) => number) => {
  const seenMs = spans.reduce((sum, [from, to]) => sum + to - from, 0)
  const lastedMs = spans.length > 1 ? (spans.at(-1)![0] - spans[0]![0]) * (1 + 1 / (spans.length - 1)) : seenMs
  const share = seenMs / lastedMs
  return (ns) => {
    if (!(share > 0)) return 0
    const ms = ns / 1e6
    if (ms > lastedMs / 2) return 1 / share ** 2
    let bothMs = 0
    for (const [from, to] of spans)
      for (const [begin, end] of spans) bothMs += Math.max(0, Math.min(to, end + ms) - Math.max(from, begin + ms))
    return 1 / Math.max(bothMs / (lastedMs - ms), share ** 2 / MOST)
  }
}

/** Counts by slot times the factor of the middle of the slot; the sum likewise. The longest stays the longest seen. What
 * rounding leaves goes on to the next slot, so that all together are as many as they should be. */
export const scaledHist = (seen: Hist, factorOf: (ns: number) => number): Hist => {
  const slots: number[] = []
  let count = 0
  let sum = 0
  let seenSum = 0
  let left = 0
  for (let i = 0; i < seen.slots.length; i += 2) {
    const slot = seen.slots[i]!
    const ns = Math.min((slotStartNs(slot) + slotStartNs(slot + 1)) / 2, seen.maxNs)
    const exact = left + seen.slots[i + 1]! * factorOf(ns)
    const scaled = Math.round(exact)
    left = exact - scaled
    if (scaled === 0) continue
    slots.push(slot, scaled)
    count += scaled
    sum += scaled * ns
    seenSum += seen.slots[i + 1]! * ns
  }
  // what the middles are off is known of what was seen
  return { slots, count, sumNs: seenSum > 0 ? (sum * seen.sumNs) / seenSum : 0, maxNs: seen.maxNs }
}

/** These histograms together are `total` in place of what they are, each of its part; where none has any they stay. */
export const scaledTo = (hists: readonly Hist[], total: number): Hist[] => {
  const counted = hists.reduce((sum, { count }) => sum + count, 0)
  return hists.map((hist) => (counted > 0 ? scaledHist(hist, () => total / counted) : hist))
}
