// Histograms of any scale: percentiles, merged ranges, and the same in slots of durations, worked out by hand.
import test from 'ava'
import { slotOf } from '../../../src/model/base/histogram.ts'
import { asHist, histIn, mergeRanges, partsOf, percentileOf, rangeOf } from '../../../src/model/tables/histograms.ts'
import type { Histogram } from '../../../src/stream/tables.ts'

const of = (scale: Histogram['scale'], buckets: number[], more: Partial<Histogram> = {}): Histogram => {
  const width = scale === 'ranges' ? 3 : 2
  const count = buckets.filter((_, i) => i % width === width - 1).reduce((sum, n) => sum + n, 0)
  return { scale, unit: 'ns', buckets, count, ...more }
}

test('a percentile is the middle of its bucket, and never above the highest there was', (t) => {
  const linear = of('linear', [0, 5, 2, 4, 9, 1], { from: 100, step: 10 })
  t.deepEqual(
    [0.5, 0.51, 0.9, 0.91, 1].map((p) => percentileOf(linear, p)),
    [105, 125, 125, 195, 195],
  )
  t.is(percentileOf({ ...linear, max: 192 }, 1), 192)
  t.is(percentileOf(of('linear', [0, 1]), 1), 0.5, 'steps of one from nothing')
  t.deepEqual(
    [0.5, 1].map((p) => percentileOf(of('log2', [0, 1, 10, 1]), p)),
    [1, 1536],
  )
  t.is(percentileOf(of('ranges', [0, 8, 1, 8, 64, 1]), 1), 64, 'of ranges their end')
  t.is(percentileOf(of('log8', [249, 1]), 1), 2 ** 37, 'the last slot has no end')
  t.is(percentileOf(of('log8', [248, 1]), 1), 2 ** 37 * (15.5 / 16))
  t.is(percentileOf(of('log2', []), 0.5), undefined)
  t.is(percentileOf({ ...of('log2', [3, 1]), count: 5, max: 7 }, 1), 7, 'more were counted than are in buckets')
})

test('the range of a percentile', (t) => {
  const ranges = of('ranges', [-4, 0, 1, 0, 4, 0, 4, 8, 3])
  t.deepEqual(
    [0.25, 0.26, 1].map((p) => rangeOf(ranges, p)),
    [
      [-4, 0],
      [4, 8],
      [4, 8],
    ],
  )
  t.is(rangeOf(of('ranges', [0, 1, 0]), 1), undefined)
  t.is(rangeOf(of('ranges', []), 1), undefined)
})

test('several of ranges are added up, lowest first', (t) => {
  const merged = mergeRanges([of('ranges', [8, 16, 1, 0, 4, 2]), of('ranges', [4, 8, 3, 8, 16, 5])])!
  t.deepEqual(merged, of('ranges', [0, 4, 2, 4, 8, 3, 8, 16, 6]))
  const one = of('ranges', [0, 4, 1])
  t.is(mergeRanges([one]), one)
  t.is(mergeRanges([]), undefined)
})

test('as durations each bucket is in the slot of its middle; sum and maximum are what they were or what that gives', (t) => {
  const hist = of('linear', [0, 2, 1, 3], { from: 0, step: 1000 })
  t.deepEqual(asHist(hist), {
    slots: [slotOf(500), 2, slotOf(1500), 3],
    count: 5,
    sumNs: 2 * 500 + 3 * 1500,
    maxNs: 1500,
  })
  t.is(asHist(hist), asHist(hist), 'made once')
  t.like(asHist({ ...hist, sum: 7, max: 8 }), { sumNs: 7, maxNs: 8 })
  t.deepEqual(asHist(of('linear', [4, 1, 5, 2], { step: 1, unit: 'ns' })).slots, [slotOf(4.5), 3], 'two in one slot')
  t.deepEqual(asHist(of('linear', [0, 1], { from: -50, step: 10 })).slots, [slotOf(0), 1])
  t.like(asHist(of('log2', [])), { slots: [], count: 0, sumNs: 0, maxNs: 0 })
  const slots = [slotOf(500), 2]
  t.is(asHist(of('log8', slots)).slots, slots)
})

test('histograms are found by what a cell says, own ones only', (t) => {
  const hist = of('log2', [1, 1])
  const hists = { a: hist }
  t.deepEqual(
    [histIn(hists, 'a'), histIn(hists, 'b'), histIn(hists, 7), histIn(hists, 'constructor')],
    [hist, undefined, undefined, undefined],
  )
  const tables = {
    procs: {
      columns: ['pid', 'latency'],
      rows: [
        [1, 'a'],
        [2, 'b'],
        [3, null],
      ],
    },
  }
  t.deepEqual(partsOf({ hists, tables }, 'procs.latency'), [hist])
  t.deepEqual(partsOf({ hists, tables }, 'procs.other'), [])
  t.deepEqual(partsOf({ hists, tables }, 'others.latency'), [])
})
