// What a second costs the line to a terminal, with all colours at 200x50: what has moved is moved by the terminal, and little
// else is sent. And what it shows then is what would have been drawn anew.
import { PassThrough, Writable } from 'node:stream'
import test from 'ava'
import { frame } from '../../src/app/frame.ts'
import { THEMES } from '../../src/paths.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { recorded } from '../pictures/scenes.ts'

const SIZE = { width: 200, height: 50 }
const ATTRIBUTES = attributesOf(loadTheme(THEMES, 'dark'), 2 ** 24)

/** Bytes of each frame but the first. */
const bytesOf = (intervals: readonly (readonly Message[])[]): number[] => {
  let bytes = 0
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    bytes += chunk.length
    done()
  }
  const output = Object.assign(new Writable({ write }), { isTTY: true, columns: SIZE.width, rows: SIZE.height })
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const terminal = openTerminal({ input: input as never, output: output as never })
  const screen = fakeScreen({ ...SIZE, shades: true, messages: [] })
  const each = intervals.map((messages) => {
    const before = bytes
    screen.receive(...messages)
    const nowMs = messages.reduce((last, message) => ('atMs' in message ? Math.max(last, message.atMs) : last), 0)
    terminal.draw(frame(screen.state, screen.store, { ...screen.context, nowMs: nowMs + 20 }), ATTRIBUTES)
    return bytes - before
  })
  terminal.restore()
  return each.slice(1)
}

const recording = recorded(Infinity)
const ENDS = [...new Set(recording.flatMap((message) => (message.type === 'host' ? message.atMs : [])))]
const intervalsOf = (messages: readonly Message[]): Message[][] =>
  ENDS.map((end, index) =>
    messages.filter((message) =>
      !('atMs' in message) ? index === 0 : message.atMs <= end && (index === 0 || message.atMs > ENDS[index - 1]!),
    ),
  )

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

test('a busy machine', (t) => {
  const each = bytesOf(intervalsOf(recording))
  t.log(`median ${median(each)}, last ${each.slice(-10).join(' ')}`)
  t.true(median(each) <= 12_000)
})

test('a quiet one', (t) => {
  // an interval over and over: what is left is the clock, and the maps that move on
  const [first, second] = intervalsOf(recording)
  const quiet = ENDS.map((end, index) =>
    index === 0 ? first! : second!.map((message) => ('atMs' in message ? { ...message, atMs: end } : message)),
  )
  const each = bytesOf(quiet)
  t.log(`median ${median(each)}, last ${each.slice(-10).join(' ')}`)
  t.true(median(each) <= 4096)
})

test('what is shown is what was drawn, colours included', async (t) => {
  const [one, other] = [fakeTerminal(SIZE.width, SIZE.height), fakeTerminal(SIZE.width, SIZE.height)]
  const [moved, anew] = [one, other].map(({ input, output }) => openTerminal({ input, output }))
  const screen = fakeScreen({ ...SIZE, shades: true, messages: [] })
  for (const [index, messages] of intervalsOf(recording).entries()) {
    screen.receive(...messages)
    const drawn = frame(screen.state, screen.store, { ...screen.context, nowMs: ENDS[index]! + 20 })
    moved!.draw(drawn, ATTRIBUTES)
    await one.settled()
    if (index % 10 !== 9) continue
    anew!.forget()
    anew!.draw(drawn, ATTRIBUTES)
    await other.settled()
    t.deepEqual(one.rows(), other.rows())
    for (let y = 0; y < SIZE.height; y++)
      for (let x = 0; x < SIZE.width; x++) {
        const [a, b] = [one.cell(x, y)!, other.cell(x, y)!]
        if (a.getBgColor() !== b.getBgColor() || (a.getChars() !== ' ' && a.getFgColor() !== b.getFgColor()))
          t.fail(`${x},${y} of interval ${index}`)
      }
  }
  moved!.restore()
  anew!.restore()
})
