// Threads whose parent has ended while they slept: nothing else that is known of a sleeping thread is changed by others, so
// this is asked of them alone, and not all of every thread again.
import { parseStat, textOf } from '../../proc/stat.ts'
import type { Threads } from './thread.ts'

/** Of processes, a reading; those of a shell that has ended are few. */
const MOST_ORPHANS = 200

const parentOf = (pid: number): number | undefined => {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat === '' ? undefined : parseStat(stat).parent
}

/** Gives them the parent that they have now. One that takes its time to end still has its children: asked again in the
 * next reading. */
export const openOrphans = (ask = parentOf): ((threads: Pick<Threads, 'byTid' | 'gone'>) => void) => {
  let ended = new Set<number>()
  return ({ byTid, gone }) => {
    for (const tid of gone) ended.add(tid)
    if (ended.size === 0) return
    const parents = new Map<number, number | undefined>()
    const left = new Set<number>()
    for (const thread of byTid.values()) {
      if (!ended.has(thread.parent)) continue
      if (!parents.has(thread.pid) && parents.size < MOST_ORPHANS) parents.set(thread.pid, ask(thread.pid))
      thread.parent = parents.get(thread.pid) ?? thread.parent
      if (ended.has(thread.parent) && !byTid.has(thread.parent)) left.add(thread.parent)
    }
    ended = left
  }
}
