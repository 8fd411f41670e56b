// When to draw: at once after a key, and after data when all of it is there, or a moment later where that is not known (its
// messages come in bursts); never so often that nobody could see it, nor that what comes in could not be read meanwhile.

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
  /** What came in is all there is for now: in the turn in which it was read, what it left in the CPU's caches is still there. */
  whole(): void
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
  /** Data has come that was not drawn. */
  let waits = false
  let turn: NodeJS.Immediate | undefined

  const fire = (): void => {
    clearTimeout(timer)
    timer = undefined
    waits = false
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

  const leastAfterData = (): number =>
    Math.min(MOST_AFTER_DATA_MS, Math.max(LEAST_AFTER_DATA_MS, tookMs / LARGEST_PART))

  return {
    now: () => at(performance.now(), LEAST_AFTER_KEY_MS),
    // a timer only where the data is not drawn in this turn: it would wake the process even if it is cleared
    soon: () => {
      waits = true
      turn ??= setImmediate(() => {
        turn = undefined
        if (waits) at(performance.now() + BURST_MS, leastAfterData())
      })
    },
    whole: () => {
      if (waits && !stopped && performance.now() >= lastMs + leastAfterData()) fire()
    },
    sinceMs: () => performance.now() - lastMs,
    stop: () => {
      stopped = true
      clearImmediate(turn)
      clearTimeout(timer)
    },
  }
}
