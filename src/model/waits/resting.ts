// Who waits to be told something by others of this machine that have nothing to do either: a shell's reader, a worker whose
// master has no work for it. Pure.
//
// A reader of a pipe or socket is held up by whoever works at the other end: runs, waits for a CPU, a disk, a lock, another
// machine, or in turn reads from one that works. Found from those that work on, along who reads from whom; readers that are not
// come by rest.
import { BUSY } from './classes.ts'
import type { Closed, Graph } from './graph.ts'
import type { Waiter } from './wait-types.ts'

const BUSY_CLASSES: ReadonlySet<string> = new Set(BUSY)

/** `self`: of whoever looks, who runs then and at no other time that is seen. */
export const markResting = (graph: Graph, closed: Closed, self: number): void => {
  // behind each process, and each thread that is meant alone, who waits for it
  const behind = new Map<number, Waiter[]>()
  const behindThread = new Map<number, Waiter[]>()
  const working: Waiter[] = []
  for (const waiter of graph.awake.values()) {
    const { link } = waiter
    const isReader = link?.unasked === true && !closed.has(waiter.tid)
    waiter.rests = isReader
    if (isReader || link?.class === 'child') {
      for (const { pid, tid } of link.holders)
        if (tid === undefined) push(behind, pid, waiter)
        else push(behindThread, tid, waiter)
    } else if (link ? BUSY_CLASSES.has(link.class) && !isLooking(waiter, self) : waiter.pid !== self)
      working.push(waiter)
  }
  // who holds something and was not read may be doing anything
  for (const [pid, waiters] of behind) if (!graph.byPid.has(pid)) working.push(...waiters)
  const isDone = new Set<Waiter>()
  const works = new Set<number>()
  for (let waiter = working.pop(); waiter; waiter = working.pop()) {
    if (isDone.has(waiter)) continue
    isDone.add(waiter)
    waiter.rests = false
    working.push(...(behindThread.get(waiter.tid) ?? NOBODY))
    if (works.has(waiter.pid)) continue
    works.add(waiter.pid)
    working.push(...(behind.get(waiter.pid) ?? NOBODY))
  }
}

/** Whoever looks has threads of its own that help. */
const isLooking = ({ pid, link }: Waiter, self: number): boolean => pid === self && link!.class === 'runq'

const NOBODY: readonly Waiter[] = []

const push = (lists: Map<number, Waiter[]>, key: number, waiter: Waiter): void => {
  const list = lists.get(key)
  if (list) list.push(waiter)
  else lists.set(key, [waiter])
}
