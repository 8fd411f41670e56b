// When to draw: at once after a key, a moment after data (its messages come in bursts), and never so often that nobody
// could see it, nor that what comes in could not be read meanwhile.

const LEAST_AFTER_KEY_MS = 16
const LEAST_AFTER_DATA_MS = 66
const BURST_MS = 15
/** After data: of all time no more than this part is drawn in, as long as that gives a frame in so many. Where there is no
 * CPU a frame takes seconds, and what is not read is not recorded. */
const LARGEST_PART = 1 / 4
const MOST_AFTER_DATA_MS = 3000

interface Pacer {
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
  let tookMs = 0
  let stopped = false

  const fire = (): void => {
    timer = undefined
    dueMs = Infinity
    lastMs = performance.now()
    draw()
    tookMs = performance.now() - lastMs
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
    soon: () =>
      at(
        performance.now() + BURST_MS,
        Math.min(MOST_AFTER_DATA_MS, Math.max(LEAST_AFTER_DATA_MS, tookMs / LARGEST_PART)),
      ),
    sinceMs: () => performance.now() - lastMs,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
