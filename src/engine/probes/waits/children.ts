// Whose children the processes are, from one reading to the next: only those that are new, have gone or were adopted are
// looked at.
import type { Thread, Threads } from './thread.ts'

const NONE: readonly number[] = []

interface Children {
  of(pid: number): readonly number[]
  /** `adopted`: those that are another's child now. */
  update(threads: Pick<Threads, 'fresh' | 'gone'>, adopted: readonly Thread[]): void
}

export const openChildren = (): Children => {
  const parents = new Map<number, number>()
  const children = new Map<number, number[]>()

  const leave = (pid: number): void => {
    const parent = parents.get(pid)
    if (parent === undefined) return
    parents.delete(pid)
    const others = children.get(parent)!.filter((each) => each !== pid)
    if (others.length > 0) children.set(parent, others)
    else children.delete(parent)
  }

  return {
    of: (pid) => children.get(pid) ?? NONE,
    update({ fresh, gone }, adopted) {
      for (const tid of gone) leave(tid)
      for (const threads of [fresh, adopted])
        for (const { tid, pid, parent } of threads) {
          if (tid !== pid || parents.get(pid) === parent) continue
          leave(pid)
          parents.set(pid, parent)
          const others = children.get(parent)
          if (others) others.push(pid)
          else children.set(parent, [pid])
        }
    },
  }
}
