// What probes/sched_sampled.bpf.c has seen while it was at its hooks: waits and sleeps, as histograms of intervals.
import type { Hist } from '../../../stream/stream-types.ts'
import type { Target } from '../../../stream/target.ts'
import type { BpfObject } from '../../native/object.ts'
import { selectionWriter } from '../../native/selection.ts'
import {
  eachCpu,
  HIST_BYTES,
  histCounters,
  histDifference,
  sumPerCpu,
  totalPerCpu,
  u64,
  words,
} from '../../native/per-cpu.ts'

/** In the order in which they are given. */
export const KINDS = ['runq', 'sleep', 'disk', 'preempted'] as const

interface Seen {
  /** Waits since the programs were loaded, by CPU. */
  waits(): number[]
  /** How much longer these were than the kernel has it, together. */
  moreNs(): number
  /** Ends the interval. In the order of KINDS: of all threads, and of selected ones. */
  take(): { all: Hist[]; selected: Hist[] }
  /** Returns why nobody is selected, when there is no such target. */
  setTarget(target: Target | undefined): string | undefined
}

export const openSeen = (object: BpfObject): Seen => {
  const at = object.layout('cpu_sums', ['all', 'max_ns', 'max_epoch'])
  const inSums = object.layout('seen', ['waits', 'more_ns'])
  const told = object.layout('config', ['epoch', 'self', 'selection'])
  const maximaBytes = object.place('cpu_sums', 'max_ns').bytes
  const { count: kindsCount, ...numbers } = object.values('kind', {
    runq: 'RUNQ',
    sleep: 'SLEEP',
    disk: 'DISK',
    preempted: 'PREEMPTED',
    count: 'KINDS',
  })
  /** Of all threads, and behind these those of selected ones. */
  const kinds = [0, kindsCount].flatMap((first) => KINDS.map((name) => first + numbers[name]))
  const selection = selectionWriter(object)
  const cpus = object.map('cpus')
  const sums = object.map('seen')
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const counters = histCounters(object)
  const differences = kinds.map(() => histDifference())
  const value = Buffer.alloc(config.valueSize)
  let epoch = 1

  const begin = (): void => {
    value.writeUInt32LE(epoch, told.epoch)
    value.writeUInt32LE(process.pid, told.self)
    config.update(key, value)
  }
  begin()

  return {
    waits: () => eachCpu(words(sums.lookup(key)!), sums.valueSize, inSums.waits),
    moreNs: () => totalPerCpu(words(sums.lookup(key)!), sums.valueSize, inSums.more_ns),
    take() {
      const half = epoch & 1
      const view = words(cpus.lookup(key)!)
      const maxOf = (kind: number): number => {
        let max = 0
        for (let base = 0; base < view.length * 4; base += cpus.valueSize)
          if (view[(base + at.max_epoch + half * 4) >>> 2] === epoch)
            max = Math.max(max, u64(view, base + at.max_ns + half * maximaBytes + kind * 8))
        return max
      }
      const hists = differences.map((difference, i) =>
        difference(sumPerCpu(view, cpus.valueSize, at.all + kinds[i]! * HIST_BYTES, counters), maxOf(kinds[i]!)),
      )
      epoch++
      begin()
      return { all: hists.slice(0, KINDS.length), selected: hists.slice(KINDS.length) }
    },
    setTarget(target) {
      const why = selection.write(value, told.selection, target)
      config.update(key, value)
      return why
    },
  }
}
