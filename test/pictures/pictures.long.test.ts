// What the command that draws pictures says of what it cannot do.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'

test('what it was told and cannot do is one line, not a trace', (t) => {
  const told = (...words: string[]) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import=tsx', join(ROOT, 'test/pictures/main.ts'), '--svg', ...words],
      { encoding: 'utf8', cwd: ROOT },
    )
    return [status, stderr]
  }
  t.deepEqual(told('--recording', '/missing.gz'), [
    2,
    "pictures: ENOENT: no such file or directory, open '/missing.gz'\n",
  ])
  t.deepEqual(told('--recording', 'README.md'), [
    2,
    'pictures: README.md: incorrect header check; it has to be written by probetop -w FILE.gz\n',
  ])
})
