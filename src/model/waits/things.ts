// The table of locks and other things that are waited for. Pure.
import { classOf, holderOf, isHeld, isIdle, type Closed, type Graph } from './graph.ts'
import { isForThing } from './calm-waiters.ts'
import type { Waiter } from './wait-types.ts'
import { doesText, holdersText } from './wait-words.ts'

/** Something that is waited for. */
export interface Thing {
  key: string
  kind: string
  what: string
  waiters: number
  /** Of waits that go on, within the interval. */
  waitedNs: number
  /** Of that where it is known what for. */
  heldNs: number
  /** Of the waiters, those that waited throughout; and of them those of which it is known what for. */
  waited: number
  held: number
  longestNs: number
  holder: string
  holderPid: number
  holderDoes: string
  class: string
  closed?: 'locks' | 'waits'
}

/** Classes of waits for others, who may take as long as they like. */
export const SOFT: ReadonlySet<string> = new Set(['local', 'child', 'network', 'other', 'stopped'])

export interface ThingOptions {
  intervalNs: number
  /** Of whom chains and things are wanted. */
  wanted(waiter: Waiter): boolean
  mostThings: number
}

export const thingsIn = (graph: Graph, closed: Closed, { intervalNs, mostThings, wanted }: ThingOptions): Thing[] => {
  const things = new Map<string, Found>()
  // what one thread alone waits for, held up by nobody, is no row; most is of that kind
  const single = new Map<string, Waiter>()
  const { byThing } = graph.quiet
  const note = (waiter: Waiter): void => {
    const { key } = waiter.link!
    let found = things.get(key)
    if (!found) {
      const other = single.get(key)
      if (!other && !isHeld(waiter)) return void single.set(key, waiter)
      things.set(key, (found = { thing: newThing(other ?? waiter), first: other ?? waiter }))
      if (other) add(found, other, closed, intervalNs)
    }
    add(found, waiter, closed, intervalNs)
  }
  const both = new Set<string>()
  for (const waiter of graph.awake.values()) {
    const { link } = waiter
    if (!link || !isForThing(link) || !wanted(waiter)) continue
    if (byThing.has(link.key)) both.add(link.key)
    note(waiter)
  }
  for (const [key, waiters] of byThing)
    if (waiters.size > 1 || both.has(key)) addQuiet(things, single.get(key), waiters, intervalNs)
  // of what is for its own threads only that which several wait for
  return [...things.values()]
    .filter(({ thing }) => thing.heldNs > 0 || thing.waiters > 1)
    .sort(
      (a, b) =>
        b.thing.heldNs - a.thing.heldNs ||
        Number(SOFT.has(a.thing.class)) - Number(SOFT.has(b.thing.class)) ||
        Number(isIdle(a.first)) - Number(isIdle(b.first)) ||
        b.thing.waitedNs - a.thing.waitedNs ||
        // whoever was found first says nothing: rows are to stay where they are
        a.first.tid - b.first.tid,
    )
    .slice(0, mostThings)
    .map(({ thing, first }) => {
      const next = holderOf(graph, first)
      thing.holder = holdersText(graph, first.link!)
      thing.holderPid = next?.pid ?? first.link!.holders[0]?.pid ?? 0
      thing.holderDoes = next ? (next.link ? `${next.call}: ${next.link.what}` : doesText(next)) : ''
      return thing
    })
}

interface Found {
  thing: Thing
  first: Waiter
}

const newThing = (waiter: Waiter): Thing => ({
  key: waiter.link!.key,
  kind: waiter.link!.kind,
  what: waiter.link!.what,
  waiters: 0,
  waitedNs: 0,
  heldNs: 0,
  waited: 0,
  held: 0,
  longestNs: 0,
  holder: '',
  holderPid: 0,
  holderDoes: '',
  class: classOf(waiter),
})

/** Those of one thing. `other`: one that has to be looked at and waits for it alone. */
const addQuiet = (
  things: Map<string, Found>,
  other: Waiter | undefined,
  waiters: ReadonlySet<Waiter>,
  intervalNs: number,
): void => {
  const [first] = other ? [other] : waiters
  const { key } = first!.link!
  let found = things.get(key)
  if (!found) {
    things.set(key, (found = { thing: newThing(first!), first: first! }))
    if (other) add(found, other, NO_CIRCLES, intervalNs)
  }
  const { thing } = found
  thing.waiters += waiters.size
  for (const { forNs } of waiters) {
    thing.waitedNs += Math.min(forNs, intervalNs)
    if (forNs >= intervalNs) thing.waited++
    thing.longestNs = Math.max(thing.longestNs, forNs)
  }
}

const NO_CIRCLES: Closed = new Map()

const add = (found: Found, waiter: Waiter, closed: Closed, intervalNs: number): void => {
  const { thing } = found
  const waitedNs = Math.min(waiter.forNs, intervalNs)
  thing.waiters++
  thing.waitedNs += waitedNs
  const isWhole = waiter.forNs >= intervalNs
  if (isWhole) thing.waited++
  if (isHeld(waiter)) {
    thing.heldNs += waitedNs
    if (isWhole) thing.held++
  }
  thing.longestNs = Math.max(thing.longestNs, waiter.forNs)
  const how = closed.get(waiter.tid)
  if (how) thing.closed = how
  // what one saw of the holder, another may have missed
  if (found.first.link!.holders.length === 0 && waiter.link!.holders.length > 0) found.first = waiter
}
