import test from 'ava'
import { viewIn } from '../../../src/app/state.ts'
import { frame } from '../../../src/app/draw/frame.ts'
import { tableOf } from '../../../src/app/table/rows.ts'
import type { Action } from '../../../src/app/actions.ts'
import { update } from '../../../src/app/update.ts'
import { SCENES } from '../../pictures/scenes.ts'
import { fakeScreen, type FakeScreen } from '../../helpers/screen.ts'
import { click, at } from './clicking.ts'

test('a row is selected, clicked again entered; its panel has the focus', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  t.true(click(screen, 'sshd'))
  t.is(screen.state.focus, 'tcp')
  t.is(screen.state.byPanel.tcp.selected?.pid, 640)
  click(screen, 'sshd')
  t.like(screen.state.crumbs[0]?.selection, { is: 'process', pid: 640 })
})

test('a row that was clicked stays under the mouse', (t) => {
  const screen = fakeScreen({ ticks: 20, width: 80, height: 24 })
  screen.press('5')
  screen.press('escape')
  screen.press('end')
  const rows = (): { key: string; y: number; action: Action }[] =>
    frame(screen.state, screen.store, screen.context).hits!.flatMap(({ y, action }) =>
      action.do === 'pick' && action.panel === 'syscalls' ? [{ key: action.key, y, action }] : [],
    )
  const seen = rows()
  t.true(tableOf(screen.state, viewIn(screen.state, screen.store), 'syscalls', false).rows.length > seen.length)
  for (const { key, y, action } of seen) {
    screen.act(action)
    t.is(rows().find((row) => row.key === key)?.y, y)
  }
  screen.press('up')
  t.is(screen.state.byPanel.syscalls.selected?.line, undefined, 'keys have it in the middle')
})

test('another tab of a table on a very large overview: a click turns the panel to it', (t) => {
  const screen = fakeScreen({ ticks: 20, width: 320, height: 90 })
  click(screen, '5 system calls by process')
  t.like(screen.state, { focus: 'syscalls', page: { is: 'overview' } })
  t.is(screen.state.byPanel.syscalls.mode, 'processes')
  t.is(screen.state.byPanel.tcp.mode, 'sessions')
})

test('a column head sorts, again turns the order', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1')
  click(screen, 'WAITS/s')
  t.deepEqual(screen.state.byPanel.runq.sort, { column: 'waits', descending: true })
  click(screen, 'WAITS/s')
  t.deepEqual(screen.state.byPanel.runq.sort, { column: 'waits', descending: false })
  click(screen, 'COMMAND')
  t.deepEqual(screen.state.byPanel.runq.sort, { column: 'command', descending: false })
})

test('a panel, a key of the footer, what stands out', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  click(screen, '3 block I/O')
  t.is(screen.state.focus, 'block')
  click(screen, 'nginx 1207: queue')
  t.is(screen.state.page.is, 'verdict')
  click(screen, 'freeze')
  t.not(screen.state.instantMs, undefined)
})

test('an entry of a list is taken, and nothing behind the list', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('C-p')
  screen.type('theme')
  t.false(click(screen, '╭'), 'the corner of a panel')
  click(screen, 'theme light')
  t.is(screen.state.theme, 'light')
  t.is(screen.state.palette, undefined)
})

const clickAt = (screen: FakeScreen, x: number, y: number): void => {
  const under = at(screen, x, y)
  const updated = update(screen.state, under.at?.(x - under.x, y - under.y) ?? under.action, screen.store)
  screen.state = updated.state
}

/** Cells of the map of the panel on the full screen that have a colour, from the right. */
const coloured = (screen: FakeScreen): [x: number, y: number][] =>
  screen
    .text()
    .split('\n')
    .slice(4, 15)
    .flatMap((line, row) =>
      [...line].flatMap((char, x): [number, number][] =>
        x > 8 && x < 80 && '.:░▒▓█'.includes(char) ? [[x, row + 4]] : [],
      ),
    )
    .sort((a, b) => b[0] - a[0])

test('a cell of a heat map: that instant, and the rows that can have been in it, those that were for sure first', (t) => {
  // of a machine, where rows and map are of the same waits
  const screen = SCENES.find(({ name }) => name === 'runq')!.screen({ width: 120, height: 36 })
  const all = tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).rows.length
  // the longest of the newest interval are few
  const [x, y] = coloured(screen).toSorted((a, b) => a[1] - b[1] || b[0] - a[0])[0]!
  screen.press('end')
  t.truthy(screen.state.byPanel.runq?.selected)
  clickAt(screen, x, y)
  t.is(screen.state.byPanel.runq?.selected, undefined, 'they are at the top, whatever row one was on')
  const { bucket, instantMs } = screen.state
  t.truthy(bucket)
  t.is(instantMs, bucket!.atMs)
  t.is(screen.state.notice?.role, 'good')
  const { rows, columns, sort, total } = tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true)
  const max = columns.findIndex(({ id }) => id === 'max')
  t.true(rows.length > 0 && rows.length < all)
  t.true(rows.every(({ cells }) => (cells[max] as number) >= bucket!.fromNs))
  t.true((rows[0]!.cells[max] as number) < bucket!.toNs, 'it has an event, and that is the longest of somebody')
  t.deepEqual(sort, { column: 'max', descending: false })
  t.true(total >= rows.length)
  t.regex(screen.text(), /Esc shows all/)
  screen.press('escape')
  t.is(screen.state.bucket, undefined)
  t.is(screen.state.page.is, 'panel')
  t.regex(screen.text(), /FROZEN/)
  clickAt(screen, x, y)
  screen.press('L')
  t.is(screen.state.bucket, undefined)
})

