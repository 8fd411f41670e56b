// What probes/sched_sampled.bpf.c has seen while it was at its hooks: waits and sleeps, as histograms of intervals.
import type { Hist } from '../../../stream/types.ts'
import type { BpfObject } from '../../native/object.ts'
import { HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from '../../native/per-cpu.ts'

export const KINDS = ['runq', 'sleep', 'disk', 'preempted'] as const

export interface Seen {
  /** Waits since the programs were loaded, by CPU. */
  waits(): number[]
  /** Ends the interval. In the order of KINDS. */
  take(): Hist[]
}

export const openSeen = (object: BpfObject): Seen => {
  const at = object.layout('cpu', ['all', 'max_ns', 'max_epoch', 'waits'])
  const cpus = object.map('cpus')
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const counters = new Float64Array(HIST_WORDS)
  const differences = KINDS.map(() => histDifference())
  let epoch = 1

  const begin = (): void => {
    const value = Buffer.alloc(config.valueSize)
    value.writeUInt32LE(epoch)
    value.writeUInt32LE(process.pid, 4)
    config.update(key, value)
  }
  begin()

  return {
    waits() {
      const view = words(cpus.lookup(key)!)
      const count = (view.length * 4) / cpus.valueSize
      return Array.from({ length: count }, (_, cpu) => u64(view, cpu * cpus.valueSize + at.waits))
    },
    take() {
      const half = epoch & 1
      const view = words(cpus.lookup(key)!)
      const maxOf = (kind: number): number => {
        let max = 0
        for (let base = 0; base < view.length * 4; base += cpus.valueSize)
          if (view[(base + at.max_epoch + half * 4) >>> 2] === epoch)
            max = Math.max(max, u64(view, base + at.max_ns + (half * KINDS.length + kind) * 8))
        return max
      }
      const hists = KINDS.map((_, kind) =>
        differences[kind]!(sumPerCpu(view, cpus.valueSize, at.all + kind * HIST_BYTES, counters), maxOf(kind)),
      )
      epoch++
      begin()
      return hists
    },
  }
}
