// Stacks of programs with run-time compilers and of their own making, as distributions build them: followed through code of
// which nothing is said, and with the functions named that say what is waited for.
import { execFileSync, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { openNotes } from '../../helpers/noted.ts'
import type { Noted } from '../../helpers/noted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const FIXTURES = join(ROOT, 'test/engine/native/fixtures')

const namesOf = (noted: Noted): string[] => noted.named().frames.map(({ name }) => name)

/** One function after the other, innermost first, with others in between. */
const leadsThrough = (names: readonly string[], wanted: readonly RegExp[]): boolean => {
  let at = 0
  for (const name of names) if (wanted[at]?.test(name)) at++
  return at === wanted.length
}

const finds = async (
  t: ExecutionContext,
  [command, ...args]: readonly [string, ...string[]],
  wanted: readonly RegExp[],
): Promise<void> => {
  const child = spawn(command, args, { stdio: 'ignore', cwd: temporaryFolder(t) })
  const notes = openNotes(child.pid!)
  try {
    const isThere = (noted: Noted): boolean => leadsThrough(namesOf(noted), wanted)
    const threads = await notes.wait((all) => [...all.values()].some(isThere))
    t.true(
      [...threads.values()].some(isThere),
      [...threads.values()].map((one) => namesOf(one).join('\n')).join('\n\n'),
    )
  } finally {
    notes.close()
    child.kill('SIGKILL')
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true })
  }
}

bpfTest(
  'java: a monitor that another thread holds, below code that was compiled or is interpreted',
  async (t) => {
    const folder = temporaryFolder(t)
    execFileSync('javac', ['-d', folder, join(FIXTURES, 'Held.java')])
    await finds(
      t,
      ['java', '-cp', folder, 'Held'],
      [/^ObjectMonitor::enter/, /^JavaCalls::call_helper/, /^thread_native_entry/, /^start_thread$/, /^__clone3?$/],
    )
  },
  ['java', 'javac'],
)

bpfTest(
  'go: a function in a call of the kernel, up to where goroutines begin',
  async (t) => {
    const binary = join(temporaryFolder(t), 'held')
    const env = { ...process.env, GOCACHE: temporaryFolder(t), GO111MODULE: 'off' }
    execFileSync('go', ['build', '-o', binary, join(FIXTURES, 'held.go')], { env })
    await finds(t, [binary], [/^syscall\.Nanosleep$/, /^main\.holder$/, /^runtime\.goexit/])
  },
  ['go'],
)

bpfTest(
  'node: a function that was compiled at run time, by its own map, up to the outermost function',
  async (t) =>
    finds(
      t,
      [process.execPath, '--perf-basic-prof', join(FIXTURES, 'waiting.cjs')],
      [
        /FutexEmulation::WaitSync|Builtin_AtomicsWait/,
        /^JS:.*(waitHere|again|processImmediate)/,
        /JSEntry/,
        /^uv_run$/,
        /^main$|^_start$/,
      ],
    ),
  ['node'],
)
