// The built program with real probes: from the engine to the terminal, and what is left afterwards.
import { chmodSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { bpfTest } from '../helpers/bpf.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { descendantsOf } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { isLive, live, engineOf } from '../helpers/live.ts'

bpfTest('all five panels live; q leaves nothing behind', async (t) => {
  const pty = await live(t)
  const pids = descendantsOf(pty.pid())
  t.true(pids.length >= 2)
  pty.type('q')
  t.is(await pty.exited, 0)
  await until(() => !pids.some(isAlive), 3000)
})

bpfTest("started by sudo: only the engine stays root, files are the user's", async (t) => {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o777)
  const pty = await live(t, [], { cwd: folder, env: { SUDO_USER: 'nobody', SUDO_UID: '65534', SUDO_GID: '65534' } })
  const uid = (pid: number): string => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!
  const groups = /^Groups:\s*(.*?)\s*$/m.exec(readFileSync(`/proc/${pty.pid()}/status`, 'utf8'))![1]!
  t.is(uid(pty.pid()), '65534')
  t.false(groups.split(' ').includes('0'))
  t.is(uid(engineOf(pty.pid())), '0')
  for (const thread of readdirSync(`/proc/${pty.pid()}/task`)) t.is(getPriority(Number(thread)), 0)
  t.is(getPriority(engineOf(pty.pid())), -20)
  pty.type('w')
  await pty.until((text) => text.includes('snapshot in '))
  const [name] = readdirSync(folder)
  t.is(statSync(join(folder, name!)).uid, 65534)
  process.kill(engineOf(pty.pid()), 'SIGKILL')
  await pty.until((text) => /failed/.test(text), 2500)
  await pty.until((text) => /the engine is back: [\d.]+ s without a figure/.test(text))
  await pty.until(isLive)
  pty.type('q')
  t.is(await pty.exited, 0)
})
