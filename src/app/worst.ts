// The interval whose latency was the worst of those kept: where a heat map has its spike.
import { percentileNs } from '../model/base/histogram.ts'
import type { View } from '../model/view.ts'
import type { Sample } from '../stream/stream-types.ts'
import { countOf, formatDuration } from './format.ts'
import { mergedOf } from './merged.ts'
import { currentPanel, panelIn, panelState } from './state.ts'
import type { AppState } from './state-types.ts'

/** Of fewer than a hundred events p99 is the longest, which serves as well here. */
const RANK = 0.99

/** Of equals the newest. */
export const worstOf = (state: AppState, view: View): { atMs: number; ns: number; among: number } | undefined => {
  const id = currentPanel(state)
  if (id === undefined) return undefined
  const panel = panelIn(state, id)
  const { mode } = panelState(state, id)
  const all = (view.at(undefined).samples(panel.probe, Infinity) as Sample[]).flatMap((sample) => {
    const hist = mergedOf(sample, panel, mode)
    const ns = hist && !hist.counted && hist.count > 0 ? percentileNs(hist, RANK) : undefined
    return ns === undefined ? [] : [{ atMs: sample.atMs, ns }]
  })
  const [first, ...rest] = all
  if (!first) return undefined
  return { ...rest.reduce((top, each) => (each.ns >= top.ns ? each : top), first), among: all.length }
}

export const toWorst = (state: AppState, view: View): AppState => {
  const worst = worstOf(state, view)
  if (!worst) return { ...state, notice: { text: 'no latency of this panel is kept', role: 'warn' } }
  const text = `p99 ${formatDuration(worst.ns)}, the worst of the ${countOf(worst.among, 'interval')} kept; End goes live`
  return { ...state, instantMs: worst.atMs, notice: { text, role: 'good' } }
}
