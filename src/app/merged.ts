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
export const mergedOf = (sample: Sample, panel: AnyPanel, mode: string): Merged | undefined => {
  const key = `${panel.id} ${mode}`
  let known = cache.get(sample)
  if (!known) cache.set(sample, known = new Map())
  if (!known.has(key)) {
    const hists = panel.hists(sample.data, mode)
    known.set(key, hists && ranked(mergeHists(hists)))
  }
  return known.get(key)
}

const cache = new WeakMap<Sample, Map<string, Merged | undefined>>()

const ranked = (hist: Hist): Merged =>
  ({ ...hist, p50Ns: percentileNs(hist, 0.5), p90Ns: percentileNs(hist, 0.9), p99Ns: percentileNs(hist, 0.99) })
