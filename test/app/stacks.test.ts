// The page of stacks driven by keys: what it asks of the engine, how one moves in it, and how it goes on by itself.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { viewIn } from '../../src/app/state.ts'
import { knownPart, stackFacts } from '../../src/app/stacks/stack-facts.ts'
import { layoutBoxes } from '../../src/app/stacks/boxes.ts'
import type { Want } from '../../src/stream/want.ts'
import { update } from '../../src/app/update.ts'
import type { StacksPage } from '../../src/app/page-types.ts'
import { childrenOf } from '../../src/model/stacks.ts'
import { mergeStacks } from '../helpers/stack-tree.ts'
import type { Command, Message, ProbeStatus } from '../../src/stream/stream-types.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStacks, fakeStackStream, NODE, type FakeStackOptions } from '../helpers/stacks.ts'
import { endMs, fakeStream, START_MS } from '../helpers/stream.ts'

const TICKS = 40

const recorded = (options: ScreenOptions & FakeStackOptions = {}): FakeScreen =>
  fakeScreen({
    ticks: TICKS,
    messages: fakeStackStream({ ticks: TICKS, ...options }),
    ...options,
    initial: { replay: true, ...options.initial },
  })

const ofNode = (options: ScreenOptions & FakeStackOptions = {}): FakeScreen => {
  const screen = recorded(options)
  screen.press('/', 'n', 'o', 'd', 'e', 'enter', 'down', 's')
  return screen
}

const pageOf = (screen: FakeScreen): StacksPage => screen.state.page as StacksPage
const commands = (screen: FakeScreen): Command[] =>
  screen.effects.flatMap((effect) => (effect.effect === 'send' ? [effect.command] : []))
/** The line of the selected frame, without its figures. */
const selected = (screen: FakeScreen): string =>
  screen
    .text()
    .split('\n')
    .find((line) => line.includes('▸'))
    ?.replace(/^.*▸\s*/, '')
    .replace(/\s*│$/, '') ?? ''
const name = (screen: FakeScreen): string => selected(screen).replace(/^.*[\d.]+\w*s\s+[-+]?\s*/, '')

test('it asks for stacks while it is open, of whom it shows, and no longer', (t) => {
  const screen = fakeScreen()
  screen.press('down', 's')
  const told = (want: Want): void => {
    t.is(commands(screen).length, 1)
    t.like(commands(screen)[0], want)
  }
  told({
    probes: {
      processes: {},
      sched: {},
      block: {},
      tcp: {},
      syscalls: { detail: true },
      stacks: { mode: 'offcpu', thresholdNs: 0, wakers: false },
    },
    target: { is: 'process', pid: 812 },
  })
  screen.effects.length = 0
  screen.press('W')
  told({ probes: { stacks: { mode: 'offcpu', thresholdNs: 0, wakers: true } } })
  screen.effects.length = 0
  screen.press('m')
  told({ probes: { stacks: { mode: 'oncpu', thresholdNs: 0, wakers: false } } })
  screen.effects.length = 0
  screen.press('escape')
  t.deepEqual(screen.state.page, { is: 'overview' })
  t.deepEqual(screen.state.crumbs, [])
  told({ target: undefined })
  t.deepEqual((commands(screen)[0] as Want).probes, { processes: {}, sched: {}, block: {}, tcp: {}, syscalls: {} })
})

test('of all processes where no row is selected: a millisecond or more, and never below nothing', (t) => {
  const screen = fakeScreen()
  screen.press('s')
  t.deepEqual(screen.state.crumbs, [])
  const threshold = (key: string): number => {
    screen.press(key)
    return (commands(screen).at(-1) as Want).probes!['stacks']!['thresholdNs'] as number
  }
  t.is(pageOf(screen).thresholdNs, 1e6)
  t.deepEqual(['>', '>', '>', '>'].map(threshold), [1e7, 1e8, 1e9, 1e9])
  t.is(screen.state.notice?.role, 'warn')
  t.deepEqual(['<', '<', '<', '<', '<', '<', '<', '<'].map(threshold), [1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 0, 0])
})

