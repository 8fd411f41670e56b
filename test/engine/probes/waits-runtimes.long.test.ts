// What threads of Java, Go and node wait for, told by the functions they sleep in, in programs as distributions build them.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../../src/paths.ts'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'

const FIXTURES = join(ROOT, 'test/engine/native/fixtures')

type Row = Record<string, unknown>

/** Reads until chains of all these are there. */
const tells = async (t: ExecutionContext, command: readonly [string, ...string[]], wanted: readonly RegExp[]) => {
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: 'ignore', cwd: temporaryFolder(t) })
  t.teardown(() => child.kill('SIGKILL'))
  await sleepMs(1500)
  const probe = startHere(t, start, 'waits')
  probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
  const seen: Row[] = []
  const found = (): boolean => wanted.every((each) => seen.some(({ chain }) => each.test(String(chain))))
  for (const end = Date.now() + 45_000; Date.now() < end && !found();) {
    await sleepMs(150)
    seen.push(...rowsOf(probe.read(), 'chains'))
  }
  t.true(found(), [...new Set(seen.map(({ thread, chain }) => `${thread}: ${chain}`))].join('\n'))
  return { seen, child }
}

bpfTest(
  'java: a monitor that another thread holds, and who lets go of it; its own pools wait for work',
  async (t) => {
    const folder = temporaryFolder(t)
    execFileSync('javac', ['-d', folder, join(FIXTURES, 'Held.java')])
    const { seen } = await tells(
      t,
      ['java', '-cp', folder, 'Held'],
      [/^Java monitor \(synchronized\), .* woken by java /, /^Thread\.sleep\(\) of Java/, /^work for Java's compiler/],
    )
    // all of them want it, the main thread alone sleeps with it
    const named = (words: string): Row[] => seen.filter(({ chain }) => String(chain).startsWith(words))
    const monitors = named('Java monitor')
    t.true(
      monitors.every(({ thread }) => /^(java|Thread-[0-2])$/.test(String(thread))),
      String(monitors.map(({ thread }) => thread)),
    )
    t.true(named('Thread.sleep()').every(({ thread }) => thread === 'java'))
    t.true(monitors.every(({ class: of, sure }) => of === 'lock' && sure === 'likely'))
  },
  ['java', 'javac'],
)

bpfTest(
  'go: threads of its scheduler that have no goroutine to run',
  async (t) => {
    const binary = join(temporaryFolder(t), 'held')
    const env = { ...process.env, GOCACHE: temporaryFolder(t), GO111MODULE: 'off' }
    execFileSync('go', ['build', '-o', binary, join(FIXTURES, 'held.go')], { env })
    await tells(t, [binary], [/^a goroutine that can run, futex 0x/, /^a timer/])
  },
  ['go'],
)

bpfTest(
  'node: Atomics.wait(), and pools of V8 and libuv that wait for work',
  async (t) => {
    const program = `
      require('fs').stat('.', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))`
    await tells(
      t,
      [process.execPath, '-e', program],
      [/^Atomics\.notify\(\) of JavaScript, /, /^work for V8, /, /^work for libuv, /],
    )
  },
  ['node'],
)
