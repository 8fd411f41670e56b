import test from 'ava'
import { actionFor, footerKeys, KEYS, scopesOf } from '../../src/app/keys/keymap.ts'
import { initialState } from '../../src/app/state.ts'

const SCOPES = ['dialog', 'choice', 'columns', 'filter', 'line', 'picker', 'palette']
const HELP = { scroll: 0, filter: { text: '', editing: false } }

test('no key twice in scopes that are open together', (t) => {
  const inScope = (scopes: readonly string[]) =>
    KEYS.filter(({ where }) => scopes.includes(where)).flatMap(({ keys }) => keys)
  for (const scopes of [['global', 'panel'], ...SCOPES.map((scope) => [scope])]) {
    const keys = inScope(scopes)
    t.deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    )
  }
})

test('every entry has a label and help', (t) => {
  const state = initialState()
  for (const entry of KEYS) {
    t.true(entry.keys.length > 0)
    t.regex(entry.help, /^[A-Z`].*[.?]$/, entry.keys[0])
    t.true((typeof entry.label === 'string' ? entry.label : entry.label(state)).length > 0)
  }
})

const keyed = test.macro((t, key: { name: string; ch?: string }, expected: object | undefined) => {
  const action = actionFor(initialState(), key)
  if (expected === undefined) t.is(action, undefined)
  else t.deepEqual(action as object, expected)
})
test('plain', keyed, { name: 'q', ch: 'q' }, { do: 'quit' })
test('Ctrl-C', keyed, { name: 'C-c', ch: '\x03' }, { do: 'quit' })
test(
  'a capital, however the library calls it',
  keyed,
  { name: 'S-l', ch: 'L' },
  { do: 'refuse', reason: 'this is live' },
)
test('a sign without a name', keyed, { name: '', ch: '?' }, { do: 'help' })
test('space', keyed, { name: 'space', ch: ' ' }, { do: 'freeze' })
test('unknown', keyed, { name: 'f12' }, { do: 'refuse', reason: 'F12 is no key here; ? lists those there are' })
test(
  'unknown letter',
  keyed,
  { name: 'y', ch: 'y' },
  { do: 'refuse', reason: 'y is no key here; ? lists those there are' },
)
test(
  'a key of another page',
  keyed,
  { name: 'v', ch: 'v' },
  { do: 'refuse', reason: 'v (view) is a key of the page of stacks: s opens it' },
)
test('what a terminal sends unasked', keyed, { name: 'undefined' }, undefined)

test('function keys never are the only key', (t) => {
  for (const { keys } of KEYS)
    t.false(
      keys.every((key) => /^f\d+$/.test(key)),
      keys.join(' '),
    )
})

test('the footer shows only what works', (t) => {
  const state = initialState()
  for (const page of [
    state,
    { ...state, replay: true },
    { ...state, instantMs: 1 },
    { ...state, help: HELP },
    { ...state, filter: { text: 'a', editing: true } },
  ]) {
    const keys = footerKeys(page)
    t.true(keys.length > 1)
    t.true(keys.length === new Set(keys.map(({ key }) => key)).size)
  }
  t.true(footerKeys({ ...state, instantMs: 1 }).some(({ label }) => label === 'live'))
  t.false(footerKeys(state).some(({ label }) => label === 'back'))
})

test('the help page covers what acts on the panels behind it', (t) => {
  t.deepEqual(scopesOf({ ...initialState(), help: HELP }), ['dialog'])
  t.deepEqual(actionFor({ ...initialState(), help: HELP }, { name: 'escape' }), { do: 'back' })
})

test('Ctrl-J is down in palette and picker, and Enter wherever it is nothing of its own', (t) => {
  const state = initialState()
  const filter = { text: '', editing: true }
  for (const open of [{ palette: { at: 0, filter } }, { picker: { at: 0, filter } }])
    t.deepEqual(actionFor({ ...state, ...open }, { name: 'C-j' }), { do: 'move', by: 'down' })
  for (const at of [state, { ...state, filter }, { ...state, help: HELP }])
    t.deepEqual(actionFor(at, { name: 'C-j' }), actionFor(at, { name: 'enter' }))
})
