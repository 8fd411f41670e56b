import test from 'ava'
import { emptyHist, mergeHists, percentileNs, slotOf, SLOTS, slotStartNs } from '../../src/model/histogram.ts'
import { fakeHist, randomFrom } from '../helpers/stream.ts'

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
