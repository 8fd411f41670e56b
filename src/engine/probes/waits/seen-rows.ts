// How many threads wait in which way, of all that were read: what the time of calls is divided by. Pure.
import type { TimeClass } from '../../../model/waits/classes.ts'
import { classOf } from '../../../model/waits/graph.ts'
import type { Waiter } from '../../../model/waits/types.ts'
import { BETWEEN_FUNCTIONS } from '../../../model/waits/seen.ts'
import { tableOf, type RowOf } from '../../../stream/spec.ts'
import type { Table } from '../../../stream/tables.ts'
import { WAITS } from './spec.ts'

type Row = RowOf<typeof WAITS.tables.seen>

const MOST_ROWS = 2000
/** Of a stack: what tells one wait from another. */
const MOST_FUNCTIONS = 12

/** The row that a waiter is counted in, as long as it waits so. */
const rows = new WeakMap<Waiter, { link: Waiter['link']; of: TimeClass; key: string }>()

const keyOf = (waiter: Waiter): string => {
  const known = rows.get(waiter)
  const of = classOf(waiter)
  if (known && known.link === waiter.link && known.of === of) return known.key
  const { pid, comm, call, state, link, functions } = waiter
  const key = `${pid}\0${comm}\0${call}\0${state}\0${of}\0${functions.slice(0, MOST_FUNCTIONS).join(BETWEEN_FUNCTIONS)}`
  rows.set(waiter, { link, of, key })
  return key
}

/** Those with most threads, where there are too many. */
export const seenOf = (waiters: readonly Waiter[], wanted: (waiter: Waiter) => boolean): Row[] => {
  const counts = new Map<string, { waiter: Waiter; threads: number }>()
  for (const waiter of waiters) {
    if (!waiter.link || (waiter.state !== '.' && waiter.state !== 'D') || !wanted(waiter)) continue
    const key = keyOf(waiter)
    const known = counts.get(key)
    if (known) known.threads++
    else counts.set(key, { waiter, threads: 1 })
  }
  const all = [...counts.values()]
  if (all.length > MOST_ROWS) all.sort((a, b) => b.threads - a.threads)
  return all
    .slice(0, MOST_ROWS)
    .map(({ waiter, threads }) => ({
      pid: waiter.pid,
      thread: waiter.comm,
      call: waiter.call,
      state: waiter.state === 'D' ? 'D' : 'S',
      class: classOf(waiter),
      stack: waiter.functions.slice(0, MOST_FUNCTIONS).join(BETWEEN_FUNCTIONS),
      threads,
    }))
}

export const seenTable = (seen: readonly Row[]): Table => tableOf(WAITS.tables.seen, seen)