test('from the process page and back to it', (t) => {
  const screen = fakeScreen()
  screen.press('down', 'enter', 's')
  t.deepEqual(
    screen.state.crumbs.map(({ selection }) => selection),
    [{ is: 'process', pid: 812, comm: 'postgres' }],
  )
  screen.press('s')
  t.is(screen.state.page.is, 'process')
})

test('the filter of the page before comes back', (t) => {
  const screen = ofNode()
  t.deepEqual(screen.state.filter, { text: '', editing: false })
  screen.press('/', 'x', 'enter', 'escape')
  t.is(screen.state.page.is, 'stacks')
  screen.press('escape')
  t.is(screen.state.page.is, 'overview')
  t.is(screen.state.filter.text, 'node')
})

test('a recording needs no engine, and keeps what it was made with', (t) => {
  const screen = ofNode()
  screen.press('>')
  t.deepEqual(commands(screen), [])
  t.regex(screen.state.notice!.text, /recording/)
})

test('live, only what came since the page was opened; a, the last interval only', (t) => {
  const screen = fakeScreen({ ticks: TICKS, messages: fakeStackStream({ ticks: TICKS }) })
  const sample = (tick: number): Message => ({
    type: 'sample',
    probe: 'stacks',
    atMs: START_MS + tick * 1000,
    intervalMs: 1000,
    lost: 0,
    data: fakeStacks('offcpu', tick),
  })
  screen.press('s')
  t.regex(screen.text(), /Stacks come with the next interval/)
  screen.receive(sample(TICKS + 1), sample(TICKS + 2))
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length, 2)
  screen.press('a')
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length, 1)
  screen.press('a', '>')
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length, 0)
})

test('one interval more is added to the tree; another question makes a new one', (t) => {
  const screen = recorded()
  screen.press('s')
  const before = stackFacts(screen.state, viewIn(screen.state, screen.store))!.tree
  screen.receive({
    type: 'sample',
    probe: 'stacks',
    atMs: endMs({ ticks: TICKS }) + 1000,
    intervalMs: 1000,
    lost: 0,
    data: fakeStacks('offcpu', TICKS + 1),
  })
  const { tree, samples } = stackFacts(screen.state, viewIn(screen.state, screen.store))!
  t.is(tree, before)
  t.deepEqual(
    tree.root,
    mergeStacks(
      samples.map(({ data }) => data),
      tree.query,
    ).root,
  )
  screen.press('[', '[')
  const older = stackFacts(screen.state, viewIn(screen.state, screen.store))!
  t.is(older.samples.length, TICKS - 1)
  t.not(older.tree, before)
  screen.press('i')
  t.not(stackFacts(screen.state, viewIn(screen.state, screen.store))!.tree, older.tree)
})

test('where modes follow one another, each shows its own newest', (t) => {
  const screen = ofNode()
  screen.receive({
    type: 'sample',
    probe: 'stacks',
    atMs: endMs({ ticks: TICKS }) + 1000,
    intervalMs: 1000,
    lost: 0,
    data: fakeStacks('now', 1),
  })
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length, TICKS)
  screen.press('a')
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length, 1)
  screen.press('m', 'm')
  t.is(stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples[0]!.data.mode, 'now')
})

test('frozen, it moves and folds as ever', (t) => {
  const screen = ofNode({ initial: { replay: false } })
  screen.press('space')
  t.is(
    stackFacts({ ...screen.state, page: { ...pageOf(screen), sinceMs: undefined } }, viewOf(screen.store))!.samples
      .length,
    TICKS,
  )
})

const frameRows = (screen: FakeScreen): number =>
  screen
    .text()
    .split('\n')
    .filter((line) => /│.*\ds .*[-+ ] .*\S+ *│/.test(line) && !line.includes(' in ')).length

