// Follows who is the target while the names by which it is known change hands: a control group that was removed and made
// again at its path is another one to the kernel, and a process whose number was used again is over.
import type { Target } from '../stream/types.ts'

export interface FollowOptions {
  /** The number of the control group at a path now; undefined where there is none. */
  cgroupId(path: string): bigint | undefined
  /** When the process that has a number now was started; undefined where there is none. */
  startedMs(pid: number): number | undefined
}

/** `target`: who is to be followed from now on, nobody when it is over for good. */
export interface Moved {
  text: string
  target: Target | undefined
}

export interface Follower {
  /** Whom to follow; nobody when another process has the number by now. */
  set(target: Target | undefined): Target | undefined
  /** What has changed since it was last asked. */
  moved(): Moved | undefined
}

export const createFollower = ({ cgroupId, startedMs }: FollowOptions): Follower => {
  let target: Target | undefined
  /** A control group's number, a process's start; undefined for what is not there, or keeps its name. */
  let identity: bigint | number | undefined

  const identityNow = (who: Target | undefined): bigint | number | undefined =>
    who?.is === 'cgroup' ? cgroupId(who.path) : who && 'pid' in who ? startedMs(who.pid) : undefined

  return {
    set(wanted) {
      const now = identityNow(wanted)
      const asked = wanted && 'pid' in wanted ? wanted.startedMs : undefined
      target = asked !== undefined && now !== undefined && now !== asked ? undefined : wanted
      identity = target && (asked ?? now)
      return target
    },
    moved() {
      const now = identityNow(target)
      if (target === undefined || now === identity) return undefined
      if (target.is === 'cgroup') {
        const what = now === undefined ? 'was removed' : identity === undefined ? 'is there' : 'was made anew'
        identity = now
        return { text: `control group ${target.path} ${what}`, target }
      }
      // it has ended, and its number is nobody's yet
      if (now === undefined) return undefined
      const text = `process ${'pid' in target ? target.pid : ''} has ended: its number is that of another one now`
      if (identity === undefined) {
        identity = now
        return undefined
      }
      target = undefined
      return { text, target }
    },
  }
}
