// What s, x and 7 take for the selected row: the one that was selected by hand, as long as it can be seen or may come back.
import test from 'ava'
import { tableOf } from '../../../src/stream/spec.ts'
import { PROCESSES } from '../../../src/stream/specs/processes.ts'
import { endMs } from '../../helpers/stream.ts'
import { fakeScreen, type FakeScreen } from '../../helpers/screen.ts'

/** A screen on which a row was selected that is not there now; these processes live. */
const screenWith = (...pids: number[]): FakeScreen => {
  const screen = fakeScreen()
  const rows = pids.map((pid) => ({
    ...Object.fromEntries(PROCESSES.tables.procs.map(({ id }) => [id, null])),
    pid,
    comm: 'name',
  }))
  const data = { tables: { procs: tableOf(PROCESSES.tables.procs, rows as never) }, hists: {}, totals: {} }
  screen.receive(
    { type: 'probe', atMs: endMs(), spec: PROCESSES },
    { type: 'sample', probe: 'processes', atMs: endMs(), intervalMs: 1000, lost: 0, data },
  )
  const { byPanel } = screen.state
  const selected = { key: '4711', index: 0, pid: 4711, comm: 'gone' }
  screen.state = { ...screen.state, byPanel: { ...byPanel, runq: { ...byPanel.runq, selected } } }
  return screen
}

test('a process that does nothing now is still the one that is selected', (t) => {
  for (const key of ['s', '7']) {
    const screen = screenWith(1, 4711)
    screen.press(key)
    t.like(screen.state.crumbs[0]!.selection, { is: 'process', pid: 4711 })
  }
})

test('one that has ended is nowhere on the screen: it is about all, then', (t) => {
  for (const key of ['s', '7']) {
    const screen = screenWith(1, 2)
    screen.press(key)
    t.deepEqual(screen.state.crumbs, [])
  }
})
