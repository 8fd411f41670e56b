// Softirqs and interrupts without programs and rights: how many there were, as /proc counts them.
import type { StartDescribed } from '../../base/described-probe.ts'
import { countedKernel } from './counted.ts'

export const start: StartDescribed = () => {
  const read = countedKernel()
  read()
  return { read, close: () => {} }
}
