// Readings of counters that only grow, as what happened between them. No system calls here.
import type { RowOf } from '../../../stream/spec.ts'
import type { KERNEL } from './spec.ts'

export type KindRow = RowOf<typeof KERNEL.tables.kinds>
export type CpuRow = RowOf<typeof KERNEL.tables.cpus>
export type WorkRow = RowOf<typeof KERNEL.tables.works>

/** Nothing marks when the line of an interrupt was raised. */
export const NO_WAIT = { waits: null, waitNs: null, maxWaitNs: null }

export interface Runs {
  count: number
  ns: number
  maxNs: number
}

/** By a key of the caller's. `maxNs` is of the interval already, but for what ended while it was read: that is in the
 * sum of one and the maximum of the other, which is never more than the sum. */
export const runsBetween = () => {
  const before = new Map<string, { count: number; ns: number }>()
  return (key: string, { count, ns, maxNs }: Runs): Runs => {
    const was = before.get(key)
    before.set(key, { count, ns })
    const took = ns - (was?.ns ?? 0)
    return { count: count - (was?.count ?? 0), ns: took, maxNs: Math.min(maxNs, took) }
  }
}

/** Rows of each CPU that did something, as those of all together. */
export const kindsOf = (rows: readonly CpuRow[], latencyOf: (row: CpuRow) => string | null): KindRow[] => {
  const kinds = new Map<string, KindRow>()
  for (const row of rows) {
    const key = `${row.kind} ${row.name}`
    const sum = kinds.get(key)
    kinds.set(key, {
      kind: row.kind,
      name: row.name,
      count: row.count! + (sum?.count ?? 0),
      ns: row.ns! + (sum?.ns ?? 0),
      maxNs: Math.max(row.maxNs!, sum?.maxNs ?? 0),
      latency: latencyOf(row),
    })
  }
  return [...kinds.values()]
}
