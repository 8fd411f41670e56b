// Operators of columns and figures, and what they take their operands from: a row, the row before, a whole sample.
import test from 'ava'
import { countedIn, evaluate, figureUnits, ofRow, ofSample, resultKind } from '../../../src/model/tables/evaluate.ts'
import type { Expression, ProbeSpec } from '../../../src/stream/spec.ts'
import type { Unit } from '../../../src/stream/fields.ts'
import type { Histogram, TablesData } from '../../../src/stream/tables.ts'

const latency: Histogram = { scale: 'log2', unit: 'ns', buckets: [1, 3, 3, 1], count: 4 }
const data = (first: number): TablesData => ({
  tables: {
    procs: {
      columns: ['pid', 'n', 'busy', 'limit', 'name', 'latency'],
      rows: [
        [7, first, 5e8, 0, 'a', 'h'],
        [8, 30, null, 40, 'b', null],
      ],
    },
  },
  clockNs: 50,
  hists: { h: latency },
  totals: { refused: 3 },
})
const { tables } = data(10)
const procs = tables.procs!

const inRow = (expression: Expression, at = 0, sinceMs?: number) => {
  const earlier = { table: data(4).tables.procs!, row: data(4).tables.procs!.rows[0]! }
  return evaluate(expression, {
    ...ofRow(data(10), procs, procs.rows[at]!, at === 0 ? earlier : undefined, 2000, new Map(), at),
    sinceMs,
  })
}

test('of a row: its cells, the time, all rows together, and the same row before', (t) => {
  t.is(inRow({ value: 'name' }), 'a')
  t.is(inRow({ perSecond: 'n' }), 5)
  t.is(inRow({ timeShare: 'busy' }), 25)
  t.is(inRow({ ratio: ['busy', 'n'] }), 5e7)
  t.is(inRow({ share: ['n', 'limit'] }, 1), 75)
  t.is(inRow({ shareOfTotal: 'n' }), 25)
  t.is(inRow({ delta: 'n' }), 6)
  t.is(inRow({ ago: 'n' }, 0, 500), 510)
  t.is(inRow({ ago: 'n' }), 10)
})

test('since an instant on the clock of the sample, never less than nothing; unknown where it has no clock', (t) => {
  t.is(inRow({ since: 'n' }), 40)
  t.is(inRow({ since: 'busy' }), 0, 'the clock of another CPU is ahead')
  t.is(inRow({ since: 'name' }), undefined)
  const { clockNs: _, ...without } = data(10)
  t.is(evaluate({ since: 'n' }, ofRow(without, procs, procs.rows[0]!, undefined, 2000, new Map(), 0)), undefined)
  t.is(evaluate({ since: 'refused' }, ofSample(data(10), undefined, 1000)), 47)
})

test('the time of those that did so throughout is added to what others did', (t) => {
  t.is(inRow({ timeShareOf: ['busy', 'limit'] }), 25)
  t.is(inRow({ timeShareOf: ['busy', 'pid'] }), 725)
  t.is(inRow({ timeShareOf: ['busy', 'limit'] }, 1), undefined)
})

test('which row of its table it is, where it has the field', (t) => {
  t.deepEqual([inRow({ place: 'busy' }), inRow({ place: 'n' }, 1), inRow({ place: 'busy' }, 1)], [1, 2, undefined])
})

test('what is not known, is no number, or has nothing to be divided by has no value', (t) => {
  for (const expression of [
    { perSecond: 'name' },
    { timeShare: 'nonesuch' },
    { share: ['n', 'limit'] },
    { ratio: ['name', 'n'] },
  ] as const)
    t.is(inRow(expression as Expression), undefined)
  t.is(inRow({ timeShare: 'busy' }, 1), undefined)
  t.is(inRow({ delta: 'n' }, 1), undefined, 'a row that is new')
  t.is(inRow({ delta: 'name' }), undefined)
})

test('a percentile of fewer than it takes is not told; the highest always is', (t) => {
  t.is(inRow({ percentile: 'latency', p: 75 }), 3)
  t.is(inRow({ percentile: 'latency', p: 76 }), undefined)
  t.is(inRow({ percentile: 'latency', p: 100 }), 12)
  t.is(inRow({ percentile: 'latency', p: 50 }, 1), undefined)
})

test('of a sample: totals by their names, tables as the sum over their rows', (t) => {
  const of = ofSample(data(10), data(4), 1000)
  t.is(evaluate({ value: 'refused' }, of), 3)
  t.is(evaluate({ value: 'procs.n' }, of), 40)
  t.is(evaluate({ delta: 'procs.n' }, of), 6)
  t.is(evaluate({ value: 'procs.nonesuch' }, of), 0)
  t.is(evaluate({ value: 'nonesuch' }, of), undefined)
  t.is(evaluate({ delta: 'refused' }, ofSample(data(10), undefined, 1000)), undefined)
  t.is(evaluate({ percentile: 'h', p: 100 }, of), 12)
  const others = { ...procs, others: [null, 100, null, null, null, null] }
  t.is(evaluate({ value: 'procs.n' }, ofSample({ ...data(10), tables: { procs: others } }, undefined, 1000)), 140)
})

test('how many there were: a total, a sum, or rows', (t) => {
  t.is(countedIn(data(10), ['refused']), 3)
  t.is(countedIn(data(10), ['procs.n']), 40)
  t.is(countedIn(data(10), ['procs']), 2)
  t.is(countedIn(data(10), ['procs', 'refused', 'nonesuch', 'nonesuch.n']), 5)
})

test('how the result is written follows from the operator', (t) => {
  const unitOf = (name: string): Unit => (name === 'b' ? 'bytes' : 'ns')
  const cases: [Expression, string][] = [
    [{ value: 'b' }, 'bytes'],
    [{ perSecond: 'b' }, 'byteRate'],
    [{ perSecond: 'n' }, 'rate'],
    [{ ratio: ['b', 'n'] }, 'bytes'],
    [{ delta: 'n' }, 'ns'],
    [{ ago: 'n' }, 'ms'],
    [{ since: 'n' }, 'ns'],
    [{ place: 'n' }, 'count'],
    [{ timeShareOf: ['n', 'n'] }, 'percent'],
    [{ percentile: 'n', p: 50 }, 'ns'],
    [{ timeShare: 'n' }, 'percent'],
    [{ share: ['b', 'b'] }, 'percent'],
    [{ shareOfTotal: 'b' }, 'percent'],
  ]
  for (const [expression, kind] of cases) t.is(resultKind(expression, unitOf), kind as never)
})

test('units of what figures name', (t) => {
  const units = figureUnits({
    tables: { procs: [{ id: 'busy', unit: 'ns', kind: 'counter' }] },
    totals: [{ id: 'read', unit: 'bytes', kind: 'counter' }],
    hists: [{ id: 'delay', unit: 'ns' }],
  } as unknown as ProbeSpec)
  t.deepEqual(['procs.busy', 'read', 'delay', 'nonesuch'].map(units), ['ns', 'bytes', 'ns', 'count'])
})

test('of a whole sample nothing is a share of the total of rows, as a figure has none', (t) => {
  const operands = ofSample({ tables: {}, hists: {}, totals: { n: 4 } }, undefined, 1000)
  t.is(evaluate({ shareOfTotal: 'n' }, operands), undefined)
  t.is(evaluate({ value: 'n' }, operands), 4)
})
