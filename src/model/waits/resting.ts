// Who waits to be told something by others of this machine that have nothing to do either: a shell's reader, a worker whose
// master has no work for it. Pure.
//
// A reader of a pipe or socket is held up by whoever works at the other end: runs, waits for a CPU, a disk, a lock, another
// machine, or in turn reads from one that works. Found from those that work on, along who reads from whom; readers that are not
// come by rest.
import { BUSY } from '../../stream/time-classes.ts'
import type { Closed, Graph } from './graph.ts'
import type { Link, Waiter } from './wait-types.ts'

const BUSY_CLASSES: ReadonlySet<string> = new Set(BUSY)

/** `self`: of whoever looks, who runs then and at no other time that is seen. */
export const markResting = (graph: Graph, closed: Closed, self: number): void => {
  // behind each process, and each thread that is meant alone, what is waited for; many wait for one thing of many
  const behind = new Map<number, Link[]>()
  const behindThread = new Map<number, Link[]>()
  const waitersOf = new Map<Link, Waiter[]>()
  const working: Waiter[] = []
  for (const waiter of graph.awake.values()) {
    const { link } = waiter
    const isReader = link?.unasked === true && !closed.has(waiter.tid)
    waiter.rests = isReader
    if (isReader || link?.class === 'child') {
      const others = waitersOf.get(link)
      if (others) others.push(waiter)
      else {
        waitersOf.set(link, [waiter])
        for (const { pid, tid } of link.holders)
          if (tid === undefined) push(behind, pid, link)
          else push(behindThread, tid, link)
      }
    } else if (link ? BUSY_CLASSES.has(link.class) && !isLooking(waiter, self) : waiter.pid !== self)
      working.push(waiter)
  }
  /** Once is enough. */
  const goesOn = (links: readonly Link[] | undefined): void => {
    for (const link of links ?? []) {
      const waiters = waitersOf.get(link)
      if (!waiters) continue
      waitersOf.delete(link)
      for (const waiter of waiters) working.push(waiter)
    }
  }
  // who holds something and was not read may be doing anything
  for (const [pid, links] of behind) if (!graph.byPid.has(pid)) goesOn(links)
  const works = new Set<number>()
  for (let waiter = working.pop(); waiter; waiter = working.pop()) {
    waiter.rests = false
    goesOn(behindThread.get(waiter.tid))
    if (works.has(waiter.pid)) continue
    works.add(waiter.pid)
    goesOn(behind.get(waiter.pid))
  }
}

/** Whoever looks has threads of its own that help. */
const isLooking = ({ pid, link }: Waiter, self: number): boolean => pid === self && link!.class === 'runq'

const push = (lists: Map<number, Link[]>, key: number, link: Link): void => {
  const list = lists.get(key)
  if (list) list.push(link)
  else lists.set(key, [link])
}
