// Who is selected, and whether that was so for all of an interval.
import type { Target } from '../../../stream/target.ts'
import { SOON_MS } from '../../native/epochs.ts'

interface WantedTarget {
  set(target: Target | undefined): void
  /** Ends the interval. */
  take(): { of?: Target; partial?: true }
}

export const wantedTarget = (steadyMs: () => number = () => performance.now()): WantedTarget => {
  let of: Target | undefined
  let isPartial = false
  let begunMs = steadyMs()
  return {
    set(target) {
      if (steadyMs() - begunMs > SOON_MS) isPartial = true
      of = target
    },
    take() {
      const taken = { ...(of && { of }), ...(isPartial && { partial: true as const }) }
      isPartial = false
      begunMs = steadyMs()
      return taken
    },
  }
}
