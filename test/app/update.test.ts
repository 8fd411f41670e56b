import { editedSched } from '../helpers/sched.ts'
import test from 'ava'
import { testKeys } from './keys-test.ts'
import type { Selection } from '../../src/model/selection.ts'
import { selectionLabel } from '../../src/model/selection.ts'
import { actionFor } from '../../src/app/keys/keymap.ts'
import { INTERVALS_MS } from '../../src/app/settings.ts'
import { update } from '../../src/app/update.ts'
import { initialState, selectionsOf } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import { commandsBetween, wantedCommands, wantOf } from '../../src/app/probes/wanted.ts'
import { createStore } from '../../src/model/store.ts'
import type { Command } from '../../src/stream/stream-types.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { tcp } from '../../src/panels/tcp.ts'
import { processMessages, processRow } from '../helpers/processes.ts'
import { endMs, fakeStream, fakeTick } from '../helpers/stream.ts'

const commands = (screen: FakeScreen): Command[] =>
  screen.effects.flatMap((effect) => (effect.effect === 'send' ? [effect.command] : []))

const optionsOf = (probe: string, command: Command | undefined) =>
  command?.cmd === 'want' ? command.probes?.[probe] : undefined
const probesOf = (command: Command): string[] => (command.cmd === 'want' ? Object.keys(command.probes!) : [])

test('escape goes back step by step and never ends the program', (t) => {
  const screen = fakeScreen()
  screen.press('2', 'down', 'enter')
  t.is(screen.state.page.is, 'process')
  screen.press('escape')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'offcpu' })
  screen.press('escape', 'escape', 'escape', 'escape', 'backspace', 'left')
  t.deepEqual(screen.state.page, { is: 'overview' })
  t.false(screen.effects.some((effect) => effect.effect === 'quit'))
})

test('a digit opens its panel, again it goes back; the first one like any other, on the overview or not', (t) => {
  for (const [key, panel] of [
    ['1', 'runq'],
    ['3', 'block'],
    ['6', 'exec'],
  ] as const) {
    const screen = fakeScreen()
    screen.press(key)
    t.deepEqual(screen.state.page, { is: 'panel', panel })
    screen.press('5')
    t.deepEqual(screen.state.page, { is: 'panel', panel: 'syscalls' })
    screen.press('5')
    t.is(screen.state.page.is, 'overview')
    t.is(screen.state.focus, 'syscalls')
  }
})

test('threads and stacks are those of the highlighted row, and both lead back to where one was', (t) => {
  for (const [key, back] of [
    ['s', 's'],
    ['s', 'escape'],
    ['7', '7'],
    ['7', 'escape'],
    ['7', 'f'],
  ] as const) {
    const screen = fakeScreen()
    screen.press('down', 'down')
    const { pid } = screen.state.byPanel.runq.selected!
    screen.press(key)
    t.like(selectionsOf(screen.state), [{ is: 'process', pid }], key)
    screen.press(back)
    t.deepEqual(selectionsOf(screen.state), [], `${key} ${back}`)
    t.is(screen.state.page.is, 'overview')
    const unselected = fakeScreen()
    unselected.press(key)
    t.deepEqual(selectionsOf(unselected.state), [])
  }
})

test('no key acts on what lies behind the page of help', (t) => {
  const screen = fakeScreen()
  screen.press('down', '?')
  const { page, focus, byPanel, crumbs, instantMs, filter, intervalMs } = screen.state
  const before = { page, focus, byPanel, crumbs, instantMs, filter, intervalMs }
  for (const key of [
    'down',
    'up',
    'pagedown',
    'space',
    '[',
    'tab',
    '3',
    'f',
    'd',
    'm',
    's',
    '>',
    'r',
    '+',
    'n',
    'L',
    'w',
  ]) {
    screen.press(key)
    t.like(screen.state, before, key)
    t.truthy(screen.state.help, key)
  }
  t.is(screen.effects.length, 1)
  t.like(commands(screen)[0], { cmd: 'want', cost: true })
  t.regex(screen.state.notice!.text, /Esc closes this first/)
})

