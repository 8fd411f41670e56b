// What takes time now and then is followed by a rest, so that it never takes more than a part of a CPU. Counted is CPU
// time: on a busy machine most of what passes meanwhile is waiting, and that is no reason to look less often.

/** For one of work, so many of rest: a fiftieth of a CPU. */
export const REST = 50

export interface Pace {
  /** Since it was done last; Infinity: never. */
  sinceMs(): number
  hasRested(): boolean
  /** What it took of a CPU. */
  costMs(): number
  spend<T>(work: () => T): T
}

/** `usedMs`: what this process has had of CPUs. */
export const createPace = (nowMs: () => number, rest = REST, usedMs: () => number = cpuMs): Pace => {
  let doneMs = -Infinity
  let costMs = 0
  return {
    sinceMs: () => nowMs() - doneMs,
    hasRested: () => nowMs() - doneMs >= costMs * rest,
    costMs: () => costMs,
    spend(work) {
      const before = usedMs()
      try {
        return work()
      } finally {
        doneMs = nowMs()
        costMs = usedMs() - before
      }
    },
  }
}

/** CPU time of this process. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
