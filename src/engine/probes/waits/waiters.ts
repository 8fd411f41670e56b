// What all threads wait for, from one reading to the next: of one that does not run it stays as it was found, as long as
// nobody who could change it runs. So a reading costs what has changed, and little for each thread that sleeps on.
import { isOwned, openGraph, type KeptGraph } from '../../../model/waits/graph.ts'
import { mayBeQuiet } from '../../../model/waits/calm-waiters.ts'
import { isOfRuntime, linkByFunctions } from '../../../model/waits/runtimes.ts'
import type { Link, LinkKind, Waiter } from '../../../model/waits/wait-types.ts'
import { KeptWaiter, type Clock } from './kept-waiter.ts'
import type { Thread, Threads } from './thread.ts'
import type { HolderSearch } from './holders.ts'
import type { Sources } from './link-parts.ts'
import { linkOf } from './links.ts'
import { isTitled } from './titles.ts'
import type { UserStacks } from './user-stacks.ts'
import type { Wakers } from './wakers.ts'

export const openWaiters = (
  holders: Pick<HolderSearch, 'version'>,
  wakers: Pick<Wakers, 'of' | 'watched'>,
  userStacks: Pick<UserStacks, 'of'>,
) => {
  const graph = openGraph()
  const clock: Clock = { ns: 0 }
  /** Quiet ones that wait for other ends. */
  const atEnds = new Set<Waiter>()
  let ends = 0
  let woken: readonly number[] = []

  /** They were counted whatever a thread waited for. */
  const tellWakers = (): void => {
    for (const tid of woken) if (graph.byTid.has(tid)) graph.byTid.get(tid)!.wakers = undefined
    woken = wakers.watched()
    for (const tid of woken) {
      const waiter = graph.byTid.get(tid)
      if (waiter && isOwnerless(waiter)) waiter.wakers = wakers.of(tid)
    }
  }

  /** `isNamed`: functions of those that are selected may be asked for. */
  return (threads: Threads, sources: Sources, isNamed: boolean): KeptGraph => {
    const { byTid, reading } = threads
    clock.ns = threads.clockNs
    graph.begin()
    const isAsked = holders.version() !== ends
    ends = holders.version()
    for (const tid of threads.gone) graph.remove(tid)
    for (const { tid } of threads.fresh) {
      const waiter = graph.byTid.get(tid)
      if (waiter) graph.wake(waiter)
    }
    const limited = new Map<string, Link | undefined>()
    const unlimited = new Map<string, Link | undefined>()
    /** Many wait for one lock: it is looked at once, apart for those with a time limit. */
    const again = (thread: Thread, { kind, key, only }: Link): Link | undefined => {
      const known = only ? unlimited : limited
      const found = LOCKS.has(kind) ? known.get(key) : undefined
      if (found && !found.holders.some(({ tid }) => tid === thread.tid)) return found
      const link = linkOf(thread, sources)
      if (LOCKS.has(kind)) known.set(key, link)
      return link
    }
    const held = new Map<Link, boolean>()
    /** It has holders, none of which has run: asked once for all who wait for it. */
    const isHeldStill = (link: Link): boolean => {
      let isStill = held.get(link)
      if (isStill === undefined) {
        isStill = link.holders.length > 0 && link.holders.every(({ tid }) => tid !== undefined && byTid.get(tid)?.still)
        held.set(link, isStill)
      }
      return isStill
    }
    const mayChange = (thread: Thread, link: Link): boolean => {
      if (hasEnds(thread, link)) return isAsked
      if (!LOCKS.has(link.kind)) return !SETTLED.has(link.kind)
      // only who runs lets go of it; the words of one that has no owner are read twice, as it may just have been taken
      if (link.holders.length > 0) return !isHeldStill(link)
      return link.isLate === true || link.kind === 'rwlock' || reading - thread.stillFrom <= 2
    }
    const look = (thread: Thread): void => {
      let waiter = thread.waiter
      if (waiter && waiter.isCalm && !thread.fresh) {
        const isLocked = LOCKS.has(waiter.link!.kind)
        if (isLocked ? isHeldStill(waiter.link!) : !isAsked) {
          waiter.still = true
          if (!isLocked) rest(thread, waiter)
          return
        }
      }
      const before = waiter?.link
      if (!waiter) waiter = thread.waiter = graph.put(waiterOf(thread, sources, clock)) as KeptWaiter
      else if (before && mayChange(thread, before)) waiter.link = again(thread, before)
      // names are there a reading later
      if (waiter.functions.length < thread.frames.length) {
        waiter.functions = sources.frames(thread)
        waiter.counted = undefined
      }
      const isServer = isTitled(thread.comm)
      if (isServer) waiter.says = sources.title(thread.pid)?.does
      waiter.isCalm = !isServer && isCalm(thread, waiter)
      if (isNamed && thread.isSelected && waiter.link && thread.call === 'futex' && isOfRuntime(waiter.link)) {
        const functions = userStacks.of(thread)
        if (functions === 'late') waiter.isCalm = false
        else waiter.link = linkByFunctions(waiter.link, functions)
      }
      // locks are read after threads: what was found between two readings in which nobody ran was so all the time
      waiter.still = thread.still && sameHolders(before, waiter.link)
    }
    const rest = (thread: Thread, waiter: Waiter): void => {
      if (!mayBeQuiet(waiter)) return
      graph.settle(waiter, !isNamed || thread.isSelected)
      if (hasEnds(thread, waiter.link!)) atEnds.add(waiter)
    }
    /** Many wait for one end in the same way. */
    const relinked = new Map<Link, Link | undefined>()
    if (isAsked)
      for (const waiter of atEnds) {
        const thread = byTid.get(waiter.tid)
        const { link } = waiter
        if (!thread || !link || waiter.rest === undefined) atEnds.delete(waiter)
        else {
          if (!relinked.has(link)) relinked.set(link, linkOf(thread, sources))
          if (isSame(link, relinked.get(link))) continue
          atEnds.delete(waiter)
          graph.wake(waiter)
        }
      }
    // those that are looked at may become quiet meanwhile
    for (const thread of threads.fresh) look(thread)
    for (const tid of graph.awake.keys()) {
      const thread = byTid.get(tid)
      if (thread && !thread.fresh) look(thread)
    }
    tellWakers()
    return graph
  }
}

