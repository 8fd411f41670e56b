// Read-out and merging on machines with many CPUs, simulated: the code that turns the maps' bytes into histograms and
// counts, given buffers as the kernel would fill them for so many CPUs. What the kernel takes to copy them is not in it.
import { join } from 'node:path'
import { loadObject } from '../../src/engine/native/object.ts'
import {
  growthPerCpu,
  HIST_BYTES,
  HIST_WORDS,
  histDifference,
  histSince,
  sumPerCpu,
  words,
} from '../../src/engine/native/per-cpu.ts'
import { typesOf } from '../../src/engine/native/btf-types.ts'
import { callNumbers } from '../../src/engine/probes/syscalls/call-numbers.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import type { Figure } from './figures.ts'

const SCHED_HISTS = 8
/** Different system calls that a busy machine makes. */
const CALLS = 60
/** Of a histogram's, that of its sum, low half. */
const SUM_WORD = (HIST_WORDS - 1) * 2
/** So many of the slots of a histogram have been hit on each CPU. */
const SLOTS_USED = 60

export const cpuFigures = (rounds: number): Figure[] =>
  [1, 64, 512].flatMap((cpus) => {
    const always = { part: 'cpus', row: `${cpus} CPUs`, name: 'ms an interval', values: [] as number[] }
    const detail = {
      part: 'cpus',
      row: `${cpus} CPUs`,
      name: `ms for latencies of ${CALLS} calls`,
      values: [] as number[],
    }
    const sched = valueOf('sched.bpf.o', 'cpus', cpus, SCHED_HISTS)
    const counts = valueOf('syscalls.bpf.o', 'counts', cpus, 1)
    const latency = valueOf('syscalls_detail.bpf.o', 'latencies', cpus, 1)
    const schedSince = Array.from({ length: SCHED_HISTS }, (_, i) => histSince(sched.valueSize, i * HIST_BYTES))
    const callsSince = growthPerCpu(
      counts.valueSize,
      0,
      callNumbers(typesOf(join(PROBES_BUILT, 'syscalls.bpf.o'))).invalid + 1,
    )
    const differences = Array.from({ length: CALLS }, () => histDifference())
    const hist = new Float64Array(HIST_WORDS)
    for (let round = 0; round < rounds; round++) {
      // a histogram of which nothing is new is not looked through
      for (let i = 0; i < SCHED_HISTS; i++) sched.view[i * HIST_WORDS * 2 + SUM_WORD]!++
      always.values.push(
        timed(() => {
          for (let i = 0; i < SCHED_HISTS; i++) schedSince[i]!(sched.view, 0)
          callsSince(counts.view)
        }),
      )
      detail.values.push(
        timed(() => {
          for (let i = 0; i < CALLS; i++) differences[i]!(sumPerCpu(latency.view, latency.valueSize, 0, hist), 0)
        }),
      )
    }
    return [always, detail]
  })

interface Value {
  view: Uint32Array
  valueSize: number
}

const timed = (work: () => void): number => {
  const began = performance.now()
  work()
  return performance.now() - began
}

/** One entry of a map for so many CPUs, with counts where counts would be. */
const valueOf = (file: string, map: string, cpus: number, hists: number): Value => {
  const object = loadObject(join(PROBES_BUILT, file), { programs: () => false })
  const { valueSize } = object.map(map)
  object.close()
  const view = words(Buffer.from(new ArrayBuffer(valueSize * cpus)))
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (let i = 0; i < hists * SLOTS_USED; i++) {
      const slot = Math.floor(i / SLOTS_USED) * HIST_WORDS + 40 + (i % SLOTS_USED)
      view[cpu * (valueSize / 4) + slot * 2] = 1 + ((cpu * 31 + i) % 1000)
    }
  }
  return { view, valueSize }
}