test('down the heaviest path, folded and unfolded again', (t) => {
  const screen = ofNode()
  t.is(name(screen), 'node')
  screen.press('down')
  t.is(name(screen), '… uv__io_poll (7)')
  const before = frameRows(screen)
  screen.press('left')
  t.true(frameRows(screen) < before)
  t.regex(selected(screen), /\+ … uv__io_poll/)
  screen.press('left')
  t.is(name(screen), 'node')
  screen.press('G')
  t.is(name(screen), '[no user stack]')
  screen.press('right')
  t.regex(selected(screen), /- \[no user stack\]/)
})

test('a run of frames is one row, which the fold keys open and close', (t) => {
  const screen = ofNode()
  const before = frameRows(screen)
  screen.press('down', 'right')
  t.is(frameRows(screen), before + 6)
  t.is(name(screen), '_start', 'where the row was')
  screen.press('down')
  t.is(name(screen), '__libc_start_main')
  screen.press('v', 'v', 'v')
  t.is(name(screen), '__libc_start_main')
  screen.press('left')
  t.is(name(screen), '… uv__io_poll (7)')
  t.is(frameRows(screen), before)
  screen.press('+', '-', '-')
  t.regex(selected(screen), /\+ … uv__io_poll/)
})

test('fold keys change nothing where there is no tree, nor anything in it', (t) => {
  const screen = ofNode()
  screen.press('down', 'v')
  for (const view of ['icicle', 'flame'] as const) {
    const before = pageOf(screen)
    t.is(before.view, view)
    screen.press('+', '-')
    t.deepEqual(pageOf(screen), before)
    screen.press('v')
  }
  const empty = fakeScreen()
  empty.press('down', 's')
  const page = pageOf(empty)
  empty.press('+', '-')
  t.deepEqual(pageOf(empty), page)
})

test('fold keys change nothing among threads, though they have a tree of stacks', (t) => {
  const screen = ofNode()
  screen.press('down')
  const { state } = screen
  const now = { ...state, page: { ...pageOf(screen), mode: 'now' as const } }
  t.is(update(now, { do: 'fold', open: false }, screen.store).state.page, now.page)
  t.is(update(now, { do: 'fold', open: true }, screen.store).state.page, now.page)
})

test('a frame that is searched for is never folded into a run, nor left out as plumbing', (t) => {
  const screen = ofNode()
  screen.press('/', ...'uv_run', 'enter')
  t.regex(screen.text(), /- … node::SpinEventLoop.* \(5\)/)
  t.regex(screen.text(), /-\*uv_run/)
  screen.press('escape', '/', ...'do_syscall_64', 'enter')
  t.regex(screen.text(), /\*do_syscall_64_k/)
})

test("the kernel's plumbing is left out, counted, and there on a key", (t) => {
  const screen = ofNode()
  const hidden = Number(/without (\d+) functions of plumbing: H/.exec(screen.text())![1])
  t.true(hidden > 3)
  screen.press('v')
  t.notRegex(screen.text(), /__schedule_k|do_syscall_64_k/)
  screen.press('H')
  t.regex(screen.text(), /__schedule_k/)
  t.regex(screen.text(), /do_syscall_64_k/)
  screen.press('v', 'v')
  t.notRegex(screen.text(), /functions of plumbing/)
  screen.press('end', 'up', 'up')
  screen.press('H')
  t.true(name(screen).length > 0)
})

test('boxes say their share where there is room, and kernel ones are dotted only without colours', (t) => {
  const screen = ofNode()
  screen.press('v')
  t.regex(screen.text(), /▏uv_run +50\.0% ▏/)
  t.notRegex(screen.text(), /_k·/)
  const plain = ofNode({ colour: false })
  plain.press('v')
  t.regex(plain.text(), /▏do_epoll_wait_k·+48\.6% ▏/)
})

