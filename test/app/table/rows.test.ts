import { editedBlock } from '../../helpers/block.ts'
import { editedSched } from '../../helpers/sched.ts'
import test from 'ava'
import { tableOf } from '../../../src/app/table/rows.ts'
import { selectionsOf, viewIn } from '../../../src/app/state.ts'
import type { Selection } from '../../../src/model/selection.ts'
import { fakeScreen } from '../../helpers/screen.ts'
import { fakeStream, fakeTick, randomFrom } from '../../helpers/stream.ts'

test('the selection sticks to its row through ticks, sorts, reverses and filters', (t) => {
  const screen = fakeScreen({ ticks: 5, crowd: 40 })
  screen.press('1', 'down', 'down', 'down')
  const { key, pid } = screen.state.byPanel.runq.selected!
  const random = randomFrom(13)
  for (let tick = 6; tick < 120; tick++) {
    for (const message of fakeTick(tick, { crowd: 40 })) screen.store.add(message)
    screen.press(['>', '<', 'r', 'space', 't', 'w'][Math.floor(random() * 6)]!)
    const table = tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true)
    t.is(screen.state.byPanel.runq.selected!.key, key)
    t.is(table.rows[table.selected]!.pid, pid)
  }
})

test('a selected row that is gone is waited for, and moving goes on from its place', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  screen.press('1', 'down', 'down', 'down')
  const { key, index, pid } = screen.state.byPanel.runq.selected!
  const without = fakeTick(6).map((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? {
          ...message,
          data: editedSched(message.data, ({ procs }) => ({ procs: procs.filter((proc) => String(proc.pid) !== key) })),
        }
      : message,
  )
  for (const message of without) screen.store.add(message)
  t.is(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).selected, -1)
  screen.press('enter')
  t.is(screen.state.page.is, 'process')
  t.like(selectionsOf(screen.state)[0], { is: 'process', pid })
  screen.press('escape')
  for (const message of fakeTick(7)) screen.store.add(message)
  t.true(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).selected >= 0)
  for (const message of without) screen.store.add({ ...message, atMs: message.atMs + 2000 } as typeof message)
  screen.press('down')
  t.is(screen.state.byPanel.runq.selected!.index, index + 1)
})

test('a key that is held down moves through one table; a filter, an order, another interval make another', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const rows = () => tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', false).rows
  const first = rows()
  screen.press('j', 'j', 'j')
  t.is(rows(), first)
  for (const change of [['>'], ['r'], ['/', 'n', 'enter'], ['[']]) {
    const before = rows()
    screen.press(...change)
    t.not(rows(), before, change.join(' '))
  }
})

test('while only counted, columns that nobody knows give way, and each row has as many cells', (t) => {
  const messages = fakeStream({ ticks: 5 }).map((message) =>
    message.type === 'sample' && message.probe === 'block'
      ? {
          ...message,
          tier: { is: 'counted' as const, why: '', hint: '', retryMs: 0 },
          data: editedBlock(message.data, ({ procs }) => ({
            procs: procs.map((proc) => ({ ...proc, latencyNs: null, latencyMaxNs: null, queuedNs: null })),
          })),
        }
      : message,
  )
  const screen = fakeScreen({ ticks: 5, messages })
  const { columns, rows } = tableOf(screen.state, viewIn(screen.state, screen.store), 'block', true)
  const ids = columns.map(({ id }) => id)
  t.false(ids.includes('max') || ids.includes('wait'))
  t.true(ids.indexOf('pid') === 0 && ids.includes('writes'))
  for (const row of rows) {
    t.is(row.cells.length, ids.length)
    t.is(row.cells[0], row.pid)
    t.is(typeof row.cells[ids.indexOf('writes')], 'number')
  }
  t.true(ids.includes(tableOf(screen.state, viewIn(screen.state, screen.store), 'block', true).sort.column))
})

test('a table that is asked for again is not made again, however often another was asked for meanwhile', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const rows = (id: string) => tableOf(screen.state, viewIn(screen.state, screen.store), id, false).rows
  const first = rows('runq')
  for (let i = 0; i < 20; i++) rows('tcp')
  t.is(rows('runq'), first)
  for (const mode of ['S', 'D', 'preempted', 'throttled', 'held', 'all'])
    for (const descending of [true, false]) {
      const sort = { column: 'pid', descending }
      screen.state = { ...screen.state, byPanel: { ...screen.state.byPanel, offcpu: { mode, sort } } }
      rows('offcpu')
    }
  t.not(rows('runq'), first, 'of twelve others there is no room for it')
})

test('who asks for a process, a thread, several or all of a name sees idle ones, too', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const idleOf = (...selections: Selection[]): number => {
    const crumbs = selections.map((selection) => ({ selection, from: { is: 'overview' } as const }))
    const state = { ...screen.state, crumbs }
    return tableOf(state, viewIn(screen.state, screen.store), 'offcpu', true).idle
  }
  const left = idleOf()
  t.true(left > 0)
  t.is(idleOf({ is: 'user', uid: 33, name: 'www-data' }), left)
  t.is(idleOf({ is: 'comm', comm: 'postgres' }), 0)
  t.is(idleOf({ is: 'process', pid: 812, comm: 'postgres' }), 0)
  t.is(idleOf({ is: 'thread', pid: 812, tid: 812, comm: 'postgres' }), 0)
  t.is(idleOf({ is: 'pids', pids: [812, 1207] }), 0)
})
