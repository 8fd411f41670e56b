// The histograms of a sample that make up a panel's latency, merged and ranked once: a sample never changes, and a
// screen of history would otherwise be merged anew for every frame. Forgotten with the sample, or when others are asked for instead.
import { mergeHists, percentileByTimeNs, percentileNs } from '../model/base/histogram.ts'
import { createMemo } from '../model/memo.ts'
import type { AnyPanel } from '../panels/panel-types.ts'
import type { Hist, Sample } from '../stream/stream-types.ts'

export interface Merged extends Hist {
  p50Ns?: number
  p90Ns?: number
  p99Ns?: number
  /** Of the time that was waited, not of how often. */
  p99ByTimeNs?: number
  /** Count and sum are all that is known. */
  counted?: true
}

/** undefined where the panel has no latency now. */
export const mergedOf = (sample: Sample, panel: AnyPanel, mode: string): Merged | undefined =>
  remembered(`${panel.id} ${mode}`, sample, ({ data, tier }) => {
    const hists = panel.hists(data, mode)
    const merged = hists && ranked(mergeHists(hists))
    return { merged: merged && (tier?.is === 'counted' ? { counted: true, ...merged } : merged) }
  }).merged

const remembered = createMemo<{ merged?: Merged }>(1_000_000, ({ merged }) => 200 + 8 * (merged?.slots.length ?? 0))

const ranked = (hist: Hist): Merged => ({
  p50Ns: percentileNs(hist, 0.5),
  p90Ns: percentileNs(hist, 0.9),
  p99Ns: percentileNs(hist, 0.99),
  p99ByTimeNs: percentileByTimeNs(hist, 0.99),
  ...hist,
})
