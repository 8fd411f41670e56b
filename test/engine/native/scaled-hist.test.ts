// What is seen in windows, scaled: against stays of known lengths, some of which the windows see.
import test from 'ava'
import { bothEndsSeen, scaledHist } from '../../../src/engine/native/scaled-hist.ts'
import { emptyHist, slotOf, slotStartNs } from '../../../src/model/histogram.ts'
import type { Hist } from '../../../src/stream/types.ts'

const histOf = (each: readonly number[]): Hist => {
  const counts = new Map<number, number>()
  for (const ns of each) counts.set(slotOf(ns), (counts.get(slotOf(ns)) ?? 0) + 1)
  const slots = [...counts].sort(([a], [b]) => a - b).flat()
  return {
    slots,
    count: each.length,
    sumNs: each.reduce((a, b) => a + b, 0),
    maxNs: each.reduce((most, ns) => Math.max(most, ns), 0),
  }
}

test('a stay that is short against its window is worth what windows are of the time, a longer one more', (t) => {
  const factor = bothEndsSeen(20e6, 100e6)
  t.is(factor(0), 5)
  t.true(Math.abs(factor(10e6) - 10) < 0.1) // half of those that begin in a window end after it
  t.is(Math.round(factor(25e6)), 100) // seldom from one window to the next
  t.true(Math.abs(factor(100e6) / 21 - 1) < 0.1, String(factor(100e6)))
  t.true(Math.abs(factor(5.03e9) / 25 - 1) < 0.2, String(factor(5.03e9)))
})

test('nothing seen is nothing, not infinitely many', (t) => {
  t.is(bothEndsSeen(0, 100e6)(1000), 0)
  t.deepEqual(
    scaledHist(emptyHist(), () => 5),
    emptyHist(),
  )
})

test('counts, and the sum as it was seen; the longest stays the longest seen', (t) => {
  const seen = histOf([1000, 1000, 1010, 5_000_000])
  const scaled = scaledHist(seen, (ns) => (ns > 1e6 ? 10 : 2))
  t.deepEqual(scaled.slots, [slotOf(1000), 6, slotOf(5_000_000), 10])
  t.is(scaled.count, 16)
  t.is(scaled.maxNs, 5_000_000)
  const slot = slotOf(5_000_000)
  const middle = Math.min((slotStartNs(slot) + slotStartNs(slot + 1)) / 2, 5_000_000)
  t.true(Math.abs(scaled.sumNs / (6 * 1003 + 10 * middle) - 1) < 0.05, String(scaled.sumNs))
})

/** Numbers from 0 to 1 that are the same each time. */
const numbers = (): (() => number) => {
  let state = 12_345
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

for (const [name, lengths, within] of [
  ['short', [0.01, 0.02, 0.05], 0.05],
  ['as long as a window', [2, 8, 15, 19], 0.08],
  ['longer', [40, 90, 300], 0.08],
  // a little longer than a window, which are hardly ever seen, are told too few
  ['of all lengths', [0.02, 1, 12, 25, 150], 0.15],
] as const)
  test(`stays that are ${name} come out as often as they were, and as long in all`, (t) => {
    const random = numbers()
    const windows: [number, number][] = []
    for (let stretch = 0; stretch < 40_000; stretch++) {
      const at = stretch * 100 + random() * 80
      windows.push([at, at + 20])
    }
    const inWindow = (ms: number): boolean => {
      const [from, to] = windows[Math.floor(ms / 100)] ?? [0, 0]
      return ms >= from && ms < to
    }
    const all: number[] = []
    const seen: number[] = []
    for (let ms = 0; ms < 3_999_000;) {
      const length = lengths[Math.floor(random() * lengths.length)]!
      all.push(length * 1e6)
      if (inWindow(ms) && inWindow(ms + length)) seen.push(length * 1e6)
      ms += length + 10 * random()
    }
    const scaled = scaledHist(histOf(seen), bothEndsSeen(20e6, 100e6))
    const truth = histOf(all)
    t.true(Math.abs(scaled.count / truth.count - 1) < within, `${scaled.count} of ${truth.count}`)
    t.true(Math.abs(scaled.sumNs / truth.sumNs - 1) < within, `${scaled.sumNs} of ${truth.sumNs} ns`)
  })
