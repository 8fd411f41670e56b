// What the system call probe says of processes, with and without detail; whether it is true is asked in test/truth.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import test from 'ava'
import type { SyscallCount } from '../../../../src/model/syscalls.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { startSyscalls } from '../../../helpers/syscalls.ts'
import { compat, compiled, loops, loopsPath, sleepMs, start, withProbe } from '../../../helpers/workload.ts'

const run = promisify(execFile)

/** No thread number has a place of its own: all have storage. */
const withoutSlots: typeof startSyscalls = (context) => startSyscalls({ ...context, maxEntries: { slots: 1 } })

for (const [startProbe, where] of [
  [startSyscalls, 'in its slot'],
  [withoutSlots, 'in storage'],
] as const)
  bpfTest(
    `a process that lives on is counted in each interval once, ${where}`,
    async (t) => {
      await withProbe(startProbe, async (probe) => {
        const child = start(loopsPath(), ['sleep', '40', '10'])
        let calls = 0
        for (let i = 0; i < 5; i++) {
          await sleepMs(150)
          calls += probe.read().data.procs.find((proc) => proc.pid === child.pid)?.count ?? 0
        }
        t.true(calls >= 40 && calls < 240, `${calls} calls for 40 sleeps`)
      })
    },
    ['clang'],
  )

bpfTest(
  'what a thread did before exec() gave it the number of another is not lost',
  async (t) => {
    const program = compiled('exec', 'test/engine/native/fixtures')
    await withProbe(startSyscalls, async (probe) => {
      for (const before of [3000, 7000]) {
        probe.read()
        const running = run(program, [String(before), loopsPath(), 'fail', '5000'])
        await running
        const { data } = probe.read()
        const calls = data.procs.find(({ pid }) => pid === running.child.pid)!.count
        t.true(calls >= before + 5000 && calls < before + 5500, `${calls} calls, of which ${before} before exec()`)
      }
    })
  },
  ['clang'],
)

bpfTest(
  'detail: errors and calls of a process; nothing of it once switched off',
  async (t) => {
    await withProbe(startSyscalls, async (probe) => {
      probe.command!({ cmd: 'options', options: { detail: true } })
      probe.read()
      const failing = await loops('fail', 5000)
      const { data } = probe.read()
      t.true(data.detail)
      const row = data.procs.find((proc) => proc.pid === failing.pid)!
      t.is(row.comm, 'loops')
      t.true(row.errors! >= 5000)
      t.is(row.calls![0]!.name, 'close')
      probe.command!({ cmd: 'options', options: {} })
      await loops('fail', 10)
      const after = probe.read().data
      t.false(after.detail)
      t.is(after.calls.find((call) => call.name === 'close')?.errnos, undefined)
    })
  },
  ['clang'],
)

for (const [work, call, restarted] of [
  ['sigreturn', /^rt_sigreturn$/, 0],
  ['eintr', /nanosleep$/, 50],
  ['restart', /^read$/, 50],
] as const)
  bpfTest(
    `what signals do to calls is no error: ${work}`,
    async (t) => {
      await withProbe(startSyscalls, async (probe) => {
        probe.command!({ cmd: 'target', target: { is: 'comm', comm: 'signals' } })
        probe.command!({ cmd: 'options', options: { detail: true } })
        await run(compiled('signals', 'test/engine/native/fixtures'), [work, '50'])
        const { data } = probe.read()
        const of = (name: RegExp): SyscallCount[] => data.target!.calls.filter((each) => name.test(each.name))
        const sum = (calls: SyscallCount[], count: (each: SyscallCount) => number | undefined): number =>
          calls.reduce((all, each) => all + (count(each) ?? 0), 0)
        t.is(
          sum(of(call), ({ restarted }) => restarted),
          restarted,
        )
        t.deepEqual(
          of(call).flatMap(({ errnos = [] }) => errnos),
          [],
        )
        t.true(sum(of(/^rt_sigreturn$/), ({ count }) => count) >= 49)
        t.is(
          sum(of(/^rt_sigreturn$/), ({ errors }) => errors),
          0,
        )
      })
    },
    ['clang'],
  )

bpfTest(
  'detail of a target process leaves the others out',
  async (t) => {
    await withProbe(startSyscalls, async (probe) => {
      const child = start(loopsPath(), ['sleep', '40', '10'])
      probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
      probe.command!({ cmd: 'options', options: { detail: true } })
      await sleepMs(300)
      await loops('fail', 100)
      const { data } = probe.read()
      t.deepEqual(data.target?.of, { is: 'process', pid: child.pid! })
      const names = data.target!.calls.map((call) => call.name)
      t.true(names.some((name) => name.endsWith('nanosleep')))
      t.false(names.includes('close'))
      child.kill()
    })
  },
  ['clang'],
)

