// What the process page's lines leave of its height: latency over time, of it alone, before and after it ended.
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { viewOf } from '../../src/model/view.ts'
import { editedSched } from '../helpers/sched.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'

const LARGE = { width: 320, height: 90, targetPid: 812, detail: true, ticks: 40 }
const TITLES = ['1 run queue', '2 off-CPU', '3 block I/O']

const pageOf = (options: ScreenOptions = {}): FakeScreen => {
  const screen = fakeScreen({ ...LARGE, ...options })
  screen.press('down', 'enter')
  return screen
}

/** Lines of the frame that say nothing. */
const blank = (text: string): number => text.split('\n').filter((line) => /^[│ ]*$/.test(line)).length

test('a large page is not empty below its lines: heat maps and figures of this process', (t) => {
  const text = pageOf().text()
  const lines = text.split('\n')
  const at = lines.findIndex((line) => TITLES.every((title) => line.includes(title)))
  t.true(at > 0)
  t.true(blank(text) < 20, `${blank(text)} lines are blank`)
  t.deepEqual(
    lines.slice(at).filter((line) => / \d+ (nginx|node) /.test(line)),
    [],
    'nobody else is in there',
  )
  t.true(lines.slice(at).some((line) => line.includes('812 postgres')))
})

test('it stays when the process has ended', (t) => {
  const screen = pageOf()
  const last = screen.store.latest('sched')!
  const atMs = last.atMs + last.intervalMs
  const data = editedSched(last.data, ({ procs }) => ({ procs: procs.filter(({ pid }) => pid !== 812) }))
  screen.receive({ ...last, atMs, data })
  t.deepEqual(viewOf(screen.store).latest('sched')!.atMs, atMs)
  const text = screen.text()
  t.true(TITLES.every((title) => text.includes(title)))
  t.true(blank(text) < 20, `${blank(text)} lines are blank`)
})

test('lines come first: where they need the page, it is theirs', (t) => {
  for (const [width, height] of [
    [80, 24],
    [120, 36],
    [160, 90],
    [320, 40],
  ] as const)
    t.false(pageOf({ width, height }).text().includes('1 run queue'), `${width}x${height}`)
  t.false(fakeScreen({ ...LARGE }).state.page.is === 'process')
})

test('a click on one leads to the panel, narrowed to the process', (t) => {
  const screen = pageOf()
  const { hits } = frame(screen.state, screen.store, screen.context)
  const open = (hits ?? []).filter(({ action, y, height }) => action.do === 'open' && y + height > 80 && height > 1)
  t.deepEqual(
    open.map(({ action }) => action.do === 'open' && action.panel),
    ['runq', 'offcpu', 'block'],
  )
  screen.act(open[1]!.action)
  t.like(screen.state, { page: { is: 'panel', panel: 'offcpu' }, crumbs: [{ selection: { is: 'process', pid: 812 } }] })
})

test('beside a list its past takes what the lines leave', (t) => {
  const rowsOf = (width: number, height: number): number => {
    const screen = fakeScreen({ ...LARGE, width, height })
    screen.press('1', 'down')
    const right = screen
      .text()
      .split('\n')
      .map((line) => line.slice(Math.ceil(width * 0.55)))
    if (height === 90)
      t.false(
        right.some((line) => /▼ \d+ more/.test(line)),
        'nothing of it is out of sight',
      )
    const at = (words: string): number => right.findIndex((line) => line.includes(words))
    return at('uninterrupt.') - at('- preempted')
  }
  t.true(rowsOf(320, 90) >= 4)
  t.is(rowsOf(200, 50), 1, 'there is more than it has room for')
})
