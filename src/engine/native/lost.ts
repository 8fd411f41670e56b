// What a program could not keep, as it counts it by CPU (probes/lib/lost.h).
import type { BpfObject } from './object.ts'
import { difference, sumPerCpu, words } from './per-cpu.ts'

/** Since the last call. */
export const lostCounter = (object: BpfObject): (() => number) => {
  const map = object.map('lost')
  const key = Buffer.alloc(4)
  const one = new Float64Array(1)
  const change = difference()
  return () => change(sumPerCpu(words(map.lookup(key)!), map.valueSize, 0, one)[0]!)
}
