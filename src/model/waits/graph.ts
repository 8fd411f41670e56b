// The graph of who waits for whom, and where it closes. Pure.
//
// A thread goes on when what it waits for can end: when one of those who can end it goes on. Whoever runs, has a time
// limit, waits for another machine or for something that is not known may go on. What is left when all of these are taken
// away, and whoever waits for them, can never go on: each waits for others that are left.
import type { TimeClass } from '../../stream/time-classes.ts'
import { openQuiet, type QuietOnes } from './calm-waiters.ts'
import type { Holder, Link, Waiter } from './wait-types.ts'

export interface Graph {
  byTid: ReadonlyMap<number, Waiter>
  byPid: ReadonlyMap<number, readonly Waiter[]>
  /** Those that have to be looked at in each reading. */
  awake: ReadonlyMap<number, Waiter>
  /** The others, as far as they are wanted. */
  quiet: QuietOnes
  /** By process its threads that do not idle; found when they are asked for. */
  busy: ReadonlyMap<number, readonly Waiter[]> | undefined
}

export interface KeptGraph extends Graph {
  /** Gives the waiter that stands for it: of one thread it is always the same object. */
  put(waiter: Waiter): Waiter
  remove(tid: number): void
  /** A reading begins. */
  begin(): void
  /** It need not be looked at any more, until it is woken. */
  settle(waiter: Waiter, isWanted: boolean): void
  wake(waiter: Waiter): void
}

/** One that goes on from one reading to the next, as most threads do. */
export const openGraph = (): KeptGraph => {
  const byTid = new Map<number, Waiter>()
  const byPid = new Map<number, Waiter[]>()
  const awake = new Map<number, Waiter>()
  const quiet = openQuiet()
  const wake = (waiter: Waiter): void => {
    if (waiter.rest === undefined) return
    if (waiter.rest === 'wanted') quiet.leave(waiter)
    waiter.rest = undefined
    awake.set(waiter.tid, waiter)
  }
  const remove = (tid: number): void => {
    const waiter = byTid.get(tid)
    const kin = waiter && byPid.get(waiter.pid)
    if (!kin) return
    wake(waiter)
    awake.delete(tid)
    byTid.delete(tid)
    if (kin.length === 1) byPid.delete(waiter.pid)
    else {
      const last = kin.pop()!
      if (last !== waiter) kin[kin.indexOf(waiter)] = last
    }
  }
  return {
    byTid,
    byPid,
    awake,
    quiet,
    busy: undefined,
    put(waiter) {
      const known = byTid.get(waiter.tid)
      if (known && known.pid === waiter.pid) {
        wake(known)
        return Object.assign(known, UNKNOWN, waiter)
      }
      remove(waiter.tid)
      byTid.set(waiter.tid, waiter)
      awake.set(waiter.tid, waiter)
      push(byPid, waiter.pid, waiter)
      return waiter
    },
    remove,
    begin: () => quiet.begin(),
    settle(waiter, isWanted) {
      if (waiter.rest !== undefined) return
      awake.delete(waiter.tid)
      waiter.rest = isWanted ? 'wanted' : 'unwanted'
      if (isWanted) quiet.enter(waiter)
    },
    wake,
  }
}

/** What is found out of a waiter later. */
const UNKNOWN: Partial<Waiter> = { says: undefined, wakers: undefined, counted: undefined }

const NONE: readonly Waiter[] = []

/** The threads that are meant: the one named, or all of the process. */
export const threadsOf = ({ byTid, byPid }: Graph, { pid, tid }: Holder): readonly Waiter[] => {
  if (tid === undefined) return byPid.get(pid) ?? NONE
  const thread = byTid.get(tid)
  return thread ? [thread] : NONE
}

/** Threads that nothing but others of these can let go on, by what closes the circle: `locks` where only locks are in it,
 * `waits` where a signal could end it (pipes, sockets, children). Only threads that have not run since the reading before,
 * and whose links were found after that: whoever held something then has had no time to let go of it, so that all these
 * links were there at once. */
export type Closed = ReadonlyMap<number, 'locks' | 'waits'>

export const closedIn = (graph: Graph): Closed => {
  const left = new Set<Waiter>()
  for (const waiter of heldUpOthers(graph)) if (isHeldUp(waiter)) left.add(waiter)
  // who is let go on by a thread, and by any thread of a process
  const byThread = new Map<number, Waiter[]>()
  const byProcess = new Map<number, Waiter[]>()
  const freed: Waiter[] = []
  for (const waiter of left) {
    for (const { pid, tid } of waiter.link!.holders) {
      const target = tid === undefined ? undefined : graph.byTid.get(tid)
      // one that was not read may be doing anything
      if (tid !== undefined ? !target || !left.has(target) : !isStuck(graph, left, pid)) freed.push(waiter)
      if (tid === undefined) push(byProcess, pid, waiter)
      else push(byThread, tid, waiter)
    }
  }
  for (let waiter = freed.pop(); waiter; waiter = freed.pop()) {
    if (!left.delete(waiter)) continue
    for (const behind of byThread.get(waiter.tid) ?? NONE) freed.push(behind)
    for (const behind of byProcess.get(waiter.pid) ?? NONE) freed.push(behind)
    byProcess.delete(waiter.pid)
  }
  return circlesIn(graph, left)
}

