// How often a probe's hooks would run, from a sample of it in whatever tier: with what they took a run when they last
// did, that says what they would cost before they are put back.
import { countedIn } from '../model/tables/evaluate.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Part } from './overhead.ts'

/** By probe; undefined where the sample does not tell. */
const eventsOf = (sample: Sample): number | undefined => {
  const of = COUNTED[sample.probe]
  return of && countedIn(sample.data as TablesData, of)
}

/** What tells how often hooks ran: totals, and columns of tables. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  sched: ['procs.switches'],
  block: ['disks.ops'],
  syscalls: ['calls'],
  tcp: ['opened', 'accepted', 'closed'],
}

/** Others that run as often. */
const AS_OFTEN: Readonly<Record<string, readonly string[]>> = { sched: ['stacks', 'containers'], syscalls: ['detail'] }

/** Notes events a second of each part. */
export const noteRates = (rates: Map<Part, number>, sample: Sample): void => {
  const events = eventsOf(sample)
  if (events === undefined || !(sample.intervalMs > 0)) return
  for (const part of [sample.probe, ...(AS_OFTEN[sample.probe] ?? [])])
    rates.set(part as Part, (events * 1000) / sample.intervalMs)
}
