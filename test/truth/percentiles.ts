// Our histogram against exact quantiles of a million durations from six distributions, and a merge of its parts
// against the whole. The truth is d3-array's sort and quantile. Needs no kernel.
import { quantileSorted } from 'd3-array'
import { mergeHists, percentileNs, slotOf, SLOTS } from '../../src/model/base/histogram.ts'
import type { Hist } from '../../src/stream/stream-types.ts'
import { randomFrom } from '../helpers/stream.ts'
import { exact, within, worst } from './check.ts'
import type { Area, Compared } from './check.ts'

const ALLOWED = 0.0625
const PERCENTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]
const SHARDS = 64

/** Durations in ns, from two random numbers in (0, 1). */
const DISTRIBUTIONS: Record<string, (a: number, b: number) => number> = {
  uniform: (a) => 100 + a * 1e9,
  exponential: (a) => 64 - Math.log(a) * 50e3,
  'log-normal': (a, b) => 20e3 * Math.exp(1.5 * normal(a, b)),
  bimodal: (a, b) => (a < 0.9 ? 2e3 * (1 + b / 5) : 8e6 * (1 + b / 5)),
  'heavy-tailed (Pareto, 1.1)': (a) => Math.min(1e3 / a ** (1 / 1.1), 100e9),
  'nearly constant': (_a, b) => 10e6 + b * 50e3,
}

const normal = (a: number, b: number): number => Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b)

export const area: Area = {
  name: 'percentiles',
  needs: [],
  bpf: false,
  checks: async (scale) => {
    const samples = Object.entries(DISTRIBUTIONS).map(([name, draw], seed) => ({
      name,
      values: sample(draw, seed, scale === 'full' ? 1e6 : 1e5),
    }))
    const differing = samples.reduce((sum, { values }) => sum + differingAfterMerge(values), 0)
    return [
      ...samples.map(({ name, values }) => worstPercentile(name, values)),
      exact(`all, in ${SHARDS} parts, merged: percentiles that differ`, differing, 0),
    ]
  },
}

const sample = (draw: (a: number, b: number) => number, seed: number, count: number): Float64Array => {
  const random = randomFrom(seed + 1)
  const open = (): number => random() || Number.EPSILON
  return Float64Array.from({ length: count }, () => Math.max(64, Math.floor(draw(open(), open()))))
}

const worstPercentile = (name: string, values: Float64Array): Compared => {
  const hist = histOf(values)
  const sorted = Array.from(values.slice().sort())
  // the quantile that is one of the values: in the middle of a gap there is nothing to be near to
  const truth = (p: number): number => quantileSorted(sorted, (Math.ceil(p * sorted.length) - 1) / (sorted.length - 1))!
  const each = PERCENTILES.map((p) =>
    within(ALLOWED)('', percentileNs(hist, p)!, truth(p), 'ns', `worst of ${PERCENTILES.length}, at p${p * 100}`),
  )
  return worst(each, name)
}

const differingAfterMerge = (values: Float64Array): number => {
  const whole = histOf(values)
  const size = Math.ceil(values.length / SHARDS)
  const merged = mergeHists(Array.from({ length: SHARDS }, (_, i) => histOf(values.subarray(i * size, (i + 1) * size))))
  return (
    PERCENTILES.filter((p) => percentileNs(merged, p) !== percentileNs(whole, p)).length +
    Number(merged.count !== whole.count)
  )
}

/** As the kernel programs count: a slot and a sum. */
const histOf = (values: Float64Array): Hist => {
  const counts = new Float64Array(SLOTS)
  const hist: Hist = { slots: [], count: values.length, sumNs: 0, maxNs: 0 }
  for (const ns of values) {
    counts[slotOf(ns)]!++
    hist.sumNs += ns
    hist.maxNs = Math.max(hist.maxNs, ns)
  }
  counts.forEach((count, slot) => count > 0 && hist.slots.push(slot, count))
  return hist
}
