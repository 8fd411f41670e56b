// Long work in small pieces: lets others have their turn when it has been going on for some milliseconds.
import { setImmediate } from 'node:timers/promises'

export type Pause = () => Promise<void> | undefined

const MOST_MS = 4

export const pauses = (): Pause => {
  let since = performance.now()
  return () => {
    if (performance.now() - since < MOST_MS) return undefined
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}
