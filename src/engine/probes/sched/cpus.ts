// What probes/sched.bpf.c noted on each CPU in an interval: its waits, and how long it was idle. Made only while somebody
// looks, as a histogram for each CPU is much to send on large machines.
import { SLOTS } from '../../../model/base/histogram.ts'
import type { SchedCpu } from '../../../stream/sched-types.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { u64 } from '../../native/per-cpu.ts'

const HIGH = 2 ** 32
/** Behind a count for each slot. */
const SUM = SLOTS * 2

interface Offsets {
  /** Histogram of its waits. */
  waits: number
  idleNs: number
  idleSince: number
}

/** Successive readings of the per-CPU map become what was between them; nothing comes of the first. Its CPUs are
 * `stride` words apart. Those that never switched are left out: nothing is known of them. */
export const byCpu = (
  stride: number,
  offsets: Offsets,
): ((view: Uint32Array, endNs: number, maxAt: (base: number) => number) => SchedCpu[] | undefined) => {
  let before: Float64Array | undefined
  let idleBefore = new Float64Array(0)
  let beganNs = 0
  return (view, endNs, maxAt) => {
    const count = Math.floor(view.length / stride)
    const isFirst = before === undefined
    before ??= new Float64Array(count * (SLOTS + 1))
    if (isFirst) idleBefore = new Float64Array(count)
    const cpus: SchedCpu[] = []
    for (let cpu = 0, base = 0; cpu < count; cpu++, base += stride) {
      const since = u64(view, base * 4 + offsets.idleSince)
      const idle = u64(view, base * 4 + offsets.idleNs) + (since > 0 ? Math.max(0, endNs - since) : 0)
      const runq = sinceLast(view, base + (offsets.waits >>> 2), before, cpu * (SLOTS + 1))
      runq.maxNs = maxAt(base)
      const idleNs = idle - idleBefore[cpu]!
      idleBefore[cpu] = idle
      if (idle === 0 && before[(cpu + 1) * (SLOTS + 1) - 1] === 0) continue
      // it may switch while it is read
      cpus.push({ cpu, runq, busyNs: Math.round(Math.min(endNs - beganNs, Math.max(0, endNs - beganNs - idleNs))) })
    }
    beganNs = endNs
    return isFirst ? undefined : cpus
  }
}

/** The histogram since the last reading, which this one becomes. */
const sinceLast = (view: Uint32Array, base: number, before: Float64Array, at: number): Hist => {
  const hist: Hist = { slots: [], count: 0, sumNs: 0, maxNs: 0 }
  for (let slot = 0, word = base; slot < SLOTS; slot++, word += 2) {
    const now = view[word]! + view[word + 1]! * HIGH
    const change = now - before[at + slot]!
    if (change <= 0) continue
    before[at + slot] = now
    hist.slots.push(slot, change)
    hist.count += change
  }
  const sum = view[base + SUM]! + view[base + SUM + 1]! * HIGH
  hist.sumNs = sum - before[at + SLOTS]!
  before[at + SLOTS] = sum
  return hist
}
