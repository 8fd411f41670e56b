// How often waits are read: as often as is asked for, while readings take no more than a hundredth of a CPU in the long
// run; else so seldom that they do not, down to every ten seconds. What one takes grows with the threads of the machine.

const SHARE = 0.01
/** Saved up at most, and at the beginning: the first readings come at once, and take more than later ones. */
const MOST_MS = 400
/** Between two readings whatever they take: older ones would be of no use. */
const LONGEST_MS = 10_000

interface Pace {
  /** The next reading would come too soon. */
  isEarly(): boolean
  /** Does it; gives what it took, too. */
  measured<T>(read: () => T): { result: T; tookMs: number }
  /** The next one may come at any time. */
  forget(): void
}

export const openPace = (nowMs: () => number, cpuMs: () => number): Pace => {
  let savedMs = MOST_MS
  let sinceMs = nowMs()
  const save = (): void => {
    const now = nowMs()
    savedMs = Math.min(MOST_MS, savedMs + SHARE * (now - sinceMs))
    sinceMs = now
  }
  return {
    isEarly() {
      save()
      return savedMs < 0
    },
    measured(read) {
      const startMs = cpuMs()
      const result = read()
      const tookMs = Math.max(0, cpuMs() - startMs)
      // no debt that is not paid by then
      savedMs = Math.max(savedMs - tookMs, -SHARE * LONGEST_MS)
      return { result, tookMs }
    },
    forget: () => void (savedMs = Math.max(savedMs, Number.EPSILON)),
  }
}
