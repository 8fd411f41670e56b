import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'smol-toml'
import { actionFor, footerKeys, KEYS } from '../../src/app/keys/keymap.ts'
import { nameOfEntry, parseKey } from '../../src/app/key-names.ts'
import { ALL_RULES as RULES } from '../../src/app/checklist/rules.ts'
import type { Settings } from '../../src/app/kept.ts'
import { printedConfig } from '../../src/cli/config/print-config.ts'
import { configFolder, configOfText, readConfig } from '../../src/cli/config/read.ts'
import { configOf } from '../../src/cli/config/settings.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { allPanels } from '../../src/panels/registry.ts'
import { fakeScreen, keyOf } from '../helpers/screen.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const KNOWN = { panels: allPanels(SPECS), themes: ['dark', 'light'] }
const of = (text: string) => configOfText(text, KNOWN)

test('what is right is used', (t) => {
  const { config, problems } = of(`
theme = "light"
interval = 0.5
max-overhead = 2
script-memory = 80
mouse = false
panels = ["tcp", "runq"]
[sort]
offcpu = "disk"
tcp = "REMOTE up"
[keys]
open-runq = ["F5", "Ctrl-R"]
[verdict.run-queue]
warn = 5
over = 2`)
  t.deepEqual(problems, [])
  t.deepEqual(config, {
    theme: 'light',
    intervalMs: 500,
    maxOverheadPercent: 2,
    scriptMb: 80,
    mouse: false,
    panels: ['tcp', 'runq'],
    tabs: {
      offcpu: { all: { sort: { column: 'disk', descending: true } } },
      tcp: { sessions: { sort: { column: 'remote', descending: false } } },
    },
    keys: { 'open-runq': ['f5', 'C-r'] },
    thresholds: { 'run-queue': { warn: 5e6, overMs: 2000 } },
  })
})

test('a wrong line is named with its number and the nearest word, and the rest holds', (t) => {
  const { config, problems } = of(`theem = "dark"
theme = "lihgt"
interval = 99
panels = ["runqq", "tcp"]
max-overhead = 3
[sort]
offcpu = "dsik"
[verdict.backlogg]
warn = 1
[verdict.backlog]
bad = "much"
wran = 3
[thresholds.backlog]
warn = 2`)
  t.deepEqual(config, { maxOverheadPercent: 3, panels: ['tcp'] })
  t.is(problems.length, 9)
  t.is(problems[0], 'line 1: theem: no setting "theem", did you mean theme?')
  t.is(problems[1], 'line 2: theme: no theme "lihgt", did you mean light?')
  t.is(problems[2], 'line 3: interval: is no number from 0.1 to 60')
  t.is(problems[3], 'line 4: panels: no panel "runqq", did you mean runq?')
  t.is(problems[4], 'line 7: sort.offcpu: no column "dsik", did you mean disk?')
  t.is(problems[5], 'line 8: verdict.backlogg: no rule "backlogg", did you mean backlog?')
  t.regex(problems[6]!, /^line 11: verdict.backlog.bad: is no number/)
  t.is(problems[7], 'line 12: verdict.backlog.wran: no threshold "wran", did you mean warn?')
  t.regex(problems[8]!, /^line 13: thresholds: no setting "thresholds": there are /)
})

test('lines that are no TOML are named, each, and the rest holds', (t) => {
  const { config, problems } = of('theme = "light"\ninterval = = 2\nmax-overhead = 2\n[sort\npanels = ["tcp"]\n')
  t.is(config.theme, 'light')
  t.is(config.maxOverheadPercent, 2)
  t.regex(problems[0]!, /^line 2: /)
  t.true(problems.some((problem) => problem.startsWith('line 4: ')))
})

test('text of any kind is answered, never more than so many lines of it', (t) => {
  for (const text of ['\0', '[[[[', '= = =\n'.repeat(100), '"""', 'a.b.c.d = {', '[keys]\nquit = 3\n[keys]\n'])
    try {
      t.true(of(text).problems.length < 50)
    } catch (error) {
      t.true(error instanceof Error && error.message.length < 500)
    }
})

