// Looks at what was measured, from outside: a recording, another host. Bounded in number and length; rows as long as their
// columns. Whether it is what the spec says is for those who read it.
import { flag, list, number, oneOf, optional, record, slotPairs } from './shape.ts'
import type { Check } from './shape.ts'
import { MOST_FIELDS, MOST_TABLES, name, named, SENTENCE, unit, upTo, within } from './spec-check.ts'
import { MOST_ROWS, NEW_ROWS } from './tables.ts'
import type { Histogram, SentTable, Table, TablesData, TargetData } from './tables.ts'
import { target } from './target-check.ts'

/** Slots of model/base/histogram.ts; that folder is not ours to import from, a test compares them. */
export const HISTOGRAM_SLOTS = 250
/** These; and 64 powers of two; and as many as bpftrace has. */
const MOST_BUCKETS = { log8: HISTOGRAM_SLOTS, log2: 64, linear: 1002 }
const MOST_HISTS = 4096
const MOST_RANGES = 1100
const MOST_NOTES = 16
const LONGEST_CELL = 4096

const cell: Check = (value) => (value === null || Number.isFinite(value) ? undefined : within(LONGEST_CELL)(value))

/** Pairs of where and how many: ascending and apart, new ones anywhere between. */
const runs: Check = (value) => {
  if (!Array.isArray(value) || value.length % 2 !== 0) return 'is not a list of pairs'
  for (let i = 0, end = 0; i < value.length; i += 2) {
    const [from, count] = [value[i], value[i + 1]]
    const isNew = from === NEW_ROWS
    if (!Number.isInteger(from) || (!isNew && from < end) || !Number.isInteger(count) || count < 1)
      return `[${i}] is no run of rows`
    if (!isNew) end = from + count
  }
  return undefined
}

const table: Check = (value) => {
  const wrong = record<SentTable>({
    columns: upTo(MOST_FIELDS, name),
    kept: optional(runs),
    rows: upTo(MOST_ROWS, list(cell)),
    others: optional(list(cell)),
  })(value)
  if (wrong) return wrong
  const { columns, rows, others } = value as Table
  const short = [...rows, ...(others ? [others] : [])].findIndex((row) => row.length !== columns.length)
  return short < 0 ? undefined : `.rows[${short}] is not as long as the columns`
}

const histogram: Check = (value) => {
  const wrong = record<Histogram>({
    scale: oneOf('log8', 'log2', 'linear', 'ranges'),
    unit,
    buckets: list(number),
    count: number,
    sum: optional(number),
    max: optional(number),
    from: optional(number),
    step: optional(number),
  })(value)
  const { buckets, scale } = value as Histogram
  return wrong ?? (scale === 'ranges' ? ranges(buckets) : slotPairs(MOST_BUCKETS[scale])(buckets))
}

const ranges = (buckets: readonly number[]): string | undefined => {
  if (buckets.length % 3 !== 0) return 'is not a list of ranges'
  if (buckets.length > 3 * MOST_RANGES) return `has more than ${MOST_RANGES} ranges`
  for (let i = 0, before = -Infinity; i < buckets.length; i += 3) {
    const [from, to, count] = buckets.slice(i, i + 3) as [number, number, number]
    if (from < before || to <= from) return `[${i}] is not the next range`
    if (count < 0) return `[${i + 2}] is not a count`
    before = to
  }
  return undefined
}

const measured = {
  tables: named(MOST_TABLES, table),
  hists: named(MOST_HISTS, histogram, within(SENTENCE)),
  totals: named(MOST_FIELDS, number),
}

/** Of a sample's data. */
export const tablesData = record<TablesData>({
  ...measured,
  elapsedNs: optional(number),
  clockNs: optional(number),
  target: optional(record<TargetData>({ ...measured, of: target, partial: optional(flag) })),
  notes: optional(upTo(MOST_NOTES, within(SENTENCE))),
})
