// A store with samples of a probe that describes itself, from rows as objects: what is not said is null, or 0 of totals.
import { createStore, type Store } from '../../src/model/store.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { TableCell } from '../../src/stream/tables.ts'
import type { DescribedSample } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'

export interface Interval {
  /** By id of the table. */
  rows?: Readonly<Record<string, readonly Readonly<Record<string, TableCell | undefined>>[]>>
  totals?: Readonly<Record<string, number>>
  notes?: readonly string[]
  /** On the clock of its rows. */
  clockNs?: number
}

/** An interval a second, the first ends after one. */
export const sampleOf = (
  spec: ProbeSpec,
  tick: number,
  { rows = {}, totals = {}, notes, clockNs }: Interval,
): DescribedSample => ({
  type: 'sample',
  probe: spec.id as DescribedId,
  atMs: 1000 * tick,
  intervalMs: 1000,
  lost: 0,
  data: {
    tables: Object.fromEntries(
      Object.entries(rows).map(([id, list]) => {
        const columns = spec.tables[id]!.map((field) => field.id)
        return [id, { columns, rows: list.map((row) => columns.map((column) => row[column] ?? null)) }]
      }),
    ),
    hists: {},
    totals: { ...totals },
    ...(notes ? { notes: [...notes] } : {}),
    ...(clockNs === undefined ? {} : { clockNs }),
  },
})

export const storeWith = (spec: ProbeSpec, ...intervals: readonly Interval[]): Store => {
  const store = createStore()
  store.add({ type: 'probe', atMs: 1, spec })
  intervals.forEach((interval, i) => {
    store.add({ type: 'host', atMs: 1000 * (i + 1), intervalMs: 1000, uptimeS: 100, load: [3, 2, 1], cpus: 2 })
    store.add(sampleOf(spec, i + 1, interval))
  })
  return store
}
