// Entering what the page of stacks shows: a stack, a function, a process, a thread; how the panels answer for it, and
// the way back.
import test from 'ava'
import { selectionsOf, viewIn } from '../../src/app/state.ts'
import { wantOf } from '../../src/app/probes/wanted.ts'
import { stackFacts } from '../../src/app/stacks/stack-facts.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, NODE, type FakeStackOptions } from '../helpers/stacks.ts'

const TICKS = 40

const stacks = (options: ScreenOptions & FakeStackOptions = {}): FakeScreen => {
  const screen = fakeScreen({
    ticks: TICKS,
    messages: fakeStackStream({ ticks: TICKS, ...options }),
    ...options,
    initial: { replay: true, ...options.initial },
  })
  screen.press('s')
  return screen
}

/** To the kernel's part of a database's wait for its log. */
const toFsync = (screen: FakeScreen): void => screen.press('/', ...'xlog_fsync', 'enter', 'n', '+', 'down', '+')
const crumbs = (screen: FakeScreen): string[] => selectionsOf(screen.state).map(({ is }) => is)
const header = (screen: FakeScreen): string => screen.text().split('\n')[1]!.trimEnd()
const panelLines = (screen: FakeScreen): string => screen.text().split('\n').slice(2).join('\n')

test('a stack: the tree is its own, panels follow, and Esc leads back step by step', (t) => {
  const screen = stacks()
  const before = stackFacts(screen.state, viewIn(screen.state, screen.store))!.tree.root
  toFsync(screen)
  screen.press('enter')
  t.deepEqual(crumbs(screen), ['stack'])
  t.regex(header(screen), /all > stack: __x64_sys_fsync {2}search xlog_fsync/)
  t.regex(screen.text(), /▸ +100 .* __x64_sys_fsync_k/u)
  t.regex(screen.text(), /found 100%/)
  screen.press('2')
  t.is(screen.state.page.is, 'panel')
  t.regex(panelLines(screen), / 812 postgres .* __x64_sys_fsync \(D\)/)
  t.notRegex(panelLines(screen), /2290|node/)
  t.regex(panelLines(screen), /waits in this stack that ended; latency cannot be split by stack/)
  screen.press('escape')
  t.is(screen.state.page.is, 'stacks')
  t.deepEqual(crumbs(screen), ['stack'])
  screen.press('escape')
  t.is(screen.state.page.is, 'stacks')
  t.deepEqual(crumbs(screen), [])
  t.regex(screen.text(), /▸.* __x64_sys_fsync_k/u, 'where one was')
  screen.press('escape', 'escape')
  t.is(screen.state.page.is, 'overview')
  t.deepEqual(
    stackFacts(
      { ...screen.state, page: stacks().state.page },
      viewIn({ ...screen.state, page: stacks().state.page }, screen.store),
    )!.tree.root,
    before,
  )
})

test('the same once more says so; a frame further in is one step more', (t) => {
  const screen = stacks()
  toFsync(screen)
  screen.press('enter', 'enter')
  t.regex(screen.state.notice!.text, /^this is stack: __x64_sys_fsync already/)
  screen.press('down', 'enter')
  t.deepEqual(crumbs(screen), ['stack', 'stack'])
  screen.press('escape', 'escape')
  t.deepEqual(crumbs(screen), [])
})

test('a process of the tree is a process; the kernel is narrowed to it and the page stays', (t) => {
  const screen = fakeScreen({ ticks: TICKS, messages: fakeStackStream({ ticks: TICKS }) })
  screen.press('s')
  screen.receive(
    ...fakeStackStream({ ticks: TICKS + 1 })
      .filter(
        (message): message is Message & { type: 'sample' } => message.type === 'sample' && message.probe === 'stacks',
      )
      .slice(-1),
  )
  screen.effects.length = 0
  screen.press('enter')
  t.deepEqual(selectionsOf(screen.state), [{ is: 'process', pid: 812, comm: 'postgres' }])
  t.is(screen.state.page.is, 'stacks')
  t.deepEqual(
    screen.effects.flatMap((effect) =>
      effect.effect === 'send' && effect.command.cmd === 'want' ? [effect.command.target] : [],
    ),
    [{ is: 'process', pid: 812 }],
  )
})

test('d offers the function wherever it is, and the process', (t) => {
  const screen = stacks()
  toFsync(screen)
  screen.press('d')
  t.deepEqual(
    screen.state.choice!.selections.map(({ is }) => is),
    ['stack', 'function', 'process', 'comm', 'cgroup'],
  )
  screen.press('down', 'enter')
  t.deepEqual(crumbs(screen), ['function'])
  t.regex(header(screen), /all > function __x64_sys_fsync/)
  t.regex(screen.text(), /libuv-worker|node/)
  screen.press('2')
  t.regex(panelLines(screen), /postgres/)
  t.regex(panelLines(screen), /2290 node/)
})

