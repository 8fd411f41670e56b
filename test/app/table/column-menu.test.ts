// The menu of columns: what it shows and hides, the order, what the rows are sorted by; kept for each tab.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { viewIn } from '../../../src/app/state.ts'
import { chosenColumns } from '../../../src/app/column-choice.ts'
import { menuColumns } from '../../../src/app/table/column-menu.ts'
import { tableOf } from '../../../src/app/table/rows.ts'
import { golden } from '../../helpers/golden.ts'
import { fakeScreen, type FakeScreen } from '../../helpers/screen.ts'

const shown = ({ state, store }: FakeScreen, id = 'runq'): string[] =>
  tableOf(state, viewIn(state, store), id, true).shown.map((column) => column.title)

const to = (screen: FakeScreen, id: string): void => {
  const menu = screen.state.columnMenu!
  screen.state = { ...screen.state, columnMenu: { ...menu, at: menu.order.indexOf(id) } }
}

test('the menu', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1', 'o', 'down', 'space', 'down')
  golden(t, 'columns', screen.picture())
})

test('what a column is loses its end where there is no room, not its middle', (t) => {
  const screen = fakeScreen({ ticks: 20, width: 60, height: 24 })
  screen.press('1', 'o')
  const line = screen
    .text()
    .split('\n')
    .find((each) => each.includes('] WAIT%'))!
  t.regex(line, / time its threads waited[^…]*… │$/)
})

test('hidden, said in the title, shown again; nothing else changes', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1')
  const before = shown(screen)
  screen.press('o')
  to(screen, 'max')
  screen.press('space')
  t.deepEqual(
    shown(screen),
    before.filter((title) => title !== 'MAX'),
  )
  screen.press('escape')
  t.regex(screen.text(), /1 column hidden/)
  t.notRegex(screen.text(), /\bMAX\b/)
  screen.press('o')
  to(screen, 'max')
  screen.press('space')
  t.is(chosenColumns(screen.state, 'runq'), undefined, 'as they come is no choice')
  t.deepEqual(shown(screen), before)
})

test('what the rows are sorted by cannot be hidden, and comes back where it was', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1', 'o')
  to(screen, 'wait')
  screen.press('space')
  t.regex(screen.state.notice?.text ?? '', /sorted by WAIT%/)
  to(screen, 'max')
  screen.press('space', 's')
  t.deepEqual(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).sort, {
    column: 'max',
    descending: true,
  })
  t.true(shown(screen).includes('MAX'))
  screen.press('s')
  t.false(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).sort.descending)
  to(screen, 'wait')
  screen.press('enter')
  t.is(screen.state.columnMenu, undefined)
  t.false(shown(screen).includes('MAX'), 'hidden again')
})

test('moved to the left and right, over the ends nowhere', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1', 'o')
  to(screen, 'wait')
  screen.press('left')
  t.true(shown(screen).indexOf('WAIT%') < shown(screen).indexOf('MAX'))
  for (let i = 0; i < 20; i++) screen.press('left')
  t.is(shown(screen)[0], 'WAIT%')
  for (let i = 0; i < 30; i++) screen.press('right')
  t.is(shown(screen).at(-1), 'WAIT%')
  screen.press('d')
  t.deepEqual(shown(screen).slice(0, 3), ['PID', 'COMMAND', 'WAIT%'])
})

test('each tab has its own, sort included, and other panels theirs', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1', 'o')
  to(screen, 'cpu')
  screen.press('space')
  to(screen, 'max')
  screen.press('enter', 'm')
  t.true(shown(screen).includes('BUSY%'))
  screen.press('m')
  t.false(shown(screen).includes('CPU%'))
  t.is(tableOf(screen.state, viewIn(screen.state, screen.store), 'runq', true).sort.column, 'max')
  t.true(shown(screen, 'offcpu').includes('CALL') || shown(screen, 'offcpu').length > 3)
})

