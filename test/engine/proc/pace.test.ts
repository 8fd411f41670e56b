import test from 'ava'
import { createPace } from '../../../src/engine/proc/pace.ts'

const clocks = () => {
  const at = { nowMs: 1000, usedMs: 0 }
  const pace = createPace(
    () => at.nowMs,
    50,
    () => at.usedMs,
  )
  return { at, pace }
}

test('what was never done is due; then it rests fifty times as long as it took of a CPU', (t) => {
  const { at, pace } = clocks()
  t.true(pace.hasRested())
  t.is(pace.sinceMs(), Infinity)
  const given = pace.spend(() => {
    at.nowMs += 4
    at.usedMs += 4
    return 'done'
  })
  t.is(given, 'done')
  t.is(pace.costMs(), 4)
  at.nowMs += 199
  t.false(pace.hasRested())
  at.nowMs += 1
  t.true(pace.hasRested())
  t.is(pace.sinceMs(), 200)
})

test('time spent waiting for a CPU is no cost', (t) => {
  const { at, pace } = clocks()
  pace.spend(() => {
    at.nowMs += 3000
    at.usedMs += 2
  })
  at.nowMs += 100
  t.true(pace.hasRested())
})

test('what fails has its cost, too', (t) => {
  const { at, pace } = clocks()
  t.throws(() =>
    pace.spend(() => {
      at.usedMs += 1
      throw new Error('no')
    }),
  )
  t.false(pace.hasRested())
})
