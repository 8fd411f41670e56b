// What the probes cost, while that is on screen: the kernel measures as long, from one tick to the next.
import type { CostMessage } from '../stream/cost-message.ts'
import type { Mark, Meter } from './meter.ts'
import type { Part } from '../stream/want.ts'

/** `fullPercent`: what a part that is given up would take in full, where that is known. */
export const createShownCost = (meter: Meter, fullPercent: (part: Part) => number | undefined) => {
  /** Since when it is measured, or why not. */
  let since: { mark: Mark; why: string | undefined } | undefined
  return {
    show(on: boolean): void {
      if (on === (since !== undefined)) return
      if (!on) meter.drop('screen')
      const why = on ? meter.hold('screen') : undefined
      since = on ? { mark: meter.mark(), why } : undefined
    },
    /** Since it was last taken; undefined while it is not shown. */
    take(): Pick<CostMessage, 'intervalMs' | 'probes' | 'why'> | undefined {
      if (!since) return undefined
      const { mark, why } = since
      since = { mark: meter.mark(), why }
      const costs = meter.costs(mark)
      for (const cost of costs.probes) {
        const percent = fullPercent(cost.probe)
        if (percent !== undefined) cost.fullPercent = percent
      }
      return { ...costs, ...(why !== undefined && { why }) }
    },
  }
}
