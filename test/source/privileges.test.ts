// Who called sudo, and becoming that user: in a process of its own, as there is no way back.
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { findSudo, invokerOf, obtainRights } from '../../src/source/privileges.ts'
import { skip } from '../helpers/bpf.ts'
import { programs } from '../helpers/programs.ts'
import { run } from './obtaining.ts'

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
