import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readThemes } from '../../src/cli/config/themes.ts'
import { THEMES } from '../../src/paths.ts'
import { themeNames } from '../../src/screen/theme.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const withThemes = (t: ExecutionContext, files: Record<string, string>) => {
  const home = temporaryFolder(t)
  const folder = join(home, 'probetop', 'themes')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return { folder, read: () => readThemes({ XDG_CONFIG_HOME: home }) }
}

const dark = readFileSync(join(THEMES, 'dark.json'), 'utf8')

test('themes of the user are beside ours, and one of the same name goes before', (t) => {
  const own = dark.replace(/"about": ".*"/, '"about": "mine"')
  const { read } = withThemes(t, { 'night.json': own, 'light.json': own, 'notes.txt': 'no theme' })
  const { names, load, problems } = read()
  t.deepEqual(names, [...themeNames(THEMES), 'night'].sort())
  t.deepEqual(
    ['night', 'light', 'paper'].map((name) => load(name).about.startsWith('mine')),
    [true, true, false],
  )
  t.deepEqual(problems, [])
  t.is(t.throws(() => load('nigth')).message, 'no theme "nigth", did you mean night?')
})

test('one that is wrong is named, and the others are there', (t) => {
  const { folder, read } = withThemes(t, {
    'good.json': dark,
    'torn.json': '{',
    'lacking.json': '{"roles": {}}',
    'large.json': ' '.repeat(70_000),
    'odd name.json': dark,
    'open.json': dark,
  })
  chmodSync(join(folder, 'open.json'), 0o666)
  const { names, problems } = read()
  t.true(names.includes('good'))
  for (const name of ['torn', 'lacking', 'large', 'odd name', 'open']) t.false(names.includes(name), name)
  const said = (name: string) => problems.find((problem) => problem.startsWith(`theme "${name}.json": `))
  t.regex(said('lacking')!, /role "text" is missing$/)
  t.regex(said('large')!, /larger than 64 KB$/)
  t.regex(said('odd name')!, /its name has other characters/)
  t.regex(said('open')!, /can be written by others/)
  t.truthy(said('torn'))
  t.is(problems.length, 5)
})

test('without a folder of themes there are ours', (t) => {
  const { names, problems } = readThemes({ XDG_CONFIG_HOME: temporaryFolder(t) })
  t.deepEqual(names, themeNames(THEMES))
  t.deepEqual(problems, [])
})
