// Two instants held against each other: what changed most is first, what is gone is there, and what is not known is not
// made up.
import test from 'ava'
import { panelIn, viewIn } from '../../src/app/state.ts'
import { viewOf } from '../../src/model/view.ts'
import { compared, samplesBefore } from '../../src/app/compare.ts'
import { formatSigned } from '../../src/app/format.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import { fakeScreen } from '../helpers/screen.ts'

const COLUMNS: Column[] = [
  { id: 'command', title: 'COMMAND', kind: 'text', help: '', priority: 0 },
  { id: 'wait', title: 'WAIT%', kind: 'percent', help: '', priority: 1 },
]
const SORT = { column: 'wait', descending: true }
const row = (key: string, wait: number | undefined, more: Partial<Row> = {}): Row => ({
  key,
  cells: [key, wait],
  ...more,
})
const table = (...rows: Row[]) => ({ columns: COLUMNS, rows })
const cellsOf = (made: ReturnType<typeof compared>) => made?.rows.map(({ cells }) => cells)

test('most changed first, up or down; gone rows are none now, new ones were none', (t) => {
  const made = compared(
    table(row('a', 5), row('b', 4), row('c', 3)),
    table(row('a', 4), row('b', 4), row('gone', 9)),
    SORT,
    false,
  )
  t.deepEqual(cellsOf(made), [
    ['gone', 0, -9],
    ['c', 3, 3],
    ['a', 5, 1],
    ['b', 4, 0],
  ])
  t.is(made!.rows[0]!.role, 'dim')
})

test('those that changed as much stay as they were among each other, whichever way', (t) => {
  const now = table(row('a', 2), row('b', 0), row('c', 5), row('d', 2))
  const before = table(row('a', 1), row('b', 1), row('c', 1), row('d', 3))
  const keysOf = (descending: boolean) =>
    compared(now, before, { ...SORT, descending }, false)!.rows.map(({ key }) => key)
  t.deepEqual(keysOf(true), ['c', 'a', 'b', 'd'])
  t.deepEqual(keysOf(false), ['a', 'b', 'd', 'c'])
})

test('what is not known on either side has no change, and is last', (t) => {
  const made = compared(table(row('a', undefined), row('b', 4)), table(row('a', 3), row('b', 1)), SORT, false)
  t.deepEqual(cellsOf(made), [
    ['b', 4, 3],
    ['a', undefined, undefined],
  ])
  t.deepEqual(cellsOf(compared(table(row('a', 2)), undefined, SORT, false)), [['a', 2, undefined]])
})

test('who only idled then is not gone, a tree keeps its order, and words do not change', (t) => {
  t.is(compared(table(row('a', 1)), table(row('idler', 99, { idle: true })), SORT, false)!.rows.length, 1)
  t.deepEqual(
    compared(table(row('a', 1), row('b', 9)), table(row('x', 3)), SORT, true)!.rows.map(({ key }) => key),
    ['a', 'b'],
  )
  t.is(compared(table(row('a', 1)), table(), { column: 'command', descending: false }, false), undefined)
})

test('the first column is sorted by like any other', (t) => {
  const only = (...rows: Row[]) => ({
    columns: COLUMNS.slice(1),
    rows: rows.map(({ key, cells }) => ({ key, cells: cells.slice(1) })),
  })
  const made = compared(only(row('a', 5), row('b', 4)), only(row('a', 4), row('b', 1)), SORT, false)
  t.deepEqual(cellsOf(made), [
    [4, 3],
    [5, 1],
  ])
})

test('differences have their sign', (t) => {
  t.is(formatSigned(0, 'percent'), '0')
  t.is(formatSigned(-1500, 'duration'), '-1.50us')
  t.is(formatSigned(2048, 'bytes'), '+2.00K')
})

test('on the screen: an instant of the past, then now; what is sorted by is what is compared; again ends it', (t) => {
  const screen = fakeScreen({ width: 160, height: 50 })
  screen.press('{', 'D', 'end')
  t.is(screen.state.instantMs, undefined)
  t.regex(screen.text(), /changes from \d\d:\d\d:\d\d \(10s earlier\)/)
  const shown = () => tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true)
  const titles = () => shown().shown.map(({ title }) => title)
  t.is(titles()[titles().indexOf('WAIT%') + 1], 'CHANGE')
  const changes = shown().rows.map(({ cells }) => cells.at(-1) as number)
  t.true(changes.some((change) => change !== 0))
  t.deepEqual(
    changes.map(Math.abs),
    changes.map(Math.abs).toSorted((a, b) => b - a),
  )
  screen.press('1', '>')
  t.is(titles()[titles().indexOf('MAX') + 1], 'CHANGE')
  screen.press('D')
  t.false(titles().includes('CHANGE'))
  t.notRegex(screen.text(), /changes from/)
})

test('both instants are held, and of a panel that nobody looked at then it is said', (t) => {
  const screen = fakeScreen({ width: 160, height: 50 })
  screen.press('{', 'D', 'end')
  const held = screen.effects.flatMap((effect) => (effect.effect === 'hold' ? [effect.instants] : []))
  t.deepEqual(held.at(-1), [screen.state.since])
  screen.state = { ...screen.state, since: 1 }
  screen.press('1')
  t.regex(screen.text(), /not looked at then/)
})

test('what was held against an instant was looked at no more than two intervals before it', (t) => {
  const { store, state } = fakeScreen({ ticks: 5 })
  const last = store.latest('sched')!
  const panel = panelIn(state, 'runq')
  const before = (since: number) => samplesBefore({ since }, viewOf(store), panel)?.length
  t.is(before(last.atMs + 2 * last.intervalMs - 1), 1)
  t.is(before(last.atMs + 2 * last.intervalMs), 0)
  t.is(samplesBefore({}, viewOf(store), panel), undefined)
})
