import test from 'ava'
import {
  emptyHist,
  mergeHists,
  percentileByTimeNs,
  percentileNs,
  slotOf,
  SLOTS,
  slotStartNs,
} from '../../../src/model/base/histogram.ts'
import { fakeHist, randomFrom } from '../../helpers/stream.ts'

test('every duration lies in its slot', (t) => {
  const random = randomFrom(1)
  for (let i = 0; i < 20_000; i++) {
    const ns = Math.floor(2 ** (random() * 38))
    const slot = slotOf(ns)
    t.true(slotStartNs(slot) <= ns && (slot === SLOTS - 1 || ns < slotStartNs(slot + 1)), String(ns))
  }
})

test('powers of two and their neighbours', (t) => {
  for (let bits = 6; bits < 37; bits++) {
    t.is(slotOf(2 ** bits), slotOf(2 ** bits - 1) + 1)
    t.is(slotStartNs(slotOf(2 ** bits)), 2 ** bits)
  }
  t.is(slotOf(0), 0)
  t.is(slotOf(2 ** 40), SLOTS - 1)
})

test('by time the one that waited long is seen, however many short waits there are', (t) => {
  const of = (...values: [ns: number, times: number][]) =>
    mergeHists(
      values.map(([ns, times]) => ({ slots: [slotOf(ns), times], count: times, sumNs: ns * times, maxNs: ns })),
    )
  const swamped = of([1e3, 100_000], [50e6, 10])
  t.true(percentileNs(swamped, 0.99)! < 1100)
  t.true(Math.abs(percentileByTimeNs(swamped, 0.99)! / 50e6 - 1) < 0.0625)
  t.is(percentileByTimeNs(of([1e3, 7]), 0.99), percentileNs(of([1e3, 7]), 0.99))
  t.is(percentileByTimeNs(of([2 ** 40, 1]), 0.5), 2 ** 40)
  t.is(percentileByTimeNs(emptyHist(), 0.99), undefined)
  // half of the time is in the thousand short ones, half in the long one
  t.true(percentileByTimeNs(of([1e3, 1000], [1e6, 1]), 0.4)! < 1100)
  t.true(percentileByTimeNs(of([1e3, 1000], [1e6, 1]), 0.6)! > 0.9e6)
})

test('percentiles are within 6.25 % of the truth and never above the maximum', (t) => {
  const random = randomFrom(2)
  for (let round = 0; round < 50; round++) {
    const values = Array.from({ length: 500 }, () => Math.floor(64 + 2 ** (6 + random() * 28))).sort((a, b) => a - b)
    const hist = mergeHists(values.map((ns) => ({ slots: [slotOf(ns), 1], count: 1, sumNs: ns, maxNs: ns })))
    for (const p of [0.5, 0.9, 0.99, 1]) {
      const truth = values[Math.ceil(p * values.length) - 1]!
      const said = percentileNs(hist, p)!
      t.true(Math.abs(said - truth) / truth <= 0.0625 + 1e-9, `${said} for ${truth}`)
      t.true(said <= hist.maxNs)
    }
  }
})

test('merging adds up, in any order', (t) => {
  const random = randomFrom(3)
  const hists = [1, 2, 3].map((i) => fakeHist(random, [[1000 * i, 200, 1]]))
  const merged = mergeHists(hists)
  t.is(merged.count, 600)
  t.is(
    merged.sumNs,
    hists.reduce((sum, hist) => sum + hist.sumNs, 0),
  )
  t.deepEqual(mergeHists([...hists].reverse()), merged)
  t.deepEqual(mergeHists([]), emptyHist())
  t.is(percentileNs(emptyHist(), 0.5), undefined)
})

test('just below a power of two is the last slot below it, though its logarithm is that of the power', (t) => {
  for (const bits of [7, 20, 36]) {
    const below = 2 ** bits * (1 - Number.EPSILON / 2)
    t.is(Math.log2(below), bits)
    t.is(slotOf(below), slotOf(2 ** bits) - 1)
  }
})

test('by hand: where slots begin, what two make together, and the longest of what is beyond them', (t) => {
  t.deepEqual(
    [slotStartNs(0), slotStartNs(1), slotStartNs(2), slotStartNs(9), slotStartNs(249)],
    [0, 64, 72, 128, 2 ** 37],
  )
  t.deepEqual([63, 64, 71, 72, 127, 2 ** 37 - 1, 2 ** 37].map(slotOf), [0, 1, 1, 2, 8, 248, 249])
  const hist = (slots: number[], maxNs: number) => ({ slots, count: slots[1]! + slots[3]!, sumNs: 10, maxNs })
  const merged = mergeHists([hist([0, 2, 5, 1], 70), hist([5, 4, 249, 1], 3e11)])
  t.deepEqual(merged, { slots: [0, 2, 5, 5, 249, 1], count: 8, sumNs: 20, maxNs: 3e11 })
  // [96, 104) is the fifth slot
  t.deepEqual(
    [0.25, 0.26, 0.875, 0.876, 1].map((p) => percentileNs(merged, p)),
    [32, 100, 100, 3e11, 3e11],
  )
  t.is(percentileNs({ slots: [5, 1], count: 1, sumNs: 97, maxNs: 97 }, 0.5), 97)
  t.is(percentileNs({ slots: [], count: 3, sumNs: 9, maxNs: 9 }, 0.5), undefined, 'only summed')
  t.is(percentileNs({ slots: [5, 1], count: 2, sumNs: 9, maxNs: 900 }, 1), 900, 'more than its slots have')
})
