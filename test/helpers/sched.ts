// The tables of the scheduler's probe as objects, and the probe as tests run it.
import { join } from 'node:path'
import type { StartDescribed } from '../../src/engine/base/described-probe.ts'
import { start } from '../../src/engine/probes/sched/probe.ts'
import { start as startSampled } from '../../src/engine/probes/sched/sampled.ts'
import type { HowGot, ProbeContext } from '../../src/engine/base/probe.ts'
import { schedOf } from '../../src/model/sched.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import type { Store } from '../../src/model/store.ts'
import type { SchedData } from '../../src/stream/sched-types.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { withProbe } from './workload.ts'

/** The same tables with other things in them. */
export const editedSched = (data: TablesData, edit: (data: SchedData) => Partial<SchedData>): TablesData => {
  const known = schedOf(data)
  return schedTables({ ...known, ...edit(known) })
}

export interface SchedReading {
  data: SchedData
  lost: number
  tier?: HowGot
}

export const startSched = (context: ProbeContext, from: StartDescribed = start) => {
  const probe = from({ ...context, object: join(context.objects, 'sched.bpf.o') })
  return {
    ...probe,
    read: (): SchedReading => {
      const { lost, tier, ...data } = probe.read()
      return { data: schedOf(data), lost, ...(tier && { tier }) }
    },
  }
}

/** One that follows every switch, and beside it one that sees them in windows. */
export const besideSampled = (use: (full: SchedProbe, sampled: SchedProbe) => Promise<void>): Promise<void> =>
  withProbe(startSched, (full) =>
    withProbe(
      (context) => startSched(context, startSampled),
      (sampled) => use(full, sampled),
    ),
  )

export type SchedProbe = ReturnType<typeof startSched>

/** What a store has of an instant. */
export const schedIn = (store: Store, atMs?: number): SchedData => schedOf(store.latest('sched', atMs)!.data)
