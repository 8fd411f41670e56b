// Settings written by the key: what is kept of the screen, and what becomes of the file.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'smol-toml'
import { settingsOf, type Settings } from '../../src/app/kept.ts'
import { initialState } from '../../src/app/state.ts'
import { configured } from '../../src/cli/configured.ts'
import { configOfText } from '../../src/cli/config/read.ts'
import { parseOptions } from '../../src/cli/options.ts'
import { keepSettings, mergedText } from '../../src/cli/config/write.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { allPanels } from '../../src/panels/registry.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const KNOWN = { panels: allPanels(SPECS), themes: ['dark', 'light'] }
const SETTINGS: Settings = {
  theme: 'light',
  intervalMs: 2000,
  panels: ['tcp', 'runq'],
  grouping: 'user',
  naming: 'line',
}

/** What the key hands over after others were pressed. */
const kept = (...keys: string[]): Settings => {
  const screen = fakeScreen({ ticks: 20, initial: { suits: true } })
  screen.press(...keys, 'W')
  const effect = screen.effects.findLast(({ effect: is }) => is === 'keepSettings')
  if (effect?.effect !== 'keepSettings') throw new Error('nothing kept')
  return effect.settings
}

test('what keys changed is kept; a theme that nobody chose is not', (t) => {
  t.is(kept().theme, undefined)
  t.is(kept('t').theme, 'light')
  t.like(kept('+', 'u', 'l'), { intervalMs: 2000, grouping: 'name', naming: 'line' })
  t.deepEqual(kept('>').tabs?.runq, { all: { sort: { column: 'max', descending: true } } })
  t.deepEqual(kept('>', 'm').tabs?.runq?.all?.sort?.column, 'max', 'that of the tab one has left, too')
  t.false(kept('1', 'o', 'down', 'space', 'escape').tabs?.runq?.all?.columns?.includes('max') ?? true)
})

test('what is written and read again makes the same state', async (t) => {
  const settings = kept('t', '+', 'u', 'l', '1', 'o', 'down', 'space', 'up', '+', 'escape', '>', 'm', '>', 'escape')
  const { config, problems } = configOfText(await mergedText(undefined, settings, KNOWN), KNOWN)
  t.deepEqual(problems, [])
  t.deepEqual(settingsOf(initialState({ ...config, specs: SPECS, limitPercent: config.maxOverheadPercent })), settings)
})

test('widths are read, and what is none is named', (t) => {
  const { config, problems } = configOfText(
    '[widths]\nrunq = ["command 30", "max 2", "wat 9", "pid"]\n[widths.tcp]\nsessions = ["remote 50"]\n',
    KNOWN,
  )
  t.deepEqual(config.tabs, {
    runq: { all: { widths: { command: 30 } } },
    tcp: { sessions: { widths: { remote: 50 } } },
  })
  t.is(problems.length, 3)
  t.regex(problems.join('\n'), /max is 6 to 200(.|\n)*no column "wat"(.|\n)*pid is 7 to 200/)
})

test('what is said of columns and tabs that a panel has not got stays, beside what it has', async (t) => {
  const before = `[sort]
runq = "later down"
offcpu = "pid up"
[sort.tcp]
later = "rtt"
[columns]
runq = ["pid", "later", "command"]
block = ["later"]
[widths]
runq = ["later 20", "command 30"]
`
  const settings: Settings = { tabs: { runq: { all: { columns: ['pid', 'wait'], widths: { command: 40 } } } } }
  const { sort, columns, widths } = parse(await mergedText(before, settings, KNOWN)) as Record<string, unknown>
  t.deepEqual(sort, { runq: 'later down', tcp: { later: 'rtt' } })
  t.deepEqual(columns, { runq: ['pid', 'wait', 'later'], block: ['later'] })
  t.deepEqual(widths, { runq: ['command 40', 'later 20'] })
  const sorted: Settings = { tabs: { runq: { all: { sort: { column: 'max', descending: true } } } } }
  const again = parse(await mergedText('[sort]\nrunq = "later"\n', sorted, KNOWN)) as Record<string, unknown>
  t.deepEqual(again.sort, { runq: 'max down' }, 'rows are sorted by one')
})

test('comments, other settings and those of later versions stay; what is as it comes goes', async (t) => {
  const before = `# mine
theme = "dark" # at night
future = [1, 2]
[sort]
runq = "max" # longest first
new-panel = "x"
[keys]
quit = ["q", "X"]
[verdict.backlog]
warn = 3
`
  const after = await mergedText(
    before,
    { ...SETTINGS, tabs: { tcp: { sessions: { columns: ['remote', 'rtt'] } } } },
    KNOWN,
  )
  for (const line of [
    '# mine',
    'theme = "light" # at night',
    'future = [1, 2]',
    'new-panel = "x"',
    'quit = ["q", "X"]',
    'warn = 3',
  ])
    t.true(after.includes(line), `${line} in\n${after}`)
  t.notRegex(after, /runq = "max"/)
  t.deepEqual(configOfText(after, KNOWN).config.tabs, { tcp: { sessions: { columns: ['remote', 'rtt'] } } })
  t.is(
    await mergedText(after, { ...SETTINGS, tabs: { tcp: { sessions: { columns: ['remote', 'rtt'] } } } }, KNOWN),
    after,
  )
})

