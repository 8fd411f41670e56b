// The last line: what is typed with its cursor, what is found, what was said, and as many keys as fit.
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'

const last = (screen: FakeScreen): string => screen.text().trimEnd().split('\n').at(-1)!
const cursor = (screen: FakeScreen) => frame(screen.state, screen.store, screen.context).cursor

test('a filter: how many rows are left, keys that hold while it is typed, and a cursor behind it', (t) => {
  const screen = fakeScreen({ width: 120, height: 36 })
  screen.press('2', '/')
  screen.type('node')
  t.regex(last(screen), /^ filter: node {2}\d+ of \d+ rows {3}Enter /)
  t.deepEqual(cursor(screen), { x: 13, y: 35 })
  screen.press('enter')
  t.is(cursor(screen), undefined)
})

test('of a long text the end is seen, where one types', (t) => {
  const screen = fakeScreen({ width: 120, height: 36 })
  screen.press('2', '/')
  screen.type(`${'a'.repeat(49)}b`)
  t.regex(last(screen), new RegExp(`^ filter: ${'a'.repeat(49)}b `))
  screen.type('c')
  t.regex(last(screen), new RegExp(`^ filter: ${'a'.repeat(23)}bc `))
})

test('in help and in stacks it is a search, in the palette what is to be done', (t) => {
  const screen = fakeScreen({ width: 120, height: 36, stacks: true })
  screen.press('?', '/')
  t.regex(last(screen), /^ search: {5,}/)
  screen.press('escape', 'escape', 's', '/')
  t.regex(last(screen), /^ search: /)
  screen.press('escape', 'C-p')
  t.regex(last(screen), /^ do: /)
})

test('a one-liner has all the width', (t) => {
  const screen = fakeScreen({ width: 80, height: 24 })
  screen.press(':', ':')
  screen.type('k')
  t.regex(last(screen), /^ :k {3}\S/)
  t.deepEqual(cursor(screen), { x: 3, y: 23 })
  screen.type('x'.repeat(75))
  t.is(last(screen), ` :k${'x'.repeat(75)}`)
  screen.type('y')
  t.is(last(screen).slice(0, 40), ` :${'x'.repeat(37)}y`)
})

test('what was said is cut to the line, in its role', (t) => {
  const screen = fakeScreen({ width: 80, height: 24 })
  screen.state = { ...screen.state, notice: { text: 'x'.repeat(99), role: 'warn' } }
  t.is(last(screen), ` ${'x'.repeat(77)}~`)
})

test('of a text that is too long half of the room is seen, whole characters', (t) => {
  const seen = (width: number, ...open: string[]): number => {
    const screen = fakeScreen({ width, height: 16 })
    screen.press(...open)
    screen.type('x'.repeat(70))
    return last(screen).match(/x+/)![0].length
  }
  // of 61 columns 57 are for a line, and 20 for a filter; of 63 59 and 21
  t.deepEqual([seen(61, ':', ':'), seen(63, ':', ':')], [28, 29])
  t.deepEqual([seen(61, '/'), seen(63, '/')], [10, 10])
})
