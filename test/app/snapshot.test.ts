import test from 'ava'
import { snapshotData } from '../../src/app/draw/snapshot.ts'
import { stackFacts } from '../../src/app/stacks/stack-facts.ts'
import { viewIn } from '../../src/app/state.ts'
import { goldenValue } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'
import { fakeStackStream, NODE } from '../helpers/stacks.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { SCHEMA } from '../../src/stream/stream-types.ts'
import { endMs, fakeTick } from '../helpers/stream.ts'

test('holds everything behind the screen, not only what is visible', (t) => {
  const screen = fakeScreen({ ticks: 30, crowd: 200, exec: true, detail: true, hostile: true, width: 80, height: 24 })
  screen.press('/', 'n', 'enter')
  const data = snapshotData(screen.state, screen.store, screen.context)
  const copy = JSON.parse(JSON.stringify(data)) as typeof data
  t.deepEqual(copy.samples.sched, JSON.parse(JSON.stringify(screen.store.latest('sched'))))
  t.true((copy.samples.sched as never as { data: TablesData }).data.tables['procs']!.rows.length > 200)
  t.is(copy.schema, SCHEMA)
  t.is(copy.hello!.kernel, '6.12.9-amd64')
  t.is(copy.shown, 'live')
  t.is(copy.view.filter, 'n')
  t.deepEqual(copy.view.panels.runq!.sort, { column: 'wait', descending: true })
  t.deepEqual(copy.panels.runq!.status, { is: 'live' })
  t.true((copy.panels.runq as never as { latency: { p99Ns: number } }).latency.p99Ns > 0)
  t.is(copy.events.length, 90)
  t.is(copy.screen.length, 24)
  t.is(copy.screen.join('\n'), screen.text())
  for (const line of copy.screen) t.notRegex(line, /\p{Cc}/u)
})

test('a frozen screen is snapped at its instant', (t) => {
  const screen = fakeScreen({ ticks: 30 })
  screen.press('space')
  for (let tick = 31; tick < 35; tick++) for (const message of fakeTick(tick)) screen.store.add(message)
  const data = snapshotData(screen.state, screen.store, screen.context)
  t.is(data.shown, 'frozen')
  t.is(data.shownMs, endMs({ ticks: 30 }))
  t.is(data.samples.tcp!.atMs, endMs({ ticks: 30 }))
})

test('a process page adds the process', (t) => {
  const screen = fakeScreen({ targetPid: 812 })
  screen.press('down', 'enter')
  const data = snapshotData(screen.state, screen.store, screen.context)
  t.is(data.process!.pid, 812)
  t.true(data.process!.sessions.length > 0)
})

test('the page of stacks adds the sum of what it shows, and of when', (t) => {
  const ticks = 40
  const screen = fakeScreen({ ticks, messages: fakeStackStream({ ticks }), initial: { replay: true } })
  t.false('stacks' in snapshotData(screen.state, screen.store, screen.context))
  screen.press('s', 'S', 'S', 'enter')
  const { stacks, samples } = snapshotData(screen.state, screen.store, screen.context)
  t.is(stacks!.intervals, ticks)
  t.is(stacks!.toMs - stacks!.fromMs, ticks * 1000)
  t.is(stacks!.to, new Date(endMs({ ticks })).toISOString())
  const { root } = stackFacts(screen.state, viewIn(screen.state, screen.store))!.tree
  t.is(
    stacks!.data.stacks.reduce((sum, { ns }) => sum + ns, 0),
    root.totalNs,
  )
  t.true(
    stacks!.data.stacks.length > 0 && stacks!.data.stacks.every(({ state, pid }) => state === 'D' && pid === NODE.pid),
  )
  t.true(samples.stacks!.data !== undefined)
  screen.press('a')
  t.is(snapshotData(screen.state, screen.store, screen.context).stacks!.intervals, 1)
})

test('nothing received yet is a snapshot, too', (t) => {
  const screen = fakeScreen({ messages: [] })
  const data = snapshotData(screen.state, screen.store, screen.context)
  t.is(data.hello, null)
  t.notThrows(() => JSON.stringify(data))
})

test('what is written of a small machine, on the page of a process, and of nothing at all', (t) => {
  const written = (screen: FakeScreen) => {
    const { samples, screen: drawn, specs, ...rest } = snapshotData(screen.state, screen.store, screen.context)
    return { ...rest, samples: Object.keys(samples), lines: drawn.length, specs: specs.map(({ id }) => id) }
  }
  const screen = fakeScreen({ ticks: 3, targetPid: 812, detail: true })
  screen.press('down', 'enter')
  goldenValue(t, 'snapshot-process', written(screen))
  const screens = [fakeScreen({ messages: [] }), fakeScreen({ ticks: 2, exec: true, initial: { replay: true } })]
  goldenValue(t, 'snapshot-none', screens.map(written))
})
