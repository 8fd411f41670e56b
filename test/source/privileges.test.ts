// Who called sudo, and becoming that user: in a process of its own, as there is no way back.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { findSudo, invokerOf, obtainRights } from '../../src/source/privileges.ts'
import { skip } from '../helpers/bpf.ts'
import { programs } from '../helpers/programs.ts'

const SUDO = { SUDO_UID: '1000', SUDO_GID: '100', SUDO_USER: 'ada' }

test('the user who called sudo', (t) => t.deepEqual(invokerOf(SUDO, 0), { uid: 1000, gid: 100, name: 'ada' }))

const testNobody = (t: ExecutionContext, env: NodeJS.ProcessEnv, euid: number): void =>
  void t.is(invokerOf(env, euid), undefined)
test('not root: nobody', testNobody, SUDO, 1000)
test('root by itself: nobody', testNobody, {}, 0)
test('root called sudo: nobody', testNobody, { ...SUDO, SUDO_UID: '0' }, 0)
test('odd ids: nobody', testNobody, { ...SUDO, SUDO_UID: '-1' }, 0)
test('no group: nobody', testNobody, { ...SUDO, SUDO_GID: '' }, 0)
test('half an environment: nobody', testNobody, { SUDO_UID: '1000' }, 0)

test('sudo is found in fixed folders', (t) => {
  const folder = programs(t, { sudo: 'exit 0' })
  t.is(findSudo(['/nonesuch', folder]), join(folder, 'sudo'))
  t.is(findSudo(['/nonesuch']), undefined)
})

test('root needs no sudo', async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'not root')
  t.deepEqual(await obtainRights(false, undefined), { are: 'ours' })
})

/** Runs a few lines of TypeScript as a process with this environment; they print JSON. */
const run = async (lines: string, env: NodeJS.ProcessEnv = {}) => {
  const source = `import * as privileges from ${JSON.stringify(join(import.meta.dirname, '../../src/source/privileges.ts'))}\n${lines}`
  const tsx = import.meta.resolve('tsx')
  const { stdout } = await execa(process.execPath, ['--import', tsx, '--input-type=module', '-e', source], { env })
  return JSON.parse(stdout)
}

test('dropped for good: user, group, groups, home; no way back', async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'not root')
  const after = await run(
    `const invoker = privileges.dropToInvoker()
    let back = ''
    try { process.setuid(0); back = 'uid' } catch {}
    try { process.setgid(0); back += ' gid' } catch {}
    console.log(JSON.stringify({ invoker, back, ids: [process.getuid(), process.geteuid(), process.getgid(), process.getegid()],
      groups: process.getgroups(), home: process.env.HOME, user: process.env.USER }))`,
    { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody', HOME: '/root' },
  )
  t.deepEqual(after.invoker, { uid: 65534, gid: 65534, name: 'nobody' })
  t.is(after.back, '')
  t.deepEqual(after.ids, [65534, 65534, 65534, 65534])
  t.deepEqual(after.groups, [65534])
  t.not(after.home, '/root')
  t.is(after.user, 'nobody')
})

test('a user in no database keeps only the group of the call', async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'not root')
  const after = await run(
    `privileges.dropToInvoker()
    console.log(JSON.stringify({ uid: process.getuid(), groups: process.getgroups(), home: process.env.HOME }))`,
    { SUDO_UID: '54321', SUDO_GID: '54322', SUDO_USER: 'nobody-at-all', HOME: '/root' },
  )
  t.deepEqual(after, { uid: 54321, groups: [54322], home: '/' })
})

/** As a user without rights, with a fake sudo. */
const obtained = async (sudo: string) => {
  if (process.geteuid?.() !== 0) return obtainRights(false, sudo)
  return run(
    `process.setuid(65534)\nconsole.log(JSON.stringify(await privileges.obtainRights(false, ${JSON.stringify(sudo)})))`,
  )
}
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
