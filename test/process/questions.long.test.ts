// Questions of the README with a workload for each, asked of this machine from a cold start: in at most five keys the
// answer is on the screen.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { holds } from '../engine/probes/holding.ts'
import { bpfTest, skip } from '../helpers/bpf.ts'
import { startProbetop } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const MOST_KEYS = 5
const WITHIN_MS = 60_000

/** Presses these keys, one after the other, and waits until the screen says so. */
const asked = async (t: ExecutionContext, keys: readonly string[], ...answer: RegExp[]): Promise<void> => {
  t.timeout(200_000)
  t.true(keys.length <= MOST_KEYS)
  const pty = startProbetop(['--max-overhead', '0'], { cwd: temporaryFolder(t), columns: 200, rows: 50 })
  t.teardown(pty.close)
  // panels have rows once there was an interval
  await pty.until((text) => /SHARE%[^]*\d/.test(text) && /WAIT%[^]*\d/.test(text), WITHIN_MS)
  for (const key of keys) pty.type(key)
  await pty.until((text) => answer.every((each) => each.test(text)), WITHIN_MS)
  pty.type('q')
  await pty.exited
}

/** Runs until the test ends, however that ends, and what it has started with it. */
const work = (t: ExecutionContext, command: string, ...words: string[]): number => {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...words], { stdio: 'ignore', detached: true })
  t.teardown(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // it has ended
    }
  })
  return child.pid!
}

bpfTest(
  'which of three python3',
  async (t) => {
    const folder = join(temporaryFolder(t), 'scripts')
    mkdirSync(folder)
    for (const name of ['first.py', 'second.py', 'third.py']) {
      writeFileSync(join(folder, name), 'while True: sum(range(1000))\n')
      work(t, 'python3', join(folder, name))
    }
    await asked(t, ['1', 'l'], /COMMAND LINE/, /python3 \S*first\.py/, /python3 \S*second\.py/, /python3 \S*third\.py/)
  },
  ['python3'],
)

bpfTest('who forks', async (t) => {
  const pid = work(t, 'sh', '-c', 'while :; do /bin/sleep 0.01; done')
  await asked(t, ['6'], new RegExp(`exec +\\d+ +${pid} sleep`))
})

bpfTest(
  'which lock, and who holds it',
  async (t) => {
    const [pair] = await holds(t, 'mutex')
    if (!pair) return skip(t, 'no pair')
    await asked(
      t,
      ['x'],
      new RegExp(`holds[^\\n]* (mutex|lock|futex)[^\\n]* held by (holds|worker)[^\\n]*\\b${pair.holder}\\b`),
    )
  },
  ['clang'],
)
