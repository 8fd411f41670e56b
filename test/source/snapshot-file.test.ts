// A snapshot that is opened shows what was shown where it was taken; whatever is wrong with it is refused or left out.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { reopened } from '../../src/app/entering/reopen.ts'
import { snapshotData } from '../../src/app/draw/snapshot.ts'
import { initialState } from '../../src/app/state.ts'
import { frameText } from '../../src/app/text.ts'
import { createStore } from '../../src/model/store.ts'
import { openAny, openRecording } from '../../src/source/recording.ts'
import { RecordingError } from '../../src/source/recording-file.ts'
import { snapshotOf } from '../../src/source/snapshot-file.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const taken = (screen: FakeScreen): string =>
  JSON.stringify(snapshotData(screen.state, screen.store, screen.context), undefined, 1)

/** The body of the screen after opening it: without what is of the past, and of now. */
const again = (text: string): { body: string; state: ReturnType<typeof reopened> } => {
  const snapshot = snapshotOf(text)
  const store = createStore()
  for (const message of snapshot.messages) store.add(message)
  const state = reopened(initialState({ replay: true, width: 120, height: 36 }), snapshot.view)
  const context = { width: 120, height: 36, nowMs: snapshot.shownMs, unicode: true, colour: true }
  return { body: frameText(frame(state, store, context).grid), state }
}

test('a panel in full, sorted and with its row selected', (t) => {
  const screen = fakeScreen({ ticks: 20, exec: true })
  screen.press('5', 'm', 'f', '>', 'down', 'down')
  const { body, state } = again(taken(screen))
  t.deepEqual(state.page, screen.state.page)
  t.is(state.byPanel.syscalls.mode, screen.state.byPanel.syscalls.mode)
  t.deepEqual(state.byPanel.syscalls.sort, screen.state.byPanel.syscalls.sort)
  t.is(state.byPanel.syscalls.selected?.key, screen.state.byPanel.syscalls.selected?.key)
  const rows = (text: string): string[] => text.split('\n').filter((line) => /^[│].*(postgres|nginx)/.test(line))
  t.true(rows(body).length > 0)
  t.deepEqual(rows(body), rows(screen.text()))
})

test('a process that was entered; its facts come along', (t) => {
  const screen = fakeScreen({ ticks: 20, exec: true, target: 812 } as never)
  screen.press('down', 'enter')
  const { body, state } = again(taken(screen))
  t.is(state.page.is, 'process')
  t.deepEqual(
    state.crumbs.map(({ selection }) => selection),
    screen.state.crumbs.map(({ selection }) => selection),
  )
  t.regex(body, /all > /)
})

test('opened from a file; it is no recording', async (t) => {
  const path = join(temporaryFolder(t), 'probetop-h-20260115T120130Z.json')
  writeFileSync(path, `${taken(fakeScreen({ ticks: 3 }))}\n`)
  const opened = await openAny(path)
  t.true('snapshot' in opened)
  await t.throwsAsync(openRecording(path), { instanceOf: RecordingError, message: 'it is a snapshot' })
})

test('what does not fit is left out or refused', (t) => {
  const whole = JSON.parse(taken(fakeScreen({ ticks: 3 })))
  const change = (change: object): string => JSON.stringify({ ...whole, ...change })
  t.throws(() => snapshotOf(taken(fakeScreen({ ticks: 3 })).slice(0, -100)), { instanceOf: RecordingError })
  t.throws(() => snapshotOf(change({ hello: null })), { instanceOf: RecordingError })
  t.throws(() => snapshotOf(change({ hello: { ...whole.hello, schema: 1 } })), { message: /schema 1/ })
  const odd = change({
    samples: { sched: { type: 'sample', probe: 'sched', atMs: 1e300 }, x: 7, block: whole.samples.block },
    statuses: { sched: { is: 'nonsense' } },
    gaps: [1, { type: 'gap' }],
    view: {
      page: { is: 'stacks', view: 'cube', by: 7 },
      focus: 'nobody',
      filter: 'x'.repeat(1e6),
      selections: [{ is: 'process', pid: 'x' }, { is: 'cgroup', path: 7 }, null],
      panels: { runq: { mode: 'none', sort: { column: '__proto__' }, selected: { key: {}, index: -1 } } },
    },
  })
  t.deepEqual(
    snapshotOf(odd).messages.map(({ type }) => type),
    ['hello', 'probe', 'probe', 'probe', 'probe', 'probe', 'host', 'sample'],
  )
  const { state } = again(odd)
  t.deepEqual(state.crumbs, [])
  t.true(state.page.is === 'stacks' && state.page.view === 'tree')
})
