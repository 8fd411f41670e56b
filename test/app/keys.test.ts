// Keys on every page: which are in the footer, which are where there is room, which do nothing now and why.
import test from 'ava'
import { actionFor, keyName, KEYS, footerKeys, scopesOf } from '../../src/app/keys/keymap.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, keyOf, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'

const TICKS = 20

const told = (keys: string, options: ScreenOptions & FakeStackOptions = {}): string => {
  const screen = fakeScreen({ ticks: TICKS, ...options })
  if (keys !== '') screen.press(...keys.split(' '))
  const { state } = screen
  const scopes = scopesOf(state)
  const footer = footerKeys(state).map(({ key, label }) => `${key} ${label}`)
  const refused = new Map<string, string[]>()
  for (const name of new Set(KEYS.flatMap((entry) => entry.keys))) {
    const action = actionFor(state, keyOf(name))
    if (action?.do !== 'refuse') continue
    const known = refused.get(action.reason) ?? []
    refused.set(action.reason, [...known, keyName(name)])
  }
  const reasons = [...refused].filter(([reason]) => !/ does nothing here| is a key of the page/.test(reason))
  return [
    `after ${keys || 'nothing'}${options.initial?.replay ? ', in a recording' : ''}: ${scopes.join(' ')}`,
    `  ${footer.join('  ')}`,
    ...reasons.map(([reason, names]) => `  ${names.join(' ')}: ${reason}`),
    `  ${[...refused].filter(([reason]) => / does nothing here| is a key of the page/.test(reason)).length} are of elsewhere`,
  ].join('\n')
}

const WAYS = [
  '',
  'down',
  '1',
  '1 m',
  '4 down',
  '3 m',
  '7',
  'down enter',
  'down enter 7',
  '[',
  'c',
  '/',
  '/ a',
  '?',
  '? / k',
  '0',
  'C-p',
  ': :',
  '1 o',
  '4 down d',
  '!',
  'C',
  'C enter',
  's',
  'u',
]

test('live', (t) => golden(t, 'keys/live', WAYS.map((way) => told(way)).join('\n')))

test('in a recording', (t) => {
  const replay = { initial: { replay: true, player: true } }
  golden(
    t,
    'keys/recording',
    ['', '1', '[', 'space', 's', 'c', 'down enter'].map((way) => told(way, replay)).join('\n'),
  )
})

test('on the page of stacks', (t) => {
  const options = { messages: fakeStackStream({ ticks: TICKS }), initial: { replay: true } }
  const to = '/ n o d e enter down s'
  golden(
    t,
    'keys/stacks',
    ['', ' down', ' v', ' v v', ' m', ' m m', ' / f enter', ' i', ' W', ' d', ' down enter']
      .map((way) => told(`${to}${way}`, options))
      .join('\n'),
  )
})

test('what each key does, in its scope', (t) => {
  golden(
    t,
    'keys/actions',
    KEYS.map(({ where, keys, action }) => `${where} ${keys.join(' ')}: ${JSON.stringify(action)}`).join('\n'),
  )
})
