// The order of rows, and what a filter leaves of them.
import test from 'ava'
import { filterRows, sortRows } from '../../src/app/row-order.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import { randomFrom } from '../helpers/stream.ts'

const COLUMNS: Column[] = [
  { id: 'name', title: 'NAME', kind: 'text', help: '', priority: 0 },
  { id: 'n', title: 'N', kind: 'count', help: '', priority: 1 },
]

const randomRows = (random: () => number, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    key: String(index),
    pid: index + 1,
    cells: [
      ['node', 'nginx', 'postgres', 'Ünï'][Math.floor(random() * 4)],
      random() < 0.2 ? undefined : Math.floor(random() * 5),
    ],
  }))

test('sorting keeps every row, orders them, puts blanks last and is the same for any order of arrival', (t) => {
  const random = randomFrom(11)
  for (let round = 0; round < 200; round++) {
    const rows = randomRows(random, Math.floor(random() * 30))
    const sort = { column: random() < 0.5 ? 'n' : 'name', descending: random() < 0.5 }
    const sorted = sortRows(rows, COLUMNS, sort)
    t.deepEqual(sorted.map((row) => row.key).sort(), rows.map((row) => row.key).sort())
    t.deepEqual(
      sortRows(
        [...rows].sort(() => random() - 0.5),
        COLUMNS,
        sort,
      ),
      sorted,
    )
    const cells = sorted.map((row) => row.cells[sort.column === 'n' ? 1 : 0])
    const known = cells.filter((cell) => cell !== undefined)
    t.deepEqual(cells.slice(0, known.length), known)
    known.slice(1).forEach((cell, index) => t.true(sort.descending ? cell! <= known[index]! : cell! >= known[index]!))
  }
})

test('a filter and its inverse part the rows', (t) => {
  const random = randomFrom(12)
  for (let round = 0; round < 100; round++) {
    const rows = randomRows(random, 20)
    const text = ['no', 'GIN', 'x', '1', 'ünï'][Math.floor(random() * 5)]!
    const kept = filterRows(rows, text)
    const left = filterRows(rows, `!${text}`)
    t.is(kept.length + left.length, rows.length)
    t.true(kept.every((row) => !left.includes(row)))
  }
  t.is(filterRows(randomRows(random, 5), '!').length, 5)
})

test('of equals those first that draw the attention, by their row or by a cell, then by number, then by key', (t) => {
  const columns = [
    { id: 'n', title: 'N', kind: 'count', help: '', priority: 0 },
    { id: 'share', title: 'S', kind: 'percent', help: '', priority: 1, thresholds: { warn: 10, bad: 20 } },
  ] as const
  const rows = [
    { key: 'z', cells: [5, 0] },
    { key: 'y', pid: 9, cells: [5, 0] },
    { key: 'x', pid: 10, cells: [5, 0] },
    { key: 'warned', pid: 99, cells: [5, 15] },
    { key: 'bad cell', pid: 98, cells: [5, 20] },
    { key: 'bad row', pid: 97, cells: [5, 0], role: 'bad' as const },
    { key: 'warn row', pid: 100, cells: [5, 0], role: 'warn' as const },
    { key: 'dim', pid: 101, cells: [5, 0], role: 'dim' as const },
    { key: 'more', cells: [6, 0] },
    { key: 'b blank', cells: [undefined, 30] },
    { key: 'a blank', cells: [undefined, 0] },
  ].map((row) => ({ ...row, cells: [...row.cells] }))
  const order = (descending: boolean) => sortRows(rows, columns, { column: 'n', descending }).map(({ key }) => key)
  const equals = ['bad row', 'bad cell', 'warned', 'warn row', 'y', 'x', 'dim', 'z']
  t.deepEqual(order(true), ['more', ...equals, 'a blank', 'b blank'])
  t.deepEqual(order(false), [...equals, 'more', 'a blank', 'b blank'])
  t.deepEqual(
    sortRows(rows, columns, { column: 'gone', descending: true }).map(({ key }) => key),
    rows.map(({ key }) => key),
  )
})

test('numbers by how much they are, words by their letters; equal ones by key', (t) => {
  const columns = [{ id: 'n', title: 'N', kind: 'text', help: '', priority: 0 }] as const
  const keys = (descending: boolean, ...cells: (string | number)[]): string =>
    sortRows(
      cells.map((cell, i) => ({ key: `${i}`, cells: [cell] })),
      columns,
      { column: 'n', descending },
    )
      .map(({ key }) => cells[Number(key)])
      .join(' ')
  t.is(keys(false, 'b', '10', '9', 'a', 'B'), '10 9 B a b')
  t.is(keys(true, 'b', '10', '9', 'a', 'B'), 'b a B 9 10')
  t.is(keys(false, 10, 9, -2), '-2 9 10')
  t.is(keys(true, 10, 9, -2), '10 9 -2')
  const same = ['y', 'x'].map((key) => ({ key, cells: ['a'] }))
  for (const descending of [true, false])
    t.deepEqual(
      sortRows(same, columns, { column: 'n', descending }).map(({ key }) => key),
      ['x', 'y'],
    )
})
