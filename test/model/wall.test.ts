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
