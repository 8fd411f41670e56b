// What threads of Java, Go and node wait for, told by the functions they sleep in, in programs as distributions build them.
import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../../src/paths.ts'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { mountAgain, MOUNT_COMMANDS, mountedExt4 } from '../../helpers/mounted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'
import { RUNTIME_WAYS } from './runtime-ways.ts'
import { testRuntime } from './way-test.ts'

for (const way of RUNTIME_WAYS) testRuntime(way)

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

bpfTest(
  'node: a loop that waits for events while its pool reads a file, which is said of it and not taken for its cause',
  async (t) => {
    const slow = await mountedExt4(t, { mebibytes: 96, readMs: 400 })
    if (!slow) return skip(t, 'this machine has no FUSE')
    const file = join(slow.folder, 'file')
    writeFileSync(file, Buffer.alloc(64 << 20, 1), { flush: true })
    mountAgain(slow)
    const program = `
      const fs = require('fs')
      const fd = fs.openSync(process.argv[1])
      const next = (at) => at < 64 && fs.read(fd, Buffer.alloc(4096), 0, 4096, at << 20, () => next(at + 1))
      next(0)`
    const beside = new RegExp(`^events .*; meanwhile its \\S+ (\\d+): (pread64|read) ${file} .*, ext4 on ${slow.disk}$`)
    const { seen, child } = await tells(t, [process.execPath, '-e', program, file], [beside])
    const loop = seen.find(({ chain }) => beside.test(String(chain)))!
    t.is(loop.tid, child.pid)
    t.is(loop.class, 'idle')
    t.not(Number(beside.exec(String(loop.chain))![1]), child.pid)
    t.log(loop.chain)
  },
  ['node', ...MOUNT_COMMANDS],
)
