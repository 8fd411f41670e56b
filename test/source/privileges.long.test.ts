// Rights by a sudo that asks nothing, or would.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { programs } from '../helpers/programs.ts'
import { obtained } from './obtaining.ts'

test('a sudo that asks nothing', async (t) => {
  const folder = programs(t, { sudo: '[ "$1" = -n ] && exit 0; exit 1' })
  chmodSync(folder, 0o755)
  t.deepEqual(await obtained(join(folder, 'sudo')), { are: 'sudo', sudo: join(folder, 'sudo') })
})

test('a sudo that asks, and no terminal', async (t) => {
  const folder = programs(t, { sudo: 'exit 1' })
  chmodSync(folder, 0o755)
  t.like(await obtained(join(folder, 'sudo')), { are: 'none', hint: 'run `sudo -v` first, or probetop as root' })
})
