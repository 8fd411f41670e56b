import test from 'ava'
import type { Frame } from '../../src/app/app-types.ts'
import { THEMES } from '../../src/paths.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'
import { gridOf } from '../helpers/grids.ts'

const attributes = attributesOf(loadTheme(THEMES, 'dark'), 256)
const frameOf = (width: number, rows: string[], more: Partial<Frame> = {}): Frame => ({
  grid: gridOf(width, rows),
  charts: [],
  ...more,
})

test.serial('what is in the grid is on the screen, in its colours', async (t) => {
  const fake = fakeTerminal(20, 3)
  const terminal = openTerminal(fake)
  terminal.draw({ grid: gridOf(20, ['┌─ runq ─┐', '░▒▓█ ▁▂▃', '{bold}no tags{/}'], 'heat8'), charts: [] }, attributes)
  await fake.settled()
  t.true(fake.isAlternate())
  t.deepEqual(
    fake.rows().map((row) => row.trimEnd()),
    ['┌─ runq ─┐', '░▒▓█ ▁▂▃', '{bold}no tags{/}'],
  )
  t.is(fake.cell(0, 0)!.getFgColor(), 229)
  t.is(fake.cell(0, 0)!.getBgColor(), 229)
  terminal.restore()
})

test.serial('wide characters come, go and move without shifting what follows', async (t) => {
  const fake = fakeTerminal(16, 2)
  const terminal = openTerminal(fake)
  const pictures = ['漢字 ab|', 'a漢字 b|', '漢字漢字|', 'plain  |', 'x漢 c|', 'xx漢字c|', 'ab', '字漢 ab|', '漢字 ab|']
  for (const text of pictures) {
    terminal.draw(frameOf(16, [text, `${text}${text}`.slice(0, 8)]), attributes)
    await fake.settled()
    t.is(fake.row(0).trimEnd(), text)
  }
  terminal.restore()
})

test.serial('a character whose width is disputed shifts nothing', async (t) => {
  // the emulator takes a fox for narrow
  const fake = fakeTerminal(16, 1)
  const terminal = openTerminal(fake)
  terminal.draw(frameOf(16, ['plain  |']), attributes)
  terminal.draw(frameOf(16, ['🦊x漢 c|']), attributes)
  await fake.settled()
  t.is(fake.row(0).trimEnd(), '🦊 x漢 c|')
  terminal.restore()
})

