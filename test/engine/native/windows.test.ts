// Counting in windows, on a clock of our own: how much is seen, what the sums are scaled to, and whether the error that
// is said holds as often as it should, for loads that are steady, in bursts and in waves.
import test from 'ava'
import { errorOf, openWindows } from '../../../src/engine/native/windows.ts'
import { until } from '../../helpers/programs.ts'
import { randomFrom } from '../../helpers/stream.ts'

/** Counts within a window of 20 ms in each of `seconds` x 10 stretches, at random places, and what came in all. */
const sampled = (rate: (ms: number) => number, seconds: number, random: () => number) => {
  const perMs = Float64Array.from({ length: seconds * 1000 }, (_, ms) => rate(ms))
  const windows = Array.from({ length: seconds * 10 }, (_, stretch) => {
    const from = stretch * 100 + Math.floor(random() * 100)
    return { ms: 20, count: perMs.subarray(from, from + 20).reduce((sum, count) => sum + count, 0) }
  })
  const all = perMs.reduce((sum, count) => sum + count, 0)
  const seen = windows.reduce((sum, { count }) => sum + count, 0)
  return { windows, error: Math.abs((seen * 5) / all - 1) }
}

const LOADS: Record<string, (random: () => number) => (ms: number) => number> = {
  steady: (random) => () => 100 + 20 * random(),
  bursts: (random) => {
    let left = 0
    let on = false
    return () => {
      if (left-- <= 0) {
        on = !on
        left = 5 + 60 * random()
      }
      return on ? 300 : 2
    }
  },
  waves: () => (ms) => 100 + 90 * Math.sin(ms / 70),
}

/** For how long hooks have been there. */
const stopwatch = () => {
  let endedMs = 0
  let sinceMs: number | undefined
  const onMs = (): number => endedMs + (sinceMs === undefined ? 0 : performance.now() - sinceMs)
  return {
    start: (): void => void (sinceMs = performance.now()),
    stop(): void {
      endedMs = onMs()
      sinceMs = undefined
    },
    onMs,
    isOn: (): boolean => sinceMs !== undefined,
  }
}

for (const [name, load] of Object.entries(LOADS)) {
  test(`${name}: the error that is said holds in 95 of 100 intervals`, (t) => {
    const random = randomFrom(7)
    let held = 0
    const runs = 400
    for (let i = 0; i < runs; i++) {
      const { windows, error } = sampled(load(random), 1, random)
      if (
        error <=
        errorOf(
          windows.map(({ ms, count }) => [ms, count]),
          0.2,
        )! +
          1e-9
      )
        held++
    }
    t.true(held / runs >= 0.93, `${held} of ${runs}`)
  })
}

test('too few windows tell no error, and neither do those that saw nothing', (t) => {
  t.is(
    errorOf(
      [
        [20, 5],
        [20, 6],
      ],
      0.2,
    ),
    undefined,
  )
  t.is(errorOf(Array(5).fill([20, 0]), 0.2), undefined)
  t.is(errorOf(Array(5).fill([20, 7]), 0.2), 0)
})

test('a sixth of the time, wherever the interval ends; hooks are off in between and afterwards', async (t) => {
  const { start, stop, onMs: count, isOn } = stopwatch()
  let switches = 0
  const windows = openWindows({
    attach() {
      start()
      switches++
    },
    detach: stop,
    count: () => [count()],
    hookNs: 0,
  })
  let total = 0
  const startMs = performance.now()
  for (let i = 0; i < 4; i++) {
    const before = count()
    await new Promise((resolve) => setTimeout(resolve, 230))
    const { factor, tier } = windows.take()
    t.is(tier.is, 'sampled')
    total += (count() - before) * factor
  }
  const lastedMs = performance.now() - startMs
  windows.close()
  t.false(isOn())
  t.true(switches >= 7, `${switches} windows`)
  t.true(Math.abs(total / lastedMs - 1) < 0.05, `${total} ms scaled, of ${lastedMs}`)
  const closed = switches
  await new Promise((resolve) => setTimeout(resolve, 120))
  t.is(switches, closed)
})

