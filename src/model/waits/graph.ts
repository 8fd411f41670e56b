// The graph of who waits for whom, and where it closes. Pure.
//
// A thread goes on when what it waits for can end: when one of those who can end it goes on. Whoever runs, has a time
// limit, waits for another machine or for something that is not known may go on. What is left when all of these are taken
// away, and whoever waits for them, can never go on: each waits for others that are left.
import type { Holder, Waiter } from './types.ts'

export interface Graph {
  byTid: ReadonlyMap<number, Waiter>
  byPid: ReadonlyMap<number, readonly Waiter[]>
}

export const graphOf = (waiters: Iterable<Waiter>): Graph => {
  const byTid = new Map<number, Waiter>()
  const byPid = new Map<number, Waiter[]>()
  for (const waiter of waiters) {
    byTid.set(waiter.tid, waiter)
    const kin = byPid.get(waiter.pid)
    if (kin) kin.push(waiter)
    else byPid.set(waiter.pid, [waiter])
  }
  return { byTid, byPid }
}

/** The threads that are meant: the one named, or all of the process. */
export const threadsOf = ({ byTid, byPid }: Graph, { pid, tid }: Holder): readonly Waiter[] => {
  if (tid === undefined) return byPid.get(pid) ?? []
  const thread = byTid.get(tid)
  return thread ? [thread] : []
}

/** Threads that nothing but others of these can let go on, by what closes the circle: `locks` where only locks are in it,
 * `waits` where a signal could end it (pipes, sockets, children). Only threads that have not run since the reading before:
 * what they hold they have held all the time in between, so that all their links were there at once. */
export type Closed = ReadonlyMap<number, 'locks' | 'waits'>

export const closedIn = (graph: Graph): Closed => {
  const left = new Set<Waiter>()
  const waitingFor = new Map<Waiter, Waiter[]>()
  const candidates = [...graph.byTid.values()].filter(
    ({ link, still }) => link && still && !link.open && link.holders.length > 0,
  )
  for (const waiter of candidates) left.add(waiter)
  const freed: Waiter[] = []
  const targetsOf = (waiter: Waiter): Waiter[] => waiter.link!.holders.flatMap((holder) => threadsOf(graph, holder))
  for (const waiter of candidates) {
    const targets = targetsOf(waiter)
    // one that was not read may be doing anything
    if (targets.length === 0 || waiter.link!.holders.some((holder) => threadsOf(graph, holder).length === 0))
      freed.push(waiter)
    for (const target of targets) {
      if (!left.has(target)) freed.push(waiter)
      const behind = waitingFor.get(target)
      if (behind) behind.push(waiter)
      else waitingFor.set(target, [waiter])
    }
  }
  for (let waiter = freed.pop(); waiter; waiter = freed.pop())
    if (left.delete(waiter)) freed.push(...(waitingFor.get(waiter) ?? []))
  return circlesIn(graph, left)
}

/** Of those that are left the ones on a circle; others only wait behind it. */
const circlesIn = (graph: Graph, left: ReadonlySet<Waiter>): Closed => {
  const closed = new Map<number, 'locks' | 'waits'>()
  const state = new Map<Waiter, number>()
  const next = (waiter: Waiter): Waiter | undefined =>
    waiter.link!.holders.flatMap((holder) => threadsOf(graph, holder)).find((target) => left.has(target))
  let walk = 0
  for (const start of left) {
    walk++
    const path: Waiter[] = []
    let at: Waiter | undefined = start
    while (at && !state.has(at)) {
      state.set(at, walk)
      path.push(at)
      at = next(at)
    }
    if (!at || state.get(at) !== walk) continue
    const circle = path.slice(path.indexOf(at))
    // a process that reads from itself may do so from a signal's handler
    if (circle.length === 1 && !circle[0]!.link!.only) continue
    const how = circle.every(({ link }) => link!.only) ? 'locks' : 'waits'
    for (const { tid } of circle) closed.set(tid, how)
  }
  return closed
}

/** The links from a thread on, itself first; ends where somebody runs, is not known, or comes again. */
export const pathFrom = (graph: Graph, start: Waiter, longest = 16): Waiter[] => {
  const path: Waiter[] = []
  const seen = new Set<Waiter>()
  for (let at: Waiter | undefined = start; at && path.length < longest; at = nextOf(graph, at)) {
    path.push(at)
    if (seen.has(at)) break
    seen.add(at)
  }
  return path
}

/** Of several holders the first that is known; of a process whose thread is not known the only one, or the only one that
 * does not idle. */
export const nextOf = (graph: Graph, { link }: Waiter): Waiter | undefined => {
  for (const holder of link?.holders ?? []) {
    const threads = threadsOf(graph, holder)
    if (threads.length === 1) return threads[0]
    const busy = threads.filter((thread) => !isIdle(thread))
    if (busy.length === 1) return busy[0]
  }
  return undefined
}

const IDLE = new Set(['idle', 'timer'])

/** Waits because there is nothing to do, as far as can be told. */
export const isIdle = ({ link }: Waiter): boolean => link !== undefined && IDLE.has(link.class)

/** It is known what holds it up. */
export const isHeld = ({ link }: Waiter): boolean =>
  link !== undefined && !IDLE.has(link.class) && link.class !== 'event'
