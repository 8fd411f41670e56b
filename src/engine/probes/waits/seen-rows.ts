// How many threads wait in which way, of all that were read: what the time of calls is divided by. A row is kept as long
// as somebody waits so, and each thread knows the one it is counted in. Pure but for that.
import { classOf, type Graph } from '../../../model/waits/graph.ts'
import type { Waiter } from '../../../model/waits/wait-types.ts'
import { BETWEEN_FUNCTIONS } from '../../../model/waits/seen-waits.ts'
import { tableOf, type RowOf } from '../../../stream/spec.ts'
import type { Table } from '../../../stream/tables.ts'
import { WAITS } from './spec.ts'

type Row = RowOf<typeof WAITS.tables.seen>

const MOST_ROWS = 2000
/** Of a stack: what tells one wait from another. */
const MOST_FUNCTIONS = 12

interface Counted extends Row {
  threads: number
  /** Of them, the quiet ones. */
  quiet: number
  key: string
  reading: number
}

type SeenOf = (graph: Pick<Graph, 'awake' | 'quiet'>, wanted: (waiter: Waiter) => boolean) => Row[]

export const openSeen = (): SeenOf => {
  const known = new Map<string, Counted>()
  /** Quiet ones are in a row until they are left. */
  const quietIn = new Map<Waiter, Counted>()
  let reading = 0

  const rowOf = (waiter: Waiter): Counted => {
    const { pid, comm: thread, call, functions } = waiter
    const before = waiter.counted as Counted | undefined
    const of = classOf(waiter)
    // one that nobody was counted in is forgotten
    if (before && before.class === of && before.reading >= reading - 1) return before
    const state = waiter.state === 'D' ? 'D' : 'S'
    const stack = functions.slice(0, MOST_FUNCTIONS).join(BETWEEN_FUNCTIONS)
    const key = `${pid}\0${thread}\0${call}\0${state}\0${of}\0${stack}`
    let row = known.get(key)
    if (!row)
      known.set(key, (row = { pid, thread, call, state, class: of, stack, threads: 0, quiet: 0, key, reading: 0 }))
    waiter.counted = row
    return row
  }

  return ({ awake, quiet }, wanted) => {
    reading++
    for (const waiter of quiet.left) {
      const row = quietIn.get(waiter)
      if (row) row.quiet--
      quietIn.delete(waiter)
    }
    for (const waiter of quiet.entered) {
      if (waiter.rest !== 'wanted' || quietIn.has(waiter)) continue
      const row = rowOf(waiter)
      row.quiet++
      quietIn.set(waiter, row)
    }
    for (const row of known.values()) {
      if (row.quiet === 0) continue
      row.reading = reading
      row.threads = row.quiet
    }
    for (const waiter of awake.values()) {
      if (!waiter.link || (waiter.state !== '.' && waiter.state !== 'D') || !wanted(waiter)) continue
      const row = rowOf(waiter)
      if (row.reading !== reading) {
        row.reading = reading
        row.threads = 0
      }
      row.threads++
    }
    for (const row of known.values()) if (row.reading !== reading) known.delete(row.key)
    const all = [...known.values()]
    if (all.length > MOST_ROWS) all.sort((a, b) => b.threads - a.threads)
    return all.slice(0, MOST_ROWS)
  }
}

export const seenTable = (seen: readonly Row[]): Table => tableOf(WAITS.tables.seen, seen)