test('keys: two for one key are refused with both names, and the old ones stay', (t) => {
  const { config, problems } = of('[keys]\nzoom = "s"\nquit = "J"\nfly = "F5"\nhelp = "Ctrl-Foo"')
  t.deepEqual(config.keys, { quit: ['J'] })
  t.true(
    problems.some((problem) =>
      /^line 2: keys.zoom: s is the key of (zoom and of stacks|stacks and of zoom); zoom keeps its own$/.test(problem),
    ),
    problems.join('\n'),
  )
  t.true(problems.some((problem) => problem.startsWith('line 4: keys.fly: nothing that a key does is called "fly"')))
  t.true(problems.some((problem) => problem.startsWith('line 5: keys.help: "Ctrl-Foo" is no key')))
})

test('keys: two that change places are no clash', (t) => {
  const { config, problems } = of('[keys]\nstacks = "d"\nchoose = "s"')
  t.deepEqual(problems, [])
  t.deepEqual(config.keys, { stacks: ['d'], choose: ['s'] })
})

test('a key of one’s own acts, is in footer and help, and the old one is none any more', (t) => {
  const screen = fakeScreen({ ticks: 5, width: 200, initial: { keys: { freeze: ['F'], quit: ['J'] } } })
  t.deepEqual(actionFor(screen.state, keyOf('J')), { do: 'quit' })
  t.is(actionFor(screen.state, keyOf('q'))?.do, 'refuse')
  t.true(footerKeys(screen.state).some(({ key, label }) => key === 'F' && label === 'freeze'))
  screen.press('?', '/', 'E', 'n', 'd', ' ', 'p', 'r', 'o')
  t.regex(screen.text(), /J +End probetop/)
})

test('keys of lists, of the palette and of the help are one’s own, too', (t) => {
  const keys = {
    'palette-move-down': ['C-n'],
    'choice-back': ['x'],
    'columns-column-show': ['V'],
    'dialog-back': ['x'],
  }
  const { config, problems } = of(
    '[keys]\npalette-move-down = "Ctrl-N"\nchoice-back = "x"\ncolumns-column-show = "V"\ndialog-back = "x"',
  )
  t.deepEqual([config.keys, problems], [keys, []])
  const screen = fakeScreen({ ticks: 5, width: 200, initial: { keys } })
  screen.press('1', 'o', 'j', 'j')
  t.true(footerKeys(screen.state).some(({ key, label }) => key === 'V' && label === 'show or hide'))
  t.is(actionFor(screen.state, keyOf('V'))?.do, 'column')
  t.is(actionFor(screen.state, keyOf('space'))?.do, 'refuse')
  screen.press('o', 'down', 'd')
  t.deepEqual(actionFor(screen.state, keyOf('y')), {
    do: 'refuse',
    reason: 'y is no key here; ? lists those there are',
  })
  t.deepEqual(actionFor(screen.state, keyOf('escape')), {
    do: 'refuse',
    reason: 'Esc (back) does nothing here: x closes this first',
  })
  screen.press('x', 'C-p')
  t.deepEqual(actionFor(screen.state, keyOf('C-n')), { do: 'move', by: 'down' })
  screen.press('escape', '?')
  t.regex(screen.text(), /x close/)
  screen.press('x')
  t.is(screen.state.help, undefined)
})

test('keys: a conflict says what each does, in words', (t) => {
  t.regex(
    of('[keys]\ntheme = "9"').problems.join(),
    /9 is the key of panel 9 \(open-key-9\) and of theme; theme keeps its own/,
  )
})

test('keys: what is typed in a list cannot be a key there, and two for one there are refused', (t) => {
  const { config, problems } = of('[keys]\npicker-enter = "x"\npalette-enter = "Esc"')
  t.is(config.keys, undefined)
  t.true(
    problems.some((text) => text.startsWith('line 2: keys.picker-enter: x is typed there')),
    problems.join('\n'),
  )
  t.true(
    problems.some((text) =>
      /escape is the key of do it \(palette-enter\) and of close \(palette-palette\);/.test(text),
    ),
  )
})

test('keys: one that is a key only while nothing is typed may be any; what a terminal sends for Enter is Enter', (t) => {
  const { config, problems } = of('[keys]\npalette-line-open = ";"\ntheme = "Ctrl-M"\nline-open = "y"')
  t.deepEqual(config.keys, { 'palette-line-open': [';'] })
  t.deepEqual(problems, [
    'line 3: keys.theme: enter is the key of enter and of theme; theme keeps its own',
    'line 4: keys.line-open: nothing that a key does is called "line-open", did you mean palette-line-open?',
  ])
  const screen = fakeScreen({ initial: { keys: config.keys! } })
  screen.press(':', ';')
  t.is(screen.state.line?.text, '')
})

