// The built program in a real terminal: every key, every signal, and terminals that do not behave.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { until } from '../helpers/programs.ts'
import { childrenOf, descendantsOf as descendants, openPty, PROGRAM, shellWords } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { hasData, replaying, isGivenBack, pause, inShell } from '../helpers/replaying.ts'

test.serial('stacks exported: the path on the screen, and again when it has gone', async (t) => {
  const folder = temporaryFolder(t)
  const pty = replaying(t, { cwd: folder }, [], { stacks: true })
  await pty.until(hasData)
  pty.type('s')
  await pty.until((text) => text.includes('stacks off-CPU') && text.includes('WaitEventSetWait'))
  pty.type('E')
  await pty.until((text) => /export in .*offcpu-us\.folded/.test(text))
  pty.type('q')
  t.is(await pty.exited, 0)
  t.regex(pty.screen().join(''), /export in .*offcpu-us\.folded and .*\.speedscope\.json and .*\.pb\.gz/)
  const files = readdirSync(folder).filter((name) => name.startsWith('probetop-'))
  t.is(files.length, 3)
  for (const name of files) t.is(statSync(join(folder, name)).mode & 0o777, 0o600)
})

test.serial('a flood of keys is digested', async (t) => {
  const pty = replaying(t)
  await pty.until(hasData)
  pty.type('j'.repeat(50_000))
  pty.type('\x1b[200~qqqq\x1b[201~')
  pty.type('?')
  await pty.until((text) => text.includes('help ──'))
  pty.type('q')
  t.is(await pty.exited, 0)
})

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const) {
  test.serial(`${signal}: terminal restored, exit code ${code}`, async (t) => {
    const pty = replaying(t)
    await pty.until(hasData)
    process.kill(pty.pid(), signal)
    t.is(await pty.exited, code)
    isGivenBack(t, pty)
  })
}

const testDeaf = test.macro(async (t, signal: NodeJS.Signals, code: number) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 200, intervalMs: 100 })
  const program = shellWords([process.execPath, PROGRAM, '-r', path])
  const pty = openPty(`trap '' HUP; ${program}; echo $? > code`, { cwd: folder, columns: 220, rows: 60 })
  t.teardown(pty.close)
  await pty.until(hasData)
  const pid = childrenOf(pty.pid())[0]!
  // neither script(1) nor we read any more; then its buffers are full before long
  process.kill(pty.child.pid!, 'SIGSTOP')
  t.teardown(() => process.kill(pty.child.pid!, 'SIGCONT'))
  execFileSync('stty', ['-F', readlinkSync(`/proc/${pid}/fd/0`), 'rows', '59'])
  await new Promise((resolve) => setTimeout(resolve, 2500))
  const startMs = performance.now()
  process.kill(pid, signal)
  await until(() => existsSync(join(folder, 'code')) && readFileSync(join(folder, 'code'), 'utf8') !== '', 4000)
  t.true(performance.now() - startMs < 2000)
  t.is(readFileSync(join(folder, 'code'), 'utf8'), `${code}\n`)
})
test.serial('a terminal that does not read: SIGTERM ends it', testDeaf, 'SIGTERM', 143)
test.serial('and so does SIGHUP', testDeaf, 'SIGHUP', 129)

test.serial('SIGTSTP from outside, and SIGSTOP, which cannot be seen', async (t) => {
  const pty = await inShell(t)
  const [pid] = descendants(pty.pid())
  process.kill(pid!, 'SIGTSTP')
  await pty.until((text) => text.includes('Stopped') && !pty.isAlternate())
  pty.type('fg\r')
  await pty.until((text) => hasData(text) && pty.isAlternate())
  process.kill(pid!, 'SIGSTOP')
  await pty.until((text) => text.includes('Stopped'))
  pty.type('fg\r')
  await pause(300)
  pty.type('?')
  await pty.until((text) => text.includes('help ──'))
  pty.type('q')
  await pty.until(() => !pty.isAlternate())
  t.pass()
})

test.serial('Ctrl-Z where nobody could bring it back: the screen returns', async (t) => {
  const pty = replaying(t)
  await pty.until(hasData)
  pty.type('\x1a')
  await pause(100)
  await pty.until((text) => hasData(text) && pty.isAlternate())
  pty.type('?')
  await pty.until((text) => text.includes('help ──'))
  pty.type('q')
  t.is(await pty.exited, 0)
})

test.serial('themes change the colours', async (t) => {
  const pty = replaying(t, {}, ['--theme', 'light'])
  await pty.until(hasData)
  t.is(pty.emulator.buffer.active.getLine(20)!.getCell(2)!.getBgColor(), 231)
  pty.type('q')
  t.is(await pty.exited, 0)
})
