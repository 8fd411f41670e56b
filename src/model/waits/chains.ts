// Chains of waits in words, and the table of things that are waited for. Pure.
import {
  classOf,
  closedIn,
  graphOf,
  holderOf,
  isHeld,
  isIdle,
  isOwned,
  pathFrom,
  threadsOf,
  type Closed,
  type Graph,
} from './graph.ts'
import { markResting } from './resting.ts'
import type { Holder, Link, Waiter, Waker } from './types.ts'

export interface Chain {
  waiter: Waiter
  /** `mutex 0x7f.. held by worker-7 50 -> fsync wal.log, ext4 on vda`. */
  text: string
  closed?: 'locks' | 'waits'
  /** Within the interval, where it is known what for. */
  heldNs: number
  /** Who holds up the first. */
  holder?: Holder
  holderText: string
}

/** One step of a chain, for a table of them. */
export interface Step {
  tid: number
  pid: number
  step: number
  who: string
  whoPid: number
  whoTid: number
  does: string
  link: Link
  forNs: number
  closed?: 'locks' | 'waits'
}

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

export interface Explained {
  chains: Chain[]
  steps: Step[]
  things: Thing[]
  /** Threads on a circle. */
  closed: Closed
  /** Threads that wait for something, and of them for locks. */
  waiting: number
  locked: number
}

export interface ExplainOptions {
  intervalNs: number
  /** Process of whoever looks. */
  self: number
  /** Of whom chains are wanted. */
  wanted(waiter: Waiter): boolean
  mostChains: number
  mostSteps: number
  mostThings: number
}

export const explain = (waiters: Iterable<Waiter>, options: ExplainOptions): Explained => {
  const graph = graphOf(waiters)
  const closed = closedIn(graph)
  markResting(graph, closed, options.self)
  const shown = shownOf(graph, closed, options)
  const steps: Step[] = []
  const chains = shown.map((waiter): Chain => {
    const path = pathFrom(graph, waiter)
    if (steps.length < options.mostSteps && isHeld(waiter)) steps.push(...stepsOf(waiter, path, closed))
    const how = closed.get(waiter.tid)
    return {
      waiter,
      text: chainText(graph, path),
      heldNs: isHeld(waiter) ? Math.min(waiter.forNs, options.intervalNs) : 0,
      ...(how && { closed: how }),
      ...(waiter.link!.holders[0] && { holder: waiter.link!.holders[0] }),
      holderText: holdersText(graph, waiter.link!),
    }
  })
  let waiting = 0
  let locked = 0
  for (const waiter of graph.byTid.values()) {
    if (!waiter.link || !options.wanted(waiter)) continue
    waiting++
    if (waiter.link.class === 'lock') locked++
  }
  return { chains, steps, things: thingsIn(graph, closed, options), closed, waiting, locked }
}

/** Worst first, as far as there is room; of those that come after few are worth sorting. */
const shownOf = (graph: Graph, closed: Closed, { wanted, mostChains, intervalNs }: ExplainOptions): Waiter[] => {
  const byRank: Waiter[][] = []
  for (const waiter of graph.byTid.values()) {
    if (!waiter.link || !wanted(waiter)) continue
    const at = rank(waiter, closed, intervalNs)
    const others = (byRank[at] ??= [])
    if (at >= RANK.usual || others.length < 2 * mostChains) others.push(waiter)
  }
  const shown: Waiter[] = []
  for (let at = byRank.length - 1; at >= 0 && shown.length < mostChains; at--) {
    const those = byRank[at] ?? []
    shown.push(...(at >= RANK.usual ? those.sort((a, b) => b.forNs - a.forNs || a.tid - b.tid) : those))
  }
  return shown.slice(0, mostChains)
}

/** Circles first, then what ought not to last, then who waits for an answer; what is short; parents and pipelines. Whoever
 * has waited for another process for longer than `USUAL_NS` is made so, as daemons are, and held up by nobody that one
 * looks for. Those that idle come last. */
const RANK = { idle: 0, event: 1, usual: 2, plumbing: 3, short: 4, answer: 5, hard: 6, circle: 7 }
const USUAL_NS = 600e9
const SHORT_SHARE = 0.1
const SOFT = new Set(['local', 'child', 'network', 'other', 'stopped'])
const PLUMBING = new Set(['child', 'pipe', 'tracer', 'stopped'])

const rank = (waiter: Waiter, closed: Closed, intervalNs: number): number => {
  const { tid, link, forNs } = waiter
  if (closed.has(tid)) return RANK.circle
  if (!isHeld(waiter)) return waiter.rests ? RANK.usual : isIdle(waiter) ? RANK.idle : RANK.event
  if (!SOFT.has(link!.class)) return forNs < SHORT_SHARE * intervalNs ? RANK.short : RANK.hard
  return forNs > USUAL_NS ? RANK.usual : PLUMBING.has(link!.kind) ? RANK.plumbing : RANK.answer
}

