// Histograms of the kernel programs (`struct hist`) as probes that describe themselves send them.
import { SLOTS, slotStartNs } from '../../model/base/histogram.ts'
import type { Hist } from '../../stream/stream-types.ts'
import type { Histogram } from '../../stream/tables.ts'

/** The maximum lies in the highest slot: what ends while an interval does may be in the one's slots and the other's
 * maximum. */
export const topOf = ({ slots, count, sumNs, maxNs }: Hist): Histogram => {
  const top = slots.at(-2)
  const [from, to] =
    top === undefined ? [0, 0] : [slotStartNs(top), top === SLOTS - 1 ? Infinity : slotStartNs(top + 1) - 1]
  return { scale: 'log8', unit: 'ns', buckets: slots, count, sum: sumNs, max: Math.min(Math.max(maxNs, from), to) }
}
