// What W keeps of a screen, and that one that begins with it is as that was.
import test from 'ava'
import { panelWith, settingsOf } from '../../src/app/kept.ts'
import { initialState } from '../../src/app/state.ts'
import { fakeScreen } from '../helpers/screen.ts'

test('of a screen as it comes: theme, interval, panels, and nothing by panel', (t) => {
  t.deepEqual(settingsOf(initialState({ limitPercent: 3, intervalMs: 2000 })), {
    theme: 'dark',
    intervalMs: 2000,
    maxOverheadPercent: 3,
    mouse: true,
    panels: ['runq', 'offcpu', 'block', 'tcp', 'syscalls'],
    grouping: 'each',
    naming: 'name',
  })
})

test('a theme that suits the terminal is not kept, of a recording neither its interval nor its budget', (t) => {
  t.false('theme' in settingsOf(initialState({ suits: true })))
  const kept = settingsOf(initialState({ replay: true, intervalMs: 5000 }))
  t.false('intervalMs' in kept)
  t.false('maxOverheadPercent' in kept)
})

test("keys, thresholds, grouping and naming of one's own", (t) => {
  const own = {
    keys: { help: ['F5'] },
    thresholds: { uninterruptible: { bad: 60 } },
    grouping: 'user',
    naming: 'line',
  } as const
  t.like(settingsOf(initialState(own)), own)
})

test('of each tab its order and columns, those of tabs one is not on, too; and it comes back', (t) => {
  const screen = fakeScreen({ ticks: 10 })
  screen.press('1', '>', 'o', 'down', 'down', 'space', 'escape', 'm', 'r', '2', '<')
  const { tabs } = settingsOf(screen.state)
  t.deepEqual(Object.keys(tabs!), ['runq', 'offcpu'])
  t.deepEqual(Object.keys(tabs!['runq']!), ['all', 'cpus'])
  t.deepEqual(tabs!['runq']!['all']!.sort, { column: 'max', descending: true })
  t.is(tabs!['runq']!['cpus']!.columns, undefined)
  const again = initialState({ ...settingsOf(screen.state), specs: screen.store.specs() } as never)
  t.deepEqual(settingsOf(again).tabs, tabs)
  t.deepEqual(again.byPanel.runq.sort, { column: 'max', descending: true })
})

test('a panel begins with what was kept of its first tab', (t) => {
  const sort = { column: 'a', descending: false }
  t.deepEqual(panelWith('one', undefined), { mode: 'one' })
  t.deepEqual(panelWith('one', { two: { sort } }), { mode: 'one', tabs: { two: { sort } } })
  t.deepEqual(panelWith('one', { one: { sort } }), { mode: 'one', sort, tabs: { one: { sort } } })
})
