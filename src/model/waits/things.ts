// The table of locks and other things that are waited for. Pure.
import { classOf, holderOf, isHeld, isIdle, type Closed, type Graph } from './graph.ts'
import type { Waiter } from './types.ts'
import { doesText, holdersText } from './words.ts'

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

/** Kinds of which many wait for one; a disk or a clock is nobody's. */
const THINGS = new Set(['timer', 'signal', 'events', 'stopped', 'cpu'])

export const thingsIn = (graph: Graph, closed: Closed, { intervalNs, mostThings, wanted }: ThingOptions): Thing[] => {
  const things = new Map<string, Found>()
  // what one thread alone waits for, held up by nobody, is no row; most is of that kind
  const single = new Map<string, Waiter>()
  for (const waiter of graph.byTid.values()) {
    const { link } = waiter
    if (!link || THINGS.has(link.kind) || !wanted(waiter)) continue
    const { key } = link
    let found = things.get(key)
    if (!found) {
      const other = single.get(key)
      if (!other && !isHeld(waiter)) {
        single.set(key, waiter)
        continue
      }
      things.set(key, (found = { thing: newThing(other ?? waiter), first: other ?? waiter }))
      if (other) add(found, other, closed, intervalNs)
    }
    add(found, waiter, closed, intervalNs)
  }
  // of what is for its own threads only that which several wait for
  return [...things.values()]
    .filter(({ thing }) => thing.heldNs > 0 || thing.waiters > 1)
    .sort(
      (a, b) =>
        b.thing.heldNs - a.thing.heldNs ||
        Number(SOFT.has(a.thing.class)) - Number(SOFT.has(b.thing.class)) ||
        Number(isIdle(a.first)) - Number(isIdle(b.first)) ||
        b.thing.waitedNs - a.thing.waitedNs,
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
  longestNs: 0,
  holder: '',
  holderPid: 0,
  holderDoes: '',
  class: classOf(waiter),
})

const add = (found: Found, waiter: Waiter, closed: Closed, intervalNs: number): void => {
  const { thing } = found
  const waitedNs = Math.min(waiter.forNs, intervalNs)
  thing.waiters++
  thing.waitedNs += waitedNs
  if (isHeld(waiter)) thing.heldNs += waitedNs
  thing.longestNs = Math.max(thing.longestNs, waiter.forNs)
  const how = closed.get(waiter.tid)
  if (how) thing.closed = how
  // what one saw of the holder, another may have missed
  if (found.first.link!.holders.length === 0 && waiter.link!.holders.length > 0) found.first = waiter
}