test('where no row says how long its longest was, that is said', (t) => {
  const screen = fakeScreen({ ticks: 40, width: 120, height: 36 })
  screen.press('2')
  const [x, y] = coloured(screen)[0]!
  clickAt(screen, x, y)
  t.regex(screen.text(), /whose they are is not kept/)
})

test('a line of time: to that instant, and on along it while the button is held', (t) => {
  const screen = fakeScreen({ ticks: 40, width: 120, height: 36 })
  screen.press('1')
  const lines = screen.text().split('\n')
  const y = lines.findIndex((line) => /-\d+s.*now/.test(line))
  const x = lines[y]!.indexOf('now') - 6
  const under = at(screen, x, y)
  clickAt(screen, x, y)
  const first = screen.state.instantMs!
  t.true(screen.store.ticks().includes(first))
  screen.state = update(screen.state, under.drag!(x - under.x - 5), screen.store).state
  t.is(screen.store.ticks().indexOf(first) - screen.store.ticks().indexOf(screen.state.instantMs!), 5)
})

test('a step of the way, a tab, what stands out', (t) => {
  const screen = fakeScreen({ ticks: 20, targetPid: 812, detail: true, width: 120, height: 36 })
  screen.press('down', 'enter')
  t.is(screen.state.crumbs.length, 1)
  const name = screen.state.crumbs[0]!.selection
  clickAt(screen, screen.text().split('\n')[1]!.indexOf('all > '), 1)
  t.deepEqual([screen.state.crumbs.length, screen.state.page.is], [0, 'overview'])
  t.is(name.is, 'process')
  screen.press('1')
  click(screen, 'by process')
  t.is(screen.state.byPanel.runq.mode, 'cpus')
  click(screen, 'by CPU')
  t.is(screen.state.byPanel.runq.mode, 'all')
  screen.press('!')
  click(screen, 'nginx 1207: queue')
  t.deepEqual(screen.state.page.is === 'panel' && screen.state.page.panel, 'tcp')
})

test('it is given back to the terminal by a key', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  screen.press('M')
  t.false(screen.state.mouse)
  t.deepEqual(screen.effects.at(-1), { effect: 'mouse', on: false })
  t.false(fakeScreen({ ticks: 5, initial: { mouse: false } }).state.mouse)
})

test('an entry of any list is taken by its place, whatever was highlighted', (t) => {
  const taken = (...keys: string[]) => {
    const screen = fakeScreen({ ticks: 20 })
    screen.press(...keys)
    return update(screen.state, { do: 'chooseAt', at: 1 }, screen.store).state
  }
  t.like(taken('0').page, { is: 'panel', panel: 'offcpu' })
  t.like(taken('4', 'd').crumbs[0]?.selection, { is: 'comm', comm: 'sshd' })
  t.is(taken('1', 'o').byPanel.runq.sort?.column, 'command')
  t.deepEqual(taken('1', 'down').page, { is: 'process', scroll: 0 }, 'where none is open it is Enter')
})

test('where nothing was collected no place of a line of time is an instant', (t) => {
  const screen = fakeScreen({ messages: [] })
  const before = screen.state
  screen.act({ do: 'toTime', atMs: 5 })
  t.deepEqual(screen.state, { ...before, notice: undefined })
})

test('a place that is there no more does nothing: a row, a column, a panel that is not there', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const before = { ...screen.state, focus: 'tcp', notice: undefined }
  for (const action of [
    { do: 'pick', panel: 'tcp', key: 'gone' },
    { do: 'sortBy', panel: 'tcp', column: 'gone' },
  ] as const)
    t.deepEqual(update(screen.state, action, screen.store).state, before as never, action.do)
  const page = { is: 'verdict', at: 0, from: { is: 'overview' } } as const
  const elsewhere = { ...screen.state, page }
  t.is(update(elsewhere, { do: 'focus', panel: 'tcp' }, screen.store).state.focus, 'runq')
  t.is(update(screen.state, { do: 'focus', panel: 'threads' }, screen.store).state.focus, 'runq')
})

test('a row is entered by a second click only where its panel has the focus', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const clicked = (panel: string, key: string): string => {
    screen.act({ do: 'pick', panel, key })
    return `${screen.state.focus} ${screen.state.page.is}`
  }
  t.is(clicked('runq', '812'), 'runq overview')
  t.is(clicked('offcpu', '812'), 'offcpu overview')
  t.is(clicked('runq', '812'), 'runq overview')
  t.is(clicked('runq', '812'), 'runq process')
})
