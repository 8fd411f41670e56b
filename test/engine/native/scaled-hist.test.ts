// What is seen in windows, scaled: against stays of known lengths, some of which the windows see.
import test from 'ava'
import { bothEndsSeen, scaledHist, scaledTo } from '../../../src/engine/native/scaled-hist.ts'
import { emptyHist, mergeHists, slotOf, slotStartNs } from '../../../src/model/base/histogram.ts'
import type { Span } from '../../../src/engine/native/windows.ts'
import type { Hist } from '../../../src/stream/stream-types.ts'

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

/** Of 20 ms each, so far apart. */
const windowsEach = (apartMs: number, count: number): Span[] =>
  Array.from({ length: count }, (_, i) => [i * apartMs, i * apartMs + 20])

test('a stay that is short against its window is worth what windows are of the time, a longer one more', (t) => {
  const factor = bothEndsSeen(windowsEach(100, 100))
  const isNear = (ms: number, wanted: number): void => {
    const got = factor(ms * 1e6)
    t.true(Math.abs(got / wanted - 1) < 0.02, `${ms} ms: ${got}`)
  }
  isNear(0, 5)
  isNear(10, 10) // half of those that begin in a window end after it
  isNear(50, 125) // never seen: no more than five times what it would be for independent ends
  isNear(100, 5) // from one to the next
  isNear(110, 10)
  isNear(9000, 25) // longer than most of what is remembered
})

test('a window that lasted too long is worth as much as it was', (t) => {
  const spans: Span[] = [
    [0, 20],
    [100, 180],
  ]
  t.is(bothEndsSeen(spans)(30e6), (200 - 30) / 50)
})

test('nothing seen is nothing, not infinitely many', (t) => {
  t.is(bothEndsSeen([])(1000), 0)
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

const SECONDS = 2000

/** Numbers from 0 to 1 that are the same each time. */
const numbers = (): (() => number) => {
  let state = 12_345
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

for (const [name, lengths, within] of [
  ['short', [0.01, 0.02, 0.05], 0.05],
  ['as long as a window', [2, 8, 15, 19], 0.08],
  ['longer', [40, 90, 300], 0.12],
  ['a little longer than a window', [21, 25, 32], 0.08],
  ['of all lengths', [0.02, 1, 12, 25, 150], 0.08],
] as const)
  test(`stays that are ${name} come out as often as they were, and as long in all`, (t) => {
    const random = numbers()
    const windows: Span[] = []
    for (let stretch = 0; stretch < SECONDS * 10; stretch++) {
      const at = Math.max(windows.at(-1)?.[1] ?? 0, stretch * 100 + random() * 100)
      windows.push([at, at + 20])
    }
    const inWindow = (ms: number): boolean =>
      [-1, 0].some((back) => {
        const [from, to] = windows[Math.floor(ms / 100) + back] ?? [0, 0]
        return ms >= from && ms < to
      })
    const all: number[] = []
    const seen: number[][] = Array.from({ length: SECONDS }, () => [])
    for (let ms = 0; ms < (SECONDS - 1) * 1000;) {
      const length = lengths[Math.floor(random() * lengths.length)]!
      all.push(length * 1e6)
      if (inWindow(ms) && inWindow(ms + length)) seen[Math.floor((ms + length) / 1000)]!.push(length * 1e6)
      ms += length + 10 * random()
    }
    const scaled = mergeHists(
      seen.map((each, second) => {
        const until = (second + 1) * 10
        return scaledHist(histOf(each), bothEndsSeen(windows.slice(Math.max(0, until - 100), until)))
      }),
    )
    const truth = histOf(all)
    t.true(Math.abs(scaled.count / truth.count - 1) < within, `${scaled.count} of ${truth.count}`)
    t.true(Math.abs(scaled.sumNs / truth.sumNs - 1) < within, `${scaled.sumNs} of ${truth.sumNs} ns`)
  })

test('as many as there were, whatever was seen; each slot has its part', (t) => {
  const seen = histOf([1000, 1000, 5_000_000])
  const [scaled, none] = scaledTo([seen, emptyHist()], 10)
  t.is(scaled!.count, 10)
  t.deepEqual(scaled!.slots, [slotOf(1000), 7, slotOf(5_000_000), 3])
  t.deepEqual(none, emptyHist())
  t.deepEqual(scaledTo([emptyHist()], 10), [emptyHist()])
})

test('what rounding leaves is not lost', (t) => {
  const seen = histOf(Array.from({ length: 40 }, (_, i) => 1000 * 1.2 ** i))
  t.is(scaledHist(seen, () => 1.4).count, 56)
})
