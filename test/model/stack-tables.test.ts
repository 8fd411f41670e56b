// Tables whose rows are stacks: which are a tree, what each row weighs there, and whose it is.
import test from 'ava'
import { rowsThrough, rowWithKey, stackOfRow, stacksIn, stackTableOf } from '../../src/model/stack-tables.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { FieldSpec } from '../../src/stream/fields.ts'
import type { Table, TableCell, TablesData } from '../../src/stream/tables.ts'

const field = (id: string, unit: FieldSpec['unit'], kind: FieldSpec['kind'], dim?: FieldSpec['dim']): FieldSpec => ({
  id,
  unit,
  kind,
  ...(dim ? { dim } : {}),
})
const PID = field('pid', 'id', 'label', 'pid')
const COMM = field('comm', 'text', 'label', 'comm')
const CPU = field('cpu', 'id', 'label', 'cpu')
const KERNEL = field('k', 'text', 'label', 'kernelStack')
const USER = field('u', 'text', 'label', 'userStack')
const N = field('n', 'count', 'counter')
const NS = field('ns', 'ns', 'counter')
const TOTAL = field('total', 'count', 'gauge')

const specOf = (fields: FieldSpec[], key = fields.filter(({ kind }) => kind === 'label').map(({ id }) => id)) =>
  ({
    id: 'x',
    tables: { rows: fields },
    panels: [{ tabs: [{ id: 't', table: 'rows', key, columns: [], sort: {} }] }],
  }) as unknown as ProbeSpec
const fromOf = (...fields: FieldSpec[]) => {
  const spec = specOf(fields)
  return stackTableOf(spec, spec.panels[0]!.tabs[0]!)
}
const tableOf = (fields: FieldSpec[], rows: TableCell[][], others?: TableCell[]): Table => ({
  columns: fields.map(({ id }) => id),
  rows,
  ...(others ? { others } : {}),
})
const treeOf = (fields: FieldSpec[], rows: TableCell[][], others?: TableCell[]) =>
  stacksIn({ tables: { rows: tableOf(fields, rows, others) }, hists: {}, totals: {} }, fromOf(...fields)!)

test('rows are a tree where they have stacks and something that adds up, and are no events', (t) => {
  t.is(fromOf(PID, N), undefined)
  t.is(fromOf(KERNEL, TOTAL), undefined)
  t.is(stackTableOf(specOf([KERNEL, N]), { table: 'rows', key: ['k'], events: true }), undefined)
  t.is(stackTableOf(specOf([KERNEL, N]), { table: 'gone', key: [] }), undefined)
  const from = fromOf(PID, KERNEL, N, NS)!
  t.deepEqual([from.weight.id, from.count?.id, from.owners.map(({ id }) => id)], ['ns', 'n', ['pid']])
  t.deepEqual([fromOf(KERNEL, N)!.weight.id, fromOf(KERNEL, N)!.count], ['n', undefined])
})

test('each row weighs what it counts, below its owner', (t) => {
  const { stacks, frames, unit, others } = treeOf(
    [PID, KERNEL, NS, N],
    [
      [7, 'a < b', 50, 3],
      [null, 'b', 20, null],
      [8, 'a', 0, 4],
    ],
    [null, '', 5, 2],
  )
  t.is(unit, undefined)
  t.deepEqual(
    frames.map(({ name }) => name),
    ['a', 'b', '[no kernel stack]'],
  )
  t.deepEqual(
    stacks.map(({ pid, comm, ns, count, kernel }) => [pid, comm, ns, count, kernel]),
    [
      [7, 'pid 7', 50, 3, [0, 1]],
      [0, '', 20, 0, [1]],
    ],
    'what weighs nothing is left out',
  )
  t.deepEqual(others, { ns: 5, count: 2 })
})

test('what is counted is its own count; bytes have none', (t) => {
  const counted = treeOf([KERNEL, N], [['a', 4]])
  t.deepEqual([counted.unit, counted.stacks[0]!.ns, counted.stacks[0]!.count], ['count', 4, 4])
  const bytes = treeOf([KERNEL, field('b', 'bytes', 'counter')], [['a', 4096]])
  t.deepEqual([bytes.unit, bytes.stacks[0]!.count, bytes.others], ['bytes', 1, undefined])
})

