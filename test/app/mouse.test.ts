import test from 'ava'
import { frame } from '../../src/app/frame.ts'
import { update } from '../../src/app/update.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'

/** A click on the first place of that text, as far as clicks go there. */
const click = (screen: FakeScreen, text: string, nth = 0): boolean => {
  const { grid, hits = [] } = frame(screen.state, screen.store, screen.context)
  const lines = screen.text().split('\n')
  const found = lines.flatMap((line, y) => (line.includes(text) ? [[line.indexOf(text), y] as const] : []))[nth]
  if (!found) throw new Error(`no ${text}`)
  const [x, y] = found
  if (x >= grid.width) return false
  const under = hits.findLast((hit) => x >= hit.x && x < hit.x + hit.width && y >= hit.y && y < hit.y + hit.height)
  if (!under) return false
  const updated = update(screen.state, under.action, screen.store)
  screen.state = updated.state
  screen.effects.push(...updated.effects)
  return true
}

test('a row is selected, clicked again entered; its panel has the focus', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  t.true(click(screen, 'sshd'))
  t.is(screen.state.focus, 'tcp')
  t.is(screen.state.byPanel.tcp.selected?.pid, 640)
  click(screen, 'sshd')
  t.like(screen.state.crumbs[0]?.selection, { is: 'process', pid: 640 })
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
  click(screen, 'nginx: queue')
  t.is(screen.state.page.is, 'verdict')
  click(screen, 'freeze')
  t.not(screen.state.cursorMs, undefined)
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

test('it is given back to the terminal by a key', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  screen.press('M')
  t.false(screen.state.mouse)
  t.deepEqual(screen.effects.at(-1), { effect: 'mouse', on: false })
  t.false(fakeScreen({ ticks: 5, initial: { mouse: false } }).state.mouse)
})

test('every place of every page can be clicked, and leaves a screen', (t) => {
  for (const keys of [[], ['1'], ['5'], ['!'], ['s'], ['?'], ['0'], ['d'], ['C-p'], ['down', 'enter'], ['/', 'x']]) {
    const fresh = (): FakeScreen => {
      const screen = fakeScreen({ ticks: 20, targetPid: 812, detail: true })
      screen.press(...keys)
      return screen
    }
    const { hits = [] } = frame(fresh().state, fresh().store, fresh().context)
    t.true(hits.length > 0)
    for (const { action } of hits) {
      const screen = fresh()
      screen.state = update(screen.state, action, screen.store).state
      t.true(screen.text().length > 1000)
    }
  }
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
