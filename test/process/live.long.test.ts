// The built program with real probes whose engine, screen or bpftrace is killed or stopped.
import { join } from 'node:path'
import { execa } from 'execa'
import { bpfTest } from '../helpers/bpf.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { descendantsOf, PROGRAM } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { isLive, live, engineOf, procFile } from '../helpers/live.ts'

bpfTest('a killed engine: said within two seconds, started again, the gap marked', async (t) => {
  const pty = await live(t)
  process.kill(engineOf(pty.pid()), 'SIGKILL')
  await pty.until((text) => /failed/.test(text), 2000)
  await pty.until(isLive)
  const pids = descendantsOf(pty.pid())
  process.kill(pty.pid(), 'SIGTERM')
  t.is(await pty.exited, 143)
  await until(() => !pids.some(isAlive), 3000)
  t.false(pty.isAlternate())
})

bpfTest('a killed screen takes the engine with it', async (t) => {
  const pty = await live(t)
  const pid = pty.pid()
  const pids = descendantsOf(pid)
  process.kill(pid, 'SIGKILL')
  await until(() => !pids.some(isAlive), 4000)
  t.pass()
})

bpfTest('stacks of a process: collected while their page is open, in each mode', async (t) => {
  const program =
    'const fs = require("fs"); const fd = fs.openSync(process.argv[1], "w"); for (;;) { fs.writeSync(fd, "x"); fs.fsyncSync(fd); const end = Date.now() + 20; while (Date.now() < end); }'
  const child = execa(process.execPath, ['-e', program, join(temporaryFolder(t), 'data')], { reject: false })
  t.teardown(() => void child.kill('SIGKILL'))
  const pty = await live(t, ['--max-overhead', '0', '-p', String(child.pid)])
  pty.type('s')
  await pty.until((text) => text.includes('stacks off-CPU') && /\w in \d+ waits/.test(text))
  pty.type('/')
  await pty.until((text) => text.includes('search: '))
  pty.type('sync')
  await pty.until((text) => /found [1-9][\d.]*%/.test(text))
  pty.type('\r')
  await pty.until((text) => !text.includes('search: '))
  pty.type('n')
  await pty.until((text) => /▸.*sync/.test(text))
  pty.type('\x1b')
  await pty.until((text) => !text.includes('search sync'))
  pty.type('m')
  await pty.until((text) => text.includes('stacks on-CPU') && /\w in \d+ samples/.test(text))
  pty.type('m')
  await pty.until((text) => text.includes('stacks blocked now') && text.includes(String(child.pid)))
  pty.type('\x1b')
  await pty.until(isLive)
  pty.type('q')
  t.is(await pty.exited, 0)
})

bpfTest(
  'execsnoop runs while its panel is shown',
  async (t) => {
    const pty = await live(t)
    const bpftraces = (): number =>
      descendantsOf(pty.pid()).filter((pid) => procFile(pid, 'comm').startsWith('bpftrace')).length
    t.is(bpftraces(), 0)
    pty.type('6')
    await until(() => bpftraces() === 1)
    pty.type('\x1b')
    await until(() => bpftraces() === 0)
    pty.type('q')
    t.is(await pty.exited, 0)
  },
  ['bpftrace'],
)

bpfTest(
  'stopped engine, stopped bpftrace, and a screen that may kill neither: q leaves nothing behind',
  async (t) => {
    const pty = await live(t, [], { env: { SUDO_USER: 'nobody', SUDO_UID: '65534', SUDO_GID: '65534' } })
    const bpftrace = (): number | undefined =>
      descendantsOf(pty.pid()).find((pid) => procFile(pid, 'comm').startsWith('bpftrace'))
    pty.type('6')
    await until(bpftrace)
    const pids = descendantsOf(pty.pid())
    process.kill(bpftrace()!, 'SIGSTOP')
    process.kill(engineOf(pty.pid()), 'SIGSTOP')
    const startMs = performance.now()
    pty.type('q')
    t.is(await pty.exited, 0)
    t.true(performance.now() - startMs < 3000)
    await until(() => !pids.some(isAlive), 500)
  },
  ['bpftrace'],
)

bpfTest('batch ended by a signal', async (t) => {
  const child = execa(process.execPath, [PROGRAM, '-b', '0.2'], { reject: false, stdin: 'ignore' })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const pids = descendantsOf(child.pid!)
  child.kill('SIGINT')
  const { exitCode } = await child
  t.is(exitCode, 130)
  await until(() => !pids.some(isAlive), 3000)
})

bpfTest('started in a folder that has been removed', async (t) => {
  const folder = temporaryFolder(t)
  const { stdout, exitCode } = await execa(
    'sh',
    ['-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'sh', process.execPath, PROGRAM, '-b', '0.2', '1'],
    { cwd: folder, reject: false },
  )
  t.is(exitCode, 0)
  t.regex(stdout, /^run queue: .*n\/s/m)
})