test.serial('only what changed is sent', async (t) => {
  const fake = fakeTerminal(80, 24)
  const terminal = openTerminal(fake)
  const rows = Array.from({ length: 24 }, (_, y) => `row ${y} `.repeat(9))
  terminal.draw(frameOf(80, rows), attributes)
  await fake.settled()
  fake.written.length = 0
  terminal.draw(frameOf(80, rows), attributes)
  await fake.settled()
  t.is(fake.written.join('').replaceAll(/\x1b\[\?2026[hl]/g, ''), '')
  fake.written.length = 0
  terminal.draw(frameOf(80, rows.with(5, `${rows[5]!.slice(0, 60)}CHANGED`)), attributes)
  await fake.settled()
  t.true(fake.written.join('').length < 200)
  t.regex(fake.row(5), /CHANGED/)
  terminal.restore()
})

test.serial('a frame is one write, marked as a whole', async (t) => {
  const fake = fakeTerminal(20, 3)
  const terminal = openTerminal(fake)
  await fake.settled()
  fake.written.length = 0
  terminal.draw(frameOf(20, ['one', 'two', 'three']), attributes)
  await fake.settled()
  t.is(fake.written.length, 1)
  t.true(fake.written[0]!.startsWith('\x1b[?2026h'))
  t.true(fake.written[0]!.endsWith('\x1b[?2026l'))
  terminal.restore()
})

test.serial('the cursor shows while typing only', async (t) => {
  const fake = fakeTerminal(20, 3)
  const terminal = openTerminal(fake)
  terminal.draw(frameOf(20, ['/abc'], { cursor: { x: 4, y: 0 } }), attributes)
  await fake.settled()
  t.is(fake.emulator.buffer.active.cursorX, 4)
  t.true(fake.written.join('').lastIndexOf('\x1b[?25h') > fake.written.join('').lastIndexOf('\x1b[?25l'))
  terminal.draw(frameOf(20, ['/abc']), attributes)
  await fake.settled()
  t.true(fake.written.join('').lastIndexOf('\x1b[?25l') > fake.written.join('').lastIndexOf('\x1b[?25h'))
  terminal.restore()
})

test.serial('resized: drawn anew at the new size, blank where the frame does not reach', async (t) => {
  const fake = fakeTerminal(20, 3)
  const terminal = openTerminal(fake)
  let resizes = 0
  terminal.onResize(() => resizes++)
  terminal.draw(frameOf(20, ['one', 'two', 'three']), attributes)
  fake.resize(30, 5)
  t.is(resizes, 1)
  t.deepEqual([terminal.width(), terminal.height()], [30, 5])
  terminal.draw(frameOf(20, ['one', 'two', 'three']), attributes)
  await fake.settled()
  t.deepEqual(
    fake.rows().map((row) => row.trimEnd()),
    ['one', 'two', 'three', '', ''],
  )
  fake.resize(10, 2)
  terminal.draw(frameOf(20, ['one', 'two', 'three']), attributes)
  await fake.settled()
  t.deepEqual(
    fake.rows().map((row) => row.trimEnd()),
    ['one', 'two'],
  )
  terminal.restore()
})

test.serial('given back: own screen, cooked mode, cursor, nothing sent afterwards', async (t) => {
  const fake = fakeTerminal(20, 3)
  fake.output.write('before\r\n')
  const terminal = openTerminal(fake)
  terminal.draw(frameOf(20, ['one']), attributes)
  terminal.restore()
  terminal.restore()
  await fake.settled()
  t.false(fake.isAlternate())
  t.is(fake.row(0).trimEnd(), 'before')
  t.false(fake.modes.at(-1))
  t.regex(fake.written.join(''), /\x1b\[\?25h/)
  const length = fake.written.length
  terminal.draw(frameOf(20, ['two']), attributes)
  await fake.settled()
  t.is(fake.written.length, length)
})

test.serial('left and taken again', async (t) => {
  const fake = fakeTerminal(20, 3)
  const terminal = openTerminal(fake)
  terminal.draw(frameOf(20, ['one']), attributes)
  terminal.suspend()
  await fake.settled()
  t.false(fake.isAlternate())
  t.false(fake.modes.at(-1))
  terminal.draw(frameOf(20, ['away']), attributes)
  Object.assign(fake.output, { columns: 12, rows: 2 })
  fake.emulator.resize(12, 2)
  terminal.resume()
  terminal.draw(frameOf(12, ['back', 'again']), attributes)
  await fake.settled()
  t.true(fake.isAlternate())
  t.true(fake.modes.at(-1))
  t.deepEqual(
    fake.rows().map((row) => row.trimEnd()),
    ['back', 'again'],
  )
  terminal.restore()
})

test.serial('TERM and terminfo of the machine do not matter, and TMUX stays set', async (t) => {
  const before = { TERM: process.env.TERM, TMUX: process.env.TMUX }
  Object.assign(process.env, { TERM: 'screen-256color', TMUX: '/tmp/x,1,0' })
  const fake = fakeTerminal(20, 2)
  const terminal = openTerminal(fake)
  terminal.draw({ grid: gridOf(20, ['x'], 'borderFocus'), charts: [] }, attributes)
  await fake.settled()
  t.is(fake.cell(0, 0)!.getFgColor(), 214)
  t.is(process.env.TMUX, '/tmp/x,1,0')
  terminal.restore()
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})