test('an owner with a name needs no word before its number, a CPU does', (t) => {
  t.is(treeOf([COMM, PID, CPU, USER, N], [['sh', 7, 3, 'a', 1]]).stacks[0]!.comm, 'sh 7 CPU 3')
  t.is(treeOf([PID, USER, N], [[7, 'a', 1]]).stacks[0]!.comm, 'pid 7')
})

test('rows with no stack are seen all the same, and which one is missing is said', (t) => {
  const name = (fields: FieldSpec[], row: TableCell[]) => treeOf(fields, [row]).frames[0]!.name
  t.is(name([USER, N], ['', 1]), '[no user stack]')
  t.is(name([KERNEL, N], [null, 1]), '[no kernel stack]')
  t.is(name([KERNEL, USER, N], ['', '', 1]), '[no stack]')
  const both = treeOf([KERNEL, USER, N], [['k', 'u < [too deep]', 1]]).stacks[0]!
  t.deepEqual([both.kernel, both.user, both.cut], [[0], [1], 'too deep'])
  t.is(treeOf([USER, N], [['[too deep]', 1]]).frames.length, 0, 'cut is not none')
})

test('the same data gives the same stacks', (t) => {
  const data: TablesData = { tables: { rows: tableOf([USER, N], [['a', 1]]) }, hists: {}, totals: {} }
  const from = fromOf(USER, N)!
  t.is(stacksIn(data, from), stacksIn(data, from))
  t.deepEqual(stacksIn({ tables: {}, hists: {}, totals: {} }, from).stacks, [])
})

test('a row is found by what tells it apart, and its stack whatever it weighs', (t) => {
  const fields = [PID, USER, N]
  const table = tableOf(fields, [
    [7, 'a', 0],
    [null, 'b', 1],
  ])
  const from = fromOf(...fields)!
  t.is(rowWithKey(table, from, '7 a'), table.rows[0])
  t.is(rowWithKey(table, from, ' b'), table.rows[1])
  t.is(rowWithKey(table, from, '8 a'), undefined)
  const { stack, frames } = stackOfRow(table, table.rows[0]!, from)
  t.deepEqual([stack.ns, frames.map(({ name }) => name)], [0, ['a']])
})

test('of a selection of stacks only the rows that go through it stay', (t) => {
  const fields = [PID, USER, N]
  const table = tableOf(fields, [
    [7, 'a < main', 1],
    [8, 'b < main', 0],
    [9, 'b < other', 2],
  ])
  const through = (name: string) =>
    rowsThrough(table, 'rows', specOf(fields), { is: 'function', frame: { name, kind: 'user' } }).rows.map(
      ([pid]) => pid,
    )
  t.deepEqual(through('b'), [8, 9])
  t.deepEqual(through('main'), [7, 8])
  t.deepEqual(through('none'), [])
  t.deepEqual(
    rowsThrough(table, 'gone', specOf(fields), { is: 'function', frame: { name: 'b', kind: 'user' } }).rows,
    [],
  )
})

test('a whole interval by hand: owners by what they are, both kinds of stacks, what is not known as nothing', (t) => {
  const fields = [N, PID, COMM, CPU, USER, KERNEL, NS]
  const rows: TableCell[][] = [
    [2, 7, 'db', 0, 'main', 'read', 50],
    [null, 8, null, 1, null, 'read', 20],
    [1, null, 'x', null, null, null, 5],
  ]
  const frame = (name: string, kind: string) => ({ name, kind })
  t.deepEqual(treeOf(fields, rows), {
    ...{ mode: 'oncpu', thresholdNs: 0 },
    frames: [frame('main', 'user'), frame('read', 'kernel'), frame('[no stack]', 'unknown')],
    stacks: [
      { pid: 7, comm: '7 db CPU 0', state: 'cpu', ns: 50, count: 2, user: [0], kernel: [1] },
      { pid: 8, comm: '8 CPU 1', state: 'cpu', ns: 20, count: 0, user: [], kernel: [1] },
      { pid: 0, comm: 'x', state: 'cpu', ns: 5, count: 1, user: [2], kernel: [] },
    ],
  } as never)
  const none = { tables: {}, hists: {}, totals: {} }
  t.deepEqual(stacksIn(none, fromOf(...fields)!).stacks, [])
  t.is(fromOf(field('k', 'id', 'label', 'kernelStack'), field('c', 'text', 'label', 'comm'), N), undefined)
})
