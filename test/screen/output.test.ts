// What a second costs the line to a terminal, with all colours: what has moved is moved by the terminal, and little
// else is sent. And what it shows then is what would have been drawn anew.
import { PassThrough, Writable } from 'node:stream'
import type { IBufferCell } from '@xterm/headless'
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { THEMES } from '../../src/paths.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { recorded } from '../pictures/scenes.ts'

interface Size {
  width: number
  height: number
}

const SIZE: Size = { width: 200, height: 50 }
const LARGEST: Size = { width: 320, height: 90 }
const ATTRIBUTES = attributesOf(loadTheme(THEMES, 'dark'), 2 ** 24)

/** Bytes of each frame but the first. */
const bytesOf = (intervals: readonly (readonly Message[])[], size: Size): number[] => {
  let bytes = 0
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    bytes += chunk.length
    done()
  }
  const output = Object.assign(new Writable({ write }), { isTTY: true, columns: size.width, rows: size.height })
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const terminal = openTerminal({ input: input as never, output: output as never })
  const screen = fakeScreen({ ...size, shades: true, messages: [] })
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

// about a quarter more than it is
const busy = test.macro((t, size: Size, most: number) => {
  const each = bytesOf(intervalsOf(recording), size)
  t.log(`median ${median(each)}, last ${each.slice(-10).join(' ')}`)
  t.true(median(each) <= most)
})

test('a busy machine', busy, SIZE, 6200)
test('a busy machine on the largest screen', busy, LARGEST, 14_500)

const quiet = test.macro((t, size: Size, most: number) => {
  // an interval over and over: what is left is the clock, and the maps that move on
  const [first, second] = intervalsOf(recording)
  const beginning = first!.filter((message) => message.type === 'hello' || message.type === 'probe')
  const same = ENDS.map((end, index) => [
    ...(index === 0 ? beginning : []),
    ...second!.map((message) => ('atMs' in message ? { ...message, atMs: end } : message)),
  ])
  const each = bytesOf(same, size)
  t.log(`median ${median(each)}, last ${each.slice(-10).join(' ')}`)
  t.true(median(each) <= most)
})

test('a quiet one', quiet, SIZE, 1400)
test('a quiet one on the largest screen', quiet, LARGEST, 3500)

/** The halves of a cell can be drawn in two ways. */
const seen = (cell: IBufferCell): string => {
  const [char, fg, bg] = [cell.getChars() || ' ', cell.getFgColor(), cell.getBgColor()]
  if (char === ' ') return ` ${bg}`
  return char === '█' ? `▀${fg} ${fg}` : char === '▄' ? `▀${bg} ${fg}` : `${char}${fg} ${bg}`
}

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
    for (let y = 0; y < SIZE.height; y++)
      for (let x = 0; x < SIZE.width; x++) {
        const [a, b] = [seen(one.cell(x, y)!), seen(other.cell(x, y)!)]
        if (a !== b) t.fail(`${x},${y} of interval ${index}`)
      }
  }
  t.pass()
  moved!.restore()
  anew!.restore()
})
