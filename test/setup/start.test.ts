import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'

const start = (...args: string[]) =>
  execa(process.execPath, [join(ROOT, 'src/setup/start.mjs'), ...args], { cwd: '/', reject: false, stdin: 'ignore' })

test('start runs the program with the arguments, from any folder, and hands on its exit code', async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const good = await start('--version')
  t.is(good.exitCode, 0, good.stderr)
  t.true(good.stdout.includes(version))
  t.is((await start('--no-such-option')).exitCode, 2)
})

test('its own option does not reach the program', async (t) => {
  const { exitCode, stderr } = await start('--yes', '--version')
  t.is(exitCode, 0, stderr)
})
