// The histograms of a sample that make up a panel's latency, merged and ranked once: a sample never changes, and a
// screen of history would otherwise be merged anew for every frame. Forgotten with the sample.
import { mergeHists, percentileNs } from '../model/histogram.ts'
import type { AnyPanel } from '../panels/registry.ts'
import type { Hist, Sample } from '../stream/types.ts'

export interface Merged extends Hist {
  p50Ns?: number
  p90Ns?: number
  p99Ns?: number
}

/** undefined where the panel has no latency now. */
export const mergedOf = (sample: Sample, panel: AnyPanel, mode: string): Merged | undefined => mergedBy(panel, mode)(sample)

/** The same for many samples. */
export const mergedBy = (panel: AnyPanel, mode: string): ((sample: Sample) => Merged | undefined) => {
  const key = `${panel.id} ${mode}`
  const known = caches.get(key) ?? new WeakMap<Sample, { merged?: Merged }>()
  caches.set(key, known)
  return sample => {
    let found = known.get(sample)
    if (!found) {
      const hists = panel.hists(sample.data, mode)
      known.set(sample, found = { merged: hists && ranked(mergeHists(hists)) })
    }
    return found.merged
  }
}

const caches = new Map<string, WeakMap<Sample, { merged?: Merged }>>()

const ranked = (hist: Hist): Merged =>
  ({ ...hist, p50Ns: percentileNs(hist, 0.5), p90Ns: percentileNs(hist, 0.9), p99Ns: percentileNs(hist, 0.99) })
