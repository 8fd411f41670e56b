// The wall clock beside the stream's, which never steps: that it was set is said, what keeps it right is not.

/** A smaller step is a clock that is being kept right. */
const LEAST_STEP_MS = 500

/** Gives what it says at an instant of the stream. */
export const createWall = (wallMs: () => number, say: (atMs: number, text: string) => void) => {
  /** What it is ahead of the stream's. */
  let offsetMs: number | undefined
  return (atMs: number): number => {
    const nowMs = wallMs()
    const stepMs = nowMs - atMs - (offsetMs ?? nowMs - atMs)
    if (offsetMs === undefined || Math.abs(stepMs) >= LEAST_STEP_MS) offsetMs = nowMs - atMs
    if (Math.abs(stepMs) >= LEAST_STEP_MS) say(atMs, stepWords(stepMs))
    return nowMs
  }
}

const stepWords = (ms: number): string =>
  `the wall clock was set ${ms < 0 ? 'back' : 'ahead'} by ${(Math.abs(ms) / 1000).toFixed(1)} s${ms > 0 ? ', or the machine was suspended' : ''}`
