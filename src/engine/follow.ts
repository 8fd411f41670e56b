// Follows who is the target while the names by which it is known change hands: a control group that was removed and made
// again at its path is another one to the kernel, and a process whose number was used again is over.
import type { Target } from '../stream/target.ts'
import type { GroupPlace } from './proc/groups.ts'

export interface FollowOptions {
  /** What kernel programs know the control group at a path by now; undefined where there is none. */
  group(path: string): GroupPlace | undefined
  /** When the process that has a number now was started; undefined where there is none. */
  startedMs(pid: number): number | undefined
}

/** `target`: who is to be followed from now on, nobody when it is over for good. */
interface Moved {
  /** Absent: its processes are others, which need not be told; what was measured of those before counts. */
  text?: string
  target: Target | undefined
}

interface Follower {
  /** Whom to follow; nobody when another process has the number by now. */
  set(target: Target | undefined): Target | undefined
  /** What has changed since it was last asked. */
  moved(): Moved | undefined
}

export const createFollower = ({ group: placeOf, startedMs }: FollowOptions): Follower => {
  let target: Target | undefined
  /** The control group as the programs know it; undefined while there is none. */
  let group: GroupPlace | undefined
  /** When each process was started, by its number; none of those that were not there yet. */
  const starts = new Map<number, number>()

  /** Processes whose number is that of another one now. */
  const takenOver = (pids: readonly number[]): number[] =>
    pids.filter((pid) => {
      const now = startedMs(pid)
      // it has ended, and its number is nobody's yet
      if (now === undefined) return false
      if (!starts.has(pid)) starts.set(pid, now)
      return starts.get(pid) !== now
    })

  const movedGroup = (path: string): Moved | undefined => {
    const [before, now] = [group, placeOf(path)]
    if (isSame(before, now)) return undefined
    group = now
    // they come and go
    if (before?.by === 'processes' && now?.by === 'processes') return { target }
    const what = now === undefined ? 'was removed' : before === undefined ? 'is there' : 'was made anew'
    return { text: `control group ${path} ${what}`, target }
  }

  return {
    set(wanted) {
      target = wanted
      starts.clear()
      if (wanted?.is === 'cgroup') group = placeOf(wanted.path)
      if (wanted && 'pid' in wanted && wanted.startedMs !== undefined) starts.set(wanted.pid, wanted.startedMs)
      const over = takenOver(pidsOf(wanted))
      return (target = over.length > 0 ? undefined : wanted)
    },
    moved() {
      if (target?.is === 'cgroup') return movedGroup(target.path)
      const over = takenOver(pidsOf(target))
      if (target === undefined || over.length === 0) return undefined
      target = without(target, over)
      return {
        text: over.map((pid) => `process ${pid} has ended: its number is that of another one now`).join('; '),
        target,
      }
    },
  }
}

const isSame = (a: GroupPlace | undefined, b: GroupPlace | undefined): boolean =>
  a?.by === b?.by && whichOf(a) === whichOf(b)

const whichOf = (place: GroupPlace | undefined): string =>
  place === undefined ? '' : place.by === 'processes' ? place.pids.join() : String(place.id)

/** Those that are still to be followed. */
const pidsOf = (target: Target | undefined): readonly number[] =>
  target?.is === 'pids'
    ? target.pids.filter((pid) => !target.over?.includes(pid))
    : target && 'pid' in target
      ? [target.pid]
      : []

const without = (target: Target, over: readonly number[]): Target | undefined =>
  target.is === 'pids' && pidsOf(target).length > over.length
    ? { ...target, over: [...(target.over ?? []), ...over] }
    : undefined
