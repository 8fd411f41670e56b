// Where threads are blocked, without any hook: looked at in some instants of an interval, at random distances, so that
// what comes and goes regularly is not always seen, or never. Each instant stands for an equal part of the interval. How
// many there are depends on how long looking takes.
import { createPace, REST, type Pace } from '../proc/pace.ts'

/** On average between two. */
const GAP_MS = 250
const MOST = 16

export interface Instants {
  /** What was seen in each since the last call, one of now included. */
  take(): Buffer[]
  close(): void
}

/** `look` gives records that stay valid. Begins at once. */
export const openInstants = (look: () => Buffer, pace: Pace = createPace(() => performance.now())): Instants => {
  let seen: Buffer[] = []
  let timer: NodeJS.Timeout | undefined
  let gapMs = GAP_MS

  const see = (): void => {
    seen.push(pace.spend(look))
    gapMs = Math.max(GAP_MS, pace.costMs() * REST)
  }
  const next = (): void => {
    timer = setTimeout(
      () => {
        if (seen.length < MOST - 1) see()
        next()
      },
      gapMs * (0.5 + Math.random()),
    )
    timer.unref()
  }
  next()

  return {
    take() {
      see()
      const all = seen
      seen = []
      return all
    },
    close: () => clearTimeout(timer),
  }
}
