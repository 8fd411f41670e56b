// A probe this version has never heard of, on the screen, in batch output and in snapshots.
import test from 'ava'
import { panelText } from '../../src/app/table/panel-text.ts'
import { snapshotData } from '../../src/app/draw/snapshot.ts'
import { initialState } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import { update } from '../../src/app/update.ts'
import { panelsOfSpec } from '../../src/panels/described.ts'
import { createStore } from '../../src/model/store.ts'
import { ROLES } from '../../src/panels/panel-types.ts'
import { frameWhole } from '../helpers/planes.ts'
import { golden } from '../helpers/golden.ts'
import { QUEUE_ID, queueSample, QUEUES, queueStream } from '../helpers/described.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'

const screenOf = (options: ScreenOptions = {}, comm?: string): FakeScreen => {
  const screen = fakeScreen({ ...options, messages: queueStream({ ticks: 60, ...options }, { comm }) })
  screen.state = update(screen.state, { do: 'described' }, screen.store).state
  return screen
}

test('every tab: rows fit their columns', (t) => {
  const [panel] = panelsOfSpec(QUEUES)
  for (const { id: mode } of panel!.modes) {
    const rows = panel!.rows([queueSample(1), queueSample(2)], mode, true)
    t.true(rows.length > 0)
    t.is(new Set(rows.map(({ key }) => key)).size, rows.length)
    for (const row of rows) t.is(row.cells.length, panel!.columns(mode, true).length)
    for (const { role } of rows) t.true(role === undefined || ROLES.includes(role))
  }
  t.deepEqual(panel!.rows([], 'processes', true), [])
  const [first, second] = panel!.rows([queueSample(1), queueSample(2)], 'processes', true)
  t.deepEqual(first!.cells, [812, 'postgres', 30, 100, 25, (100 * 30) / 42, 50])
  t.like(first, { pid: 812, comm: 'postgres', role: undefined })
  // a share stands out by itself, not with its row
  t.is(second!.role, undefined)
  t.true(panel!.columns('processes', true).some(({ thresholds }) => thresholds?.bad !== undefined))
  t.deepEqual(panel!.rows([queueSample(1), queueSample(2)], 'queues', true)[0]!.cells, ['in', 3, 6])
})

test('full screen, by its key', (t) => {
  const screen = screenOf()
  screen.press('8', 'down')
  golden(t, 'described-full', frameWhole(screen.drawn()))
})

test('on the overview, where it is asked for', (t) => {
  const screen = screenOf({ initial: { panels: ['block', 'mail'] } })
  golden(t, 'described-overview', frameWhole(screen.drawn()))
})

test('in the list of panels, with its one hook', (t) => {
  const screen = screenOf({ width: 120, height: 36 })
  screen.press('0')
  screen.type('mail')
  golden(t, 'described-picker', frameWhole(screen.drawn()))
})

for (const mode of ['queues', 'bounces'])
  test(`its tab ${mode}, on a small screen and a wide one`, (t) => {
    const pictures = [
      [80, 24],
      [181, 51],
    ].map(([width, height]) => {
      const screen = screenOf({ width, height })
      screen.press('8', ...(mode === 'queues' ? ['m'] : ['m', 'm']), 'down')
      return frameWhole(screen.drawn())
    })
    golden(t, `described-${mode}`, pictures.join('\n\n'))
  })

test('a row is entered, and what cannot be told says so', (t) => {
  const screen = screenOf()
  screen.press('8', 'down', 'enter')
  t.is(screen.state.page.is, 'process')
  screen.press('8')
  t.regex(screen.text(), /latency cannot be split by process/)
  t.notRegex(screen.text(), /postgres/)
  screen.press('m')
  t.regex(screen.text(), /mail queue cannot be split by process; m shows by process/)
})

test('probes that say which processes belong to a selection run beside it', (t) => {
  const state = initialState({ panels: ['mail'], specs: [QUEUES], only: [{ is: 'cgroup', path: '/x' }] })
  const { effects } = update(state, { do: 'openKey', key: '8' }, screenOf().store)
  t.deepEqual(effects, [])
  const on = update({ ...state, panels: ['runq'] }, { do: 'openKey', key: '8' }, screenOf().store).effects
  t.is(on.length, 1)
  t.like(on[0], { effect: 'send', command: { cmd: 'want', probes: { processes: {}, sched: {}, mailqueue: {} } } })
})

test('names from outside do not reach the terminal', (t) => {
  const screen = screenOf({}, '\u001b[2Jevil\n')
  screen.press('8')
  t.notRegex(screen.text(), /\u001b/)
})

test('batch output and snapshot', (t) => {
  const { store, state, context } = screenOf()
  const text = panelText('mail', store)
  t.regex(text[0]!, /^mail queue: {2}p50 .* refused\/s 2.* sent 100/)
  t.true(text.some((line) => /812 postgres +30/.test(line)))
  t.regex(panelText('unheard', store)[0]!, /^unheard: off/)
  const data = snapshotData(state, store, context)
  t.is(data.panels.mail!.probe, QUEUE_ID)
  t.truthy(data.samples[QUEUE_ID])
})

test('help tells its columns, and how its probe is', (t) => {
  const screen = screenOf({ height: 300 })
  screen.press('8', '?')
  t.regex(screen.text(), /mail queue {2}Which mail waits/)
  t.regex(screen.text(), /mailqueue +live \(mail queue\)/)
})

test('what a probe says of itself takes the place of what was known of it before, and stays in that place', (t) => {
  const other = { ...QUEUES, id: 'other' as typeof QUEUES.id }
  const old = { ...QUEUES, panels: [] }
  const store = createStore()
  const known: AppState = { ...initialState(), specs: [old, other] }
  const described = () => update(known, { do: 'described' }, store).state.specs
  t.is(update(known, { do: 'described' }, store).state, known, 'nothing is told')
  store.add({ type: 'probe', atMs: 1, spec: QUEUES })
  t.deepEqual(described(), [QUEUES, other])
  const third = { ...QUEUES, id: 'third' as typeof QUEUES.id }
  store.add({ type: 'probe', atMs: 1, spec: third })
  t.deepEqual(described(), [QUEUES, other, third])
  const same = { ...known, specs: described() }
  t.is(update(same, { do: 'described' }, store).state, same, 'nothing new is told')
})
