import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { start } from './starting.ts'

test('start runs the program with the arguments, from any folder, and hands on its exit code', async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const good = await start('--version')
  t.is(good.exitCode, 0, good.stderr)
  t.true(good.stdout.includes(version))
  t.is((await start('--no-such-option')).exitCode, 2)
})
