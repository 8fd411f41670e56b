// What tables of processes say of each beside its name: on the screen, in every panel that has processes.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { viewIn } from '../../src/app/state.ts'
import { grouped } from '../../src/app/grouped.ts'
import { named } from '../../src/app/named.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { directoryMessages, directoryStore } from '../helpers/directory.ts'
import { START_MS } from '../helpers/stream.ts'

const COLUMNS: Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: '', priority: 0 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: '', priority: 0 },
  { id: 'wait', title: 'WAIT%', kind: 'percent', help: '', priority: 0 },
]
const ROWS: Row[] = [
  { key: '7', pid: 7, cells: [7, 'python3', 10] },
  { key: '8', pid: 8, cells: [8, 'kworker/0:1', 5] },
  { key: '99', pid: 99, cells: [99, 'gone', 1] },
  { key: 'others', cells: [undefined, 'others', 1] },
]
const store = directoryStore([
  { pid: 5, comm: 'supervisor' },
  {
    pid: 7,
    comm: 'python3',
    args: '/usr/bin/python3 /srv/billing.py --loop',
    uid: 33,
    user: 'www-data',
    parent: 5,
    cgroup: '/web',
  },
  { pid: 8, comm: 'kworker/0:1', uid: 0, user: 'root', cgroup: '/' },
])
const of = (naming: 'line' | 'user' | 'group' | 'parent') =>
  named(naming, { columns: COLUMNS, rows: ROWS }, viewOf(store))

test('the command line in place of the name, which is still what the row is called', (t) => {
  const { columns, rows } = of('line')
  t.is(columns[1]!.title, 'COMMAND LINE')
  t.deepEqual(
    rows.map(({ cells, comm }) => [cells[1], comm]),
    [
      ['python3 /srv/billing.py --loop', 'python3'],
      ['kworker/0:1', undefined],
      ['gone', undefined],
      ['others', undefined],
    ],
  )
})

test('user, group and parent stand behind the name; blank where nobody knows', (t) => {
  const wordsOf = (naming: 'user' | 'group' | 'parent') => of(naming).rows.map(({ cells }) => cells[2])
  t.deepEqual(wordsOf('user'), ['www-data', 'root', undefined, undefined])
  t.deepEqual(wordsOf('group'), ['/web', '/', undefined, undefined])
  t.deepEqual(wordsOf('parent'), ['supervisor 5', undefined, undefined, undefined])
  t.deepEqual(
    of('user').columns.map(({ id }) => id),
    ['pid', 'command', 'user', 'wait'],
  )
})

test('on the screen: one key goes through them; what is shown can be filtered and sorted by', (t) => {
  const screen = fakeScreen({})
  const table = () => tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false)
  const count = table().rows.length
  for (const naming of ['line', 'user', 'group', 'parent'] as const) {
    screen.press('l')
    t.is(screen.state.naming, naming)
    t.is(table().rows.length, count)
    for (const { cells } of table().rows) t.is(cells.length, table().columns.length)
  }
  screen.press('l')
  t.is(screen.state.naming, undefined)
})

test('on the full screen processes have their command line where room is left, on the overview of a very wide one', (t) => {
  const known = directoryMessages([{ pid: 812, comm: 'postgres', args: '/usr/bin/postgres -D /data' }])
  const screen = fakeScreen({ width: 200, height: 50 })
  screen.receive(...known)
  const heading = (): string =>
    screen
      .text()
      .split('\n')
      .find((line) => line.includes('WAIT%')) ?? ''
  t.notRegex(heading(), /COMMAND LINE/, 'the overview')
  screen.press('1')
  t.regex(heading(), /THR COMMAND LINE/, 'last')
  t.regex(screen.text(), / 812 postgres .* postgres -D \/data /)
  screen.press('u')
  t.notRegex(screen.text(), /COMMAND LINE/, 'of what is added up there is no one line')
  screen.press('u', 'u', 'u', 'u', 'u', 'o')
  while (!/▸ \[.\] COMMAND LINE/.test(screen.text())) screen.press('up')
  t.regex(screen.text(), /▸ \[x\] COMMAND LINE/)
  screen.press('space', 'escape')
  t.notRegex(screen.text(), /COMMAND LINE/, 'hidden, it stays so')
  const narrow = fakeScreen({ width: 100, height: 40 })
  narrow.receive(...known)
  narrow.press('1')
  t.notRegex(narrow.text(), /COMMAND LINE/)
  const linesOf = (width: number): boolean => {
    const wide = fakeScreen({ width, height: 60, initial: { panels: ['runq', 'block'] } })
    wide.receive(...known)
    return /WAIT%.* COMMAND LINE.*WAIT%/.test(wide.text())
  }
  t.true(linesOf(320))
  t.false(linesOf(238))
})

test('what was earlier has the words of then: who ended since, and whose number is used again', (t) => {
  const later = directoryStore([
    { pid: 7, comm: 'short', cgroup: '/batch' },
    { pid: 8, comm: 'ended', cgroup: '/batch' },
  ])
  for (const message of directoryMessages([{ pid: 7, comm: 'other', cgroup: '/web' }]))
    if (message.type === 'sample') later.add({ ...message, atMs: START_MS + 1000 })
  const rows = ROWS.slice(0, 2).flatMap((row): Row[] => [row, { ...row, atMs: START_MS }])
  t.deepEqual(
    named('group', { columns: COLUMNS, rows }, viewOf(later)).rows.map(({ cells }) => cells[2]),
    ['/web', '/batch', undefined, '/batch'],
  )
  t.deepEqual(
    grouped('group', { columns: COLUMNS, rows }, { column: 'wait', descending: true }, viewOf(later)).rows.map(
      ({ cells }) => cells.slice(0, 2),
    ),
    [
      [1, '/web'],
      [2, '/batch'],
      [1, '(not known)'],
    ],
  )
})
