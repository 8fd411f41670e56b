import test from 'ava'
import { initialState, viewIn } from '../../src/app/state.ts'
import { libraryScript } from '../../src/app/library.ts'
import { paletteItems } from '../../src/app/keys/palette-items.ts'
import { directoryStore } from '../helpers/directory.ts'
import { golden } from '../helpers/golden.ts'
import { open } from './opened-palette.ts'

test('the palette', (t) => {
  const screen = open()
  screen.type('theme')
  golden(t, 'palette', screen.picture())
})

test('processes are there whatever panels are shown', (t) => {
  const store = directoryStore([{ pid: 7, comm: 'worker', cgroup: '/svc', startedMs: 5 }])
  const state = { ...initialState(), palette: { at: 0, filter: { text: 'worker', editing: true } } }
  t.deepEqual(paletteItems(state, viewIn(state, store)), [
    {
      label: 'process worker 7',
      key: '',
      detail: '/svc',
      action: { do: 'enterProcess', pid: 7, comm: 'worker', startedMs: 5 },
    },
  ])
})

test('by any words, with names first; a panel, a theme, a process', (t) => {
  const screen = open()
  screen.type('tcp')
  t.is(paletteItems(screen.state, viewIn(screen.state, screen.store))[0]?.label, 'panel TCP')
  screen.press('enter')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'tcp' })
  screen.press('C-p')
  screen.type('redis')
  screen.press('enter')
  t.like(screen.state.crumbs.at(-1)?.selection, { is: 'process', comm: 'redis-server', pid: 955 })
  t.is(screen.state.page.is, 'process')
  screen.press('C-p')
  screen.type('theme light')
  screen.press('enter')
  t.is(screen.state.theme, 'light')
  t.true(screen.effects.some((effect) => effect.effect === 'theme' && effect.name === 'light'))
})

test('what begins with the first word is first, then what has all in its name; blanks before and behind are none', (t) => {
  const labels = (text: string): string[] => {
    const screen = open()
    screen.type(text)
    return paletteItems(screen.state, viewIn(screen.state, screen.store)).map(({ label }) => label)
  }
  t.deepEqual(labels('  panel  '), labels('panel'))
  const found = labels('panel')
  const ranks = found.map((label) => (label.startsWith('panel') ? 0 : label.includes('panel') ? 1 : 2))
  t.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  )
  t.deepEqual([...new Set(ranks)], [0, 1, 2])
  t.true(labels('').length > found.length)
})

test('a name that has all words is before one that only begins with the first of them', (t) => {
  const screen = open()
  screen.type('panel block')
  const labels = paletteItems(screen.state, viewIn(screen.state, screen.store)).map(({ label }) => label)
  t.is(labels[0], 'panel block I/O')
  t.true(labels.includes('panel off-CPU'), 'who is blocked, says its question')
})

test('all there is, by page: keys that act there, then panels, layouts, themes, processes', (t) => {
  const told = (...keys: string[]): string => {
    const { state, store } = open(...keys)
    const items = paletteItems(state, viewIn(state, store))
    return [keys.join(' '), ...items.map(({ label, key, detail }) => `  ${label} | ${key} | ${detail}`)].join('\n')
  }
  golden(t, 'palette-items', [told(), told('s'), told('0')].join('\n'))
})

test('Enter in a palette that was opened by mistake does not end it', (t) => {
  const screen = open()
  screen.press('enter')
  t.deepEqual(
    screen.effects.filter(({ effect }) => effect === 'quit'),
    [],
  )
  t.is(paletteItems(open().state, viewIn(screen.state, screen.store)).at(-1)?.label, 'quit')
})

test('what was used lately comes first', (t) => {
  const screen = open()
  screen.type('freeze')
  screen.press('enter', 'C-p')
  t.is(paletteItems(screen.state, viewIn(screen.state, screen.store))[0]?.key, 'Space')
})

test('what nothing is called does nothing; Esc leaves, letters are typed and act on nothing', (t) => {
  const screen = open()
  screen.type('qxqx')
  t.regex(screen.text(), /nothing here is called that/)
  screen.press('enter')
  t.not(screen.state.palette, undefined)
  t.deepEqual(screen.effects, [])
  screen.press('escape')
  t.is(screen.state.palette, undefined)
  t.is(screen.state.page.is, 'overview')
})

test('scripts and tools that are no panels yet become one by any word of theirs', (t) => {
  const screen = open()
  screen.state = {
    ...screen.state,
    library: () => [
      libraryScript('slow', '// title: slow calls\n// question: Which are slow?\ntracepoint:a:b { @ = count(); }'),
      { ...libraryScript('runqlat', 'runqlat'), title: 'runqlat (bcc)', question: 'How long?', tool: 'runqlat' },
    ],
  }
  screen.type('bcc')
  t.is(paletteItems(screen.state, viewIn(screen.state, screen.store))[0]?.label, 'panel runqlat (bcc) +')
  screen.press('enter')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'runqlat' })
  t.deepEqual(
    screen.state.scripts.map(({ id, tool }) => [id, tool]),
    [['runqlat', 'runqlat']],
  )
  screen.press('C-p')
  t.false(
    paletteItems(screen.state, viewIn(screen.state, screen.store)).some(
      ({ label }) => label === 'panel runqlat (bcc) +',
    ),
  )
  screen.type('slow are')
  screen.press('enter')
  t.is(screen.state.scripts.length, 2)
  screen.press('C-p')
  t.deepEqual(
    paletteItems(screen.state, viewIn(screen.state, screen.store))
      .slice(0, 2)
      .map(({ label }) => label),
    ['panel slow calls', 'panel runqlat'],
    'used lately, also as a panel',
  )
})

test('Tab: as far as all that begin so go on alike, then the one that is chosen, which is first then', (t) => {
  const completed = (text: string, ...keys: string[]): string => {
    const screen = open()
    screen.type(text)
    screen.press(...keys)
    return screen.state.palette!.filter.text
  }
  t.is(completed('the', 'tab'), 'theme')
  t.is(completed('theme li', 'tab'), 'theme light')
  t.is(completed('block', 'tab'), 'panel block I/O')
  t.is(completed('theme ', 'down', 'tab'), 'theme dark')
  t.is(completed('qxqx', 'tab'), 'qxqx')
  const screen = open()
  screen.type('panel tcp')
  screen.press('tab')
  t.is(paletteItems(screen.state, viewIn(screen.state, screen.store))[0]?.label, 'panel TCP')
})
