// A store that is taken back to an instant is as it was then: what a player needs that jumps in a recording.
import test from 'ava'
import { createStore, type Store } from '../../src/model/store.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { endMs, fakeProcess, fakeStream, START_MS } from '../helpers/stream.ts'

const at = (tick: number): number => START_MS + tick * 1000
const filled = (ticks: number): Store => {
  const store = createStore()
  for (const message of fakeStream({ ticks })) store.add(message)
  return store
}

test('samples, instants and facts of the machine end there, and it weighs what it would have', (t) => {
  const [store, short] = [filled(9), filled(4)]
  const before = store.version()
  store.rewind(at(4))
  t.true(store.version() > before)
  t.deepEqual(store.ticks(), short.ticks())
  for (const probe of store.probes()) t.deepEqual(store.samples(probe, 99), short.samples(probe, 99), probe)
  t.is(store.host()!.atMs, at(4))
  t.is(store.bytes(), short.bytes())
})

test('taken back to before all there is nothing, and it can be filled again', (t) => {
  const store = filled(3)
  store.rewind(-Infinity)
  t.deepEqual([store.ticks(), store.host(), store.latest('sched'), store.bytes()], [[], undefined, undefined, 0])
  for (const message of fakeStream({ ticks: 3 })) store.add(message)
  t.is(store.latest('sched')!.atMs, endMs({ ticks: 3 }))
  t.is(store.bytes(), filled(3).bytes())
})

test('nothing that was said later is left', (t) => {
  const store = createStore()
  for (const atMs of [1000, 2000]) {
    store.add({ type: 'log', atMs, level: 'info', text: String(atMs) } as unknown as Message)
    store.add({ type: 'gap', probe: 'sched', atMs, fromMs: atMs - 9, reason: '' } as unknown as Message)
    store.add({
      type: 'status',
      probe: 'tcp',
      atMs,
      status: { is: atMs === 1000 ? 'live' : 'off' },
    } as unknown as Message)
    store.add(fakeProcess(atMs, 7))
    store.add({ type: 'cost', atMs, fullPercent: 0, cpus: 2, probes: {} } as unknown as Message)
  }
  store.rewind(1000)
  t.deepEqual(
    store.logs(9).map(({ atMs }) => atMs),
    [1000],
  )
  t.is(store.gaps().length, 1)
  t.is(store.status('tcp').is, 'live')
  t.is(store.statusSinceMs('tcp'), 1000)
  t.is(store.process(7)!.atMs, 1000)
  t.is(store.cost()!.atMs, 1000)
})
