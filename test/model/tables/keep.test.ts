// What tables weigh, by hand: rows that the next sample has, too, weigh there; and what is left when they go.
import test from 'ava'
import { bytesOf, histsNamed, withoutTables } from '../../../src/model/tables/keep.ts'
import type { ProbeSpec } from '../../../src/stream/spec.ts'
import type { Histogram, Table, TableCell, TablesData } from '../../../src/stream/tables.ts'
import type { DescribedSample } from '../../../src/stream/stream-types.ts'

const EMPTY = 300
const TABLE = 100
const ROW = 40
const PLACE = 8
const CELL = 12
const data = (tables: TablesData['tables'], more: Partial<TablesData> = {}): TablesData => ({
  ...{ tables, hists: {}, totals: {} },
  ...more,
})
const table = (...rows: TableCell[][]): Table => ({ columns: ['a', 'b'], rows })
const hist = (...buckets: number[]): Histogram => ({ scale: 'log2', unit: 'ns', buckets, count: 1 })

test('rows by their cells, texts by their length where that is more than a word', (t) => {
  t.is(bytesOf(data({})), EMPTY)
  t.is(bytesOf(data({ x: table() })), EMPTY + TABLE)
  const one = EMPTY + TABLE + ROW + PLACE + 2 * CELL
  t.is(bytesOf(data({ x: table([1, null]) })), one)
  t.is(bytesOf(data({ x: table([1, 'ten letter']) })), one)
  t.is(bytesOf(data({ x: table([1, 'eleven char']) })), one + 24 + 22)
  t.is(bytesOf(data({ x: table([1, 2], [3, 4]), y: table() })), one + ROW + PLACE + 2 * CELL + TABLE)
  t.is(bytesOf(data({}, { totals: { a: 1, b: 2 } })), EMPTY + 80)
  t.is(bytesOf(data({}, { hists: { abc: hist(1, 2, 3, 4) } })), EMPTY + 120 + 6 + 32)
  const target = { of: { is: 'process', pid: 1 }, tables: { x: table([1, 2]) }, hists: {}, totals: {} } as const
  t.is(bytesOf(data({}, { target })), one)
})

test('rows that the next one has weigh there, but for their place', (t) => {
  const [first, second]: TableCell[][] = [
    [1, 2],
    [3, 4],
  ]
  const both = table(first!, second!)
  t.is(bytesOf(data({ x: both }), data({ x: both })), EMPTY + TABLE, 'the very same rows')
  t.is(bytesOf(data({ x: both }), data({ x: table(second!) })), EMPTY + TABLE + 2 * PLACE + ROW + 2 * CELL)
  t.is(bytesOf(data({ x: both }), data({ y: both })), bytesOf(data({ x: both })), 'of another table')
})

const SPEC = {
  ...{ id: 'made', kind: 'proc', hooks: [], options: [], panels: [], lasting: ['events'] },
  tables: {
    events: [
      { id: 'a', unit: 'id', kind: 'label' },
      { id: 'h', unit: 'ns', kind: 'histogram' },
    ],
    rows: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'h', unit: 'ns', kind: 'histogram' },
    ],
    cpus: [
      { id: 'cpu', unit: 'id', kind: 'label', dim: 'cpu' },
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
    ],
  },
  hists: [
    { id: 'own', unit: 'ns' },
    { id: 'sum', unit: 'ns', parts: 'rows.h' },
    { id: 'ofEvents', unit: 'ns', parts: 'events.h' },
  ],
} as unknown as ProbeSpec
const sampleOf = (of: TablesData): DescribedSample =>
  ({ type: 'sample', probe: 'made', atMs: 1, intervalMs: 1, lost: 0, data: of }) as unknown as DescribedSample

test('tables that last stay with their histograms, the others go but for the row of a target that is a process', (t) => {
  const parts = { e: hist(5, 1), r: hist(6, 1), own: hist(7, 1), stray: hist(8, 1) }
  const tables = {
    events: { columns: ['a', 'h'], rows: [[1, 'e']] },
    rows: {
      columns: ['pid', 'h'],
      rows: [
        [7, 'r'],
        [8, null],
      ],
      others: [null, null],
    },
    cpus: { columns: ['cpu', 'pid'], rows: [[0, 7]] },
  }
  const whole = data(tables, { hists: parts, totals: { n: 3 } })
  const left = withoutTables(sampleOf(whole), SPEC).data
  t.deepEqual(left.tables, {
    events: tables.events,
    rows: { columns: ['pid', 'h'], rows: [] },
    cpus: { columns: ['cpu', 'pid'], rows: [] },
  })
  t.deepEqual(Object.keys(left.hists).sort(), ['e', 'own', 'sum'])
  t.deepEqual([left.totals, 'notes' in left, 'target' in left], [{ n: 3 }, false, false])
  const of = (is: object) => ({
    ...whole,
    notes: ['x'],
    target: { of: is, tables: { rows: tables.rows }, hists: { own: parts.own, r: parts.r }, totals: { n: 1 } },
  })
  const narrowed = withoutTables(sampleOf(of({ is: 'process', pid: 7 }) as TablesData), SPEC).data
  t.deepEqual(narrowed.tables['rows']!.rows, [[7, 'r']])
  t.deepEqual(narrowed.tables['cpus']!.rows, [], 'a CPU is no process')
  t.deepEqual(narrowed.notes, ['x'])
  t.deepEqual([narrowed.target!.tables['rows']!.rows, narrowed.target!.totals], [[], { n: 1 }])
  t.deepEqual(Object.keys(narrowed.target!.hists).sort(), ['own', 'sum'])
  t.deepEqual(withoutTables(sampleOf(of({ is: 'comm', comm: 'x' }) as TablesData), SPEC).data.tables['rows']!.rows, [])
  const unknown = withoutTables(sampleOf(whole), undefined).data
  t.deepEqual([unknown.hists, unknown.tables['events']!.rows], [{}, []], 'without a spec nothing is kept')
})

test('histograms that rows name', (t) => {
  const hists = { e: hist(5, 1), r: hist(6, 1) }
  t.deepEqual(Object.keys(histsNamed({ rows: { columns: ['h'], rows: [['r'], ['gone'], [null]] } }, hists, SPEC)), [
    'r',
  ])
  t.deepEqual(histsNamed({ gone: { columns: ['h'], rows: [['r']] } }, hists, SPEC), {})
  t.deepEqual(histsNamed({ rows: { columns: ['h'], rows: [['r']] } }, hists, undefined), {})
})