const stepsOf = (first: Waiter, path: readonly Waiter[], closed: Closed): Step[] =>
  path.flatMap((waiter, step) =>
    waiter.link
      ? [
          {
            tid: first.tid,
            pid: first.pid,
            step,
            who: waiter.comm,
            whoPid: waiter.pid,
            whoTid: waiter.tid,
            does: doesText(waiter),
            link: waiter.link,
            forNs: waiter.forNs,
            ...(closed.has(waiter.tid) && { closed: closed.get(waiter.tid)! }),
          },
        ]
      : [],
  )

const LONGEST = 400

/** Links of a path, one behind the other: `mutex 0x7f30 held by worker 50 -> write wal.log, ext4 on vda`. */
export const chainText = (graph: Graph, path: readonly Waiter[]): string => {
  const parts = path.flatMap((waiter, index): string[] => {
    const { link } = waiter
    const next = path[index + 1]
    if (!link || path.indexOf(waiter) < index) return []
    if (waiter.wakers && !isOwned(waiter)) return [`${link.what}${wokenText(waiter.wakers)}`]
    return [`${link.what}${next ? byText(link, next, path.indexOf(next) <= index) : endText(graph, link)}`]
  })
  const text = parts.join(' -> ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

/** The next one, of several the one that the chain follows. */
const byText = (link: Link, next: Waiter, again: boolean): string => {
  const others = new Set(link.holders.map(({ pid }) => pid))
  others.delete(next.pid)
  const more = others.size > 0 ? ` (and ${others.size} more)` : ''
  const end = again
    ? ', which is where it closes'
    : next.link
      ? ''
      : next.state === 'R'
        ? ', running'
        : `, in ${next.call}`
  return `${relationText(link)}${nameOf(next)}${more}${end}`
}

/** ` woken by worker 50 (97% of 31)`. */
const wokenText = ([first, second]: readonly Waker[]): string =>
  first
    ? ` woken by ${first.comm}${first.tid > 0 ? ` ${first.tid}` : ''} (${Math.round(first.share * 100)}% of ${Math.round(first.count / first.share)})${second && second.share > 0.2 ? ` and ${second.comm}${second.tid > 0 ? ` ${second.tid}` : ''}` : ''}`
    : ''

const relationText = ({ relation }: Link): string => (relation === '' ? ', ' : ` ${relation} `)

const endText = (graph: Graph, link: Link): string => {
  if (link.holders.length > 0) return `${relationText(link)}${holdersText(graph, link)}`
  return link.end ? `, ${link.end}` : ''
}

/** Who, and where it is a process what its threads do. */
export const holdersText = (graph: Graph, link: Link): string => {
  if (link.holders.length === 0) return link.end ?? ''
  const first = link.holders[0]!
  const threads = threadsOf(graph, first)
  const name = first.tid !== undefined && threads[0] ? nameOf(threads[0]) : processName(graph, first)
  const more = link.holders.length > 1 ? ` and ${link.holders.length - 1} more` : ''
  const many = first.tid === undefined && threads.length > 1 ? ` (${threads.length} threads)` : ''
  return `${name}${many}${more}`
}

const processName = (graph: Graph, { pid, comm }: Holder): string => {
  const first = graph.byTid.get(pid) ?? graph.byPid.get(pid)?.[0]
  return `${first?.comm ?? comm ?? 'pid'} ${pid}`
}

const nameOf = ({ comm, tid, says }: Waiter): string => `${comm} ${tid}${says ? ` (${says})` : ''}`

/** What it does, in few words. */
export const doesText = (waiter: Waiter): string =>
  !waiter.link ? (waiter.state === 'R' ? 'runs' : `in ${waiter.call}`) : `waits in ${waiter.call}`

/** Kinds of which many wait for one; a disk or a clock is nobody's. */
const THINGS = new Set(['timer', 'signal', 'events', 'stopped', 'cpu'])

const thingsIn = (graph: Graph, closed: Closed, { intervalNs, mostThings, wanted }: ExplainOptions): Thing[] => {
  const things = new Map<string, { thing: Thing; first: Waiter }>()
  for (const waiter of graph.byTid.values()) {
    const { link } = waiter
    if (!link || THINGS.has(link.kind) || !wanted(waiter)) continue
    const waitedNs = Math.min(waiter.forNs, intervalNs)
    const known = things.get(link.key)
    if (known) {
      const { thing } = known
      thing.waiters++
      thing.waitedNs += waitedNs
      if (isHeld(waiter)) thing.heldNs += waitedNs
      thing.longestNs = Math.max(thing.longestNs, waiter.forNs)
      if (closed.has(waiter.tid)) thing.closed = closed.get(waiter.tid)!
      // what one saw of the holder, another may have missed
      if (known.first.link!.holders.length === 0 && link.holders.length > 0) known.first = waiter
    } else {
      const thing: Thing = {
        key: link.key,
        kind: link.kind,
        what: link.what,
        waiters: 1,
        waitedNs,
        heldNs: isHeld(waiter) ? waitedNs : 0,
        longestNs: waiter.forNs,
        holder: '',
        holderPid: 0,
        holderDoes: '',
        class: classOf(waiter),
      }
      if (closed.has(waiter.tid)) thing.closed = closed.get(waiter.tid)!
      things.set(link.key, { thing, first: waiter })
    }
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
