// When a dead engine is started again: after 1, 2, 4 ... 30 s; not any more when it never worked.

const LONGEST_MS = 30_000
/** After so long at work the wait is short again. */
const HEALTHY_MS = 60_000
const FRUITLESS = 5
const WORDS_A_SECOND = 20

interface Restarts {
  /** A sample came. */
  worked(nowMs: number): void
  /** It ended: milliseconds until the next attempt; undefined: no more. */
  nextMs(nowMs: number): number | undefined
  /** Whether one more line of its stderr shall be told. */
  mayTell(nowMs: number): boolean
}

export const createRestarts = (): Restarts => {
  let failures = 0
  let fruitless = 0
  let workingSinceMs: number | undefined
  let second = 0
  let told = 0

  return {
    worked(nowMs) {
      workingSinceMs ??= nowMs
      fruitless = 0
    },
    nextMs(nowMs) {
      if (workingSinceMs !== undefined && nowMs - workingSinceMs >= HEALTHY_MS) failures = 0
      workingSinceMs = undefined
      fruitless++
      return fruitless > FRUITLESS ? undefined : Math.min(LONGEST_MS, 1000 * 2 ** failures++)
    },
    mayTell(nowMs) {
      if (Math.floor(nowMs / 1000) !== second) told = 0
      second = Math.floor(nowMs / 1000)
      return ++told <= WORDS_A_SECOND
    },
  }
}