/** Nobody but its holders can end it, and they were the same throughout. */
const isHeldUp = ({ link, still }: Waiter): boolean =>
  still && link !== undefined && !link.open && link.holders.length > 0

/** Threads that others wait for: no other is on a circle, nor keeps one from being found. Most wait for few things, as many
 * that wait for one have the same link. */
const heldUpOthers = (graph: Graph): ReadonlySet<Waiter> => {
  const links = new Set<Link>()
  for (const waiter of graph.awake.values()) if (isHeldUp(waiter)) links.add(waiter.link!)
  const held = new Set<Waiter>()
  for (const { holders } of links)
    for (const holder of holders) for (const thread of threadsOf(graph, holder)) held.add(thread)
  return held
}

const push = (lists: Map<number, Waiter[]>, key: number, waiter: Waiter): void => {
  const list = lists.get(key)
  if (list) list.push(waiter)
  else lists.set(key, [waiter])
}

/** No thread of the process may go on, as far as is known so far. */
const isStuck = ({ byPid }: Graph, left: ReadonlySet<Waiter>, pid: number): boolean => {
  const threads = byPid.get(pid)
  return threads !== undefined && threads.every((thread) => left.has(thread))
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

const LONGEST_PATH = 16

/** The links from a thread on, itself first; ends where somebody runs, is not known, or comes again. */
export const pathFrom = (graph: Graph, start: Waiter): Waiter[] => {
  const path: Waiter[] = []
  const seen = new Set<Waiter>()
  for (let at: Waiter | undefined = start; at && path.length < LONGEST_PATH; at = nextOf(graph, at)) {
    // who wake each other are no circle
    if (seen.has(at) && wakerOf(graph, path.at(-1)!) === at) break
    path.push(at)
    if (seen.has(at)) break
    seen.add(at)
  }
  return path
}

/** Of several holders the first that is known; of a process whose thread is not known the only one, or the only one that
 * does not idle. */
export const holderOf = (graph: Graph, waiter: Waiter): Waiter | undefined => {
  const { link } = waiter
  // who ran most may itself wait for that CPU now
  if (link?.kind === 'cpu') return undefined
  for (const holder of link?.holders ?? []) {
    const threads = threadsOf(graph, holder)
    if (threads.length === 1) return threads[0]
    // of its own process another one can end it, whether it idles or not
    const next = onlyBusy(graph, holder.pid)
    if (next && next !== waiter) return next
  }
  return undefined
}

/** Its holder, or where it has none its waker. */
const nextOf = (graph: Graph, waiter: Waiter): Waiter | undefined => wakerOf(graph, waiter) ?? holderOf(graph, waiter)

/** Somebody holds what it waits for: not only its own process, which says nothing. */
export const isOwned = ({ pid, link }: Waiter): boolean =>
  link !== undefined &&
  link.holders.some((holder) => holder.pid !== pid || holder.tid !== undefined || link.kind === 'pipe')

/** Who woke it most often, where nobody holds what it waits for. */
export const wakerOf = ({ byTid }: Graph, waiter: Waiter): Waiter | undefined =>
  waiter.wakers?.[0] && !isOwned(waiter) ? byTid.get(waiter.wakers[0].tid) : undefined

const busyOf = (graph: Graph, pid: number): readonly Waiter[] => (graph.busy ??= allBusy(graph)).get(pid) ?? NONE

const allBusy = ({ awake }: Graph): Map<number, Waiter[]> => {
  const busy = new Map<number, Waiter[]>()
  for (const waiter of awake.values()) if (!waiter.link || isHeld(waiter)) push(busy, waiter.pid, waiter)
  return busy
}

const onlyBusy = (graph: Graph, pid: number): Waiter | undefined => {
  const found = busyOf(graph, pid)
  return found.length === 1 ? found[0] : undefined
}

/** Of the threads of its process that are held up while it waits for events the one that has been so longest, and how many
 * there are: a pool that works for it, as far as anybody can see, though not for which of its events. */
export const heldBeside = (graph: Graph, { pid, tid, link }: Waiter): { longest?: Waiter; count: number } => {
  let longest: Waiter | undefined
  let count = 0
  for (const each of link?.kind === 'events' ? busyOf(graph, pid) : NONE) {
    if (each.tid === tid || !each.link || each.link.kind === 'cpu') continue
    count++
    if (!longest || each.forNs > longest.forNs) longest = each
  }
  return longest ? { longest, count } : { count }
}

const IDLE = new Set(['idle', 'timer'])

/** Waits because there is nothing to do, as far as can be told. */
export const isIdle = ({ link, rests }: Waiter): boolean =>
  link !== undefined && (rests === true || IDLE.has(link.class))

/** Where the time of one that waits goes. */
export const classOf = ({ link, rests }: Waiter): TimeClass => (rests ? 'idle' : (link?.class ?? 'other'))

/** It is known what holds it up. */
export const isHeld = (waiter: Waiter): boolean =>
  waiter.link !== undefined && !isIdle(waiter) && waiter.link.class !== 'event'
