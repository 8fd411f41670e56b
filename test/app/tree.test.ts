// Processes as a tree: who is below whom, what adds up, and what a row leads to.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { viewIn } from '../../src/app/state.ts'
import { sortRows } from '../../src/app/row-order.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import { treeOf } from '../../src/app/tree.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { schedOf } from '../../src/model/sched.ts'
import type { Column, Row } from '../../src/panels/panel-types.ts'
import { directoryStore } from '../helpers/directory.ts'
import { processMessages, processRow } from '../helpers/processes.ts'
import { fakeScreen } from '../helpers/screen.ts'

const column = (id: string, kind: Column['kind']): Column => ({ id, title: id, kind, help: '', priority: 0 })
const COLUMNS = [
  column('pid', 'id'),
  column('command', 'text'),
  column('wait', 'percent'),
  column('max', 'duration'),
  column('call', 'text'),
]
const row = (pid: number, comm: string, wait: number, max?: number, call?: string): Row => ({
  key: String(pid),
  pid,
  cells: [pid, comm, wait, max, call],
})
const PROCS = [
  { pid: 1, comm: 'systemd' },
  { pid: 10, comm: 'sshd', parent: 1 },
  { pid: 11, comm: 'bash', parent: 10 },
  { pid: 12, comm: 'make', parent: 11 },
  { pid: 13, comm: 'cc', parent: 12 },
  { pid: 14, comm: 'ld', parent: 12 },
  { pid: 20, comm: 'nginx', parent: 1 },
  { pid: 30, comm: 'loop-a', parent: 31 },
  { pid: 31, comm: 'loop-b', parent: 30 },
]
const store = directoryStore(PROCS)
const sorted = (rows: readonly Row[]) => sortRows(rows, COLUMNS, { column: 'wait', descending: true })
const tree = (...rows: Row[]) => treeOf({ columns: COLUMNS, rows }, sorted, viewOf(store)).map(({ cells }) => cells)

test('below its parent, with the sums of all below; who joins several is there, who joins nothing is not', (t) => {
  t.deepEqual(
    tree(row(13, 'cc', 30, 7, 'read'), row(14, 'ld', 5, 9), row(12, 'make', 1, 2, 'wait4'), row(20, 'nginx', 50)),
    [
      [1, 'systemd', 86, 9, undefined],
      [20, ' nginx', 50, undefined, undefined],
      [12, ' make', 36, 9, 'wait4'],
      [13, '  cc', 30, 7, 'read'],
      [14, '  ld', 5, 9, undefined],
    ],
  )
})

test('one alone has nobody above; parents in a circle, unknown ones and rows of nobody end somewhere', (t) => {
  t.deepEqual(tree(row(13, 'cc', 30)), [[13, 'cc', 30, undefined, undefined]])
  t.is(tree(row(30, 'loop-a', 1), row(31, 'loop-b', 2), row(99, 'gone', 3)).length, 3)
  const others: Row = { key: 'others', cells: [undefined, 'others', 4, undefined, undefined] }
  t.deepEqual(tree(others, row(13, 'cc', 1)).at(-1), others.cells)
})

test('who has no row is dim, and known by its number and start; what stands for more than itself says so', (t) => {
  const started = directoryStore(PROCS.map((proc) => (proc.pid === 1 ? { ...proc, startedMs: 77 } : proc)))
  const own = { ...row(12, 'make', 1), startedMs: 5 }
  const rows = [own, row(13, 'cc', 30), row(14, 'ld', 2), row(20, 'nginx', 50)]
  const [top, nginx, make, cc] = treeOf({ columns: COLUMNS, rows }, sorted, viewOf(started))
  const { cells: _, ...rest } = top!
  t.deepEqual(rest, {
    key: 'tree 1',
    pid: 1,
    comm: 'systemd',
    startedMs: 77,
    role: 'dim',
    about: { is: 'tree', top: 1, comm: 'systemd', topMs: 77 },
  })
  t.like(make, { key: '12', startedMs: 5, role: undefined, about: { is: 'tree', top: 12, comm: 'make', topMs: 5 } })
  for (const leaf of [nginx, cc]) t.is(leaf!.about, undefined)
  const nameless = directoryStore([2, 3].map((pid) => ({ pid, comm: 'a', parent: 99 })))
  const [first] = treeOf({ columns: COLUMNS, rows: [row(2, 'a', 1), row(3, 'b', 1)] }, sorted, viewOf(nameless))
  t.is(first!.cells[1], '?')
})

/** All but the first below sshd, and that below the first. */
const screenOfTree = () => {
  const screen = fakeScreen({})
  const procs = schedOf(screen.store.latest('sched')!.data).procs
  const parentOf = (pid: number): number | null => (pid === 1 ? null : pid === 640 ? 1 : 640)
  screen.receive(
    ...processMessages(
      screen.store.ticks().at(-1)!,
      procs.map(({ pid, comm }) => processRow({ pid, comm, parent: parentOf(pid) })),
    ),
  )
  return screen
}

test('on the screen: the sum of its tops is that of all; Enter narrows to a process and all below it', (t) => {
  const screen = screenOfTree()
  const at = 2
  const waits = () =>
    tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false).rows.map(
      ({ cells }) => cells[at] as number,
    )
  const sum = waits().reduce((total, each) => total + each, 0)
  screen.press('u', 'u', 'u', 'u', 'u')
  t.true(Math.abs(waits()[0]! - sum) < 1e-6)
  t.is(screen.state.grouping, 'parent')
  const { rows } = tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false)
  const top = rows.find(({ pid }) => pid === 640)
  t.deepEqual(top!.about, { is: 'tree', top: 640, comm: 'sshd' })
  screen.state = {
    ...screen.state,
    byPanel: { ...screen.state.byPanel, runq: { mode: 'all', selected: { key: top!.key, index: 0 } } },
  }
  screen.press('enter')
  const { selection } = screen.state.crumbs.at(-1)!
  t.is(selection.is, 'tree')
  t.is(screen.state.grouping, 'parent')
  const left = schedOf(narrowStore(screen.store, [selection]).latest('sched')!.data).procs
  t.is(left.length, schedOf(screen.store.latest('sched')!.data).procs.length - 1, 'all but systemd')
})

test('a selection of a tree keeps the process and all below it', (t) => {
  const screen = screenOfTree()
  const whole = schedOf(screen.store.latest('sched')!.data).procs.map(({ pid }) => pid)
  const of = (top: number) =>
    schedOf(narrowStore(screen.store, [{ is: 'tree', top, comm: '' }]).latest('sched')!.data).procs.map(
      ({ pid }) => pid,
    )
  t.deepEqual(of(1), whole)
  t.deepEqual(
    of(640),
    whole.filter((pid) => pid !== 1),
  )
  t.is(of(955).length, 1)
  t.deepEqual(of(999_999), [])
  screen.receive(
    ...processMessages(
      screen.store.ticks().at(-1)!,
      whole.filter((pid) => pid !== 640).map((pid) => processRow({ pid, parent: pid === 1 ? null : 640 })),
    ),
  )
  t.deepEqual(
    of(640),
    whole.filter((pid) => pid !== 1),
    'one that nobody lists has those that name it',
  )
})
