// Threads whose parent has ended while they slept: nothing else that is known of a sleeping thread is changed by others, so
// this is asked of them alone, and not all of every thread again.
import { parseStat, textOf } from '../../../source/proc-stat.ts'
import type { Thread, Threads } from './thread.ts'

/** Of processes, a reading; those of a shell that has ended are few. */
const MOST_ORPHANS = 200

const parentOf = (pid: number): number | undefined => {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat === '' ? undefined : parseStat(stat).parent
}

/** Gives them the parent that they have now, and tells who they are. One that takes its time to end still has its children: asked again in the
 * next reading. */
export const openOrphans = (ask = parentOf): ((threads: Pick<Threads, 'byTid' | 'fresh' | 'gone'>) => Thread[]) => {
  let ended = new Set<number>()
  /** All that are somebody's, and some that were: most that end are nobody's, and then none is looked at. */
  let known = new Set<number>()
  return ({ byTid, fresh, gone }) => {
    for (const { parent } of fresh) known.add(parent)
    for (const tid of gone) if (known.has(tid)) ended.add(tid)
    const adopted: Thread[] = []
    if (ended.size === 0) return adopted
    known = new Set()
    const parents = new Map<number, number | undefined>()
    const left = new Set<number>()
    for (const thread of byTid.values()) {
      known.add(thread.parent)
      if (!ended.has(thread.parent)) continue
      if (!parents.has(thread.pid) && parents.size < MOST_ORPHANS) parents.set(thread.pid, ask(thread.pid))
      thread.parent = parents.get(thread.pid) ?? thread.parent
      known.add(thread.parent)
      adopted.push(thread)
      if (ended.has(thread.parent) && !byTid.has(thread.parent)) left.add(thread.parent)
    }
    ended = left
    return adopted
  }
}
