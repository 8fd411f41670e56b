// Layouts of the overview, and panels that have nothing to say there.
import test from 'ava'
import { layoutOf, overviewPanels } from '../../src/app/layout.ts'
import { layoutsIn } from '../../src/app/layouts.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { OVERVIEW } from '../../src/panels/registry.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'

const screenOf = (width: number, height: number, panels?: string[]): FakeScreen =>
  fakeScreen({ ticks: 20, width, height, initial: { specs: SPECS, ...(panels ? { panels } : {}) } })

test('one key goes through all that have room, and comes back to what one began with', (t) => {
  const screen = screenOf(320, 90, ['tcp', 'exec'])
  const names = layoutsIn(screen.state).map(({ name }) => name)
  t.deepEqual(names, ['as begun', 'the five', 'scheduler', 'disks', 'network', 'memory and kernel', 'everything'])
  const seen = names.map(() => {
    screen.press('P')
    t.true(screen.text().length > 1000)
    t.true(screen.state.panels.includes(screen.state.focus))
    return screen.state.panels.join(' ')
  })
  t.is(new Set(seen).size, names.length)
  t.is(seen.at(-1), 'tcp exec')
})

test('where there is no room for eight panels there is no such layout; from any page it leads to the overview', (t) => {
  t.false(layoutsIn(screenOf(80, 24).state).some(({ name }) => name === 'everything'))
  const screen = screenOf(80, 24)
  screen.press('2', 'P')
  t.deepEqual(screen.state.page, { is: 'overview' })
  t.deepEqual(screen.state.panels, ['runq', 'offcpu'])
  screen.press('C-p')
  screen.type('layout the five')
  screen.press('enter')
  t.deepEqual(screen.state.panels, OVERVIEW)
})

test('a layout that is what one began with is there once', (t) => {
  const screen = screenOf(200, 50, ['runq', 'offcpu'])
  t.is(layoutsIn(screen.state).filter(({ panels }) => panels.join(' ') === 'runq offcpu').length, 1)
})

test('panels that cannot be told apart by what is selected are lines that say so, the others have their room', (t) => {
  for (const [width, height] of [
    [80, 24],
    [120, 36],
    [200, 50],
  ] as const) {
    const screen = screenOf(width, height)
    screen.press('tab', 'tab', 'tab', 'tab', 'enter')
    t.is(screen.state.crumbs.at(-1)?.selection.is, 'syscall', screen.state.notice?.text)
    const { body } = layoutOf(width, height)
    const placed = overviewPanels(screen.state, body)
    const lines = placed.filter(({ rect }) => rect.height === 1)
    t.true(lines.length > 0 && lines.length < placed.length)
    t.true(lines.every(({ rect }) => rect.width === width))
    const foot = screen
      .text()
      .split('\n')
      .slice(-1 - lines.length, -1)
    for (const line of foot) t.regex(line, /cannot be split by system call/)
    // still there for the focus, and folded no longer without the selection
    screen.press('escape')
    t.true(overviewPanels(screen.state, body).every(({ rect }) => rect.height > 1))
  }
})

test('which layouts have room, by the size of the screen', (t) => {
  const lines = [60, 80, 99, 100, 111, 112, 120, 148, 200].flatMap((width) =>
    [16, 20, 24, 27, 28, 30, 34, 36, 40, 50].map((height) => {
      const names = layoutsIn(screenOf(width, height).state).map(({ name }) => name)
      return `${width}x${height}: ${names.join(', ')}`
    }),
  )
  golden(t, 'places/layouts', lines.join('\n'))
})
