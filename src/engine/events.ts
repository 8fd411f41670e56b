// How often a probe's hooks would run, from a sample of whoever counts that, in whatever tier: with what they took a run when
// they last did, that says what they would cost before they are put back.
import { countedIn } from '../model/tables/evaluate.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { TablesData } from '../stream/tables.ts'
import type { InKernel } from './base/in-kernel.ts'
import type { Part } from '../stream/want.ts'

/** Gives what notes events a second of each part, from a sample. */
export const ratesOf = (probes: readonly InKernel[]): ((rates: Map<Part, number>, sample: Sample) => void) => {
  const known = new Map(
    probes.flatMap(({ id, events }) =>
      events?.counted ? [[id, { counted: events.counted, parts: asOftenAs(events.hook, probes) }]] : [],
    ),
  )
  return (rates, sample) => {
    const of = known.get(sample.probe)
    if (!of || !(sample.intervalMs > 0)) return
    const rate = (countedIn(sample.data as TablesData, of.counted) * 1000) / sample.intervalMs
    for (const part of of.parts) rates.set(part, rate)
  }
}

/** Detail is in programs of its own, at the hooks of the probe that can do without. */
const asOftenAs = (hook: string, probes: readonly InKernel[]): Part[] =>
  probes
    .filter(({ events }) => events?.hook === hook)
    .flatMap(({ id, options }) => [id as Part, ...(options.includes('detail') ? (['detail'] as const) : [])])
