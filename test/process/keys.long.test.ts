// Every key and every entry of the palette in a real terminal, at the sizes that people have: it stays alive, and draws.
import { readFileSync } from 'node:fs'
import { viewIn } from '../../src/app/state.ts'
import { join } from 'node:path'
import test from 'ava'
import { KEYS } from '../../src/app/keys/keymap.ts'
import { paletteItems } from '../../src/app/keys/palette-items.ts'
import { isAlive } from '../helpers/programs.ts'
import type { Pty } from '../helpers/pty.ts'
import { hasData, pause, replaying } from '../helpers/replaying.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { SIZES } from '../helpers/sizes.ts'

const NAMES: Record<string, string> = {
  escape: '\x1b',
  enter: '\r',
  tab: '\t',
  'S-tab': '\x1b[Z',
  backspace: '\x7f',
  delete: '\x1b[3~',
  space: ' ',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  f1: '\x1bOP',
  f4: '\x1bOS',
  f6: '\x1b[17~',
  f9: '\x1b[20~',
  f10: '\x1b[21~',
}
const sequenceOf = (key: string): string =>
  NAMES[key] ?? (key.startsWith('C-') ? String.fromCharCode(key.charCodeAt(2) - 96) : key)

const ESCAPE = '\x1b'
const OPEN_MS = 5000
const PAGES = {
  overview: '',
  'full screen': 'f',
  process: '\r',
  help: '?',
  filter: '/',
  frozen: ' ',
  stacks: 's',
  columns: 'o',
  palette: '\x10',
  panels: '0',
}
/** What would end it, or stop it. */
const NOT_HERE = ['quit', 'suspend', 'snapshot', 'export']

for (const [columns, rows] of SIZES)
  test.serial(`every key on every page at ${columns}x${rows}`, async (t) => {
    const config = temporaryFolder(t)
    const options = { columns, rows, env: { XDG_CONFIG_HOME: config } }
    const pty = replaying(t, options, [], { stacks: true })
    await pty.until(hasData)
    const keys = [...new Set(KEYS.filter(({ action }) => !NOT_HERE.includes(action.do)).flatMap((entry) => entry.keys))]
    const ends = new Set(KEYS.filter(({ action }) => action.do === 'quit').flatMap((entry) => entry.keys))
    for (const [page, opening] of Object.entries(PAGES)) {
      for (const key of keys.filter((each) => !ends.has(each))) {
        for (const typed of [ESCAPE, opening, sequenceOf(key)]) {
          pty.type(typed)
          await pause(3)
        }
      }
      t.true(isAlive(pty.pid()), page)
    }
    for (let i = 0; i < 4; i++) {
      pty.type(ESCAPE)
      await pause(30)
    }
    pty.type('L0')
    await pty.until((text) => /run queue/.test(text))
    t.regex(readFileSync(join(config, 'probetop', 'config.toml'), 'utf8'), /^panels = /m, 'settings were written')
    pty.type(`${ESCAPE}`)
    await pause(100)
    pty.type('q')
    t.is(await pty.exited, 0)
  })

/** What comes right behind an escape is read as one key with it, which on a busy machine may be late: then once more. */
const openPalette = async (pty: Pty): Promise<void> => {
  const isOpen = (text: string): boolean => /palette \d+/.test(text)
  for (let left = 5; left >= 0; left--) {
    for (let i = 0; i < 3; i++) {
      pty.type(ESCAPE)
      await pause(20)
    }
    await pause(150)
    pty.type('\x10')
    try {
      return await pty.until(isOpen, OPEN_MS)
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

for (const [columns, rows] of SIZES)
  test.serial(`every entry of the palette at ${columns}x${rows}`, async (t) => {
    const pty = replaying(t, { columns, rows }, [], { stacks: true })
    await pty.until(hasData)
    const screen = fakeScreen({ width: columns, height: rows, initial: { replay: true, player: true } })
    screen.press('C-p')
    const { state, store } = screen
    const items = paletteItems(state, viewIn(state, store)).filter(
      ({ action }) => !['quit', 'suspend'].includes(action.do),
    )
    t.true(items.length > 40)
    for (const { label, detail } of items) {
      await openPalette(pty)
      const words = `${label} ${detail}`.slice(0, 40).trim()
      pty.type(words)
      // the end of it is what a narrow screen shows
      await pty.until((text) => text.split('\n').at(-1)!.includes(words.slice(-8)))
      pty.type('\r')
      await pty.until((text) => !/palette \d+/.test(text) || /nothing here is called that/.test(text))
      t.true(isAlive(pty.pid()), label)
    }
    for (let i = 0; i < 4; i++) {
      pty.type(ESCAPE)
      await pause(30)
    }
    pty.type('q')
    t.is(await pty.exited, 0)
  })
