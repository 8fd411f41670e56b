import test from 'ava'
import { stolenPercent } from '../../src/model/steal.ts'
import { createStore } from '../../src/model/store.ts'
import { START_MS, fakeHello } from '../helpers/stream.ts'

const storeOf = (...stolen: (number | undefined)[]) => {
  const store = createStore()
  store.add(fakeHello())
  stolen.forEach((stolenMs, second) =>
    store.add({
      type: 'host',
      atMs: START_MS + second * 1000,
      intervalMs: 1000,
      uptimeS: second,
      load: [0, 0, 0],
      ...(stolenMs === undefined ? {} : { stolenMs }),
    }),
  )
  return store
}

test('a share of all CPUs over the last five seconds', (t) => {
  // 8 CPUs: 40 s of CPU time, of which 2 were stolen
  t.is(stolenPercent(storeOf(90_000, 90_000, 90_500, 91_000, 91_500, 92_000)), 5)
  t.is(stolenPercent(storeOf(0, 9000, 9000, 9000, 9000, 9000, 9000)), 0, 'what was before is over')
  t.is(stolenPercent(storeOf(0, 800)), 10, 'of as much as there is')
})

test('also back in time', (t) => {
  t.is(stolenPercent(storeOf(0, 800, 800, 800, 800, 800, 800, 800, 800), START_MS + 1000), 10)
})

test('unknown', (t) => {
  t.is(stolenPercent(createStore()), undefined)
  t.is(stolenPercent(storeOf(5)), undefined)
  t.is(stolenPercent(storeOf(undefined, undefined)), undefined)
})

test('where it is not known how many CPUs there are, or nothing was said yet, no share is made up', (t) => {
  const host = (atMs = 10_000) =>
    ({ type: 'host', atMs, intervalMs: 1000, uptimeS: 1, load: [], stolenMs: atMs / 10 }) as never
  t.is(stolenPercent({ hello: () => undefined, host }), undefined)
  t.is(stolenPercent({ hello: () => ({ cpus: 4 }) as never, host: () => undefined }), undefined)
  t.is(stolenPercent({ hello: () => ({ cpus: 4 }) as never, host }), 2.5)
})
