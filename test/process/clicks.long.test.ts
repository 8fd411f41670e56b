// The mouse in a real terminal, at the sizes that people have: reports as terminals send them, and what is seen then.
import test, { type ExecutionContext } from 'ava'
import { hasData, pause, replaying } from '../helpers/replaying.ts'
import type { Pty } from '../helpers/pty.ts'
import { SIZES } from '../helpers/sizes.ts'

const LEFT = 0
const DRAGGED = 32
const WHEEL_DOWN = 65

const report = (pty: Pty, button: number, x: number, y: number, end = 'M'): void =>
  pty.type(`\x1b[<${button};${x + 1};${y + 1}${end}`)
const press = (pty: Pty, x: number, y: number): void => report(pty, LEFT, x, y)
const release = (pty: Pty, x: number, y: number): void => report(pty, LEFT, x, y, 'm')
const clickAt = (pty: Pty, x: number, y: number): void => {
  press(pty, x, y)
  release(pty, x, y)
}

/** The first cell of what a line has, where that begins with `from`. */
const placeOf = (pty: Pty, text: string, from = 0): [x: number, y: number] => {
  const lines = pty.screen()
  const y = lines.findIndex((line, at) => at >= from && line.includes(text))
  if (y < 0) throw new Error(`no ${text} in\n${lines.join('\n')}`)
  return [lines[y]!.indexOf(text), y]
}
const click = (pty: Pty, text: string, from = 0): void => clickAt(pty, ...placeOf(pty, text, from))

/** A panel on the full screen says how many rows there are. */
const FULL = /▸1 run queue by process \d+ rows/

/** A screen is there in pieces; of one that is frozen nothing comes after the last. */
const painted = async (pty: Pty): Promise<void> => {
  for (let before = ''; before !== pty.screen().join('\n');) {
    before = pty.screen().join('\n')
    await pause(400)
  }
}

const begun = async (t: ExecutionContext, columns: number, rows: number): Promise<Pty> => {
  t.timeout(120_000)
  const pty = replaying(t, { columns, rows }, [], { stacks: true })
  await pty.until(hasData)
  // its end, and it stays as it is from here on
  await pty.until((text) => /of 30s/.test(text))
  pty.type('$')
  await pty.until((text) => /PAUSED.* 30s of 30s/.test(text))
  return pty
}

for (const [columns, rows] of SIZES) {
  test.serial(`row, title, column head, way, key at ${columns}x${rows}`, async (t) => {
    const pty = await begun(t, columns, rows)
    click(pty, '4 TCP')
    await pty.until((text) => text.includes('▸4 TCP'))
    const row = placeOf(pty, 'sshd', 3)
    clickAt(pty, ...row)
    await pty.until((text) => /▸ *(640 )?sshd/.test(text))
    clickAt(pty, ...row)
    await pty.until((text) => /all > sshd/.test(text))
    // a step of the way
    click(pty, 'all > ')
    await pty.until((text) => !/all > /.test(text))
    // a key of the last line
    click(pty, '? help', rows - 1)
    await pty.until((text) => /╭ help /.test(text))
    pty.type('\x1b')
    await pty.until((text) => !/╭ help /.test(text))
    pty.type('4')
    await pty.until((text) => /▸4 TCP sessions \d+ rows/.test(text))
    click(pty, 'COMMAND')
    await pty.until((text) => /COMMAND *▲/.test(text))
    click(pty, 'COMMAND')
    await pty.until((text) => /COMMAND *▼/.test(text))
    pty.type('q')
    t.is(await pty.exited, 0)
  })

  test.serial(`tab, wheel, list, what stands out at ${columns}x${rows}`, async (t) => {
    const pty = await begun(t, columns, rows)
    pty.type('3')
    await pty.until((text) => /▸3 block I\/O by process/.test(text))
    click(pty, 'by process')
    await pty.until((text) => /▸3 block I\/O by disk/.test(text))
    pty.type('1')
    await pty.until((text) => FULL.test(text))
    report(pty, WHEEL_DOWN, 10, rows - 4)
    await pty.until((text) => /▸ +\d+ /.test(text))
    pty.type(':theme dusk')
    await pty.until((text) => /│▸ theme dusk/.test(text))
    click(pty, '▸ theme dusk')
    await pty.until((text) => !/palette \d+/.test(text))
    // of a recording the second line of the smallest says where one is in it
    if (columns > 80) click(pty, 'uninterruptible in')
    else pty.type('!')
    await pty.until((text) => /Looked at, and fine/.test(text))
    click(pty, 'uninterruptible in', 3)
    await pty.until((text) => /▸2 off-CPU/.test(text))
    pty.type('q')
    t.is(await pty.exited, 0)
  })

  test.serial(`cell of a heat map, drag along time at ${columns}x${rows}`, async (t) => {
    const pty = await begun(t, columns, rows)
    pty.type('1')
    await pty.until((text) => FULL.test(text))
    await painted(pty)
    const clock = (): string => /\d\d:\d\d:\d\d/.exec(pty.screen()[1]!)![0]
    const newest = clock()
    const [, y] = placeOf(pty, '16us ', 4)
    const now = Math.max(...[...'▀▄'].map((half) => pty.screen()[y]!.lastIndexOf(half)))
    const axisAt = placeOf(pty, '  1us ', 4)[1] + 1
    clickAt(pty, now - 12, y)
    await pty.until((text) => / to .*: \d+ events?/.test(text) && clock() < newest)
    const clicked = clock()
    // the line below the map
    press(pty, now, axisAt)
    report(pty, LEFT | DRAGGED, now - 14, axisAt)
    report(pty, LEFT | DRAGGED, now - 30, axisAt)
    release(pty, now - 30, axisAt)
    await pty.until(() => clock() !== clicked)
    pty.type('q')
    t.is(await pty.exited, 0)
  })
}
