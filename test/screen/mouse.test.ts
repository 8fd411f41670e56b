import test from 'ava'
import { openTerminal } from '../../src/screen/terminal.ts'
import { mouseEvents } from '../../src/screen/mouse.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'

test('presses of the left button, moves with it, and the wheel, from 0', (t) => {
  t.deepEqual(mouseEvents('\x1b[<0;3;5M\x1b[<0;3;5m'), [
    { is: 'press', x: 2, y: 4 },
    { is: 'release', x: 2, y: 4 },
  ])
  t.deepEqual(mouseEvents('\x1b[<32;9;5M'), [{ is: 'drag', x: 8, y: 4 }])
  t.deepEqual(mouseEvents('\x1b[<64;1;1M\x1b[<65;200;50M'), [
    { is: 'up', x: 0, y: 0 },
    { is: 'down', x: 199, y: 49 },
  ])
})

test('other buttons, moves without one and what is no report are nothing', (t) => {
  for (const text of [
    '\x1b[<2;3;5M',
    '\x1b[<35;3;5M',
    '\x1b[<32;3;5m',
    '\x1b[<0;0;0M',
    '\x1b[<0;3M',
    'q',
    '\x1b[A',
    '\x1b[<0;99999;1M',
  ])
    t.deepEqual(mouseEvents(text), [])
})

test('reports reach the listener while wanted; the terminal has its modes back while away and at the end', async (t) => {
  const fake = fakeTerminal(80, 24)
  const terminal = openTerminal({ input: fake.input, output: fake.output })
  const events: unknown[] = []
  const keys: string[] = []
  terminal.onMouse((event) => events.push(event))
  terminal.onKey(
    ({ name }) => keys.push(name),
    () => false,
  )
  const report = async (): Promise<void> => {
    fake.type('\x1b[<0;3;5M')
    await fake.settled()
  }
  const text = async (): Promise<string> => {
    await fake.settled()
    return fake.written.splice(0).join('')
  }
  await report()
  t.deepEqual(events, [])
  await text()
  terminal.mouse(true)
  await report()
  t.deepEqual(events, [{ is: 'press', x: 2, y: 4 }])
  t.deepEqual(keys, [], 'a report is no key')
  terminal.suspend()
  t.regex(await text(), /\x1b\[\?1000l/)
  terminal.resume()
  t.regex(await text(), /\x1b\[\?1000h\x1b\[\?1002h\x1b\[\?1006h/)
  terminal.mouse(false)
  await report()
  t.is(events.length, 1)
  terminal.restore()
  t.regex(await text(), /\x1b\[\?1000l/)
})
