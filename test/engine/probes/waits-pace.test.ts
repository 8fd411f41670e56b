// The pace of readings: at once at first, then no more than a hundredth of a CPU.
import test from 'ava'
import { openPace } from '../../../src/engine/probes/waits/pace.ts'

/** Readings made in so many ticks of a second, each taking so long. */
const readings = (ticks: number, tookMs: number): boolean[] => {
  let nowMs = 0
  let cpuMs = 0
  const pace = openPace(
    () => nowMs,
    () => cpuMs,
  )
  return Array.from({ length: ticks }, () => {
    nowMs += 1000
    if (pace.isEarly()) return false
    pace.measured(() => (cpuMs += tookMs))
    return true
  })
}
const count = (made: readonly boolean[]): number => made.filter(Boolean).length

test('a reading that takes little comes every time', (t) => {
  t.is(count(readings(1000, 9)), 1000)
})

test('one that takes more comes at once at first, and later as seldom as it has to', (t) => {
  const made = readings(1000, 50)
  t.true(made.slice(0, 8).every(Boolean))
  t.is(count(made.slice(500)), 100, 'every fifth second')
})

test('what it all takes is a hundredth, whatever one takes', (t) => {
  for (const took of [1, 20, 90]) t.true(count(readings(10_000, took)) * took <= 0.01 * 10_000_000 + 400 + took)
})

test('one that takes very much still comes every ten seconds', (t) => {
  t.is(count(readings(1000, 5000).slice(500)), 50)
})

test('who looks at something else need not wait', (t) => {
  let cpuMs = 0
  const pace = openPace(
    () => 0,
    () => cpuMs,
  )
  pace.measured(() => (cpuMs += 10_000))
  t.true(pace.isEarly())
  pace.forget()
  t.false(pace.isEarly())
})
