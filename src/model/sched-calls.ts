// The calls that a table of the scheduler's says its processes, threads or names are blocked in, by whose they are.
import type { BlockedCall } from '../stream/sched-types.ts'
import type { Table, TableCell } from '../stream/tables.ts'
import { numberOf } from './tables/row-objects.ts'

type Row = Readonly<Record<string, TableCell | undefined>>

/** Whose calls they are, by the second cell, and these. */
interface Called {
  second: unknown
  calls: BlockedCall[]
}

/** The calls of a table by whose they are: those with the same cells in two columns; a table without the second tells them by the
 * first. */
export class Calls {
  // by the first, as hardly ever two have it: a text of both for each of some hundred rows takes longer than all else here
  readonly #found = new Map<unknown, Called>()
  readonly #more = new Map<string, Called>()
  readonly #first: string
  readonly #second: string
  readonly #hasBoth: boolean

  constructor(table: Table | undefined, by: readonly [string, string], elapsedNs = 0) {
    this.#first = by[0]
    this.#second = by[1]
    const { columns, rows } = table ?? { columns: [], rows: [] }
    const first = columns.indexOf(by[0])
    const second = columns.indexOf(by[1])
    const called = columns.indexOf('call')
    const asleep = columns.indexOf('asleep')
    const sleep = columns.indexOf('sleepNs')
    const uninterruptible = columns.indexOf('uninterruptibleNs')
    this.#hasBoth = second >= 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const cell = row[called]
      const call = typeof cell === 'string' ? cell : ''
      const sleepNs = numberOf(row[sleep]) + numberOf(row[asleep]) * elapsedNs
      const uninterruptibleNs = numberOf(row[uninterruptible])
      if (sleepNs > 0) this.#add(row[first], row[second] ?? null, { call, state: 'S', ns: sleepNs })
      if (uninterruptibleNs > 0) this.#add(row[first], row[second] ?? null, { call, state: 'D', ns: uninterruptibleNs })
    }
    for (const { calls } of this.#found.values()) if (calls.length > 1) calls.sort(byTime)
    for (const { calls } of this.#more.values()) if (calls.length > 1) calls.sort(byTime)
  }

  /** Those of a process, a thread, or a name. */
  of(whose: object): BlockedCall[] {
    return this.#calledBy((whose as Row)[this.#first], (whose as Row)[this.#second] ?? null)?.calls ?? []
  }

  #calledBy(first: unknown, second: unknown): Called | undefined {
    const called = this.#found.get(first)
    return !called || !this.#hasBoth || called.second === second ? called : this.#more.get(`${first} ${second}`)
  }

  #add(first: unknown, second: unknown, call: BlockedCall): void {
    const known = this.#calledBy(first, second)
    if (known) return void known.calls.push(call)
    const called = { second, calls: [call] }
    if (this.#found.has(first)) this.#more.set(`${first} ${second}`, called)
    else this.#found.set(first, called)
  }
}

/** The longest first, what is left of them last. */
const byTime = (a: BlockedCall, b: BlockedCall): number =>
  Number(a.call === OTHER) - Number(b.call === OTHER) || b.ns - a.ns

const OTHER = 'other'
