// CPU time that the hypervisor gave to other guests while there was work here. It is within latencies and time on CPU,
// and no fault of what runs here: whoever reads those numbers has to know of it.
import type { Store } from './store.ts'

/** Over which it is told: the kernel counts in steps of 10 ms. */
const WINDOW_MS = 5000

/** Of all CPUs over the last seconds, in percent; undefined where too little is known. */
export const stolenPercent = (store: Pick<Store, 'hello' | 'host'>, atMs?: number): number | undefined => {
  const last = store.host(atMs)
  const first = last && store.host(last.atMs - WINDOW_MS)
  const cpus = last?.cpus ?? store.hello()?.cpus
  if (!first || !cpus || first.atMs >= last.atMs || first.stolenMs === undefined || last.stolenMs === undefined)
    return undefined
  return (100 * Math.max(0, last.stolenMs - first.stolenMs)) / ((last.atMs - first.atMs) * cpus)
}