test('help finds a key by what the last line calls it', (t) => {
  const screen = fakeScreen()
  screen.press('?', '/')
  screen.type('freeze')
  t.regex(screen.text(), /Space z Z +Show one instant/)
})

test('help is searched, and what is searched for is no filter of the tables behind it', (t) => {
  const screen = fakeScreen()
  screen.press('?', '/')
  screen.type('retrans')
  t.is(screen.state.filter.text, '')
  screen.press('escape')
  t.truthy(screen.state.help)
  screen.press('/')
  screen.type('clock time')
  screen.press('enter')
  const text = screen.text()
  t.regex(text, /help {2}search clock time/)
  t.regex(text, /WAIT% /)
  t.notRegex(text, /Heat maps|WAITS\/s/)
  screen.press('escape')
  t.regex(screen.text(), /WAITS\/s/)
  screen.press('escape')
  t.is(screen.state.help, undefined)
  screen.press('?', '/')
  screen.type('no such words')
  t.regex(screen.text(), /nothing here says no such words/)
})

test('help begins with the page one is on', (t) => {
  const lineOf = (keys: readonly string[]): string => {
    const screen = fakeScreen({ stacks: true, targetPid: 812 })
    screen.press(...keys, '?')
    return screen.text().split('\n')[3]!
  }
  t.regex(lineOf([]), /run queue/)
  t.regex(lineOf(['4']), /TCP/)
  t.regex(lineOf(['s']), /Stacks {2}Where in the code/)
  t.regex(lineOf(['!']), /What stands out {2}What is wrong/)
  t.regex(lineOf(['C']), /Checklists {2}What would/)
  t.regex(lineOf(['down', 'enter']), /Process/)
})

test('tab goes round, both ways', (t) => {
  const screen = fakeScreen()
  const seen = Array.from({ length: 5 }, () => {
    screen.press('tab')
    return screen.state.focus
  })
  t.deepEqual(seen, ['offcpu', 'block', 'tcp', 'syscalls', 'runq'])
  screen.press('S-tab')
  t.is(screen.state.focus, 'syscalls')
})

test('detail is on while it is looked at', (t) => {
  const screen = fakeScreen()
  screen.press('5')
  t.is(commands(screen).length, 1)
  t.deepEqual(optionsOf('syscalls', commands(screen)[0]), { detail: true })
  screen.press('escape')
  t.deepEqual(optionsOf('syscalls', commands(screen).at(-1)), {})
})

test('a process page asks for its own histograms, and stops asking', (t) => {
  const screen = fakeScreen()
  screen.press('down', 'enter')
  t.is(commands(screen).length, 1)
  t.like(commands(screen)[0], { target: { is: 'process', pid: 812 }, probes: { syscalls: { detail: true } } })
  screen.effects.length = 0
  screen.press('escape')
  t.is(commands(screen).length, 1)
  t.like(commands(screen)[0], { target: undefined, probes: { syscalls: { detail: undefined } } })
})

test('bpftrace runs only while its panel is shown', (t) => {
  const screen = fakeScreen()
  screen.press('6')
  t.is(commands(screen).length, 1)
  t.deepEqual(probesOf(commands(screen)[0]!), ['processes', 'sched', 'block', 'tcp', 'syscalls', 'execsnoop'])
  screen.press('escape')
  t.deepEqual(probesOf(commands(screen).at(-1)!), ['processes', 'sched', 'block', 'tcp', 'syscalls'])
  const chosen = fakeScreen({ initial: { panels: ['runq', 'exec'] } })
  chosen.press('6', 'escape')
  t.deepEqual(commands(chosen).map(probesOf), [['processes', 'sched', 'execsnoop']], 'it goes on')
})

test('what is looked at is the last to be in a cheaper way', (t) => {
  const screen = fakeScreen()
  const last = () => wantedCommands(screen.state).map((command) => command.cmd === 'want' && command.last)[0]
  t.deepEqual(last(), ['sched'])
  screen.press('5')
  t.deepEqual(last(), ['syscalls', 'detail'])
  screen.press('escape', '?')
  t.deepEqual(last(), ['syscalls', 'detail'], 'with help over it')
  screen.press('escape', '!')
  t.is(last(), undefined)
  const selected = fakeScreen({ initial: { only: [{ is: 'syscall', call: 'read', nr: 0 }] } as never })
  t.deepEqual(
    wantedCommands(selected.state).map((command) => command.cmd === 'want' && command.last),
    [['sched', 'syscalls', 'detail']],
  )
})

