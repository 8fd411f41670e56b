// What a store keeps beside samples: how many of each, from when on, and what holds at an instant.
import test from 'ava'
import { createStore, type Store } from '../../src/model/store.ts'
import type { Message } from '../../src/stream/stream-types.ts'

const add = (store: Store, ...messages: object[]): Store => {
  for (const message of messages) store.add(message as Message)
  return store
}
const times = (count: number, make: (atMs: number) => object): object[] =>
  Array.from({ length: count }, (_, i) => make(i + 1))
const sample = (atMs: number) => ({
  ...{ type: 'sample', probe: 'stacks', atMs, intervalMs: 1000, lost: 0 },
  data: { mode: 'now', frames: [], stacks: [], thresholdNs: 0 },
})
const host = (atMs: number) => ({ type: 'host', atMs, intervalMs: 1000, uptimeS: atMs, load: [0, 0, 0] })
const gap = (atMs: number) => ({ type: 'gap', atMs, why: String(atMs) })
const log = (atMs: number) => ({ type: 'log', atMs, level: 'info', text: String(atMs) })
const cost = (atMs: number, ...probes: string[]) => ({
  ...{ type: 'cost', atMs, intervalMs: 1000, cpus: 1, limitPercent: 0 },
  probes: probes.map((probe) => ({ probe, source: 'CO-RE', programs: 1, iterators: 0 })),
})
const facts = (atMs: number, pid: number, startedMs?: number) => ({ type: 'process', atMs, pid, startedMs })
const status = (atMs: number, is: string) => ({ type: 'status', atMs, probe: 'stacks', status: { is } })

test('so many of each, the newest', (t) => {
  const store = add(createStore(), ...times(700, gap), ...times(700, log), ...times(700, (atMs) => cost(atMs, 'x')))
  t.deepEqual([store.gaps().length, store.gaps()[0]!.atMs], [200, 501])
  t.deepEqual([store.logs(9999).length, store.logs(9999)[0]!.atMs], [200, 501])
  t.deepEqual([store.cost(100), store.cost(101)?.atMs, store.cost(100, 'x' as never)], [undefined, 101, undefined])
  add(store, ...times(601, (atMs) => facts(atMs, atMs)))
  t.deepEqual([store.process(1), store.process(2)!.atMs], [undefined, 2])
  add(store, ...times(101, (atMs) => status(atMs, atMs === 1 ? 'off' : atMs === 2 ? 'starting' : 'live')))
  t.is(store.status('stacks', 0).is, 'starting', 'the first that is kept holds before it, too')
  t.is(store.statusSinceMs('stacks'), 101)
})

test('what was said of the machine goes with the samples, but for the last that is older', (t) => {
  const store = createStore({ keepMs: 3000, keepRowsMs: 3000 })
  for (const atMs of [1000, 2000, 3000, 4000, 5000, 6000]) add(store, host(atMs), sample(atMs))
  t.deepEqual(
    [store.ticks()[0], store.host(0)!.atMs, store.host(4500)!.atMs, store.host()!.atMs],
    [3000, 2000, 4000, 6000],
  )
})

test('what there is once: hello and hooks, the last', (t) => {
  const store = add(
    createStore(),
    { type: 'hooks', begin: 'a' },
    { type: 'hooks', begin: 'b' },
    { type: 'hello', host: 'h' },
  )
  t.is(store.hooks()!.begin, 'b')
  t.is(store.hello()!.host, 'h')
  t.is(createStore().hooks(), undefined)
})

test('at an instant, and from one to another: both within', (t) => {
  const store = add(createStore(), gap(10), gap(20), gap(30), log(10), log(20), log(30))
  const gaps = (...between: [number?, number?]) => store.gaps(...between).map(({ atMs }) => atMs)
  t.deepEqual([gaps(), gaps(20), gaps(10, 20), gaps(11, 29)], [[10, 20, 30], [20, 30], [10, 20], [20]])
  const logs = (count: number, atMs?: number) => store.logs(count, atMs).map((line) => line.atMs)
  t.deepEqual([logs(2), logs(9, 20), logs(1, 29)], [[20, 30], [10, 20], [20]])
  add(store, status(10, 'starting'), status(20, 'live'))
  t.deepEqual(
    [9, 10, 19, 20].map((atMs) => store.status('stacks', atMs).is),
    ['starting', 'starting', 'starting', 'live'],
  )
  t.is(store.statusSinceMs('stacks', 15), 10)
  t.deepEqual([store.status('tcp'), store.statusSinceMs('tcp')], [{ is: 'off' }, undefined])
})

test('the cost of a probe is the last that told of it', (t) => {
  const store = add(createStore(), cost(10, 'sched'), cost(20, 'tcp'), cost(30, 'sched', 'tcp'))
  const of = (probe: string, atMs?: number) => store.cost(atMs, probe as never)?.atMs
  t.deepEqual([of('sched'), of('sched', 29), of('sched', 10), of('sched', 9)], [30, 10, 10, undefined])
  t.deepEqual([of('tcp', 20), of('tcp', 19), of('block')], [20, undefined, undefined])
  add(store, cost(30, 'block'))
  t.is(of('sched'), 10, 'said again of the same tick')
})

test('what is known of a process: the last, of the one that was meant', (t) => {
  const store = add(createStore(), facts(10, 7, 1), facts(20, 7, 2), facts(30, 8))
  const of = (pid: number, atMs?: number, startedMs?: number) => store.process(pid, atMs, startedMs)?.atMs
  t.deepEqual([of(7), of(7, 19), of(7, Infinity, 1), of(7, 9), of(8), of(9)], [20, 10, 10, undefined, 30, undefined])
})
