// Chains of waits, worst first. Pure.
import { closedIn, isHeld, isIdle, pathFrom, type Closed, type Graph } from './graph.ts'
import { markResting } from './resting.ts'
import { SOFT, thingsIn, type Thing, type ThingOptions } from './things.ts'
import type { Holder, Link, Waiter } from './wait-types.ts'
import { chainText, doesText, holdersText } from './wait-words.ts'

interface Chain {
  waiter: Waiter
  /** `mutex 0x7f.. held by worker-7 50 -> fsync wal.log, ext4 on vda`. */
  text: string
  closed?: 'locks' | 'waits'
  /** Within the interval, where it is known what for. */
  heldNs: number
  /** Who holds up the first. */
  holder?: Holder
  holderText: string
  /** Of its process wait for the same, not as long, and have no chain of their own. */
  more: number
}

/** One step of a chain, for a table of them. */
interface Step {
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

export interface ExplainOptions extends ThingOptions {
  /** Process of whoever looks. */
  self: number
  mostChains: number
  /** Of them, of threads of one process that wait for the same. */
  mostAlike: number
  /** Of them, of those that rest. */
  mostResting: number
  mostSteps: number
}

export const explain = (graph: Graph, options: ExplainOptions): Explained => {
  graph.busy = undefined
  const closed = closedIn(graph)
  markResting(graph, closed, options.self)
  const shown = shownOf(graph, closed, options)
  const steps: Step[] = []
  const chains = shown.waiters.map((waiter): Chain => {
    const path = waiter.link!.holders.length > 0 || waiter.wakers ? pathFrom(graph, waiter) : [waiter]
    if (steps.length < options.mostSteps && isHeld(waiter)) steps.push(...stepsOf(waiter, path, closed))
    const how = closed.get(waiter.tid)
    return {
      waiter,
      text: path.length === 1 && isAlone(waiter) ? aloneText(graph, path, waiter.link!) : chainText(graph, path),
      heldNs: isHeld(waiter) ? Math.min(waiter.forNs, options.intervalNs) : 0,
      ...(how && { closed: how }),
      ...(waiter.link!.holders[0] && { holder: waiter.link!.holders[0] }),
      holderText: holdersText(graph, waiter.link!),
      more: shown.more.get(waiter) ?? 0,
    }
  })
  let waiting = graph.quiet.events.size + graph.quiet.idle.size
  let locked = 0
  for (const waiter of graph.awake.values()) {
    if (!waiter.link || !options.wanted(waiter)) continue
    waiting++
    if (waiter.link.class === 'lock') locked++
  }
  return { chains, steps, things: thingsIn(graph, closed, options), closed, waiting, locked }
}

/** Nothing but its link says what is to be said of it. */
const isAlone = ({ link, wakers }: Waiter): boolean =>
  wakers === undefined && link!.holders.length === 0 && link!.kind !== 'events'

/** Links stay as long as threads sleep on, so what was said of one is known. */
const said = new WeakMap<Link, string>()

const aloneText = (graph: Graph, path: readonly Waiter[], link: Link): string => {
  let text = said.get(link)
  if (text === undefined) said.set(link, (text = chainText(graph, path)))
  return text
}

/** Worst first, as far as there is room; of those that come after few are worth sorting: none that rests is worse than
 * another. */
const shownOf = (
  graph: Graph,
  closed: Closed,
  { wanted, mostChains, mostAlike, mostResting, intervalNs }: ExplainOptions,
): { waiters: Waiter[]; more: ReadonlyMap<Waiter, number> } => {
  const circles: Ranked[] = []
  const rest: { event: Waiter[]; idle: Waiter[] } = { event: [], idle: [] }
  const crowds = openCrowds(mostAlike)
  for (const waiter of graph.awake.values()) {
    if (!waiter.link || !wanted(waiter)) continue
    const at = rank(waiter, closed, intervalNs)
    if (at === RANK.event) rest.event.push(waiter)
    else if (at === RANK.idle) rest.idle.push(waiter)
    else if (at === RANK.circle) circles.push({ waiter, at })
    else crowds.add(waiter, at)
  }
  const { worst, more } = crowds.ends()
  const shown = [...circles, ...worst].sort(byRank).map(({ waiter }) => waiter)
  const most = Math.min(mostChains, shown.length + mostResting)
  const { events, idle } = graph.quiet
  for (const resting of [rest.event, events, rest.idle, idle])
    for (const waiter of resting) {
      if (shown.length >= most) return { waiters: shown.slice(0, mostChains), more }
      shown.push(waiter)
    }
  return { waiters: shown.slice(0, mostChains), more }
}

interface Ranked {
  waiter: Waiter
  at: number
}

/** Worst first. */
const byRank = (a: Ranked, b: Ranked): number =>
  b.at - a.at || b.waiter.forNs - a.waiter.forNs || a.waiter.tid - b.waiter.tid

/** Threads of one process that wait for the same. */
interface Crowd {
  pid: number
  count: number
  /** As many as are shown. */
  worst: Ranked[]
}

/** So that one lock does not take all the room; the last that is shown stands for those that come after it. All that wait
 * are put in, few are shown: those are found without sorting all. */
const openCrowds = (most: number) => {
  const byProcess = new Map<number, Map<string, Crowd>>()
  /** Most that wait for one thing have one link. */
  const byLink = new Map<Link, Crowd>()
  const crowdOf = ({ pid, link }: Waiter): Crowd => {
    const known = byLink.get(link!)
    if (known?.pid === pid) return known
    let ofProcess = byProcess.get(pid)
    if (!ofProcess) byProcess.set(pid, (ofProcess = new Map()))
    let crowd = ofProcess.get(link!.key)
    if (!crowd) ofProcess.set(link!.key, (crowd = { pid, count: 0, worst: [] }))
    byLink.set(link!, crowd)
    return crowd
  }
  return {
    add(waiter: Waiter, at: number): void {
      const crowd = crowdOf(waiter)
      const { worst } = crowd
      const one = { waiter, at }
      if (crowd.count++ >= most) {
        if (byRank(one, worst.at(-1)!) > 0) return
        worst.pop()
      }
      let place = worst.length
      while (place > 0 && byRank(one, worst[place - 1]!) < 0) place--
      worst.splice(place, 0, one)
    },
    ends() {
      const worst: Ranked[] = []
      const more = new Map<Waiter, number>()
      for (const ofProcess of byProcess.values())
        for (const crowd of ofProcess.values()) {
          for (const each of crowd.worst) worst.push(each)
          if (crowd.count > most) more.set(crowd.worst.at(-1)!.waiter, crowd.count - most)
        }
      return { worst, more }
    },
  }
}

/** Circles first, then what ought not to last, then who waits for an answer; what is short; parents and pipelines. Whoever
 * has waited for another process for longer than `USUAL_NS` is made so, as daemons are, and held up by nobody that one
 * looks for. Those that idle come last. */
const RANK = { idle: 0, event: 1, usual: 2, plumbing: 3, short: 4, answer: 5, hard: 6, circle: 7 }
const USUAL_NS = 600e9
const SHORT_SHARE = 0.1
const PLUMBING = new Set(['child', 'pipe', 'tracer', 'stopped'])

const rank = (waiter: Waiter, closed: Closed, intervalNs: number): number => {
  const { tid, link, forNs } = waiter
  if (closed.size > 0 && closed.has(tid)) return RANK.circle
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
