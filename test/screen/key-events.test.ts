import test from 'ava'
import { openTerminal } from '../../src/screen/terminal.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'

/** The names of the keys that come out when this is typed. */
const typed = async (chunks: string[], typing = false): Promise<string[]> => {
  const fake = fakeTerminal(20, 5)
  const terminal = openTerminal(fake)
  const names: string[] = []
  terminal.onKey(
    ({ name, ch }) => names.push(ch === undefined || ch === name ? name : `${name}:${ch}`),
    () => typing,
  )
  for (const chunk of chunks) fake.type(chunk)
  await fake.settled()
  terminal.restore()
  return names
}

const names = test.macro<[string | string[], string[], boolean?]>(async (t, input, expected, typing) => {
  t.deepEqual(await typed([input].flat(), typing), expected)
})

test.serial('characters are named by themselves', names, 'qG?<1/', ['q', 'G', '?', '<', '1', '/'])
test.serial('blank', names, ' ', ['space: '])
test.serial('arrows and paging', names, '\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[F', [
  'up',
  'down',
  'pageup',
  'pagedown',
  'home',
  'end',
])
test.serial('function keys', names, '\x1bOP\x1b[17~\x1b[21~', ['f1', 'f6', 'f10'])
test.serial('control', names, '\x03\x1a\x0c', ['C-c', 'C-z', 'C-l'])
test.serial('tab and back', names, '\t\x1b[Z', ['tab', 'S-tab'])
test.serial('Return is one key', names, '\r', ['enter'])
test.serial('a line feed is what Ctrl-J sends', names, '\n', ['C-j'])
test.serial('backspace', names, '\x7f\b', ['backspace', 'backspace'])
test.serial('escape', names, ['\x1b'], ['escape'])
test.serial('escape and a key at once are two', names, '\x1bq', ['escape', 'q'])
test.serial('escape twice', names, '\x1b\x1b', ['escape', 'escape'])
test.serial('wide characters', names, '漢🦊', ['漢', '🦊'])
test.serial('unknown sequences are nothing', names, '\x1b[99~', [])
test.serial('a paste does not press keys', names, '\x1b[200~quit\rq\x1b[201~x', ['x'])
test.serial(
  'a paste goes into what is being typed, on one line',
  names,
  '\x1b[200~ab\rc\x03\r\n\x1b[201~',
  ['a', 'b', 'space: ', 'c'],
  true,
)
test.serial('a paste in pieces', names, ['\x1b[200~q', 'q', '\x1b[201~z'], ['z'])
test.serial('a long paste is cut', async (t) => {
  t.is((await typed([`\x1b[200~${'x'.repeat(5000)}\x1b[201~`], true)).length, 2000)
})