const FAILING = `
import os, socket, sys
print('ready', flush=True)
sys.stdin.readline()
for i in range(300):
    try: os.stat(f'/absent/{i if i < 280 else 0}')
    except OSError: pass
for i in range(7):
    s = socket.socket()
    try: s.connect(('127.0.0.1', 9))
    except OSError: pass
    s.close()
print('done', flush=True)
sys.stdin.readline()
`

bpfTest(
  'what calls of a selection failed on, each as often as it did; those without room in one sum',
  async (t) => {
    await withProbe(startSyscalls, async (probe) => {
      const child = spawn('python3', ['-c', FAILING], { stdio: ['pipe', 'pipe', 'ignore'] })
      t.teardown(() => child.kill('SIGKILL'))
      // its interpreter has looked for files by then
      await once(child.stdout, 'data')
      probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
      probe.command!({ cmd: 'options', options: { detail: true } })
      await sleepMs(100)
      probe.read()
      child.stdin.write('\n')
      await once(child.stdout, 'data')
      const { failures } = probe.read().data.target!
      const stats = failures.filter(({ about }) => about.startsWith('/absent/'))
      const sum = failures.reduce((total, { count }) => total + count, 0)
      t.true(stats.every(({ name, errno }) => /stat/.test(name) && errno === 'ENOENT'))
      t.is(stats.find(({ about }) => about === '/absent/0')!.count, 21)
      // the table was full before sessions were refused
      t.is(failures.length, 256 + 1)
      t.like(failures.at(-1), { name: '', about: 'others' })
      t.is(sum, 300 + 7)
    })
  },
  ['python3'],
)

bpfTest(
  'nothing is read of calls that fail where nobody is selected',
  async (t) => {
    await withProbe(startSyscalls, async (probe) => {
      probe.command!({ cmd: 'options', options: { detail: true } })
      await loops('fail', 100)
      const { data } = probe.read()
      t.is(data.target, undefined)
      t.deepEqual(data.failures, [])
    })
  },
  ['clang'],
)

bpfTest(
  'calls of a 32-bit program are counted under their own names',
  async (t) => {
    const made = compat()
    if ('why' in made) return skip(t, made.why)
    await withProbe(startSyscalls, async (probe) => {
      const running = run(made.program)
      running.child.stdin!.end()
      await running
      const { data } = probe.read()
      t.is(data.calls.find(({ name }) => name === 'getpid/32')!.count, 1000)
      const row = data.procs.find(({ pid }) => pid === running.child.pid)!
      t.true(row.count >= 1002, `${row.count}`)
    })
  },
  ['clang'],
)

test('calls of 32-bit programs have a name of their own', async (t) => {
  const { syscallName } = await import('../../../../src/engine/proc/syscall-names.ts')
  t.is(syscallName(0, false, 'x64'), 'read')
  t.is(syscallName(3, true, 'x64'), 'read/32')
  t.is(syscallName(63, false, 'arm64'), 'read')
  t.is(syscallName(98, false, 'arm64'), 'futex')
  t.is(syscallName(240, true, 'arm64'), 'futex/32')
  t.is(syscallName(202, false, 'x64'), 'futex')
  t.is(syscallName(999, false, 'x64'), 'syscall_999')
})

bpfTest(
  'counted in windows: near the truth by the error that is said, in full again afterwards',
  async (t) => {
    await withProbe(startSyscalls, async (probe) => {
      probe.thin!(true)
      probe.read()
      const calls = 3_000_000
      const { pid } = await loops('fail', calls)
      const data = probe.read()
      t.is(data.tier?.is, 'sampled')
      const { observed, windows, error } = data.tier!
      t.true(observed! > 0.1 && observed! < 0.4 && windows! >= 3, JSON.stringify(data.tier))
      const own = data.data.procs.find((proc) => proc.pid === pid)!.count
      t.true(Math.abs(own / calls - 1) < Math.max(0.25, 3 * error!), `${own} for ${calls}, error ${error}`)
      probe.thin!(false)
      probe.read()
      const again = await loops('fail', 100_000)
      const full = probe.read()
      t.is(full.tier, undefined)
      const all = full.data.procs.find((proc) => proc.pid === again.pid)!.count
      t.true(all >= 100_000 && all < 100_500, `${all} calls`)
    })
  },
  ['clang'],
)
