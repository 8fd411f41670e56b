// Rows of processes added up: what adds up, what does not, and what a row leads to.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { viewIn } from '../../src/app/state.ts'
import { grouped, GROUPINGS, type Summing } from '../../src/app/grouped.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import { directoryStore } from '../helpers/directory.ts'
import { fakeScreen } from '../helpers/screen.ts'

const column = (id: string, kind: Column['kind']): Column => ({
  id,
  title: id.toUpperCase(),
  kind,
  help: '',
  priority: 0,
})
const COLUMNS = [
  column('pid', 'id'),
  column('command', 'text'),
  column('wait', 'percent'),
  column('waits', 'rate'),
  column('max', 'duration'),
  column('mean', 'duration'),
  column('call', 'text'),
]
const ROWS: Row[] = [
  { key: '1', pid: 1, cells: [1, 'postgres', 10, 100, 7e6, 1e5, 'fsync'] },
  { key: '2', pid: 2, cells: [2, 'postgres', 30, 50, 5e6, 6e5, 'futex'] },
  { key: '3', pid: 3, cells: [3, 'nginx', 5, undefined, undefined, undefined, 'epoll_wait'] },
  { key: 'others', cells: [undefined, 'others', 1, 2, undefined, undefined, undefined], role: 'dim' },
]
const PROCS = [
  { pid: 1, comm: 'postgres', uid: 26, user: 'postgres', cgroup: '/system.slice/pg' },
  { pid: 2, comm: 'postgres', uid: 26, user: 'postgres', cgroup: '/system.slice/pg' },
  { pid: 3, comm: 'nginx', uid: 33, user: 'www-data', cgroup: '/web', container: 'web-1', containerGroup: '/web' },
]
const store = directoryStore(PROCS)

const of = (by: Summing) =>
  grouped(by, { columns: COLUMNS, rows: ROWS }, { column: 'wait', descending: true }, viewOf(store))

test('what adds up is added, the longest is kept, a mean is left blank, words are those of the greatest', (t) => {
  const { columns, rows } = of('name')
  t.deepEqual(
    columns.slice(0, 2).map(({ title }) => title),
    ['N', 'COMMAND'],
  )
  t.deepEqual(
    rows.map(({ cells }) => cells),
    [
      [2, 'postgres', 40, 150, 7e6, undefined, 'futex'],
      [1, 'nginx', 5, undefined, undefined, undefined, 'epoll_wait'],
      [1, 'others', 1, 2, undefined, undefined, undefined],
    ],
  )
})

test('each row leads to what it adds up; what nobody can tell apart leads nowhere', (t) => {
  t.deepEqual(
    of('name').rows.map(({ about }) => about),
    [{ is: 'comm', comm: 'postgres' }, { is: 'comm', comm: 'nginx' }, undefined],
  )
  t.deepEqual(
    of('user').rows.map(({ cells, about }) => [cells[1], about]),
    [
      ['postgres', { is: 'user', uid: 26, name: 'postgres' }],
      ['www-data', { is: 'user', uid: 33, name: 'www-data' }],
      ['others', undefined],
    ],
  )
  t.deepEqual(
    of('group').rows.map(({ cells, about }) => [cells[1], about]),
    [
      ['/system.slice/pg', { is: 'cgroup', path: '/system.slice/pg' }],
      ['web-1', { is: 'cgroup', path: '/web', container: 'web-1' }],
      ['others', undefined],
    ],
  )
  t.deepEqual(
    of('container').rows.map(({ cells, about }) => [cells[0], cells[1], about]),
    [
      [2, '(none)', undefined],
      [1, 'web-1', { is: 'cgroup', path: '/web', container: 'web-1' }],
      [1, 'others', undefined],
    ],
  )
})

test('on the screen: one key, sums stay the same, Enter narrows to a group and looks at each in it again', (t) => {
  const screen = fakeScreen({})
  const sumOf = () => {
    const { rows, columns } = tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false)
    const at = columns.findIndex(({ id }) => id === 'wait')
    return rows.reduce((sum, { cells }) => sum + ((cells[at] as number | undefined) ?? 0), 0)
  }
  const each = sumOf()
  for (const by of GROUPINGS.slice(1, -1)) {
    screen.press('u')
    t.is(screen.state.grouping, by)
    t.true(Math.abs(sumOf() - each) < 1e-6, by)
  }
  screen.press('u', 'u')
  t.is(screen.state.grouping, undefined)
  screen.press('u', 'enter')
  t.is(screen.state.crumbs.at(-1)?.selection.is, 'comm')
  t.is(screen.state.grouping, undefined)
  t.true(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false).rows.length > 0)
})

test('panels without processes stay as they are', (t) => {
  const screen = fakeScreen({})
  screen.press('u')
  const calls = tableOf(screen.state, viewIn(screen.state, screen.store), 'syscalls', false)
  t.is(calls.grouping, 'each')
  t.is(calls.columns[0]!.id, 'call')
})

test('a table without processes says so, and adds up nothing', (t) => {
  const screen = fakeScreen({})
  screen.press('5')
  for (const key of ['u', 'l']) {
    screen.press(key)
    t.is(screen.state.notice?.text, 'the rows of this table are no processes', key)
  }
  t.is(screen.state.grouping, undefined)
  t.is(screen.state.naming, undefined)
  screen.press('m', 'u')
  t.is(screen.state.grouping, 'name', 'calls by process')
})