test('stacks are collected while one is entered, as they were on the page, and no longer', (t) => {
  const screen = stacks({ initial: { replay: false } })
  const told = (): string => JSON.stringify(wantOf(screen.state).probes)
  screen.press('space', 'b', 'W')
  toFsync(screen)
  screen.press('enter')
  const there = told()
  screen.press('2', 'f')
  t.is(screen.state.page.is, 'overview')
  t.is(told(), there)
  screen.press('s')
  t.is(told(), there, 'the page comes back as it was')
  t.deepEqual(crumbs(screen), ['stack'])
  screen.press('s')
  t.is(screen.state.page.is, 'overview')
  t.deepEqual(crumbs(screen), ['stack'])
  screen.press('escape', 'escape', 'escape', 'escape')
  t.deepEqual(crumbs(screen), [])
  t.false('stacks' in wantOf(screen.state).probes!)
})

test('frozen, back in time: each interval by its own stacks, and where there are none that is said', (t) => {
  const messages = fakeStackStream({ ticks: TICKS })
  const stackSamples = messages.filter((message) => message.type === 'sample' && message.probe === 'stacks')
  const gone = stackSamples.at(-3)
  const screen = stacks({ messages: messages.filter((message) => message !== gone) } as ScreenOptions)
  toFsync(screen)
  screen.press('enter', '2', '[')
  t.regex(panelLines(screen), /812 postgres .* __x64_sys_fsync/)
  screen.press('[')
  t.regex(panelLines(screen), /no stacks of this interval are kept/)
  t.notRegex(panelLines(screen), /812/)
  screen.press('[')
  t.regex(panelLines(screen), /812 postgres .* __x64_sys_fsync/)
})

test('stacks on a CPU say nothing of time off it; threads have their samples', (t) => {
  const screen = stacks({ mode: 'oncpu', targetPid: NODE.pid })
  screen.press('m', '/', ...'handleRequest', 'enter', 'n', 'enter', '2')
  t.regex(panelLines(screen), /off-CPU cannot be split by stack on a CPU; 7 shows threads/)
  screen.press('7')
  t.regex(panelLines(screen), /time in this stack, by name of thread/)
})

test('threads as they are now: Enter takes the thread', (t) => {
  const screen = stacks({ mode: 'now' })
  screen.press('m', 'm', 'enter')
  t.deepEqual(
    selectionsOf(screen.state).map((each) => each.is === 'thread' && each.pid),
    [812],
  )
  t.is(screen.state.page.is, 'stacks')
  screen.press('escape', 'd', 'down', 'enter', '2')
  t.regex(panelLines(screen), /in this stack at the end of the interval/)
  screen.press('escape', 'escape', 'd')
  t.deepEqual(
    screen.state.choice!.selections.map(({ is }) => is),
    ['thread', 'function', 'process', 'comm', 'cgroup'],
  )
})

test('what the command line narrows to is not entered twice', (t) => {
  const screen = stacks({ initial: { replay: true, only: [{ is: 'pids', pids: [NODE.pid] }] } })
  screen.press('enter')
  t.regex(screen.state.notice!.text, /^this is node 2290 already/)
  screen.press('down', 'enter')
  t.deepEqual(crumbs(screen), ['pids', 'stack'])
})

test('what had no room is no stack', (t) => {
  const screen = stacks()
  screen.press('G', 'enter')
  t.deepEqual(crumbs(screen), [])
  t.is(screen.state.notice?.text, 'no stack to enter')
})

test('turned over after entering: still of the stack, as another tree', (t) => {
  const screen = stacks()
  toFsync(screen)
  screen.press('enter')
  const { root } = stackFacts(screen.state, viewIn(screen.state, screen.store))!.tree
  const narrowed = (): FakeScreen => screen
  narrowed().press('i')
  t.regex(screen.text(), /leaf first/)
  t.regex(screen.text(), /100 .* jbd2_log_wait_commit_k … \(/)
  t.true(root.totalNs > 0)
  t.deepEqual(crumbs(screen), ['stack'])
})

for (const [width, height] of [
  [80, 24],
  [120, 36],
  [200, 50],
] as const) {
  test(`each panel under a stack at ${width}x${height}`, (t) => {
    const screen = stacks({ width, height, targetPid: NODE.pid })
    toFsync(screen)
    screen.press('enter')
    golden(t, `${width}x${height}/entered-stack`, screen.picture())
    screen.press('2', 'f')
    golden(t, `${width}x${height}/entered-stack-panels`, screen.picture())
  })
}
