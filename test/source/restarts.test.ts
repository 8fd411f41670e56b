import test from 'ava'
import { createRestarts } from '../../src/source/restarts.ts'

test('1, 2, 4 ... 30 s as long as it works in between', (t) => {
  const restarts = createRestarts()
  const waits = Array.from({ length: 8 }, (_, i) => {
    restarts.worked(i * 1000)
    return restarts.nextMs(i * 1000 + 500)
  })
  t.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

test('a minute at work, and the wait is short again', (t) => {
  const restarts = createRestarts()
  for (const _ of [1, 2, 3]) restarts.nextMs(0)
  restarts.worked(1000)
  t.is(restarts.nextMs(61_000), 1000)
  t.is(restarts.nextMs(62_000), 2000)
})

test('never worked: five attempts, no more', (t) => {
  const restarts = createRestarts()
  t.deepEqual(
    Array.from({ length: 7 }, () => restarts.nextMs(0)),
    [1000, 2000, 4000, 8000, 16_000, undefined, undefined],
  )
})

test('twenty lines of stderr in a second', (t) => {
  const restarts = createRestarts()
  t.is(Array.from({ length: 100 }, () => restarts.mayTell(5500)).filter(Boolean).length, 20)
  t.true(restarts.mayTell(6000))
})
