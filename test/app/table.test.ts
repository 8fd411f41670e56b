import { fitColumns, useRest } from '../../src/app/table/columns.ts'
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { createCanvas, ROLE_INDEX } from '../../src/app/draw/grid.ts'
import { drawTable } from '../../src/app/draw/table.ts'
import { tableOf, type Table } from '../../src/app/table/rows.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { fakeStream } from '../helpers/stream.ts'
import { charsOf, rolesOf } from '../helpers/grids.ts'

const COLUMNS: Column[] = [
  { id: 'name', title: 'NAME', kind: 'text', help: '', priority: 0, width: 6 },
  {
    id: 'share',
    title: 'SHARE%',
    kind: 'percent',
    help: '',
    priority: 1,
    thresholds: { warn: 50, bad: 90 },
    bar: true,
  },
]

const draw = (shares: number[], { width = 40, unicode = true, selected = -1 } = {}) => {
  const canvas = createCanvas(width, shares.length + 1, unicode)
  const table = {
    panel: { id: 'x' },
    columns: COLUMNS,
    shown: COLUMNS,
    rows: shares.map((share, i) => ({ key: `${i}`, cells: [`p${i}`, share] })),
    sort: { column: 'share', descending: true },
    selected,
  } as unknown as Table
  drawTable(canvas, { x: 0, y: 0, width, height: shares.length + 1 }, table, true, { index: 0 })
  return {
    line: (y: number) =>
      charsOf(canvas)
        .slice(y * width, (y + 1) * width)
        .join('')
        .trimEnd(),
    role: (text: string, y: number) => {
      const at = charsOf(canvas)
        .slice(y * width, (y + 1) * width)
        .join('')
        .indexOf(text)
      return Object.keys(ROLE_INDEX).find((role) => ROLE_INDEX[role as 'text'] === rolesOf(canvas)[y * width + at])
    },
  }
}

test('a share is a bar as well, to half a column, and none where there is no room', (t) => {
  const { line } = draw([100, 50, 3.2, 0])
  t.is(line(1), ' p0     ━━━━━━━━━━━━━━━━━━━━━━━━    !100')
  t.is(line(2), ' p1     ━━━━━━━━━━━━                50.0')
  t.is(line(3), ' p2     ━                           3.20')
  t.is(line(4), ' p3                                    0')
  t.is(draw([50], { width: 18 }).line(1), ' p0        50.0')
  t.is(draw([50], { unicode: false }).line(1), ' p0     ============                50.0')
})

test('a cell from its threshold on has a colour, and from the second on a mark that needs none', (t) => {
  const { line, role } = draw([95, 60, 40])
  t.is(role('95.0', 1), 'bad')
  t.is(role('p0', 1), 'text')
  t.true(line(1).includes('!95.0'))
  t.is(role('60.0', 2), 'warn')
  t.false(line(2).includes('!'))
  t.is(role('40.0', 3), 'text')
  t.is(draw([95], { selected: 0 }).role('95.0', 1), 'selection')
})

test('tables and verdict have the same thresholds, those of the configuration too', (t) => {
  const messages: Message[] = fakeStream({ ticks: 20 })
  const limits = (thresholds?: Record<string, { bad: number }>) => {
    const screen = fakeScreen({ ticks: 20, messages, initial: thresholds ? { thresholds } : {} })
    const { columns } = tableOf(screen.state, viewIn(screen.state, screen.store), 'offcpu', true)
    return columns.find(({ id }) => id === 'disk')?.thresholds
  }
  t.deepEqual(limits(), { warn: 40, bad: 80 })
  t.deepEqual(limits({ uninterruptible: { bad: 60 } }), { warn: 40, bad: 60 })
})

test('what columns leave is for a bar, then for long texts, then for a longer bar', (t) => {
  const column = (id: string, more: object) => ({ id, title: id, help: '', priority: 0, ...more }) as Column
  const columns = [column('share', { kind: 'percent', bar: true }), column('line', { kind: 'text', middle: true })]
  const widths = (width: number, text: string) => {
    const rows: Row[] = [{ key: 'a', cells: [50, text] }]
    const fitted = fitColumns({ columns, shown: columns }, rows, width)
    useRest(fitted, rows, width, undefined)
    return [fitted[0]!.bar, fitted[1]!.width, fitted.reduce((sum, each) => sum + each.width + 1, -1)]
  }
  const long = 'x'.repeat(120)
  t.deepEqual(widths(90, long).slice(0, 2), [18, 64])
  t.deepEqual(widths(130, long), [40, 82, 130])
  t.deepEqual(widths(200, long), [72, 120, 200])
  t.deepEqual(widths(300, long).slice(0, 2), [80, 120])
  t.is(widths(130, 'x'.repeat(50))[0], 72)
})

test('a text that tells the most is wide before columns of little weight have a place, unless it was sized by hand', (t) => {
  const column = (id: string, kind: Column['kind'], priority: number, more: object = {}) =>
    ({ id, title: id, help: '', kind, priority, ...more }) as Column
  const columns = [
    column('chain', 'text', 0, { width: 20, wide: 60, grow: true }),
    column('for', 'duration', 1),
    column('more', 'count', 3),
    column('sure', 'text', 6, { width: 8 }),
  ]
  const rows: Row[] = [{ key: 'a', cells: ['x'.repeat(90), 1e9, 0, 'certain'] }]
  const fitted = (width: number, widths?: Record<string, number>) =>
    fitColumns({ columns, shown: columns, widths: widths ?? {} }, rows, width).map(
      (each) => `${each.column.id} ${each.width}`,
    )
  t.deepEqual(fitted(50), ['chain 43', 'for 6'])
  t.deepEqual(fitted(72), ['chain 65', 'for 6'])
  t.deepEqual(fitted(74), ['chain 61', 'for 6', 'more 5'])
  t.deepEqual(fitted(83), ['chain 61', 'for 6', 'more 5', 'sure 8'])
  t.deepEqual(fitted(50, { chain: 20 }), ['chain 20', 'for 6', 'more 5', 'sure 8'])
})

test('an address that tells rows apart is cut in the middle before it is left out', (t) => {
  const column = (id: string, kind: Column['kind'], priority: number, more: object = {}) =>
    ({ id, title: id, help: '', kind, priority, ...more }) as Column
  const columns = [
    column('command', 'text', 0, { width: 8 }),
    column('remote', 'text', 1, { width: 18, middle: true }),
    column('in', 'rate', 0.5),
    column('local', 'text', 8, { width: 18, middle: true }),
  ]
  const fitted = (width: number, widths?: Record<string, number>) =>
    fitColumns({ columns, shown: columns, widths: widths ?? {} }, [], width).map(
      (each) => `${each.column.id} ${each.width}`,
    )
  t.deepEqual(fitted(27), ['command 8', 'in 6'])
  t.deepEqual(fitted(28), ['command 8', 'remote 12', 'in 6'])
  t.deepEqual(fitted(50), ['command 8', 'remote 18', 'in 6'])
  t.deepEqual(fitted(28, { remote: 18 }), ['command 8', 'in 6'])
})