test('what the directory knows can be a column of any table of processes, and sorts it', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('3', 'o')
  to(screen, 'user')
  screen.press('space')
  to(screen, 'parent')
  screen.press('enter')
  t.deepEqual(shown(screen, 'block').slice(0, 4), ['PID', 'COMMAND', 'USER', 'PARENT'])
  t.is(tableOf(screen.state, viewIn(screen.state, screen.store), 'block', true).sort.column, 'parent')
  const { rows, columns } = tableOf(screen.state, viewIn(screen.state, screen.store), 'block', true)
  t.true(rows.every(({ cells }) => cells.length === columns.length))
})

test('the last one stays; a page without a table has no menu; the mouse takes an entry', (t) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press('1', 'o')
  for (const { column, isShown } of menuColumns(screen.state, screen.state.columnMenu!, viewOf(screen.store))) {
    to(screen, column.id)
    if (isShown) screen.press('space')
  }
  t.deepEqual(shown(screen), ['WAIT%'])
  screen.press('escape', 'escape', '!', 'o')
  t.is(screen.state.columnMenu, undefined)
  t.regex(screen.state.notice?.text ?? '', /no table/)
})

test('wider and narrower, by hand for each tab; a number is never cut; as they come again', (t) => {
  const screen = fakeScreen({ ticks: 20, width: 120, height: 36 })
  const width = (id: string): number | undefined =>
    menuColumns(screen.state, screen.state.columnMenu!, viewOf(screen.store)).find(({ column }) => column.id === id)
      ?.width
  const heading = (): string =>
    screen
      .text()
      .split('\n')
      .find((line) => line.includes('COMMAND')) ?? ''
  screen.press('1', 'o')
  to(screen, 'command')
  const before = width('command')!
  screen.press('+', '+')
  t.is(width('command'), before + 4)
  screen.press('escape')
  const [wide, usual] = [heading(), before]
  screen.press('o')
  to(screen, 'command')
  for (let i = 0; i < 60; i++) screen.press('-')
  t.is(width('command'), 4)
  t.regex(screen.state.notice?.text ?? '', /as narrow as it can be: 4/)
  screen.press('escape')
  t.true(wide.indexOf('WAIT%') > usual)
  t.regex(screen.text(), /post?…|pos…/, 'a name is cut, and says so')
  screen.press('o')
  to(screen, 'max')
  for (let i = 0; i < 60; i++) screen.press('-')
  t.true(width('max')! >= 6)
  screen.press('m')
  t.deepEqual(Object.keys(screen.state.byPanel.runq.tabs ?? {}), ['all'], 'of this tab alone')
  screen.press('d')
  t.is(width('command'), before)
})

test('what the rows are sorted by is shown, whatever was chosen, and cannot be hidden', (t) => {
  const screen = fakeScreen({ ticks: 5 })
  const { byPanel } = screen.state
  const runq = {
    mode: 'all',
    sort: { column: 'max', descending: true },
    tabs: { all: { columns: ['pid', 'command'] } },
  }
  screen.state = { ...screen.state, byPanel: { ...byPanel, runq } }
  screen.press('1', 'o')
  const all = menuColumns(screen.state, screen.state.columnMenu!, viewIn(screen.state, screen.store))
  t.deepEqual(
    all.flatMap(({ column, isShown, sorted }) => (isShown ? [`${column.id} ${sorted ?? '-'}`] : [])),
    ['pid -', 'command -', 'max down'],
  )
  to(screen, 'max')
  screen.press('space')
  t.regex(screen.state.notice!.text, /the rows are sorted by MAX/)
})

test('help over the menu is about it first, and leads back to it', (t) => {
  const screen = fakeScreen()
  screen.press('1', 'o', 'down', '?')
  t.regex(screen.text(), /help[^\n]*\n[^\n]*In the menu of columns/)
  const { at } = screen.state.columnMenu!
  screen.press('down', 'down')
  t.is(screen.state.help!.scroll, 2, 'it is the help that moves')
  t.is(screen.state.columnMenu!.at, at)
  screen.press('escape')
  t.is(screen.state.help, undefined)
  t.is(screen.state.columnMenu!.at, at)
  screen.press('escape', '4', 'down', 'd', 'f1')
  t.regex(screen.text(), /help[^\n]*\n[^\n]*In the list of what to narrow to/)
  screen.press('?')
  t.truthy(screen.state.choice)
})
