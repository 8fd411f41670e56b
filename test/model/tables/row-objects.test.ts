// Rows as objects: by the fields of a spec, or as they came.
import test from 'ava'
import { plain } from '../../helpers/plain.ts'
import { fieldsIn, numberIn, recordsOf } from '../../../src/model/tables/row-objects.ts'

const FIELDS = [
  { id: 'pid', unit: 'id', kind: 'label' },
  { id: 'comm', unit: 'text', kind: 'label' },
  { id: 'latency', unit: 'ns', kind: 'histogram' },
] as const

test('what is not of the kind its field says, or has no column, is not known; a row is made once', (t) => {
  const table = {
    columns: ['comm', 'pid', 'latency', 'more'],
    rows: [
      ['a', 7, 'h', 1],
      [7, 'a', 3, 1],
      [null, null, null, null],
    ],
  }
  t.deepEqual(plain(FIELDS, recordsOf(FIELDS, table)), [
    { pid: 7, comm: 'a', latency: 'h' },
    { pid: null, comm: null, latency: null },
    { pid: null, comm: null, latency: null },
  ])
  const seven = { pid: 7, comm: null, latency: null }
  t.deepEqual(plain(FIELDS, recordsOf(FIELDS, { columns: ['pid'], rows: [[7]] })), [seven])
  t.is(JSON.stringify(recordsOf(FIELDS, { columns: ['pid'], rows: [[7]] })), JSON.stringify([seven]))
  t.deepEqual(recordsOf(FIELDS, undefined), [])
  t.is(recordsOf(FIELDS, table)[0], recordsOf(FIELDS, table)[0])
  t.not(recordsOf(FIELDS, table)[0], recordsOf(FIELDS.slice(), table)[0] as never)
})

test('a row that stays is made once, wherever it is; what was asked for long before is made anew', (t) => {
  const columns = ['pid', 'comm', 'latency']
  const rows = ['a', 'b', 'c', 'd', 'e'].map((comm, pid) => [pid, comm, null])
  const [a, b, c, d, e] = rows as [(typeof rows)[0], ...typeof rows]
  const before = recordsOf(FIELDS, { columns, rows: [a, b, c, d!] as never })
  const moved = recordsOf(FIELDS, { columns, rows: [b, e, d, a, c] as never })
  t.deepEqual(
    moved.map(({ comm }) => comm),
    ['b', 'e', 'd', 'a', 'c'],
  )
  t.true(moved[0] === before[1] && moved[2] === before[3] && moved[3] === before[0] && moved[4] === before[2])
  const others = { columns: ['comm', 'pid', 'latency'], rows: [['z', 1, null]] }
  t.deepEqual(plain(FIELDS, recordsOf(FIELDS, others)), [{ pid: 1, comm: 'z', latency: null }])
  const again = recordsOf(FIELDS, { columns, rows: [a] as never })
  t.deepEqual(plain(FIELDS, again), plain(FIELDS, [before[0]!]))
  t.not(again[0], before[0])
})

test('the records of a few tables are kept, by whoever asks for them', (t) => {
  const tables = [1, 2, 3, 4].map((pid) => ({ columns: ['pid'], rows: [[pid]] }))
  const first = tables.slice(0, 3).map((table) => recordsOf(FIELDS, table))
  for (const [at, table] of tables.slice(0, 3).entries()) t.is(recordsOf(FIELDS, { ...table }), first[at]!)
  recordsOf(FIELDS, tables[3])
  t.not(recordsOf(FIELDS, tables[0]), first[0]!)
  t.deepEqual(plain(FIELDS, recordsOf(FIELDS, tables[0])), plain(FIELDS, first[0]!))
})

test('a row as it came, whatever a spec says', (t) => {
  const tables = { x: { columns: ['a', 'b'], rows: [[1, 'two'], [3]] } }
  t.deepEqual(fieldsIn({ tables }, 'x'), [
    { a: 1, b: 'two' },
    { a: 3, b: null },
  ])
  t.deepEqual([fieldsIn({ tables }, 'y'), fieldsIn({ tables }, 'constructor')], [[], []])
  t.deepEqual(
    ['a', 'b', 'c'].map((name) => numberIn({ a: 1, b: 'two' }, name)),
    [1, 0, 0],
  )
})
