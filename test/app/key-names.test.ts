// Keys of one's own: how they are written, what the things they do are called, and what is refused.
import test from 'ava'
import type { KeyEntry } from '../../src/app/key-entry.ts'
import { KEYS, keyName } from '../../src/app/keys/keymap.ts'
import { nameOfEntry, parseKey, remap } from '../../src/app/key-names.ts'
import type { KeyOverrides } from '../../src/app/state-types.ts'

const entry = (keys: string[], where: KeyEntry['where'], action: object): KeyEntry =>
  ({ keys, where, action, label: '', help: '' }) as unknown as KeyEntry

test('keys are told as they are written, and are read back as the same', (t) => {
  t.deepEqual(['S-left', 'C-right', 'C-p', 'S-tab', 'f2', 'x'].map(keyName), [
    'Shift-Left',
    'Ctrl-Right',
    'Ctrl-P',
    'Shift-Tab',
    'F2',
    'x',
  ])
  for (const { keys } of KEYS) for (const key of keys) t.is(parseKey(keyName(key)), key)
})

test('keys as people write them', (t) => {
  const same = ['x', 'X', '?', '漢', '🦊', 'f12', 'end']
  const none = [' ', '', '\u0007', 'F13', 'F0', 'Shift-x', 'Ctrl-1', 'Ctrl-F1', 'Alt-x', 'nonesuch']
  const others = {
    F1: 'f1',
    PgUp: 'pageup',
    Esc: 'escape',
    'Ctrl-X': 'C-x',
    'Ctrl-M': 'enter',
    'ctrl-i': 'tab',
    'C-h': 'backspace',
    'c-x': 'C-x',
    'Control-Left': 'C-left',
  }
  for (const key of same) t.is(parseKey(key), key)
  for (const key of none) t.is(parseKey(key), undefined, key)
  for (const [text, key] of Object.entries({ ...others, 'Shift-Tab': 'S-tab' })) t.is(parseKey(text), key)
})

test('a name is what the key does, with where it does it unless that is everywhere', (t) => {
  const cases: [KeyEntry['where'], object, string][] = [
    ['global', { do: 'open', panel: 'runq' }, 'open-runq'],
    ['panel', { do: 'sortColumn', by: -1 }, 'sort-column-back'],
    ['panel', { do: 'step', by: 10 }, 'step-on-10'],
    ['stacks', { do: 'turn', what: 'view' }, 'stacks-turn-view'],
    ['player', { do: 'seek', by: { ms: -60_000 } }, 'player-seek-ms-back-60000'],
    ['filter', { do: 'quit' }, 'filter-quit'],
    ['filter', { do: 'filterKeep' }, 'filter-keep'],
    ['picker', { do: 'filterErase', what: 'char' }, 'picker-filter-erase-char'],
    ['palette', { do: 'palette' }, 'palette-palette'],
  ]
  for (const [where, action, name] of cases) t.is(nameOfEntry(entry(['x'], where, action)), name)
})

const TABLE = [
  entry(['q'], 'global', { do: 'quit' }),
  entry(['z', 'Z'], 'panel', { do: 'freeze' }),
  entry(['q'], 'stacks', { do: 'fold' }),
  entry(['a'], 'filter', { do: 'quit' }),
]
const keysOf = ({ table }: ReturnType<typeof remap>) => table.map(({ keys }) => keys.join(' '))

test('what does the same elsewhere has the same keys, as far as they are free there', (t) => {
  const table = [
    ...TABLE,
    entry(['q'], 'dialog', { do: 'quit' }),
    entry(['y'], 'dialog', { do: 'sort' }),
    entry(['Z'], 'choice', { do: 'freeze' }),
    entry(['e'], 'choice', { do: 'quit' }),
  ]
  const made = (own: KeyOverrides): string[] => keysOf(remap(table, own)).slice(3)
  t.deepEqual(made({ quit: ['x', 'y'] }), ['a', 'x', 'y', 'Z', 'e'], 'where it had other keys it keeps them')
  t.deepEqual(made({ quit: ['x', 'y'], 'dialog-quit': ['k'], 'dialog-sort': ['s'] }), ['a', 'k', 's', 'Z', 'e'])
  t.deepEqual(made({ quit: ['x', 'y'], 'dialog-sort': ['s'], freeze: [] }), ['a', 'x y', 's', '', 'e'])
  const help = remap(KEYS, { quit: ['Q'], theme: ['f5'] }).table.filter(({ where }) => where === 'dialog')
  t.false(help.some(({ keys }) => keys.includes('q') || keys.includes('t')))
})

