// Percentiles of the histograms of probes that describe themselves, whatever their scale; and the same in the slots of
// base/histogram.ts, for heat maps.
import type { Hist } from '../../stream/stream-types.ts'
import type { Histogram, TablesData } from '../../stream/tables.ts'
import { emptyHist, mergeHists, SLOTS, slotOf, slotStartNs } from '../base/histogram.ts'

/** Percentile (0 < p <= 1) in the histogram's unit: the middle of its bucket, never above `max`; undefined when empty. */
export const percentileOf = (hist: Histogram, p: number): number | undefined => {
  if (hist.count <= 0) return undefined
  if (p >= 1 && hist.max !== undefined) return hist.max
  const rank = Math.ceil(p * hist.count)
  if (hist.scale === 'ranges') return rangeOf(hist, p)?.[1]
  const most = hist.max ?? Infinity
  let below = 0
  for (let i = 0; i < hist.buckets.length; i += 2) {
    below += hist.buckets[i + 1]!
    if (below >= rank) return Math.min(middleOf(hist, hist.buckets[i]!), most)
  }
  return hist.max
}

/** The range that a percentile lies in; undefined when empty. */
export const rangeOf = ({ buckets, count }: Histogram, p: number): readonly [from: number, to: number] | undefined => {
  const rank = Math.ceil(p * count)
  let below = 0
  for (let i = 0; i < buckets.length; i += 3) {
    below += buckets[i + 2]!
    if (count > 0 && below >= rank) return [buckets[i]!, buckets[i + 1]!]
  }
  return undefined
}

/** Several of one kind, range by range; undefined of none. */
export const mergeRanges = (hists: readonly Histogram[]): Histogram | undefined => {
  const [first] = hists
  if (!first || hists.length === 1) return first
  const counts = new Map<number, [to: number, count: number]>()
  for (const { buckets } of hists)
    for (let i = 0; i < buckets.length; i += 3)
      counts.set(buckets[i]!, [buckets[i + 1]!, (counts.get(buckets[i]!)?.[1] ?? 0) + buckets[i + 2]!])
  return {
    scale: 'ranges',
    unit: first.unit,
    buckets: [...counts].sort(([a], [b]) => a - b).flatMap(([from, [to, count]]) => [from, to, count]),
    count: hists.reduce((sum, { count }) => sum + count, 0),
  }
}

/** Of the histograms that the rows of `table.field` name; those of durations. */
export const sumOfParts = ({ hists, tables }: Pick<TablesData, 'hists' | 'tables'>, parts: string): Histogram =>
  ofHist(mergeHists(partsOf({ hists, tables }, parts).map(asHist)))

/** The one of this name, as a cell has it. */
export const histIn = (hists: TablesData['hists'], name: unknown): Histogram | undefined =>
  typeof name === 'string' && Object.hasOwn(hists, name) ? hists[name] : undefined

/** Those that the rows of `table.field` name. */
export const partsOf = ({ hists, tables }: Pick<TablesData, 'hists' | 'tables'>, parts: string): Histogram[] => {
  const [id, field] = parts.split('.') as [string, string]
  if (!Object.hasOwn(tables, id)) return []
  const { columns, rows } = tables[id]!
  const at = columns.indexOf(field)
  return rows.flatMap((row) => histIn(hists, row[at]) ?? [])
}

const middleOf = ({ scale, from = 0, step = 1 }: Histogram, bucket: number): number =>
  scale === 'log8'
    ? bucket >= SLOTS - 1
      ? slotStartNs(bucket)
      : (slotStartNs(bucket) + slotStartNs(bucket + 1)) / 2
    : scale === 'log2'
      ? bucket === 0
        ? 1
        : 1.5 * 2 ** bucket
      : from + (bucket + 0.5) * step

/** One of durations as it is sent. */
export const ofHist = ({ slots, count, sumNs, maxNs }: Hist): Histogram => ({
  scale: 'log8',
  unit: 'ns',
  buckets: slots,
  count,
  sum: sumNs,
  max: maxNs,
})

/** As one of durations: exact where its buckets are these slots, else each bucket in the slot of its middle. */
export const asHist = (hist: Histogram): Hist => {
  let made = asHists.get(hist)
  if (!made) asHists.set(hist, (made = inSlots(hist)))
  return made
}

const asHists = new WeakMap<Histogram, Hist>()

const inSlots = (hist: Histogram): Hist => {
  const { scale, buckets, count } = hist
  const maxNs = hist.max ?? (buckets.length > 0 ? middleOf(hist, buckets.at(-2)!) : 0)
  const sumNs = hist.sum ?? sumOf(hist)
  if (scale === 'log8') return { slots: buckets, count, sumNs, maxNs }
  const slots = new Map<number, number>()
  for (let i = 0; i < buckets.length; i += 2) {
    const slot = slotOf(middleOf(hist, buckets[i]!))
    slots.set(slot, (slots.get(slot) ?? 0) + buckets[i + 1]!)
  }
  return { ...emptyHist(), slots: [...slots].sort(([a], [b]) => a - b).flat(), count, sumNs, maxNs }
}

const sumOf = (hist: Histogram): number => {
  let sum = 0
  for (let i = 0; i < hist.buckets.length; i += 2) sum += middleOf(hist, hist.buckets[i]!) * hist.buckets[i + 1]!
  return sum
}
