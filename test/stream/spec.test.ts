import test from 'ava'
import { createTable } from '../../src/stream/spec.ts'

const FIELDS = [
  { id: 'name', label: 'NAME', unit: 'text', kind: 'label' },
  { id: 'count', label: 'COUNT', unit: 'count', kind: 'counter' },
] as const

test('a row that is the same object has the same cells, in its place or in another', (t) => {
  const tableOf = createTable(FIELDS)
  const [a, b, c] = ['a', 'b', 'c'].map((name, count) => ({ name, count })) as [Row, Row, Row]
  const before = tableOf([a, b]).rows
  const now = tableOf([a, c, b]).rows
  t.deepEqual(now, [
    ['a', 0],
    ['c', 2],
    ['b', 1],
  ])
  t.is(now[0], before[0]!)
  t.is(now[2], before[1]!)
})

test('an array of rows that its owner changes is read anew', (t) => {
  const tableOf = createTable(FIELDS)
  const rows = [{ name: 'a', count: 1 }]
  tableOf(rows)
  rows[0] = { name: 'b', count: 2 }
  t.deepEqual(tableOf(rows).rows, [['b', 2]])
})

interface Row {
  name: string
  count: number
}
