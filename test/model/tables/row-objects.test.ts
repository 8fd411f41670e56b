// Rows as objects: by the fields of a spec, or as they came.
import test from 'ava'
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
  t.deepEqual(recordsOf(FIELDS, table), [
    { pid: 7, comm: 'a', latency: 'h' },
    { pid: null, comm: null, latency: null },
    { pid: null, comm: null, latency: null },
  ])
  t.deepEqual(recordsOf(FIELDS, { columns: ['pid'], rows: [[7]] }), [{ pid: 7, comm: null, latency: null }])
  t.deepEqual(recordsOf(FIELDS, undefined), [])
  t.is(recordsOf(FIELDS, table)[0], recordsOf(FIELDS, table)[0])
  t.not(recordsOf(FIELDS, table)[0], recordsOf(FIELDS.slice(), table)[0] as never)
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