test('a recording is sent no commands', (t) => {
  const screen = fakeScreen({ initial: { replay: true } })
  screen.press('5', 'escape', '6', 'escape', 'down', 'enter', '+', '-')
  t.deepEqual(commands(screen), [])
  t.deepEqual(wantedCommands(screen.state), [])
})

test('the kernel measures while the cost or the help page is shown', (t) => {
  const screen = fakeScreen()
  screen.press('c')
  const costs = () => commands(screen).map((command) => command.cmd === 'want' && command.cost)
  t.deepEqual(costs(), [true])
  screen.press('?', 'c')
  t.is(commands(screen).length, 1, 'the page shows it, too')
  screen.press('escape')
  t.deepEqual(costs().slice(1), [false])
  screen.press('?')
  t.deepEqual(costs().slice(2), [true])
})

test('what a new engine is told is what the screen shows', (t) => {
  const screen = fakeScreen({ initial: { only: [{ is: 'process', pid: 812, comm: '' }], intervalMs: 500 } })
  t.deepEqual(wantedCommands(screen.state), [
    {
      cmd: 'want',
      intervalMs: 500,
      probes: { processes: {}, sched: {}, block: {}, tcp: {}, syscalls: { detail: true } },
      target: { is: 'process', pid: 812 },
      cost: false,
      last: ['sched'],
    },
  ])
  t.deepEqual(commandsBetween(screen.state, screen.state), [])
})

test('the interval goes through its steps and says where it ends', (t) => {
  const screen = fakeScreen()
  const seen: number[] = []
  for (let i = 0; i < 12; i++) {
    screen.press('+')
    seen.push(screen.state.intervalMs)
  }
  t.is(seen.at(-1), INTERVALS_MS.at(-1))
  t.regex(screen.state.notice!.text, /longest/)
  for (let i = 0; i < 12; i++) screen.press('-')
  t.is(screen.state.intervalMs, INTERVALS_MS[0])
  t.regex(screen.state.notice!.text, /shortest/)
  t.like(commands(screen).at(-1), { intervalMs: 100 })
})

test('an odd interval steps to its neighbours', (t) => {
  const store = createStore()
  const state = initialState({ intervalMs: 1500 })
  t.is(update(state, { do: 'interval', step: 1 }, store).state.intervalMs, 2000)
  t.is(update(state, { do: 'interval', step: -1 }, store).state.intervalMs, 1000)
})

test('frozen: one instant on the whole screen while collection goes on', (t) => {
  const screen = fakeScreen({ ticks: 30 })
  screen.press('space')
  t.is(screen.state.instantMs, endMs({ ticks: 30 }))
  t.deepEqual(screen.effects, [{ effect: 'hold', instants: [endMs({ ticks: 30 })] }])
  const body = () => screen.text().split('\n').slice(2, -1).join('\n')
  const before = body()
  for (let tick = 31; tick < 40; tick++) for (const message of fakeTick(tick)) screen.store.add(message)
  screen.context.nowMs += 9000
  t.is(body(), before)
  t.regex(screen.text(), /FROZEN  \d\d:\d\d:\d\d  9\.3s ago, 9 intervals back/)
  screen.press('>', 'f', 'down', 'escape')
  t.is(screen.state.instantMs, endMs({ ticks: 30 }))
  screen.press('end')
  t.is(screen.state.instantMs, undefined)
  t.deepEqual(screen.effects.at(-1), { effect: 'hold', instants: [] })
})

test('time steps, freezing first, and stops at both ends', (t) => {
  const screen = fakeScreen({ ticks: 10 })
  screen.press(']')
  t.regex(screen.state.notice!.text, /live/)
  screen.press('[')
  t.is(screen.state.instantMs, endMs({ ticks: 9 }))
  screen.press(']', ']')
  t.is(screen.state.instantMs, endMs({ ticks: 10 }))
  t.regex(screen.state.notice!.text, /newest/)
  screen.press('{', '{')
  t.is(screen.state.instantMs, endMs({ ticks: 1 }))
  t.regex(screen.state.notice!.text, /older/)
  screen.press('L')
  t.is(screen.state.instantMs, undefined)
})

