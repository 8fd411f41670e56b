// What figures of a panel are made of: totals and sums of its probe's sample, and where the panel is one of ours its own functions.
import { ofSample, type Operands } from '../model/tables/evaluate.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { TablesData } from '../stream/tables.ts'

/** Figures by the name that the spec has for them, and totals that samples of a selection do not have, of their rows. */
export type Figures = Readonly<Record<string, (sample: Sample) => number | undefined>>

export const figureOperands = (sample: Sample, own: Figures = {}): Operands => {
  const data = sample.data as TablesData
  const said = ofSample(data, undefined, sample.intervalMs)
  const ownOf = (name: string): number | undefined => own[name]?.(sample)
  return {
    ...said,
    value: (name) => (Object.hasOwn(data.totals, name) ? data.totals[name] : (ownOf(name) ?? said.value(name))),
    named: ownOf,
  }
}
