// Narrowing, thinning, weighing and reading samples of probes that describe themselves.
import { schedIn } from '../../helpers/sched.ts'
import test from 'ava'
import { slotOf } from '../../../src/model/base/histogram.ts'
import { narrowStore } from '../../../src/model/narrow.ts'
import type { Selection } from '../../../src/model/selection.ts'
import { createStore, type Store } from '../../../src/model/store.ts'
import { evaluate, type Operands } from '../../../src/model/tables/evaluate.ts'
import { asHist, percentileOf } from '../../../src/model/tables/histograms.ts'
import { bytesOf, withoutTables } from '../../../src/model/tables/keep.ts'
import type { Expression } from '../../../src/stream/spec.ts'
import type { Histogram } from '../../../src/stream/tables.ts'
import { QUEUE_ID, queueSample, QUEUES, queueStream } from '../../helpers/described.ts'

const filled = (): Store => {
  const store = createStore()
  for (const message of queueStream({ ticks: 5 })) store.add(message)
  return store
}
const left = (...path: Selection[]) => narrowStore(filled(), path).latest(QUEUE_ID)!.data

test('a process: its rows, and nothing of tables that know none', (t) => {
  const { tables, hists, totals } = left({ is: 'process', pid: 812, comm: 'postgres' })
  t.deepEqual(
    tables.procs!.rows.map(([pid]) => pid),
    [812],
  )
  t.deepEqual(tables.queues!.rows, [])
  t.is(tables.bounces!.rows.length, 1)
  t.deepEqual(Object.keys(hists), ['812'], 'of its rows only')
  t.deepEqual(totals, {})
})

test('a name by its own column; a control group through the processes; a disk by nothing', (t) => {
  t.deepEqual(
    left({ is: 'comm', comm: 'node' }).tables.procs!.rows.map(([pid]) => pid),
    [4242],
  )
  const store = filled()
  const { procs } = schedIn(store)
  const path = procs.find(({ pid }) => pid === 812)!.cgroup!
  const meant = new Set(procs.filter(({ cgroup }) => cgroup === path).map(({ pid }) => pid))
  t.true(meant.has(812))
  t.deepEqual(
    left({ is: 'cgroup', path }).tables.procs!.rows.map(([pid]) => pid),
    [812, 4242].filter((pid) => meant.has(pid)),
  )
  t.deepEqual(left({ is: 'disk', dev: '8:0', name: 'sda' }).tables.procs!.rows, [])
})

test('each selection narrows what the one before left', (t) => {
  t.deepEqual(left({ is: 'comm', comm: 'node' }, { is: 'process', pid: 812, comm: '' }).tables.procs!.rows, [])
})

test('thinned: totals and the latency of the whole stay, rows and theirs go', (t) => {
  const sample = queueSample(1)
  const thin = withoutTables(sample, QUEUES)
  t.deepEqual(
    Object.values(thin.data.tables).flatMap(({ rows }) => rows),
    [],
  )
  t.deepEqual(Object.keys(thin.data.hists), ['delivery'])
  t.deepEqual(thin.data.totals, { refused: 2 })
  t.true(bytesOf(thin.data) < bytesOf(sample.data))
})

test('the store: a spec that comes again changes nothing, one without a spec is not kept, ours are not overridden', (t) => {
  const store = filled()
  const [spec] = store.specs()
  store.add({ type: 'probe', atMs: 9, spec: structuredClone(QUEUES) })
  t.is(store.specs()[0], spec)
  store.add({ type: 'probe', atMs: 9, spec: { ...QUEUES, id: 'stacks' } })
  store.add({ ...queueSample(9), probe: 'unheard' as never })
  store.add({ ...queueSample(9), probe: 'stacks' as never })
  t.deepEqual(
    store.specs().map(({ id }) => id),
    ['mailqueue', 'sched', 'block', 'syscalls', 'tcp', 'execsnoop'],
  )
  t.is(store.latest('unheard' as never), undefined)
  t.is(store.latest('stacks'), undefined)
  for (let i = 0; i < 200; i++) store.add({ type: 'probe', atMs: 9, spec: { ...QUEUES, id: `more${i}` } })
  t.is(store.specs().length, 128, 'those of a version, and as many scripts as an engine takes')
})

test('a store bounded in bytes thins and drops them like the others', (t) => {
  const store = createStore({ maxBytes: 60_000 })
  for (const message of queueStream({ ticks: 2 })) store.add(message)
  for (let tick = 3; tick < 400; tick++) store.add(queueSample(tick))
  t.true(store.bytes() <= 60_000)
  t.true(store.hasRows(store.latest(QUEUE_ID)!))
  t.true(store.samples(QUEUE_ID, Infinity).length < 400)
})

const operands = (values: Record<string, number | string>, before: Record<string, number> = {}): Operands => ({
  intervalMs: 500,
  value: (name) => values[name],
  before: (name) => before[name],
  total: () => 200,
  histogram: (name) =>
    name === 'h' ? { scale: 'linear', unit: 'ns', step: 10, buckets: [0, 95, 3, 5], count: 100, max: 31 } : undefined,
})
const CASES: [Expression, number | string | undefined][] = [
  [{ value: 'word' }, 'x'],
  [{ value: 'gone' }, undefined],
  [{ perSecond: 'a' }, 100],
  [{ perSecond: 'word' }, undefined],
  [{ timeShare: 'ns' }, 10],
  [{ ratio: ['a', 'b'] }, 12.5],
  [{ ratio: ['a', 'zero'] }, undefined],
  [{ share: ['a', 'b'] }, 1250],
  [{ shareOfTotal: 'a' }, 25],
  [{ delta: 'a' }, 20],
  [{ delta: 'b' }, undefined],
  [{ percentile: 'h', p: 50 }, 5],
  [{ percentile: 'h', p: 99 }, 31],
  [{ percentile: 'h', p: 99.9 }, undefined],
  [{ percentile: 'gone', p: 50 }, undefined],
]
for (const [expression, expected] of CASES)
  test(JSON.stringify(expression), (t) => {
    const values = { word: 'x', a: 50, b: 4, zero: 0, ns: 50e6 }
    t.is(evaluate(expression, operands(values, { a: 30 })), expected)
  })

test('histograms of every scale: percentiles, and the slots of the heat map', (t) => {
  const log2: Histogram = { scale: 'log2', unit: 'ns', buckets: [0, 1, 10, 8, 20, 1], count: 10 }
  t.is(percentileOf(log2, 0.5), 1536)
  t.is(percentileOf({ ...log2, max: 1200 }, 0.9), 1200)
  t.is(percentileOf({ ...log2, buckets: [], count: 0 }, 0.5), undefined)
  t.deepEqual(asHist(log2).slots, [0, 1, slotOf(1536), 8, slotOf(1.5 * 2 ** 20), 1])
  const log8: Histogram = { scale: 'log8', unit: 'ns', buckets: [9, 2, 249, 1], count: 3, sum: 7, max: 2 ** 38 }
  t.deepEqual(asHist(log8), { slots: [9, 2, 249, 1], count: 3, sumNs: 7, maxNs: 2 ** 38 })
  t.is(percentileOf(log8, 0.5), 136)
})