test('typing a filter takes every character, and only what belongs to typing', (t) => {
  const screen = fakeScreen()
  screen.press('/')
  screen.type('q? 1')
  t.is(screen.state.filter.text, 'q? 1')
  screen.press('backspace')
  t.is(screen.state.filter.text, 'q? ')
  screen.press('C-w')
  t.is(screen.state.filter.text, '')
  screen.type('日🔥')
  screen.press('backspace')
  t.is(screen.state.filter.text, '日')
  screen.press('enter')
  t.deepEqual(screen.state.filter, { text: '日', editing: false })
  screen.press('escape')
  t.is(screen.state.filter.text, '')
  screen.press('/', 'C-c')
  t.deepEqual(screen.effects.at(-1), { effect: 'quit' })
})

test('a filter does not grow without end', (t) => {
  const screen = fakeScreen()
  screen.press('/')
  screen.type('x'.repeat(500))
  t.is(screen.state.filter.text.length, 80)
})

test('modes, with their own default order', (t) => {
  const screen = fakeScreen()
  screen.press('2', 'm')
  t.is(screen.state.byPanel.offcpu.mode, 'S')
  screen.press('m', 'm', 'm')
  t.is(screen.state.byPanel.offcpu.mode, 'throttled')
  screen.press('m', 'm')
  t.is(screen.state.byPanel.offcpu.mode, 'all')
  screen.press('1', 'm')
  t.is(screen.state.byPanel.runq.mode, 'cpus')
})

test('each CPU is told apart while it is looked at', (t) => {
  const screen = fakeScreen({ cpus: true })
  screen.press('1', 'm')
  t.is(commands(screen).length, 1)
  t.deepEqual(optionsOf('sched', commands(screen)[0]), { cpus: true })
  screen.press('escape', '2')
  t.deepEqual(optionsOf('sched', commands(screen).at(-1)), {})
  screen.press('1', 'down', 'enter')
  t.deepEqual(selectionsOf(screen.state), [{ is: 'cpu', cpu: 0 }])
  screen.press('m', '2')
  t.deepEqual(optionsOf('sched', commands(screen).at(-1)), { cpus: true }, 'also on a page without CPUs')
  screen.press('escape', 'escape')
  t.deepEqual(optionsOf('sched', commands(screen).at(-1)), {})
})

test('read-only, said with the pid', (t) => {
  const screen = fakeScreen()
  screen.press('down', 'f9')
  t.is(screen.state.notice!.text, 'probetop is read-only: kill 812')
})

test('a row without a process leads to what it is about', (t) => {
  const screen = fakeScreen()
  screen.press('5', 'down', 'enter')
  t.is(screen.state.page.is, 'overview')
  t.is(selectionsOf(screen.state)[0]!.is, 'syscall')
  t.regex(screen.text(), /run queue cannot be split by/)
})

test('selections follow from one another, and Esc leads back the same way', (t) => {
  const screen = fakeScreen({ width: 150, detail: true, targetPid: 812 })
  screen.press('f', 'down', 'enter')
  t.is(screen.state.page.is, 'process')
  screen.press('5', 'down', 'enter')
  const [first, second] = selectionsOf(screen.state)
  t.is(first!.is, 'process')
  t.is(second!.is, 'syscall')
  t.regex(screen.text(), /all > postgres 812 > \w+/)
  screen.press('escape')
  t.deepEqual(selectionsOf(screen.state), [first!])
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'syscalls' })
  screen.press('escape')
  t.is(screen.state.page.is, 'process')
  screen.press('escape')
  t.deepEqual(selectionsOf(screen.state), [])
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'runq' })
  screen.press('escape', 'escape')
  t.is(screen.state.page.is, 'overview')
})