test("what is named has the keys of one's own, and the rest its own", (t) => {
  const made = remap(TABLE, { quit: ['x', 'y'] })
  t.deepEqual(keysOf(made), ['x y', 'z Z', 'q', 'a'])
  t.deepEqual(made.problems, [])
  t.deepEqual(keysOf(remap(TABLE, { quit: [] }))[0], '')
})

test('a name that there is not is said, with the nearest one', (t) => {
  t.deepEqual(remap(KEYS, { quti: ['x'], filter: ['x'], 'next layout': ['x'], xxxxxxxxxxxx: ['y'] }).problems, [
    { name: 'quti', why: 'nothing that a key does is called "quti", did you mean quit?' },
    { name: 'filter', why: 'nothing that a key does is called "filter", did you mean filter-open?' },
    { name: 'next layout', why: 'nothing that a key does is called "next layout", did you mean layout?' },
    { name: 'xxxxxxxxxxxx', why: 'nothing that a key does is called "xxxxxxxxxxxx"' },
  ])
})

test('a key of two that are active together is refused to the one that was given it; in another place it is free', (t) => {
  const made = remap(TABLE, { quit: ['z'], 'stacks-fold': ['Z'] })
  t.deepEqual(keysOf(made), ['q', 'z Z', 'Z', 'a'])
  t.deepEqual(made.problems, [{ name: 'quit', why: 'z is the key of quit and of freeze; quit keeps its own' }])
  t.deepEqual(keysOf(remap(TABLE, { quit: ['z'], freeze: ['q'] })), ['z', 'q', 'q', 'a'], 'they may change places')
  const both = remap(TABLE, { quit: ['x'], freeze: ['x'] })
  t.deepEqual([keysOf(both), both.problems.map(({ name }) => name)], [['x', 'z Z', 'q', 'a'], ['freeze']])
  const after = remap(TABLE, { quit: ['x'], freeze: ['x', 'q'] })
  t.deepEqual(keysOf(after), ['x', 'z Z', 'q', 'a'])
})

test('where text is typed a character is no key, but one that already was', (t) => {
  const table = [
    entry(['escape'], 'filter', { do: 'filterClear' }),
    entry(['enter'], 'picker', { do: 'enter' }),
    entry(['space'], 'picker', { do: 'onOverview' }),
    entry(['escape'], 'dialog', { do: 'back' }),
  ]
  const made = remap(table, { 'filter-clear': ['f5', 'x'], 'dialog-back': ['x'] })
  t.deepEqual(keysOf(made), ['escape', 'enter', 'space', 'x'])
  t.deepEqual(made.problems, [{ name: 'filter-clear', why: 'x is typed there; filter-clear keeps its own' }])
  t.is(remap(table, { 'filter-clear': ['space'] }).problems.length, 1)
  t.deepEqual(keysOf(remap(table, { 'picker-enter': ['space'], 'picker-on-overview': ['f5'] })).slice(1, 3), [
    'space',
    'f5',
  ])
})

test('a refused key of what is typed gives way to no other there', (t) => {
  const table = [entry(['escape'], 'filter', { do: 'filterClear' }), entry(['enter'], 'filter', { do: 'filterKeep' })]
  const made = remap(table, { 'filter-clear': ['x'], 'filter-keep': ['escape'] })
  t.deepEqual(keysOf(made), ['escape', 'enter'])
  t.deepEqual(
    made.problems.map(({ name }) => name),
    ['filter-clear', 'filter-keep'],
  )
})