test('what is unfolded by hand stays so when another path becomes the heaviest', (t) => {
  const screen = ofNode()
  screen.press('down')
  const open = pageOf(screen).open
  screen.receive({
    type: 'sample',
    probe: 'stacks',
    atMs: endMs({ ticks: TICKS }) + 1000,
    intervalMs: 1000,
    lost: 0,
    data: {
      mode: 'offcpu',
      thresholdNs: 0,
      frames: [{ name: 'heavy', kind: 'user' }],
      stacks: [{ ...NODE, state: 'S', ns: 1e12, count: 1, user: [0], kernel: [] }],
    },
  })
  t.is(name(screen), '… uv__io_poll (7)')
  screen.press('up')
  t.regex(selected(screen), /heavy$/)
  t.deepEqual(pageOf(screen).open, open)
})

test('in icicle and flame the arrows go to what is drawn there', (t) => {
  const screen = ofNode()
  screen.press('v', 'down', 'down')
  t.regex(selected(screen), /^_start/)
  screen.press('right')
  t.regex(selected(screen), /^clone3/)
  screen.press('down', 'up', 'left')
  t.regex(selected(screen), /^_start/)
  screen.press('v')
  screen.press('down')
  t.regex(selected(screen), /^node/)
  screen.press('up')
  t.regex(selected(screen), /^_start/)
})

test('into a frame and out again, step by step', (t) => {
  const screen = ofNode()
  screen.press('v', 'down', 'down', 'right', 'enter')
  t.regex(screen.text(), /all > node 2290 > stack: clone3/)
  t.notRegex(screen.text(), /_start {3}/)
  screen.press('/', 'f', 's', 'enter', 'escape')
  t.regex(screen.text(), /all > node 2290 {2}/)
  t.is(screen.state.filter.text, 'fs')
  screen.press('escape', 'escape')
  t.is(screen.state.page.is, 'overview')
})

test('matches are gone through, also in what is folded', (t) => {
  const screen = ofNode()
  screen.press('left', '/')
  t.regex(screen.text(), /search: /)
  screen.press('f', 'u', 't', 'e', 'x', 'enter', 'n')
  t.regex(screen.text(), /found 29\.\d%/)
  t.is(name(screen), '*__x64_sys_futex_k')
  screen.press('n')
  t.is(name(screen), '*do_futex_k')
  screen.press('N')
  t.is(name(screen), '*__x64_sys_futex_k')
  screen.press('/', 'x', 'x', 'enter', 'n')
  t.is(screen.state.notice?.text, 'not found')
})

