// What rules of the verdict measure in tables of probes that describe themselves, worked out by hand on two intervals.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { most, percentOver, summed, type Measured, type Window } from '../../../src/app/rule.ts'
import * as measures from '../../../src/app/verdict/described-figures.ts'
import { CONTAINERS } from '../../../src/engine/probes/containers/spec.ts'
import { MEMORY } from '../../../src/engine/probes/memory/spec.ts'
import { WAITS } from '../../../src/engine/probes/waits/spec.ts'
import type { ProbeSpec } from '../../../src/stream/spec.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'
import { storeWith, type Interval } from '../../helpers/spec-store.ts'

const windowOf = (spec: ProbeSpec, ...intervals: Interval[]): Window => {
  const store = storeWith(spec, ...intervals)
  const samples = store.samples(spec.id as DescribedId, 9)
  return { samples, last: samples.at(-1)!, elapsedMs: 2000, view: viewOf(store) }
}
const said = (measured: readonly Measured[]) => measured.map(({ key, value, says }) => [key, value, says('V')])

test('totals of all intervals, where the probe has them at all', (t) => {
  const window = windowOf(
    MEMORY,
    { totals: { someNs: 2e8, swapInBytes: 100, oomKills: 1 } },
    { totals: { someNs: 3e8, swapInBytes: 300 } },
  )
  t.is(measures.memoryPressure(window)[0]!.value, 25)
  t.is(measures.swappedIn(window)[0]!.value, 200)
  const [kills] = measures.oomKills(window)
  t.is(kills!.value, 1)
  t.deepEqual(
    [kills!.says('1'), kills!.says('2')],
    ['out of memory: the kernel killed 1 process', 'out of memory: the kernel killed 2 processes'],
  )
  t.deepEqual(measures.swappedIn(windowOf(MEMORY, {}, {})), [])
})

test('who frees memory, added up over intervals, and where that is seen', (t) => {
  const procs = [
    { pid: 7, comm: 'loop', reclaimNs: 25e7 },
    { pid: 8, reclaimNs: 0 },
  ]
  const window = windowOf(MEMORY, { rows: { procs } }, { rows: { procs } })
  t.deepEqual(said(measures.reclaim(window)), [['7', 25, 'loop 7: V% of the time freeing memory before it gets any']])
  t.deepEqual(measures.reclaim(window)[0]!.to, {
    panel: 'memory',
    mode: 'processes',
    row: { key: '7', pid: 7, comm: 'loop' },
  })
  const none = measures.reclaim(windowOf(MEMORY, { rows: { procs: procs.slice(1) } }))
  t.deepEqual(said(none), [['', 0, '']], 'it was looked at, and nothing was there')
})

test('groups by their names, the root left out', (t) => {
  const groups = [
    { cgroup: '/', memoryPressureNs: 9e8 },
    { cgroup: '/web', name: 'web', memoryPressureNs: 5e8, oomKills: 2 },
    { cgroup: '/db', oomKills: 1 },
  ]
  const window = windowOf(CONTAINERS, { rows: { groups } })
  t.deepEqual(said(measures.groupMemory(window)), [['/web', 25, 'group web: waits for memory V% of the time']])
  t.deepEqual(said(measures.groupOom(window)), [
    ['/web', 2, 'group web: V of its processes killed at its memory limit'],
    ['/db', 1, 'group /db: V of its processes killed at its memory limit'],
  ])
  t.deepEqual(measures.groupOom(window)[1]!.to, { panel: 'containers', row: { key: '/db' } })
})

test('a process by its number and name, as far as these are known', (t) => {
  t.deepEqual(measures.processGoal('p', { pid: 7, comm: 'a' }, 'm'), {
    panel: 'p',
    mode: 'm',
    row: { key: '7', pid: 7, comm: 'a' },
  })
  t.deepEqual(measures.processGoal('p', { pid: null, comm: null }, 'm'), {
    panel: 'p',
    mode: 'm',
    row: { key: 'null' },
  })
})

test('sums by key with the last of each, the most of a list, shares of time', (t) => {
  const items = [
    { k: 'a', n: 1 },
    { k: 'b', n: 5 },
    { k: 'a', n: 2 },
  ]
  t.deepEqual(
    summed(
      items,
      ({ k }) => k,
      ({ n }) => n,
    ),
    [
      { key: 'a', last: items[2]!, sum: 3 },
      { key: 'b', last: items[1]!, sum: 5 },
    ],
  )
  t.is(
    most(items, ({ n }) => n),
    items[1],
  )
  t.is(
    most(
      [{ n: 1 }, { n: 1 }].map((each, i) => ({ ...each, i })),
      ({ n }) => n,
    )!.i,
    0,
    'the first of equals',
  )
  t.is(
    most([], () => 1),
    undefined,
  )
  t.is(percentOver(5e8, 1000), 50)
})

test('one of more threads than a chain has steps is one, and one of which not all is said is not divided', (t) => {
  const [threads, steps] = [20, 16]
  const circle = Array.from({ length: threads }, (_, at) => at + 1)
  const textOf = (told: readonly number[]) =>
    measures
      .deadlocks(
        windowOf(WAITS, {
          rows: {
            chains: circle.map((tid) => ({ tid, chain: 'chain', closed: 2 })),
            links: told.flatMap((tid) =>
              Array.from({ length: steps }, (_, step) => ({
                tid,
                whoTid: ((tid + step - 1) % threads) + 1,
                closed: 2,
              })),
            ),
          },
        }),
      )[0]!
      .says('V')
  t.is(textOf(circle), 'deadlock of 20 threads: chain')
  t.is(textOf([1]), 'deadlock of 20 threads: chain')
})

test('of several deadlocks the first, with its own threads', (t) => {
  const closed = (tid: number) => ({ tid, chain: `chain of ${tid}`, closed: 2 })
  const step = (tid: number, whoTid: number, is = 2) => ({ tid, whoTid, closed: is })
  const textOf = (...tids: number[]) =>
    measures
      .deadlocks(
        windowOf(WAITS, {
          rows: {
            chains: [...tids.map(closed), { tid: 9, closed: 0 }],
            links: [step(1, 1), step(1, 2), step(1, 1), step(9, 9, 0), step(9, 1)],
          },
        }),
      )[0]!
      .says('V')
  t.is(textOf(1, 2), 'deadlock of 2 threads: chain of 1')
  t.is(textOf(1, 2, 3), 'deadlock of 2 threads, and 1 in others: chain of 1')
})
