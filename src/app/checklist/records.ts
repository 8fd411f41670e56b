// What the probes gave over the last seconds, for figures and rules of checklists: sums of counters, the last of all else.
import type { Store } from '../../model/store.ts'
import type { TableCell } from '../../stream/tables.ts'
import type { DescribedId, DescribedSample } from '../../stream/types.ts'

export type Fields = Readonly<Record<string, TableCell>>

export interface Span {
  samples: readonly DescribedSample[]
  elapsedMs: number
}

export const SPAN_MS = 5000
const MOST_SAMPLES = 100

/** undefined: nothing of that probe. */
export const spanOf = (store: Store, probe: string, atMs: number | undefined, ms = SPAN_MS): Span | undefined => {
  const all = store.samples(probe as DescribedId, MOST_SAMPLES, atMs)
  const last = all.at(-1)
  if (!last) return undefined
  const samples = all.filter((sample) => sample.atMs > last.atMs - ms) as DescribedSample[]
  return { samples, elapsedMs: samples.reduce((sum, { intervalMs }) => sum + intervalMs, 0) }
}

export const fieldsIn = ({ data: { tables } }: Pick<DescribedSample, 'data'>, table: string): Fields[] => {
  if (!Object.hasOwn(tables, table)) return []
  const { columns, rows } = tables[table]!
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])))
}

export const numberIn = (fields: Fields, name: string): number =>
  typeof fields[name] === 'number' ? (fields[name] as number) : 0

export interface Summed {
  last: Fields
  /** Of a counter. */
  sum(name: string): number
}

/** Rows of a table by what they are about, of those that are there at the end. */
export const rowsBy = ({ samples }: Span, table: string, key: (fields: Fields) => string): Summed[] => {
  const all = new Map<string, Fields[]>()
  for (const sample of samples)
    for (const fields of fieldsIn(sample, table)) {
      const known = all.get(key(fields))
      if (known) known.push(fields)
      else all.set(key(fields), [fields])
    }
  const last = samples.at(-1)
  return (last ? fieldsIn(last, table) : []).map((fields) => {
    const own = all.get(key(fields)) ?? []
    return { last: fields, sum: (name) => own.reduce((sum, each) => sum + numberIn(each, name), 0) }
  })
}

export const totalOf = ({ samples }: Span, id: string): number =>
  samples.reduce((sum, { data }) => sum + (data.totals[id] ?? 0), 0)

export const lastOf = ({ samples }: Span, id: string): number => samples.at(-1)?.data.totals[id] ?? 0

export const meanOf = (span: Span, id: string): number => totalOf(span, id) / Math.max(1, span.samples.length)
