import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { clockStepMs, wallMs } from '../../src/model/wall.ts'

const host = (atMs: number, wall?: number) => ({
  type: 'host' as const,
  atMs,
  intervalMs: 1000,
  uptimeS: 1,
  load: [0, 0, 0] as [number, number, number],
  ...(wall === undefined ? {} : { wallMs: wall }),
})

test('labels follow the wall clock, before and after it was set', (t) => {
  const store = createStore()
  store.add(host(100_000, 100_000))
  store.add(host(101_000, 61_000))
  store.add(host(102_000, 62_000))
  t.is(wallMs(store, 100_500), 100_500)
  t.is(wallMs(store, 102_000), 62_000)
  t.is(clockStepMs(store, 100_000), 0)
  t.is(clockStepMs(store, 102_000), -40_000)
})

test('recordings of older versions have none: their time is the label', (t) => {
  const store = createStore()
  store.add(host(100_000))
  store.add(host(101_000))
  t.is(wallMs(store, 101_000), 101_000)
  t.is(clockStepMs(store, 101_000), 0)
})

test('a step is what is added within the last minute, from half a second on', (t) => {
  const step = (before: number, after: number, agoMs: number): number => {
    const store = createStore()
    for (const message of [host(0, before), host(100_000, 100_000 + after)]) store.add(message)
    return clockStepMs(store, 100_000 + agoMs)
  }
  t.is(step(1000, 1600, 0), 600)
  t.is(step(1000, 400, 0), -600)
  t.is(step(1000, 1500, 0), 500)
  t.is(step(1000, 1499, 0), 0)
  t.is(step(1000, 501, 0), 0)
  t.is(step(1000, 9000, 59_999), 8000)
  t.is(step(1000, 9000, 60_000), 0)
})
