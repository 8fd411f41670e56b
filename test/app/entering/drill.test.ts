// Going into a row and to the next process: what leads where, and what is said where nothing does.
import test from 'ava'
import type { Selection } from '../../../src/model/selection.ts'
import { directoryMessages } from '../../helpers/directory.ts'
import { fakeScreen } from '../../helpers/screen.ts'

test('where nothing can be entered it says of what', (t) => {
  const screen = fakeScreen({ messages: [] })
  const said = (key: string): string | undefined => {
    screen.press(key)
    return screen.state.notice?.text
  }
  t.is(said('enter'), 'no row to enter')
  t.is(said('d'), 'no row to narrow to')
  t.is(said('n'), 'enter a process first')
  screen.press('s')
  t.is(said('enter'), 'no stack to enter')
  t.is(said('d'), 'no stack to narrow to')
})

test('what is entered already leads to its page, and is not entered again', (t) => {
  const screen = fakeScreen()
  screen.press('2', 'enter')
  const { crumbs, page } = screen.state
  t.is(page.is, 'process')
  screen.press('2')
  t.deepEqual([screen.state.crumbs, screen.state.page.is], [crumbs, 'panel'])
  screen.press('enter')
  t.deepEqual([screen.state.crumbs, screen.state.page.is], [crumbs, 'process'])
})

test('the choice is opened, moved in as far as it goes, and closed by the same key', (t) => {
  const screen = fakeScreen()
  screen.press('2', 'd')
  const last = screen.state.choice!.selections.length - 1
  t.true(last > 0)
  t.is(screen.state.choice!.at, 0)
  screen.press('up')
  t.is(screen.state.choice!.at, 0)
  screen.press('end')
  t.is(screen.state.choice!.at, last)
  screen.press('down')
  t.is(screen.state.choice!.at, last)
  screen.press('d')
  t.is(screen.state.choice, undefined)
  screen.press('d', 'down', 'enter')
  t.is(screen.state.choice, undefined)
  t.is(screen.state.crumbs.length, 1)
  t.not(screen.state.crumbs[0]!.selection.is, 'process')
})

test('a process by its number is left to where it was entered, from stacks to all panels', (t) => {
  const screen = fakeScreen()
  const from = (...keys: string[]) => {
    screen.press(...keys)
    screen.act({ do: 'enterProcess', pid: 812, comm: 'postgres' })
    return screen.state.crumbs[0]!.from
  }
  t.like(from('2'), { is: 'panel', panel: 'offcpu' })
  t.is(screen.state.page.is, 'process')
  t.is(from('s').is, 'overview')
})

test('the next of its name is looked for under the name the process has, where only its number was given', (t) => {
  const screen = fakeScreen()
  screen.act({ do: 'enterProcess', pid: 812, comm: '' })
  screen.press('n')
  t.is(screen.state.notice?.text, 'no other process is called postgres')
})

test('the parent is told from the process itself, and has all below it behind it', (t) => {
  const screen = fakeScreen({})
  const known = [
    { pid: 812, comm: 'postgres', parent: 1 },
    { pid: 1, comm: 'init' },
  ]
  screen.receive(...directoryMessages(known))
  screen.press('1', 'd')
  const selections: Selection[] = [
    { is: 'process', pid: 812, comm: 'postgres' },
    { is: 'tree', top: 812, comm: 'postgres' },
    { is: 'process', pid: 1, comm: 'init' },
    { is: 'tree', top: 1, comm: 'init' },
  ]
  screen.state = { ...screen.state, choice: { ...screen.state.choice!, selections, at: 0 } }
  const words = screen
    .text()
    .split('\n')
    .flatMap((line) => /(process tree|process|parent) +(postgres|init) (\d+)/.exec(line)?.slice(1, 3).join(' ') ?? [])
  t.deepEqual(words.slice(-4), ['process postgres', 'process tree postgres', 'parent init', 'process tree init'])
})
