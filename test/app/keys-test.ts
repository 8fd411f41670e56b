// A test of keys in any order.
import test from 'ava'
import { fakeTick } from '../helpers/stream.ts'
import { fakeScreen } from '../helpers/screen.ts'

/** @param presses  so many */
export const testKeys = (presses: number): void =>
  test('any keys in any order leave a screen that can be drawn', (t) => {
    const screen = fakeScreen({ ticks: 8, exec: true, detail: true, hostile: true, width: 100, height: 30 })
    const names = [
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      'f',
      'm',
      'tab',
      'S-tab',
      'down',
      'up',
      'pagedown',
      'pageup',
      'home',
      'end',
      'G',
      'enter',
      'escape',
      '<',
      '>',
      'r',
      '/',
      'n',
      '!',
      'backspace',
      'space',
      '[',
      ']',
      '{',
      '}',
      'L',
      '?',
      'h',
      't',
      'w',
      '+',
      '-',
      'f9',
    ]
    let seed = 1
    for (let i = 0; i < presses; i++) {
      seed = (seed * 48271) % 2147483647
      screen.press(names[seed % names.length]!)
      if (i % 10 === 0) for (const message of fakeTick(8 + i / 10, { exec: true })) screen.store.add(message)
      if (i % 5 === 0) t.is(screen.text().split('\n').length, 30)
    }
  })