test('as typed, with what is wrong about it beside, and nothing breaks', (t) => {
  const screen = ofNode({ width: 80, height: 24 })
  const footer = (): string => screen.text().split('\n').at(-1)!
  screen.press('/', ...'sys_(fsync|futex')
  t.regex(footer(), /search: sys_\(fsync\|futex {2}found 0% as plain text: missing closing/)
  screen.press(')')
  t.regex(footer(), /found \d\d\.\d% {3}/)
  screen.press('enter', 'n')
  t.regex(name(screen), /^\*__x64_sys_f/)
})

test('threads: the selection stays with its thread; the search counts threads', (t) => {
  const screen = ofNode({ mode: 'now' })
  screen.press('m', 'm', 'down', 'down')
  t.regex(selected(screen), /^2294 node/)
  screen.press('/', 'f', 's', 'y', 'n', 'c', 'enter')
  t.regex(screen.text(), /found in 1 of 5 threads/)
  screen.press('n')
  t.regex(selected(screen), /^2291 libuv-worker/)
  screen.press('S', 'S')
  t.regex(selected(screen), /^2291 libuv-worker/)
  screen.press('S')
  t.regex(screen.text(), /no thread of node \(2290\) in state R at the end of this interval/)
  for (const key of ['v', 'i', 'E', 'enter']) {
    screen.press(key)
    t.is(screen.state.notice?.role, 'warn', key)
  }
})

test('c says what its probe costs', (t) => {
  const screen = ofNode()
  t.notRegex(screen.text(), /cpu/)
  screen.press('c')
  t.regex(screen.text().split('\n')[2]!, /stacks off-CPU {2}node \(2290\) {2}\S/)
})

test('exporting is for the outside to do', (t) => {
  const screen = ofNode()
  screen.press('E')
  t.deepEqual(screen.effects.at(-1), { effect: 'export' })
})

/** What it says instead of a view. */
const saying = (
  title: string,
  words: RegExp,
  options: ScreenOptions & FakeStackOptions,
  keys: readonly string[] = ['s'],
): void => {
  test(`says ${title}`, (t) => {
    const screen = fakeScreen({ ticks: TICKS, width: 80, height: 24, ...options })
    screen.press(...keys)
    const text = screen
      .text()
      .split('\n')
      .map((line) => line.replace(/^│ ?| *│$/g, ''))
      .join(' ')
    t.regex(text, words)
    golden(t, `stacks-${title.replaceAll(' ', '-')}`, screen.picture())
  })
}

const FAILED: ProbeStatus = {
  is: 'failed',
  why: 'stacks.bpf.o could not be attached: Permission denied',
  hint: 'Run as root: sudo probetop',
}
const UNSUPPORTED: ProbeStatus = {
  is: 'unsupported',
  why: 'this kernel gives no perf events',
  hint: 'Use a kernel with CONFIG_PERF_EVENTS.',
}
const SHED: ProbeStatus = {
  is: 'shed',
  why: 'all together cost 5 % of all CPUs',
  hint: 'Raise --max-overhead.',
  retryMs: 30_000,
}
const stream = (status: ProbeStatus) =>
  fakeStream({ ticks: TICKS }).map((message): Message =>
    message.type === 'status' && message.probe === 'stacks' ? { ...message, status } : message,
  )
const quiet = (): Message[] =>
  fakeStackStream({ ticks: TICKS }).map((message) =>
    message.type === 'sample' && message.probe === 'stacks'
      ? { ...message, data: { mode: 'offcpu', thresholdNs: 1e6, frames: [], stacks: [] } }
      : message,
  )

saying('failed', /could not be attached.*sudo probetop/, { messages: stream(FAILED) })
saying('unsupported', /no perf events.*CONFIG_PERF_EVENTS/, { messages: stream(UNSUPPORTED) })
saying('shed', /cost 5 % of all CPUs.*max-overhead/, { messages: stream(SHED) })
saying(
  'shed since',
  /too costly for a moment.*100 ━━━━━━━━ .*node/,
  { messages: fakeStackStream({ ticks: TICKS, status: SHED }), initial: { replay: true } },
  ['/', 'n', 'o', 'd', 'e', 'enter', 'down', 's'],
)
saying('starting again', /no perf events.*attempt 3 of 6/, {
  messages: stream({ is: 'starting', again: { why: 'no perf events', attempt: 3, of: 6 } }),
})
saying('starting', /Stacks come with the next interval/, { messages: stream({ is: 'starting' }) })
saying('not collected', /No stacks off-CPU were collected.*m changes the mode/, {
  messages: stream({ is: 'off' }),
  initial: { replay: true },
})
saying(
  'other mode',
  /No stacks on-CPU were collected/,
  { messages: fakeStackStream({ ticks: TICKS }), initial: { replay: true } },
  ['s', 'm'],
)
saying(
  'nothing yet',
  /no thread of node \(2290\) left a CPU for 1 ms or more yet/,
  { messages: quiet(), initial: { replay: true } },
  ['/', 'n', 'o', 'd', 'e', 'enter', 'down', 's'],
)
saying(
  'nothing of a state',
  /no thread left a CPU in state D for 1 ms or more yet/,
  { messages: quiet(), initial: { replay: true } },
  ['s', 'S', 'S'],
)
saying('of another', /Only stacks of process 2290 were collected then/, {
  messages: fakeStackStream({ ticks: TICKS }).map((message) =>
    message.type === 'sample' && message.probe === 'stacks'
      ? { ...message, data: { ...message.data, of: { is: 'process', pid: NODE.pid } } }
      : message,
  ),
  initial: { replay: true },
})
saying('lossy', /lost 80 .[0-9.]+%/, {
  messages: fakeStackStream({ ticks: TICKS }).map((message) =>
    message.type === 'sample' && message.probe === 'stacks' ? { ...message, lost: 2 } : message,
  ),
  initial: { replay: true },
})

test('boxes: as wide as they weigh, side by side, what is too narrow is the rest', (t) => {
  const frames = Array.from({ length: 60 }, (_, index) => ({ name: `f${index}`, kind: 'user' as const }))
  const stacks = frames.map((_, index) => ({
    pid: 1,
    comm: 'app',
    state: 'S' as const,
    ns: index < 4 ? 200 : 1,
    count: 1,
    user: [index],
    kernel: [],
  }))
  const { root } = mergeStacks([{ mode: 'offcpu', frames, stacks, thresholdNs: 0 }], {
    by: 'process',
    wakers: false,
    inverted: false,
  })
  const { levels, rests } = layoutBoxes(root, [], 100)
  t.deepEqual(
    levels.map((level) => level.length),
    [1, 1, 4],
  )
  for (const level of levels) level.slice(1).forEach((box, index) => t.is(box.x, level[index]!.x + level[index]!.width))
  t.deepEqual(
    levels[2]!.map(({ width }) => width),
    [23, 24, 23, 23],
  )
  t.deepEqual(rests, [{ depth: 2, x: 93, width: 7 }])
  t.is(childrenOf(root)[0]!.children.size, 60)
})

test('a huge tree is drawn and walked quickly', (t) => {
  const frames = Array.from({ length: 3000 }, (_, index) => ({ name: `f${index}`, kind: 'user' as const }))
  const stacks = Array.from({ length: 4000 }, (_, at) => ({
    pid: 1,
    comm: 'app',
    state: 'S' as const,
    ns: at + 1,
    count: 1,
    kernel: [],
    user: Array.from({ length: 30 }, (_, depth) => (at * 7 + depth * 13) % 3000),
  }))
  const messages = fakeStream({ ticks: TICKS })
  messages.push({
    type: 'sample',
    probe: 'stacks',
    atMs: endMs({ ticks: TICKS }),
    intervalMs: 1000,
    lost: 0,
    data: { mode: 'offcpu', frames, stacks, thresholdNs: 0 },
  })
  const screen = fakeScreen({ ticks: TICKS, messages, initial: { replay: true } })
  screen.press('s')
  screen.text()
  const start = performance.now()
  screen.press('down', 'right', '+', 'v', 'down', '/', 'f', '7', 'enter', 'n')
  screen.text()
  t.true(performance.now() - start < 5000, `${performance.now() - start} ms`)
})

test('frozen before the page was opened its past is meant; from then on, what came since', (t) => {
  const screen = fakeScreen({ ticks: TICKS, messages: fakeStackStream({ ticks: TICKS }) })
  const shown = (): number => stackFacts(screen.state, viewIn(screen.state, screen.store))!.samples.length
  screen.press('s')
  const tick = (at: number): Message[] =>
    fakeStackStream({ ticks: at }).filter((message) => 'atMs' in message && message.atMs > START_MS + (at - 1) * 1000)
  for (const at of [TICKS + 1, TICKS + 2]) screen.receive(...tick(at))
  t.is(shown(), 2)
  screen.press('[')
  t.is(screen.state.instantMs, START_MS + (TICKS + 1) * 1000)
  t.is(shown(), 1)
  screen.press('[')
  t.is(shown(), TICKS, 'the page was opened at this one')
  screen.press('[')
  t.is(shown(), TICKS - 1)
})

test('a path as far as the tree has it', (t) => {
  const { tree } = stackFacts(ofNode().state, viewIn(ofNode().state, ofNode().store))!
  const [top] = tree.root.children.keys()
  t.deepEqual(knownPart(tree.root, []), [])
  t.deepEqual(knownPart(tree.root, ['absent', top!]), [])
  t.deepEqual(knownPart(tree.root, [top!]), [top])
  t.deepEqual(knownPart(tree.root, [top!, 'absent', 'more']), [top])
})
