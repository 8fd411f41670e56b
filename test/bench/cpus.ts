// Read-out and merging on machines with many CPUs, simulated: the code that turns the maps' bytes into histograms and
// counts, given buffers as the kernel would fill them for so many CPUs. What the kernel takes to copy them is not in it.
import { join } from 'node:path'
import { loadObject } from '../../src/engine/native/object.ts'
import { HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, words } from '../../src/engine/native/per-cpu.ts'
import { typesOf } from '../../src/engine/native/btf-types.ts'
import { callNumbers } from '../../src/engine/probes/syscalls/calls.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import type { Figure } from './figures.ts'

const SCHED_HISTS = 8
/** Different system calls that a busy machine makes. */
const CALLS = 60
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
    const differences = Array.from({ length: SCHED_HISTS + CALLS }, () => histDifference())
    const hist = new Float64Array(HIST_WORDS)
    const calls = new Float64Array(callNumbers(typesOf(join(PROBES_BUILT, 'syscalls.bpf.o'))).invalid + 1)
    const merge = ({ view, valueSize }: Value, at: number, i: number) =>
      differences[i]!(sumPerCpu(view, valueSize, at, hist), 0)
    for (let round = 0; round < rounds; round++) {
      always.values.push(
        timed(() => {
          for (let i = 0; i < SCHED_HISTS; i++) merge(sched, i * HIST_BYTES, i)
          sumPerCpu(counts.view, counts.valueSize, 0, calls)
        }),
      )
      detail.values.push(
        timed(() => {
          for (let i = 0; i < CALLS; i++) merge(latency, 0, SCHED_HISTS + i)
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
