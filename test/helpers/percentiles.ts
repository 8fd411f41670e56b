// Percentiles of what was seen in windows beside those of all there was.
import { mergeHists, percentileNs } from '../../src/model/base/histogram.ts'
import type { Hist } from '../../src/stream/stream-types.ts'

/** Two slots of eight for each power of two. */
const TWO_SLOTS = 1.125 ** 2

interface Percentile {
  isNear: boolean
  text: string
}

/** p50 and p99 of intervals. `sure`: what sums over all may be off; that much less or more of what is longer moves a
 * percentile far where hardly anything lies between two peaks. */
export const percentilesBeside = (all: readonly Hist[], seen: readonly Hist[], sure: number): Percentile[] => {
  const [whole, estimated] = [mergeHists(all), mergeHists(seen)]
  return [0.5, 0.99].map((p) => {
    const [low, is, high] = [-1, 0, 1].map((side) => percentileNs(whole, p + side * 2 * sure * p * (1 - p))!)
    const ns = percentileNs(estimated, p)!
    return { isNear: ns * TWO_SLOTS > low! && ns < high! * TWO_SLOTS, text: `${ns} ns of ${is} (${low} to ${high})` }
  })
}