test('one chooses what a row is taken for: its name, its group, its peer', (t) => {
  const screen = fakeScreen()
  screen.press('4', 'down', 'd')
  t.deepEqual(
    screen.state.choice!.selections.map(({ is }) => is),
    ['process', 'comm', 'cgroup', 'peer', 'port'],
  )
  screen.press('escape')
  t.is(screen.state.choice, undefined)
  screen.press('d', 'down', 'enter')
  t.deepEqual(
    selectionsOf(screen.state).map(({ is }) => is),
    ['comm'],
  )
  screen.press('d')
  t.deepEqual(
    screen.state.choice!.selections.map(({ is }) => is),
    ['process', 'cgroup', 'peer', 'port'],
  )
})

test('what is entered already is not entered again', (t) => {
  const screen = fakeScreen()
  screen.press('down', 'enter', '1', 'f', 'enter')
  t.is(screen.state.crumbs.length, 1)
  t.is(screen.state.page.is, 'process')
})

test('a longer interval is not taken for lateness', (t) => {
  const screen = fakeScreen({ ticks: 10, width: 80, height: 24 })
  screen.press('+', '+')
  screen.context.nowMs += 4000
  t.false(screen.text().includes('stale'))
  screen.context.nowMs += 12_000
  t.true(screen.text().includes('stale'))
})

test('themes go round', (t) => {
  const screen = fakeScreen({ initial: { themes: ['dark', 'light'] } })
  screen.press('t', 't')
  t.deepEqual(screen.effects, [
    { effect: 'theme', name: 'light' },
    { effect: 'theme', name: 'dark' },
  ])
})

test('a notice stays until the next key', (t) => {
  const screen = fakeScreen()
  screen.state = update(screen.state, { do: 'notice', text: 'wrote x.json' }, screen.store).state
  t.true(screen.text().includes('wrote x.json'))
  screen.state = update(screen.state, { do: 'resize', width: 100, height: 30 }, screen.store).state
  t.is(screen.state.notice?.text, 'wrote x.json')
  screen.press('down')
  t.is(screen.state.notice, undefined)
})

test('text pages scroll to their end and no further', (t) => {
  const screen = fakeScreen({ width: 80, height: 24 })
  screen.press('?', 'G')
  const end = screen.state.help!.scroll
  t.true(end > 0)
  screen.press('down')
  t.is(screen.state.help!.scroll, end)
  screen.press('up')
  t.is(screen.state.help!.scroll, end - 1)
  screen.press('escape', 'down', 'enter', 'G', 'up', 'home')
  t.like(screen.state.page, { is: 'process', scroll: 0 })
})

testKeys(400)

