// The words that golden files leave out (`test/helpers/wordless.ts`), by lines: titles of panels, and the keys of the last
// line at three widths, with where a click on them leads. Headings are in those of whole tables.
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { footerKeys } from '../../src/app/keys/keymap.ts'
import { panelsIn } from '../../src/app/state.ts'
import { frameText } from '../../src/app/text.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'

const screenOf = (keys: readonly string[], options: ScreenOptions = {}): FakeScreen => {
  const screen = fakeScreen({ ticks: 20, targetPid: 812, ...options })
  screen.press(...keys)
  return screen
}

const WIDTHS = [80, 120, 200] as const

const last = (text: string): string => text.split('\n').at(-1)!

/** Their last line at each width. */
const footer = (name: string, keys: readonly string[], expected: readonly [string, string, string]): void => {
  test(`keys of ${name}`, (t) => {
    t.deepEqual(
      WIDTHS.map((width) => last(screenOf(keys, { width, height: 36 }).text())),
      [...expected],
    )
  })
}

footer(
  'the overview',
  [],
  [
    ' q quit  ? help  Space freeze  Tab panel  f full  Enter narrow  s stacks  m mode',
    ' q quit  ? help  Space freeze  Tab panel  f full  Enter narrow  s stacks  d narrow to  m mode  / filter  > sort  c cost',
    ' q quit  ? help  Space freeze  Tab panel  f full  Enter narrow  s stacks  d narrow to  m mode  / filter  > sort  w snapshot  [ earlier  X worst moment  D compare  7 threads  a all of the time  c cost',
  ],
)
footer(
  'a panel on the full screen',
  ['1', 'down'],
  [
    ' q quit  ? help  Space freeze  f all panels  Esc back  Enter narrow  s stacks',
    ' q quit  ? help  Space freeze  f all panels  Esc back  Enter narrow  s stacks  d narrow to  m mode  / filter  > sort',
    ' q quit  ? help  Space freeze  f all panels  Esc back  Enter narrow  s stacks  d narrow to  m mode  / filter  > sort  r reverse  w snapshot  [ earlier  X worst moment  D compare  7 threads  0 panels',
  ],
)
footer(
  'a process',
  ['down', 'enter'],
  [
    ' q quit  ? help  Space freeze  Esc back  s stacks  n next of its name  [ earlier',
    ' q quit  ? help  Space freeze  Esc back  s stacks  n next of its name  w snapshot  [ earlier  7 threads  0 panels',
    ' q quit  ? help  Space freeze  Esc back  s stacks  n next of its name  w snapshot  [ earlier  7 threads  0 panels  ! what stands out  C checklists  + longer interval  - shorter interval  c cost',
  ],
)
footer(
  'stacks',
  ['down', 's'],
  [
    ' q quit  ? help  Space freeze  w snapshot  Enter narrow  v tree  / search',
    ' q quit  ? help  Space freeze  w snapshot  Enter narrow  v tree  / search  m off-CPU  W wakers off  S all states  > any+',
    ' q quit  ? help  Space freeze  w snapshot  Enter narrow  v tree  / search  m off-CPU  W wakers off  S all states  E export  i invert  H without plumbing  a all kept  b by process  > any+  d narrow to',
  ],
)
footer(
  'what stands out',
  ['!'],
  [
    ' q quit  ? help  Space freeze  ! back  Esc back  Enter open panel  w snapshot',
    ' q quit  ? help  Space freeze  ! back  Esc back  Enter open panel  w snapshot  [ earlier  0 panels  C checklists  c cost',
    ' q quit  ? help  Space freeze  ! back  Esc back  Enter open panel  w snapshot  [ earlier  0 panels  C checklists  + longer interval  - shorter interval  W keep settings  c cost  t theme  : palette',
  ],
)

/** Where all of them have room. */
const whole = (name: string, keys: readonly string[], expected: string): void =>
  footer(name, keys, [expected, expected, expected])

whole('the help', ['?'], ' Esc close  / search  Down scroll  q quit')
whole('a filter', ['/'], ' filter:   12 of 12 rows   Enter keep  Esc clear')
whole('the picker', ['0'], ' find:      Enter open  Space overview  Esc close')
whole('the palette', ['C-p'], ' do:      Enter do it  Up up  Down down  : one-liner  Tab complete  Esc close')

test('a click on a key of the last line does what the key does, and only there', (t) => {
  for (const width of WIDTHS) {
    const screen = screenOf([], { width })
    const { grid, hits = [] } = frame(screen.state, screen.store, screen.context)
    const line = last(frameText(grid))
    const clicked = hits.filter(({ y }) => y === grid.height - 1)
    const keys = footerKeys(screen.state)
    t.deepEqual(
      clicked.map(({ x, width, action }) => [line.slice(x, x + width).trimEnd(), action]),
      keys
        .map(({ key, label, action }) => [`${key} ${label}`, action] as const)
        .filter(([words]) => ` ${line} `.includes(` ${words} `)),
    )
    t.true(clicked.length > 5)
  }
})

const TITLES: Record<string, string> = {
  runq: '1 run queue',
  offcpu: '2 off-CPU',
  block: '3 block I/O',
  tcp: '4 TCP',
  syscalls: '5 system calls',
  exec: '6 new processes',
  threads: '7 threads',
  time: 'a all of the time',
  memory: '8 memory',
  kernel: '9 kernel',
  waits: 'waits',
  network: 'network',
  names: 'names looked up',
  files: 'I/O by file',
  fsync: 'fsync',
  disks: 'disks',
  machine: 'machine',
  containers: 'containers',
}

test('each panel has its title on the full screen, with its key', (t) => {
  const screen = screenOf([], { initial: { specs: SPECS } })
  t.deepEqual(
    panelsIn(screen.state).map(({ id }) => id),
    Object.keys(TITLES),
  )
  for (const [id, title] of Object.entries(TITLES)) {
    screen.act({ do: 'open', panel: id })
    const titled = screen.text().split('\n')[2]!
    t.true(titled.startsWith(`╭▸${title} `), titled)
  }
})

test('on the overview, too, at each width', (t) => {
  for (const width of WIDTHS) {
    const text = screenOf([], { width }).text()
    for (const id of ['runq', 'offcpu', 'block', 'tcp', 'syscalls'])
      t.regex(text, new RegExp(`[▸ ]${TITLES[id]!} `), `${id} ${width}`)
  }
})

test('golden files have neither, and leave the words as they were', (t) => {
  const screen = screenOf([])
  const before = screen.text()
  const picture = screen.picture()
  t.is(last(picture), ' <keys>')
  t.regex(picture, /1 <runq> by process .* 2 <offcpu> /)
  t.notRegex(picture, /run queue|block I\/O/)
  t.is(screen.text(), before)
})
