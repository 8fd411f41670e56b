import test from 'ava'
import { nextColumns, overdueIntervals, timeColumns } from '../../src/model/series.ts'
import { percentOf, perSecond, ratio, stuckNs } from '../../src/model/base/rates.ts'
import type { Sample } from '../../src/stream/stream-types.ts'

const at = (...seconds: number[]): Sample[] =>
  seconds.map((s) => ({ type: 'sample', probe: 'sched', atMs: s * 1000, intervalMs: 1000, lost: 0, data: {} as never }))

const seconds = (samples: Sample[], count: number, endS: number, gaps: number[] = []): (number | undefined)[] =>
  timeColumns(
    samples,
    count,
    endS * 1000,
    gaps.map((atMs) => ({ atMs })),
  ).map(({ sample }) => sample && sample.atMs / 1000)

const columns = test.macro(
  (t, samples: Sample[], count: number, endS: number, expected: (number | undefined)[], gaps: number[] = []) => {
    t.deepEqual(seconds(samples, count, endS, gaps), expected)
  },
)

const _ = undefined
test('newest right', columns, at(1, 2, 3), 3, 3, [1, 2, 3])
test('what is not there yet is no data', columns, at(1, 2), 4, 2, [_, _, 1, 2])
test('a hole keeps its length', columns, at(1, 2, 6, 7), 7, 7, [1, 2, _, _, _, 6, 7])
test('a little late is no hole', columns, at(1, 2.3, 3.1), 3, 3.1, [1, 2.3, 3.1])
test('overdue samples leave a hole at the right', columns, at(1, 2), 5, 5, [1, 2, _, _, _])
test('not overdue yet', columns, at(1, 2), 2, 4, [1, 2])
test('a gap that was told of is seen, however short', columns, at(1, 2, 3), 4, 3, [1, 2, _, 3], [2500])
test('one at the end of an interval is of it', columns, at(1, 2, 3), 4, 3, [1, _, 2, 3], [2000])
test('nothing at all', columns, [], 2, 5, [_, _])
test('only as many as asked for', columns, at(1, 2, 3, 9), 2, 9, [_, 9])

test('a short first sample after a hole does not stretch it', (t) => {
  const restarted = { ...at(6)[0]!, intervalMs: 100 }
  t.deepEqual(seconds([...at(1, 2), restarted, ...at(7)], 8, 7), [1, 2, _, _, _, _, 6, 7])
})

test('after a short first sample lateness is counted in the interval asked for', (t) => {
  const first = { ...at(1)[0]!, intervalMs: 100 }
  t.is(timeColumns([first], 9, 4100, [], 1000).filter(({ sample }) => sample === undefined).length, 8)
  t.is(timeColumns([first], 9, 4100, [], 1000).at(-4)?.sample?.atMs, 1000)
})

test('each column says which time it stands for, also where nothing was measured and when the interval was changed', (t) => {
  const slow = { ...at(11)[0]!, intervalMs: 5000 }
  const times = timeColumns([...at(1, 2), slow], 8, 31_000, [], 5000).map(({ fromMs, atMs }) => [fromMs, atMs])
  t.deepEqual(times, [
    [0, 1000],
    [1000, 2000],
    [2000, 6000],
    [6000, 11_000],
    [11_000, 16_000],
    [16_000, 21_000],
    [21_000, 26_000],
    [26_000, 31_000],
  ])
  t.deepEqual(
    timeColumns(at(3), 3, 3000).map(({ fromMs }) => fromMs),
    [0, 1000, 2000],
    'before the first sample columns are as long as it',
  )
})

test('columns before a short first sample are as long as whole intervals are', (t) => {
  const first = { ...at(4)[0]!, intervalMs: 70 }
  const before = (samples: Sample[], intervalMs: number) =>
    timeColumns(samples, 4, 5000, [], intervalMs).map(({ atMs }) => atMs)
  t.deepEqual(before([first, ...at(5)], 0), [2930, 3930, 4000, 5000])
  t.deepEqual(before([first], 2000), [-70, 1930, 3930, 4000])
  const second = { ...at(4.25)[0]!, intervalMs: 250 }
  const times = timeColumns([first, second, ...at(5.25)], 5, 5250).map(({ atMs }) => atMs)
  t.deepEqual(times, [2930, 3930, 4000, 4250, 5250], 'of several short ones, too')
})

test('where nothing was ever measured columns are as long as the interval asked for, or a second', (t) => {
  const times = (intervalMs?: number) =>
    timeColumns([], 2, 5000, [], intervalMs).map(({ fromMs, atMs }) => [fromMs, atMs])
  t.deepEqual(times(500), [
    [4000, 4500],
    [4500, 5000],
  ])
  t.deepEqual(times(), [
    [3000, 4000],
    [4000, 5000],
  ])
})

test('overdue from two and a half intervals on', (t) => {
  t.is(overdueIntervals({ atMs: 0, intervalMs: 1000 }, 2500), 0)
  t.is(overdueIntervals({ atMs: 0, intervalMs: 1000 }, 2501), 2)
  t.is(overdueIntervals({ atMs: 0, intervalMs: 100 }, 1000), 0)
  t.is(overdueIntervals({ atMs: 0, intervalMs: 100 }, 1001), 10)
})

test('rates and shares', (t) => {
  t.is(perSecond(5, 500), 10)
  t.is(perSecond(5, 0), 0)
  t.is(percentOf(250e6, 1000), 25)
  t.is(percentOf(4e9, 2000), 200)
  t.is(ratio(10, 0), undefined)
  t.is(stuckNs({ uninterruptibleNs: 1, preemptedNs: 2 }), 3)
})

test('columns that go on are those that would be made anew, the same objects', (t) => {
  const samples = at(1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14)
  for (const count of [3, 6, 8, 20])
    for (let to = 2; to <= samples.length; to++) {
      const [before, now] = [to - 1, to].map((end) => samples.slice(Math.max(0, end - count), end))
      const [old, made] = [before!, now!].map((of) => timeColumns(of, count, of.at(-1)!.atMs))
      const next = nextColumns(old!, now!, now!.at(-1)!.atMs)
      if (now!.length > 5 && to !== 6) t.deepEqual(next, made, `${count} up to ${to}`)
      else t.is(next, undefined, `${count} up to ${to}: few, or a hole before it`)
      if (!next) continue
      t.is(next[0], old![1])
      t.is(nextColumns(next, now!, now!.at(-1)!.atMs), next, 'nothing has come')
    }
  const of = (from: number, to: number) => samples.slice(from, to)
  const made = timeColumns(of(0, 8), 8, 9000)
  t.is(nextColumns(made, of(2, 10), 11_000), undefined, 'two have come')
  t.is(nextColumns(made, of(1, 9), 20_000), undefined, 'the next is overdue')
  t.is(nextColumns(timeColumns(of(0, 8), 8, 20_000), of(1, 9), 10_000), undefined, 'it was')
  const [, , ...last] = of(0, 9)
  t.truthy(nextColumns(made, [samples[1]!, ...last], 10_000))
  t.is(nextColumns(made, [samples[1]!, { ...last[0]! }, ...last.slice(1)], 10_000), undefined, 'one was made anew')
  t.is(nextColumns([], [], 0), undefined)
})
