// When to draw: at once after a key, a moment after data (its messages come in bursts), and never so often that nobody
// could see it.

const LEAST_AFTER_KEY_MS = 16
const LEAST_AFTER_DATA_MS = 66
const BURST_MS = 15

export interface Pacer {
  /** Something the user did. */
  now(): void
  /** Something that came in. */
  soon(): void
  /** How long ago the last frame was drawn. */
  sinceMs(): number
  stop(): void
}

export const createPacer = (draw: () => void): Pacer => {
  let timer: NodeJS.Timeout | undefined
  let dueMs = Infinity
  let lastMs = -Infinity
  let stopped = false

  const fire = (): void => {
    timer = undefined
    dueMs = Infinity
    lastMs = performance.now()
    draw()
  }

  const at = (wantedMs: number, leastMs: number): void => {
    const atMs = Math.max(wantedMs, lastMs + leastMs)
    if (stopped || atMs >= dueMs) return
    clearTimeout(timer)
    dueMs = atMs
    // Even at once means after what else is in the input: a pasted or repeated key is one frame.
    timer = setTimeout(fire, Math.max(0, atMs - performance.now()))
  }

  return {
    now: () => at(performance.now(), LEAST_AFTER_KEY_MS),
    soon: () => at(performance.now() + BURST_MS, LEAST_AFTER_DATA_MS),
    sinceMs: () => performance.now() - lastMs,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