test('what attaching and detaching takes is not taken for time that was seen', async (t) => {
  const busy = (ms: number): void => {
    for (const endMs = performance.now() + ms; performance.now() < endMs;);
  }
  const { start, stop, onMs } = stopwatch()
  const windows = openWindows({
    attach() {
      busy(3)
      start()
    },
    detach() {
      stop()
      busy(3)
    },
    count: () => [1000 * onMs()],
    hookNs: 0,
  })
  t.teardown(windows.close)
  const startMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const { factor } = windows.take()
  const lastedMs = performance.now() - startMs
  t.true(Math.abs((factor * onMs()) / lastedMs - 1) < 0.03, `${factor * onMs()} of ${lastedMs} ms`)
})

test('counts that cannot be had leave no hook behind', async (t) => {
  let isOn = false
  let broken = false
  const windows = openWindows({
    attach: () => void (isOn = true),
    detach: () => void (isOn = false),
    count() {
      if (broken) throw new Error('no map')
      return [0]
    },
    hookNs: 0,
    random: () => 0,
  })
  t.teardown(windows.close)
  await until(() => isOn)
  broken = true
  t.throws(windows.take, { message: 'no map' })
  t.false(isOn)
  t.notThrows(windows.close)
})

test('a hook that cannot be attached is no end of the engine: whoever reads next hears why', async (t) => {
  const windows = openWindows({
    attach() {
      throw new Error('no more descriptors')
    },
    detach() {},
    count: () => [0],
    hookNs: 0,
    random: () => 0,
  })
  t.teardown(windows.close)
  await new Promise((resolve) => setTimeout(resolve, 150))
  t.throws(windows.take, { message: 'no more descriptors' })
})

test('a window waits until the kernel is done with the hooks of the one before, but not for ever', async (t) => {
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  let attached = 0
  const pending: (() => void)[] = []
  const windows = openWindows({
    attach: () => void attached++,
    detach() {},
    count: () => [performance.now()],
    hookNs: 0,
    random: () => 0,
    settled: () => new Promise((resolve) => pending.push(resolve)),
  })
  t.teardown(windows.close)
  await sleep(200)
  t.is(attached, 1)
  pending.shift()!()
  await sleep(5)
  t.is(attached, 2, 'it was due, and begins at once')
  await sleep(250)
  t.is(attached, 2)
  await sleep(250)
  t.is(attached, 3, 'an interval without any would say nothing')
  // that of the second: the third has been taken away since
  pending.shift()!()
  await sleep(120)
  t.is(attached, 3)
  t.is(windows.take().tier.windows, 3)
})

for (const [hookNs, wanted] of [
  [0, 1],
  [10, 1 + 0.55 * (1 / 0.99 - 1)],
  [100, 1 / 0.9],
  [400, 1 / 0.6],
] as const)
  test(`what hooks of ${hookNs} ns slow down is added: half where it is little, all where it is much of a CPU`, async (t) => {
    const { start, stop, onMs } = stopwatch()
    const windows = openWindows({
      attach: start,
      detach: stop,
      // a million a second
      count: () => [1000 * onMs()],
      hookNs,
      random: () => 0,
    })
    t.teardown(windows.close)
    await new Promise((resolve) => setTimeout(resolve, 350))
    const { factor, tier } = windows.take()
    const seen = tier.observed!
    // within windows it was as it was
    const all = (outside: number): number => seen + (1 - seen) * outside
    t.true(Math.abs(factor * seen - all(wanted)) < 0.03 * (wanted - 1) + 0.005, `${factor * seen} of ${all(wanted)}`)
    // of windows that are all the same, only what is added is unsure
    const most = all(1 / Math.max(0.25, 1 - hookNs / 1000))
    const upTo = (1.25 * Math.max(most - all(wanted), all(wanted) - all(1))) / all(wanted)
    t.true(Math.abs(tier.error! - upTo) < 0.05, `${tier.error} of ${upTo}`)
  })
