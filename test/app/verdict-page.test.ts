// The page of what stands out: its entries in their groups, how one moves in it, and where Enter leads.
import test from 'ava'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'
import { panelState } from '../../src/app/state.ts'
import { toGoal } from '../../src/app/verdict/page.ts'

const at = ({ state }: FakeScreen): number => (state.page.is === 'verdict' ? state.page.at : -1)

test('what stands out, what is fine, what cannot be told; one entry is chosen', (t) => {
  const screen = fakeScreen({ width: 160, height: 50 })
  screen.press('!')
  const lines = screen.text().split('\n')
  const heads = ['Stands out', 'Looked at, and fine', 'Cannot be told now'].map((head) =>
    lines.findIndex((line) => line.includes(head)),
  )
  t.deepEqual(
    heads,
    [...heads].sort((a, b) => a - b),
  )
  t.true(heads[1]! > 0)
  t.is(lines.filter((line) => line.includes('▸')).length, 1)
})

test('one moves to its ends and not beyond; the key leads back', (t) => {
  const screen = fakeScreen({ width: 160, height: 50 })
  screen.press('3', '!', 'up')
  t.is(at(screen), 0)
  screen.press('down')
  t.is(at(screen), 1)
  screen.press('end')
  const last = at(screen)
  screen.press('down')
  t.is(at(screen), last)
  t.true(last > 5)
  screen.press('!')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'block' })
})

test('a goal is shown out of all that was entered, sorted and selected as it asks; Esc leads back', (t) => {
  const screen = fakeScreen()
  screen.press('2', 'enter')
  const before = screen.state
  const after = toGoal(before, {
    panel: 'offcpu',
    mode: 'D',
    sort: { column: 'disk', descending: true },
    row: { key: '7', pid: 7 },
  })
  t.deepEqual(after.crumbs, [])
  t.is(after.focus, 'offcpu')
  t.like(panelState(after, 'offcpu'), {
    mode: 'D',
    sort: { column: 'disk', descending: true },
    selected: { index: 0, key: '7', pid: 7 },
  })
  screen.state = after
  screen.press('escape')
  t.deepEqual([screen.state.crumbs, screen.state.page], [before.crumbs, before.page])
  const plain = toGoal({ ...after, focus: 'tcp' }, { panel: 'threads', mode: 'nonesuch' })
  t.is(plain.focus, 'tcp', 'it is not on the overview')
  t.is(panelState(plain, 'threads').mode, panelState(after, 'threads').mode, 'there is no such tab')
  t.is(panelState(toGoal(after, { panel: 'offcpu' }), 'offcpu').mode, 'D', 'none is asked for')
  t.deepEqual([panelState(plain, 'threads').sort, panelState(plain, 'threads').selected], [undefined, undefined])
})
