// A cell of a heat map that was clicked: a range of durations in one interval, and whose they can have been. Of each row
// only the longest is kept: one that is in the range was there, a longer one leaves it open, a shorter one was not.
import { FIRST_BITS, PER_OCTAVE, slotStartNs } from '../model/base/histogram.ts'
import type { Column, Row, Sort, PanelId } from '../panels/panel-types.ts'
import type { Hist } from '../stream/stream-types.ts'
import { countOf, formatDuration } from './format.ts'
import type { AppState, Bucket } from './state-types.ts'

/** Of a row of the map, from the bottom; what is shorter or longer than the map has is in its first or last row. */
export const bucketRange = (
  row: number,
  height: number,
  [from, to]: readonly [number, number],
): { fromNs: number; toNs: number } => {
  const startNs = (at: number): number =>
    slotStartNs(1 + Math.ceil((from + (at * (to - from)) / height - FIRST_BITS) * PER_OCTAVE - 1e-9))
  return { fromNs: row <= 0 ? 0 : startNs(row), toNs: row >= height - 1 ? Infinity : startNs(row + 1) }
}

export const countIn = ({ slots }: Hist, { fromNs, toNs }: { fromNs: number; toNs: number }): number => {
  let count = 0
  for (let i = 0; i < slots.length; i += 2) {
    const startNs = slotStartNs(slots[i]!)
    if (startNs >= fromNs && startNs < toNs) count += slots[i + 1]!
  }
  return count
}

/** As long as its instant is shown. */
export const bucketOf = ({ bucket, instantMs }: AppState, id: PanelId): Bucket | undefined =>
  bucket?.panel === id && bucket.atMs === instantMs ? bucket : undefined

const LONGEST = 'max'

/** Rows that can have been in it, those that were for sure first. Absent: the table does not say how long the longest was. */
export const inBucket = (
  bucket: Bucket,
  columns: readonly Column[],
  rows: readonly Row[],
): { rows: Row[]; sort: Sort } | undefined => {
  const at = columns.findIndex(({ id, kind }) => id === LONGEST && kind === 'duration')
  if (at < 0) return undefined
  const kept = rows.filter(({ cells }) => typeof cells[at] === 'number' && cells[at] >= bucket.fromNs)
  return { rows: kept, sort: { column: LONGEST, descending: false } }
}

const rangeText = ({ fromNs, toNs }: Bucket): string =>
  fromNs === 0
    ? `below ${formatDuration(toNs)}`
    : toNs === Infinity
      ? `${formatDuration(fromNs)} and longer`
      : `${formatDuration(fromNs)} to ${formatDuration(toNs)}`

/** `tells`: the rows are those that can have been in it. */
export const bucketText = (bucket: Bucket, tells: boolean): string => {
  const what = `${rangeText(bucket)}: ${countOf(bucket.count, 'event')}`
  return tells
    ? `${what}; first those whose longest is in this range, then those with longer ones: Esc shows all`
    : `${what}; whose they are is not kept: s shows stacks, < and > choose from how long on`
}