test('of many words there might be, not one is meant: where they are is said', (t) => {
  t.deepEqual(of('[verdict.xyzzy]\nwarn = 1').problems, [
    'line 1: verdict.xyzzy: no rule "xyzzy"; --print-config has all there are',
  ])
})

test('what has no key any more is still in the palette', (t) => {
  const screen = fakeScreen({ ticks: 5, width: 120, initial: { keys: { freeze: [] } } })
  t.false(footerKeys(screen.state).some(({ label }) => label === 'freeze'))
  screen.press('C-p', 'f', 'r', 'e', 'e', 'z', 'e')
  t.regex(screen.text(), /freeze +Show one instant/)
})

test('names of what keys do are told apart, and every one may have another key', (t) => {
  const names = KEYS.map(nameOfEntry)
  t.is(new Set(names).size, names.length)
  t.true(names.every((name) => /^[a-z0-9-]+$/.test(name)))
  for (const { keys } of KEYS) for (const key of keys) t.not(parseKey(key), undefined, key)
})

test('what --print-config prints is read as what it was printed of', (t) => {
  const printed = printedConfig({}, KNOWN)
  const { config, problems } = of(printed)
  t.deepEqual(problems, [])
  t.is(config.intervalMs, 1000)
  t.regex(printed, /stands out at 5s over 1 s, bad at 30s; in ms\n\[verdict.not-read\]\nwarn = 5000\n/)
  t.regex(printed, /bad at 20M\/s; in bytes each second\n\[verdict.swap-in\]\nwarn = 1048576\n/)
  for (const { id, warn, bad, overMs } of RULES) t.deepEqual(config.thresholds?.[id], { warn, bad, overMs })
  // Every setting that is commented out is one, too
  const all = printed.replace(/^# ((theme|[a-z0-9-]+) = )/gm, '$1')
  t.deepEqual(configOf(parse(all) as Record<string, unknown>, KNOWN).problems, [])
  const own: Settings = {
    theme: 'light',
    keys: { quit: ['J'] },
    grouping: 'user',
    naming: 'line',
    tabs: {
      tcp: { sessions: { sort: { column: 'rtt', descending: false } } },
      runq: { all: { columns: ['command', 'user', 'wait'] }, cpus: { sort: { column: 'busy', descending: true } } },
    },
  }
  const again = of(printedConfig(own, KNOWN))
  t.deepEqual(again.problems, [])
  t.like(again.config, own)
})

test('the file: absent is fine, not readable is said, one that others can write is not used', (t) => {
  const home = temporaryFolder(t)
  const env = { HOME: home, XDG_CONFIG_HOME: home }
  t.deepEqual(readConfig(undefined, KNOWN, env), { config: {}, problems: [] })
  mkdirSync(join(home, 'probetop'))
  const file = join(home, 'probetop', 'config.toml')
  writeFileSync(file, 'interval = 2\nfoo = 1\n', { mode: 0o600 })
  t.deepEqual(readConfig(undefined, KNOWN, env).config, { intervalMs: 2000 })
  t.regex(readConfig(undefined, KNOWN, env).problems[0]!, /^config.toml line 2: foo: no setting "foo"/)
  chmodSync(file, 0o666)
  t.regex(readConfig(undefined, KNOWN, env).problems[0]!, /can be written by others .*; nothing of it is used$/)
  writeFileSync(file, '#'.repeat(70_000))
  chmodSync(file, 0o600)
  t.regex(readConfig(undefined, KNOWN, env).problems[0]!, /is larger than 64 KB/)
  symlinkSync('/dev/zero', join(home, 'zero'))
  t.throws(() => readConfig(join(home, 'zero'), KNOWN, env), { message: /is no file/ })
  t.throws(() => readConfig(join(home, 'none'), KNOWN, env), { message: /--config .*none: no such file/ })
})

test('under sudo the folder is that of who called it', (t) => {
  t.is(
    configFolder({ SUDO_UID: '1', SUDO_GID: '1', SUDO_USER: 'daemon', XDG_CONFIG_HOME: '/root/x' }, 0),
    '/usr/sbin/.config/probetop',
  )
  t.is(configFolder({ XDG_CONFIG_HOME: '/x' }, 0), '/x/probetop')
})