test('the file is made for the user alone; the one before is kept; a link stays one; nothing else is left', async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'probetop', 'config.toml')
  t.regex((await keepSettings(file, SETTINGS, KNOWN))[0]!, /config\.toml: theme, interval, panels, grouping, naming$/)
  t.is(statSync(file).mode & 0o777, 0o600)
  const first = readFileSync(file, 'utf8')
  t.regex((await keepSettings(file, SETTINGS, KNOWN))[0]!, /says so already/)
  const [words] = await keepSettings(file, { ...SETTINGS, intervalMs: 500 }, KNOWN)
  t.regex(words!, /config\.toml: interval; as it was: config\.toml\.bak$/)
  t.is(readFileSync(`${file}.bak`, 'utf8'), first)
  t.deepEqual(readdirSync(join(folder, 'probetop')).sort(), ['config.toml', 'config.toml.bak'])
  mkdirSync(join(folder, 'dotfiles'))
  const own = join(folder, 'dotfiles', 'own.toml')
  writeFileSync(own, 'interval = 9\n', { mode: 0o600 })
  symlinkSync(own, join(folder, 'link.toml'))
  await keepSettings(join(folder, 'link.toml'), SETTINGS, KNOWN)
  t.is(readlinkSync(join(folder, 'link.toml')), own)
  t.regex(readFileSync(own, 'utf8'), /interval = 2/)
})

test('refused, with the reason, and nothing is changed: no TOML, too large, written by others, no folder', async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'config.toml')
  const refused = async (text: string, mode: number, message: RegExp) => {
    writeFileSync(file, text)
    chmodSync(file, mode)
    await t.throwsAsync(keepSettings(file, SETTINGS, KNOWN), { message })
    t.is(readFileSync(file, 'utf8'), text)
    t.deepEqual(readdirSync(folder), ['config.toml'])
  }
  await refused('theme = "dark"\ninterval = = 2\n', 0o600, /no TOML, fix it first: line 2/)
  await refused('#'.repeat(70_000), 0o600, /larger than 64 KB/)
  await refused('theme = "dark"\n', 0o666, /written by others/)
  writeFileSync(join(folder, 'plain'), '')
  await t.throwsAsync(keepSettings(join(folder, 'plain', 'config.toml'), SETTINGS, KNOWN), {
    message: /ENOTDIR|EEXIST/,
  })
})

test('panels of scripts are not kept, which is said', async (t) => {
  const file = join(temporaryFolder(t), 'config.toml')
  const [words] = await keepSettings(file, { ...SETTINGS, panels: ['runq', 'mine.bt'] }, KNOWN)
  t.regex(words!, /not the panels of scripts/)
  t.deepEqual(configOfText(readFileSync(file, 'utf8'), KNOWN).config.panels, ['runq'])
})

test('whatever is in the file, it is merged or refused, and what is merged reads the same', async (t) => {
  const texts = [
    'sort.runq = "max"\nsort.tcp = "rtt"\n',
    'sort = { runq = "max", "a b" = 1 }\n',
    '[sort]\n\n\n[columns.runq]\nall = ["pid"]\ncpus = ["cpu"]\n',
    'panels = [ # these\n "tcp", # one\n "runq" # two\n]\n[a.b.c]\nd = 1979-05-27T07:32:00Z\n[[e]]\nf = """x\ny"""\n',
    '\ufefftheme = "dark"\r\ninterval = 1\r\n',
    'interval = 1e0\nmax-overhead = 0x5\n',
    '[columns]\nrunq = "no list"\n',
  ]
  const tabs: Settings['tabs'] = {
    runq: { all: { columns: ['command', 'wait'] }, cpus: { sort: { column: 'busy', descending: true } } },
  }
  for (const text of texts)
    try {
      const { config } = configOfText(await mergedText(text, { ...SETTINGS, tabs }, KNOWN), KNOWN)
      t.deepEqual(config.tabs, tabs, text)
      t.is(config.intervalMs, 2000)
    } catch (error) {
      t.log(`${JSON.stringify(text.slice(0, 30))}: ${(error as Error).message}`)
      t.regex((error as Error).message, /^it (is no TOML|would not be read)/)
    }
})

test('what the command line says is for that run alone, unless keys have changed it', async (t) => {
  const file = join(temporaryFolder(t), 'config.toml')
  writeFileSync(file, 'interval = 3\nmax-overhead = 4\n')
  const parsed = parseOptions(['--config', file, '--max-overhead', '0', '--no-mouse', '--theme', 'light', '0.5'])
  if (!('options' in parsed)) return t.fail()
  const settings = { intervalMs: 1000, maxOverheadPercent: 0, mouse: false, theme: 'light', grouping: 'user' } as const
  await configured(parsed.options).keep(settings)
  const text = readFileSync(file, 'utf8')
  t.regex(text, /^interval = 1$/m, 'a key has changed it')
  t.regex(text, /^max-overhead = 4$/m)
  t.regex(text, /^grouping = "user"$/m)
  t.notRegex(text, /mouse|theme/)
})