/** In all that may be found to be otherwise while a thread sleeps. */
const isSame = (before: Link, now: Link | undefined): boolean =>
  now !== undefined &&
  sameHolders(before, now) &&
  before.kind === now.kind &&
  before.key === now.key &&
  before.what === now.what &&
  before.class === now.class &&
  before.unasked === now.unasked &&
  before.open === now.open &&
  before.only === now.only &&
  before.sure === now.sure &&
  before.relation === now.relation &&
  before.end === now.end &&
  before.source === now.source

const sameHolders = (before: Link | undefined, now: Link | undefined): boolean =>
  before === now ||
  (before !== undefined &&
    now !== undefined &&
    before.holders.length === now.holders.length &&
    before.holders.every(({ pid, tid }, index) => pid === now.holders[index]!.pid && tid === now.holders[index]!.tid))

/** Nobody's, or somebody's who does not change while one waits. */
const SETTLED = new Set<LinkKind>(['condition', 'semaphore', 'barrier', 'timer', 'signal', 'events', 'join', 'stopped'])
const LOCKS = new Set<LinkKind>(['mutex', 'rwlock', 'futex'])
/** Of files, whose other ends are known by a search. */
const ENDS = new Set<LinkKind>(['pipe', 'unix socket', 'tcp', 'eventfd', 'remote file'])

/** Nothing of it changes while it sleeps on, unless other ends are found, or who holds its lock runs. */
const isCalm = (thread: Thread, { link, functions }: Waiter): boolean =>
  link !== undefined &&
  thread.state === '.' &&
  functions.length >= thread.frames.length &&
  (SETTLED.has(link.kind) || LOCKS.has(link.kind) || hasEnds(thread, link))

const hasEnds = ({ items }: Thread, { kind }: Link): boolean => items.length > 0 || ENDS.has(kind)

const NO_FUNCTIONS: readonly string[] = []

/** Waits of which nobody is the owner, but somebody ends them. */
const OWNERLESS = new Set<LinkKind>([
  'condition',
  'semaphore',
  'barrier',
  'futex',
  'mutex',
  'rwlock',
  'eventfd',
  'server',
])

export const isOwnerless = (waiter: Waiter): boolean =>
  waiter.link !== undefined && OWNERLESS.has(waiter.link.kind) && !isOwned(waiter)

const waiterOf = (thread: Thread, sources: Sources, clock: Clock): KeptWaiter =>
  new KeptWaiter(
    thread,
    clock,
    thread.frames.length > 0 ? sources.frames(thread) : NO_FUNCTIONS,
    linkOf(thread, sources),
  )
