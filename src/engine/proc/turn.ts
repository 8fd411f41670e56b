// The time for what is kept for a while and asked for again and again: of each process in each interval.
import { afterwards } from '../../source/afterwards.ts'

let now: number | undefined

/** ms as performance.now has them, at the first question since something else ran. */
export const turnMs = (): number => {
  if (now !== undefined) return now
  afterwards(forget)
  return (now = performance.now())
}

const forget = (): void => {
  now = undefined
}