test('a thread is entered from the list of threads, and the next process of a name from the page of one', (t) => {
  const screen = fakeScreen({ targetPid: 812 })
  screen.press('down', 'enter', '7', 'down', 'down', 'enter')
  t.like(selectionsOf(screen.state)[1], { is: 'thread', pid: 812, tid: 812 })
  t.like(commands(screen).at(-1), { target: { is: 'thread', pid: 812, tid: 812 } })
  screen.press('escape', 'up', 'd')
  t.deepEqual(
    screen.state.choice!.selections.map(selectionLabel),
    ['thread postgres-w1 813', 'command postgres', 'cgroup /system.slice/postgres.service'],
    'the name is that of the process',
  )
  screen.press('d', 'escape', 'n')
  t.regex(screen.state.notice!.text, /no other process is called postgres/)
  const tick = fakeTick(61).map((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? {
          ...message,
          data: editedSched(message.data, ({ procs }) => ({ procs: [...procs, { ...procs[0]!, pid: 4000 }] })),
        }
      : message,
  )
  screen.receive(...tick)
  screen.press('n')
  t.like(selectionsOf(screen.state), [{ is: 'process', pid: 4000, comm: 'postgres' }])
})

test('the page of the process asked for on the command line is entered like any other', (t) => {
  const screen = fakeScreen({ initial: { only: [{ is: 'process', pid: 812, comm: '' }] } })
  screen.press('enter')
  t.is(screen.state.page.is, 'process')
  screen.press('escape')
  t.is(screen.state.page.is, 'overview')
  t.deepEqual(screen.state.crumbs, [])
})

test('what the command line gave is in the path once when it has been entered', (t) => {
  const only: Selection[] = [{ is: 'process', pid: 42, comm: '' }]
  const crumbs = [{ selection: { is: 'process', pid: 42, comm: 'node' } as const, from: { is: 'overview' } as const }]
  t.deepEqual(selectionsOf({ ...initialState({ only }), crumbs }), [{ is: 'process', pid: 42, comm: 'node' }])
})

test('b raises what the probes may take, T pins the panel, and the engine is told', (t) => {
  let state = initialState({ limitPercent: 5 })
  const store = createStore()
  const before = state
  const press = (key: string) => {
    state = update(state, actionFor(state, { name: key, ch: key })!, store).state
  }
  t.is(wantOf(state).budget, undefined, 'it was started with that')
  press('b')
  t.is(commandsBetween(before, state).length, 1)
  t.deepEqual(wantOf(state).budget, { limitPercent: 10, pins: {} })
  const seen = [state.budget.limitPercent]
  for (let i = 0; i < 4; i++) {
    press('b')
    seen.push(state.budget.limitPercent)
  }
  t.deepEqual(seen, [10, 20, 50, 0, 1])
  const pins = [0, 1, 2, 3].map(() => {
    press('T')
    return state.budget.pins['sched']
  })
  t.deepEqual(pins, ['sampled', 'full', undefined, 'sampled'])
  t.regex(actionRefusal(initialState({ replay: true })), /recording/)
})

const actionRefusal = (state: ReturnType<typeof initialState>): string =>
  JSON.stringify(actionFor(state, { name: 'b', ch: 'b' }))

test('a row leads to its container, its parent and its user, where the directory knows them', (t) => {
  const group = '/system.slice/docker-1.scope'
  const directory = processMessages(endMs(), [
    processRow({ pid: 1207, comm: 'nginx', uid: 33, user: 'www-data' }),
    processRow({
      pid: 812,
      comm: 'postgres',
      parent: 1207,
      uid: 113,
      cgroup: `${group}/x`,
      container: 'db',
      containerGroup: group,
    }),
  ])
  const screen = fakeScreen({ messages: [...fakeStream(), ...directory] })
  screen.press('4', '/', ...'postgres', 'enter', 'down', 'd')
  t.deepEqual(screen.state.choice!.selections.map(selectionLabel).slice(0, 6), [
    'postgres 812',
    'command postgres',
    'container db',
    'nginx 1207',
    'tree of nginx 1207',
    'user 113',
  ])
  screen.press('down', 'down', 'down', 'down', 'down', 'enter')
  t.regex(screen.text(), /all > user 113/)
  t.true(
    tcp
      .rows([narrowStore(screen.store, selectionsOf(screen.state)).latest('tcp')!], 'sessions', false)
      .every(({ pid }) => pid === 812),
  )
})

test('the theme follows what the terminal says of itself only where nobody chose one', (t) => {
  const suits = (state: AppState) => update(state, { do: 'suits', theme: 'light' }, createStore())
  const first = suits(initialState({ suits: true }))
  t.is(first.state.theme, 'light')
  t.deepEqual(first.effects, [{ effect: 'theme', name: 'light' }])
  t.is(first.state.notice, undefined)
  const chosen = suits(initialState({ theme: 'dark' }))
  t.is(chosen.state.theme, 'dark')
  t.deepEqual(chosen.effects, [])
  const pressed = update(initialState({ suits: true }), { do: 'themeIs', name: 'paper' }, createStore()).state
  t.is(suits(pressed).state.theme, 'paper')
})

test('it ends no process: what would is said, of the row, of the page, or of nobody', (t) => {
  const said = (...keys: string[]): string | undefined => {
    const screen = fakeScreen()
    screen.press(...keys)
    screen.act({ do: 'readOnly' })
    return screen.state.notice?.text
  }
  t.is(said('down'), 'probetop is read-only: kill 812')
  t.is(said('down', 'down', 'enter'), 'probetop is read-only: kill 1207')
  t.is(said('!'), 'probetop is read-only; it ends no process')
  t.is(said('5', 'down'), 'probetop is read-only; it ends no process')
})
