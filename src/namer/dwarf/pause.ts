// Long work in small pieces: lets others have their turn when it has been going on for some milliseconds, and ends it when
// all of it takes too long, as it may in files made to do harm.
import { setImmediate } from 'node:timers/promises'

export type Pause = () => Promise<void> | undefined

const MOST_MS = 4

/** Begins now. Throws Error when nothing is left of the CPU time. */
export const pauses = (budget: { leftMs: number }): Pause => {
  let since = performance.now()
  let used = process.cpuUsage()
  return () => {
    const forMs = performance.now() - since
    if (forMs < MOST_MS) return undefined
    // others may have had the CPU meanwhile
    const { user, system } = process.cpuUsage(used)
    used = process.cpuUsage()
    budget.leftMs -= (user + system) / 1000
    if (budget.leftMs < 0) throw new Error('it takes too long')
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}
