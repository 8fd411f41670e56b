// What the probes gave over the last seconds, for figures and rules of checklists: sums of counters, the last of all else.
import { group } from 'd3-array'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import type { View } from '../../model/view.ts'
import type { DescribedSample } from '../../stream/stream-types.ts'
import type { DescribedId } from '../../stream/probe-ids.ts'

/** A rule's window is one, too. */
export interface Span {
  samples: readonly DescribedSample[]
  elapsedMs: number
}

const SPAN_MS = 5000
const MOST_SAMPLES = 100

/** undefined: nothing of that probe. */
export const spanOf = (view: View, probe: string): Span | undefined => {
  const all = view.samples(probe as DescribedId, MOST_SAMPLES)
  const last = all.at(-1)
  if (!last) return undefined
  const samples = all.filter((sample) => sample.atMs > last.atMs - SPAN_MS) as DescribedSample[]
  return { samples, elapsedMs: samples.reduce((sum, { intervalMs }) => sum + intervalMs, 0) }
}

/** Of a counter. */
type Sum = (name: string) => number

export interface Summed {
  last: Fields
  sum: Sum
}

/** Rows of a table by what they are about, of those that are there at the end. */
const rowsBy =
  (table: string, key: string) =>
  ({ samples }: Span): Summed[] => {
    const last = samples.at(-1)
    if (!last) return []
    const all = group(
      samples.flatMap(({ data }) => fieldsIn(data, table)),
      (fields) => String(fields[key]),
    )
    return fieldsIn(last.data, table).map((fields) => {
      const own = all.get(String(fields[key]))!
      return { last: fields, sum: (name) => own.reduce((sum, each) => sum + numberIn(each, name), 0) }
    })
  }

export const cpusIn = rowsBy('cpus', 'cpu')
export const processesIn = rowsBy('tasks', 'pid')
export const nicsIn = rowsBy('nics', 'name')
const blockDevicesIn = rowsBy('disks', 'disk')
export const disksIn = (span: Span): Summed[] => blockDevicesIn(span).filter(({ last }) => last.kind !== 'part')

export const totalOf = ({ samples }: Pick<Span, 'samples'>, id: string): number =>
  samples.reduce((sum, { data }) => sum + (data.totals[id] ?? 0), 0)

export const lastOf = ({ samples }: Span, id: string): number => samples.at(-1)?.data.totals[id] ?? 0

export const meanOf = (span: Span, id: string): number => totalOf(span, id) / Math.max(1, span.samples.length)

/** In the order of mpstat. */
export const CPU_TIMES = 'userNs niceNs systemNs iowaitNs irqNs softirqNs stealNs guestNs guestNiceNs idleNs'.split(' ')

/** In percent of the time that the kernel counted. */
export const sharesOf = (sum: Sum): ((...ids: readonly string[]) => number) => {
  const add = (ids: readonly string[]): number => ids.reduce((all, id) => all + sum(id), 0)
  const time = Math.max(1, add(CPU_TIMES))
  return (...ids) => (100 * add(ids)) / time
}
