// Faults: engines that react to nothing, started by a screen that may not kill them. Whatever becomes of screen, sudo,
// keeper and runner, within two seconds nothing of the engine is left. Where the keeper is killed, the kernel takes care
// of what hangs on its parent, as bpftrace does; the keeper itself kills all of the session.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { findSudo } from '../../src/source/privileges.ts'
import { skip } from '../helpers/bpf.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { descendantsOf, parentOf } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')
/** The keeper's patience, and what a busy machine adds. */
const GONE_MS = 3000

/** Starts screen and engine, and waits until it is stuck. */
const start = async (t: ExecutionContext, how: string, sudo = '') => {
  const folder = temporaryFolder(t)
  const screen = execa(
    process.execPath,
    [
      '--import',
      'tsx',
      join(FIXTURES, 'screen.ts'),
      sudo,
      process.execPath,
      join(FIXTURES, 'stuck-engine.mjs'),
      folder,
      how,
    ],
    { stdin: 'pipe', reject: false },
  )
  await new Promise((resolve) => screen.stdout.once('data', resolve))
  const pids = readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number)
  const runner = parentOf(pids[0]!)!
  const keeper = parentOf(runner)!
  const family = [...new Set([...pids, ...descendantsOf(parentOf(keeper)!), parentOf(keeper)!])]
  t.teardown(() => {
    for (const pid of [screen.pid!, ...family].filter(isAlive)) process.kill(pid, 'SIGKILL')
  })
  const inState = (state: string) => () => readFileSync(`/proc/${pids[0]}/stat`, 'latin1').includes(`) ${state} `)
  await until(inState(how === 'stopped' ? 'T' : how === 'loop' ? 'R' : 'S'))
  return { screen, keeper, runner, loose: pids[1]!, family, startMs: performance.now() }
}

type Run = Awaited<ReturnType<typeof start>>

const nothingLeft = async (t: ExecutionContext, { family, startMs }: Run): Promise<void> => {
  t.true(family.length >= 5)
  await until(() => !family.some(isAlive), GONE_MS + 2000)
  t.log(`gone after ${Math.round(performance.now() - startMs)} ms`)
  t.true(performance.now() - startMs < GONE_MS)
}

const stop = ({ screen }: Run): void => void screen.stdin.write('stop\n')
const killScreen = ({ screen }: Run): void => void screen.kill('SIGKILL')
const killKeeper = ({ keeper }: Run): void => void process.kill(keeper, 'SIGKILL')
const killRunner = ({ runner, screen }: Run): void => {
  process.kill(runner, 'SIGKILL')
  stop({ screen } as Run)
}

const reason = process.geteuid?.() === 0 ? undefined : 'needs root, to have an engine that the screen may not kill'
const testStuck = test.macro(async (t, how: string, end: (run: Run) => void, sudo?: string) => {
  if (reason !== undefined) return skip(t, reason)
  if (sudo === 'none') return skip(t, 'sudo is not installed')
  const run = await start(t, how, sudo)
  const { family, loose } = run
  end(run)
  const keeps = end === killKeeper || end === killRunner
  await nothingLeft(t, { ...run, family: family.filter((pid) => !keeps || pid !== loose) })
})

for (const how of ['stopped', 'loop', 'read']) {
  test(`${how}: the screen stops it`, testStuck, how, stop)
  test(`${how}: the screen is killed`, testStuck, how, killScreen)
}
test('stopped, and the keeper is killed', testStuck, 'stopped', killKeeper)
test('stopped, and the runner is killed', testStuck, 'stopped', killRunner)
const sudo = findSudo() ?? 'none'
test('in a loop, started through sudo: the screen stops it', testStuck, 'loop', stop, sudo)
test('stopped, started through sudo: the screen is killed', testStuck, 'stopped', killScreen, sudo)
test(
  'stopped, and sudo is killed',
  testStuck,
  'stopped',
  ({ screen }: Run) => {
    const sudos = descendantsOf(screen.pid!).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${sudo}\0`),
    )
    for (const pid of sudos) process.kill(pid, 'SIGKILL')
  },
  sudo,
)
