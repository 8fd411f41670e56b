// Which columns are shown, and where one stands that has to be among them.
import test from 'ava'
import { addedColumns, columnsOfTab, placeIn, shownColumns } from '../../src/app/column-choice.ts'
import { panelOf } from '../../src/panels/registry.ts'
import type { Column } from '../../src/panels/panel-types.ts'

const ALL: Column[] = ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id, kind: 'count', help: '', priority: 0 }))
const shown = (chosen: string[], always: string[] = []): string =>
  shownColumns(ALL, chosen, always)
    .map(({ id }) => id)
    .join(' ')

test('those chosen in their order, what has to be there behind the nearest before it, all where none is', (t) => {
  const cases: [string[], string[], string][] = [
    [['c', 'a'], [], 'c a'],
    [['c', 'a'], ['a'], 'c a'],
    [['c', 'a'], ['b'], 'c a b'],
    [['c', 'a'], ['d'], 'c d a'],
    [['d', 'c'], ['a'], 'a d c'],
    [['d', 'c'], ['a', 'b'], 'a b d c'],
    [['x'], [], 'a b c d'],
    [['x', 'b'], [], 'b'],
    [[], ['c'], 'c'],
  ]
  for (const [chosen, always, text] of cases) t.is(shown(chosen, always), text, `${chosen} ${always}`)
})

test('a place behind the nearest that is there; the first where none is', (t) => {
  const all = ['a', 'b', 'c', 'd']
  t.deepEqual(
    ['a', 'b', 'c', 'd'].map((item) => placeIn(['c', 'b'], item, all)),
    [0, 0, 2, 1],
  )
})

test('the directory adds columns behind the name, those that the panel has not itself, where rows are processes', (t) => {
  const ids = (id: string, mode: string): string =>
    columnsOfTab(panelOf(id, []), mode)
      .map((column) => column.id)
      .join(' ')
  t.regex(ids('runq', 'all'), /^pid command user group container parent line wait /)
  t.notRegex(ids('runq', 'cpus'), /user|parent/)
})

test('of what may be added that which is chosen or sorted by', (t) => {
  t.deepEqual(addedColumns(undefined, undefined), [])
  t.deepEqual(addedColumns(['pid', 'user', 'line'], undefined), ['user', 'line'])
  t.deepEqual(addedColumns(['user'], { column: 'parent', descending: true }), ['user', 'parent'])
  t.deepEqual(addedColumns(undefined, { column: 'wait', descending: true }), [])
})
