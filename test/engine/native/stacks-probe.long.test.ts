// The stacks probe in the real kernel, against a program whose threads measure their own waits
// (fixtures/waits.c), and against run-time compilers, programs without frame pointers and processes that are gone.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { Stack, StackOptions, StackRefs, StacksData } from '../../../src/stream/stack-types.ts'
import type { Target } from '../../../src/stream/target.ts'
import { startStacks } from '../../../src/engine/native/stacks-probe.ts'
import { BUILD, ROOT } from '../../../src/paths.ts'
import { readStolenMs } from '../../helpers/stolen.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { inlinedProgram } from '../../helpers/inlined.ts'
import { until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { loops, probeContext, sleepMs, start, startEndless } from '../../helpers/workload.ts'

type Probe = ReturnType<typeof startStacks>
/** `named`: a process whose names are to be there in the interval itself, not the next. */
type Settings = Partial<StackOptions> & { named?: number }

const SOURCE = join(ROOT, 'test/engine/native/fixtures/waits.c')
const WITH_POINTERS = ['-O1', '-fno-omit-frame-pointer', '-fno-optimize-sibling-calls']
const WITHOUT = ['-O2', '-fomit-frame-pointer', '-fno-optimize-sibling-calls']

const compiled = (name: string, flags: readonly string[]): string => {
  const folder = join(BUILD, 'test')
  mkdirSync(folder, { recursive: true })
  execFileSync('clang', [...flags, '-g', '-pthread', '-o', join(folder, name), SOURCE])
  return join(folder, name)
}

const withProbe = async (
  target: Target | undefined,
  { named, ...settings }: Settings,
  work: (probe: Probe) => Promise<void>,
  maxEntries = {},
): Promise<void> => {
  const probe = startStacks({ ...probeContext, maxEntries })
  try {
    await until(() => probe.ready!())
    if (named !== undefined) await namesAreThere(probe, named)
    probe.command!(target ? { cmd: 'target', target } : { cmd: 'target' })
    probe.command!({ cmd: 'options', options: { mode: 'offcpu', thresholdNs: 0, wakers: false, ...settings } })
    await work(probe)
  } finally {
    await probe.close()
  }
}

interface Waits {
  child: ChildProcess
  pid: number
  /** Lets it work, and gives what each thread says it waited, or else ran; and how long its waits took with what it ran in
   * them. */
  run(): Promise<Map<string, { ns: number; wallNs: number }>>
  end(): void
}

const waits = (t: ExecutionContext, binary: string, rounds = 25, ms = 20): Waits => {
  const child = spawn(binary, [String(rounds), String(ms), join(temporaryFolder(t), 'synced')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  return {
    child,
    pid: child.pid!,
    async run() {
      said = ''
      child.stdin.write('\n')
      await until(() => said.includes('spinner'))
      return new Map(
        said
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
          .map(([name, ns, wallNs]) => [name!, { ns: Number(ns), wallNs: Number(wallNs) }]),
      )
    },
    end: () => child.kill('SIGKILL'),
  }
}

const namesOf = (data: StacksData, indexes: readonly number[]): string[] =>
  indexes.map((index) => data.frames[index]!.name)
const goesThrough =
  (data: StacksData, name: string) =>
  (stack: StackRefs): boolean =>
    namesOf(data, stack.user).some((found) => found.includes(name))
const sumNs = (stacks: readonly Stack[]): number => stacks.reduce((sum, { ns }) => sum + ns, 0)

/** Names are looked up beside the engine, and come an interval later. */
const resolved = async (probe: Probe, pid: number): Promise<void> => {
  for (let i = 0; i < 50; i++) {
    await sleepMs(100)
    const { data } = probe.read()
    const mine = [...data.stacks, ...(data.threads ?? [])].filter((stack) => stack.pid === pid)
    if (mine.length > 0 && !mine.some(({ user }) => namesOf(data, user).includes('[...]'))) return
  }
}

/** Works until names are there, and it is known how to get from each function to its caller. */
const warm = async (probe: Probe, program: Waits): Promise<void> => {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs;) {
    await program.run()
    await sleepMs(200)
    const { data } = probe.read()
    const waited = data.stacks.filter(({ state }) => state !== 'R')
    if (
      waited.length > 0 &&
      !waited.some(({ user, cut }) => cut !== undefined || namesOf(data, user).includes('[...]'))
    )
      return
  }
}

const WAITERS = [
  ['sleeper', 'sleep_outer'],
  ['locker', 'lock_outer'],
  ['reader', 'read_outer'],
  ['syncer', 'sync_outer'],
] as const

/** Also where it was preempted on the way from one wait to the next. */
const waitsOf = (data: StacksData, thread: string, outer: string): Stack[] =>
  data.stacks.filter(
    (stack) =>
      goesThrough(data, outer)(stack) ||
      (stack.comm === thread && stack.state === 'R' && goesThrough(data, thread)(stack)),
  )

/** What threads say of their waits beside what the probe does, and where these differ: at the third try, as a switch from a thread
 * that the machine keeps from being traced is told to nobody (truth/run.ts). */
const compared = async (probe: Probe, program: Waits): Promise<{ data: StacksData; off: string[] }> => {
  for (let left = 3; ; left--) {
    const stolenBeforeMs = readStolenMs()
    const truth = await program.run()
    // the threads' own clocks run on while their CPU is with somebody else
    const stolenNs = (readStolenMs() - stolenBeforeMs) * 1e6
    await sleepMs(300)
    const { data } = probe.read()
    const off = WAITERS.flatMap(([thread, outer]) => {
      const { ns, wallNs } = truth.get(thread)!
      const seenNs = sumNs(waitsOf(data, thread, outer))
      // what a switch takes is CPU time to the kernel, and still off the CPU to us
      return seenNs >= ns * 0.98 - stolenNs && seenNs <= wallNs * 1.02
        ? []
        : [`${thread}: ${seenNs} ns, itself says ${ns} to ${wallNs}`]
    })
    if (off.length === 0 || left === 1) return { data, off }
  }
}

/** Once the program of a process that waits has been read, so that names come at once. */
const namesAreThere = async (probe: Probe, pid: number): Promise<void> => {
  probe.command!({ cmd: 'target', target: { is: 'process', pid } })
  probe.command!({ cmd: 'options', options: { mode: 'now', thresholdNs: 0, wakers: false } })
  await resolved(probe, pid)
}

const WAYS = [
  ['by frame pointers', 'waits', WITH_POINTERS],
  ['without frame pointers', 'waits-without', WITHOUT],
] as const
for (const [way, name, flags] of WAYS) {
  bpfTest(
    `${way}: waits are found by their functions, for as long as they took, with who ended them`,
    async (t) => {
      const program = waits(t, compiled(name, flags))
      try {
        await withProbe({ is: 'process', pid: program.pid }, { wakers: true }, async (probe) => {
          await warm(probe, program)
          const { data, off } = await compared(probe, program)
          t.deepEqual(off, [])
          t.deepEqual([...new Set(data.stacks.map(({ pid }) => pid))], [program.pid])
          for (const [thread, outer] of WAITERS) {
            const own = waitsOf(data, thread, outer)
            t.true(own.every(({ comm }) => comm === thread))
            t.true(
              own.every((stack) => goesThrough(data, thread)(stack)),
              `${thread} began there`,
            )
          }
          const heaviest = (outer: string): Stack =>
            data.stacks.filter(goesThrough(data, outer)).sort((a, b) => b.ns - a.ns)[0]!
          const lock = heaviest('lock_outer')
          t.is(lock.state, 'S')
          t.is(lock.cut, undefined)
          t.true(namesOf(data, lock.kernel).some((name) => name.includes('futex')))
          t.false(
            namesOf(data, lock.kernel).some((name) => name.startsWith('bpf_')),
            'nothing of the measuring itself',
          )
          t.is(lock.waker?.comm, 'holder')
          t.is(lock.waker?.pid, program.pid)
          if (flags === WITHOUT) {
            const chain = namesOf(data, lock.user).filter((one) => one.startsWith('lock'))
            t.deepEqual(chain, ['lock_inner', 'lock_outer', 'locker'], 'also who calls the C library')
            const unknown = data.stacks.filter(({ cut }) => cut !== undefined)
            t.true(sumNs(unknown) < sumNs(data.stacks) * 0.02, JSON.stringify(unknown))
          }
          t.true(goesThrough(data, 'let_go_outer')(lock.waker!), String(namesOf(data, lock.waker!.user)))
          const read = heaviest('read_outer')
          t.is(read.waker?.comm, 'writer')
          t.true(goesThrough(data, 'write_outer')(read.waker!))
          const sleep = heaviest('sleep_outer')
          t.is(sleep.waker?.comm, 'interrupt')
          t.true(data.stacks.some((stack) => stack.state === 'D' && goesThrough(data, 'sync_outer')(stack)))
        })
      } finally {
        program.end()
      }
    },
    ['clang'],
  )
}

bpfTest('a thread, a command and a control group are selections too', async (t) => {
  const one = start('sh', ['-c', 'exec -a sleeping sleep 5'])
  const sleeping = startEndless('sh', ['-c', 'while sleep 0.02; do :; done'])
  try {
    await sleepMs(200)
    const pids = async (target: Target): Promise<number[]> => {
      let found: number[] = []
      await withProbe(target, {}, async (probe) => {
        await sleepMs(300)
        found = [...new Set(probe.read().data.stacks.map(({ pid }) => pid))]
      })
      return found
    }
    t.deepEqual(await pids({ is: 'thread', pid: sleeping.pid!, tid: sleeping.pid! }), [sleeping.pid!])
    const named = await pids({ is: 'comm', comm: 'sleep' })
    t.true(named.length > 3 && !named.includes(sleeping.pid!), `${named.length} processes called sleep`)
    t.true((await pids({ is: 'cgroup', path: '/' })).includes(sleeping.pid!))
    t.deepEqual(await pids({ is: 'cgroup', path: '/no/such/group' }), [])
  } finally {
    sleeping.kill()
    one.kill()
  }
})

bpfTest(
  'on-CPU: samples of who runs, by function',
  async (t) => {
    const program = waits(t, compiled('waits', WITH_POINTERS), 50)
    try {
      await withProbe({ is: 'process', pid: program.pid }, { mode: 'oncpu', named: program.pid }, async (probe) => {
        const truth = await program.run()
        await sleepMs(300)
        const { data } = probe.read()
        t.is(data.hz, 49)
        const spinning = data.stacks.filter(goesThrough(data, 'spin_outer'))
        const samples = spinning.reduce((sum, { count }) => sum + count, 0)
        const expected = (truth.get('spinner')!.ns / 1e9) * 49
        t.true(Math.abs(samples - expected) <= 3 + 3 * Math.sqrt(expected), `${samples} samples, expected ${expected}`)
        t.true(spinning.every(({ state, comm }) => state === 'cpu' && comm === 'spinner'))
      })
    } finally {
      program.end()
    }
  },
  ['clang'],
)

bpfTest(
  'now: where each thread is, since when, in which call',
  async (t) => {
    const program = waits(t, compiled('waits', WITH_POINTERS), 200)
    try {
      await withProbe({ is: 'process', pid: program.pid }, { mode: 'now' }, async (probe) => {
        program.child.stdin!.write('\n')
        await sleepMs(500)
        const { data } = probe.read()
        t.deepEqual(data.stacks, [])
        const byName = new Map(data.threads!.map((thread) => [thread.comm, thread]))
        const main = byName.get('waits')!
        t.regex(main.call!, /futex/)
        t.true(namesOf(data, main.kernel).some((name) => name.includes('futex')))
        t.true(main.forNs! > 0.3e9 && main.forNs! < 2e9, `${main.forNs}`)
        t.true(byName.has('sleeper') && byName.has('reader') && byName.has('spinner'))
      })
    } finally {
      program.end()
    }
  },
  ['clang'],
)

bpfTest(
  'stacks without frame pointers say so, where all are looked at',
  async (t) => {
    const program = waits(t, compiled('waits-without', WITHOUT), 5)
    try {
      await withProbe(undefined, { named: program.pid }, async (probe) => {
        await program.run()
        const { stacks } = probe.read().data
        const sleeping = stacks.filter(
          ({ pid, comm, state }) => pid === program.pid && comm === 'sleeper' && state === 'S',
        )
        t.true(sleeping.length > 0)
        t.true(
          sleeping.every(({ cut }) => cut === 'no frame pointers'),
          JSON.stringify(sleeping),
        )
      })
    } finally {
      program.end()
    }
  },
  ['clang'],
)

bpfTest(
  'inlined functions stand before what they were inlined into',
  async (t) => {
    const binary = join(temporaryFolder(t), 'inlined')
    inlinedProgram(binary)
    const child = start(binary, ['5'])
    try {
      await withProbe({ is: 'process', pid: child.pid! }, {}, async (probe) => {
        await resolved(probe, child.pid!)
        await until(() => {
          const { data } = probe.read()
          return data.stacks.some(goesThrough(data, 'wait_innermost'))
        })
        await sleepMs(300)
        const { data } = probe.read()
        const waiting = data.stacks.filter(({ state }) => state === 'S')
        t.true(sumNs(waiting) > 0.1e9)
        for (const { user, cut } of waiting) {
          t.is(cut, undefined)
          t.deepEqual(
            user.slice(0, 5).map((index) => [data.frames[index]!.name, data.frames[index]!.kind]),
            [
              ['wait_innermost', 'inlined'],
              ['wait_middle', 'inlined'],
              ['wait_outer', 'user'],
              ['turn_around', 'inlined'],
              ['main', 'user'],
            ],
          )
        }
      })
    } finally {
      child.kill('SIGKILL')
    }
  },
  ['clang'],
)

bpfTest(
  'a process that is gone keeps its names',
  async (t) => {
    const program = waits(t, compiled('waits', WITH_POINTERS), 15)
    try {
      await withProbe({ is: 'comm', comm: 'waits' }, {}, async (probe) => {
        await warm(probe, program)
        await program.run()
        program.child.stdin!.end()
        await until(() => !existsSync(`/proc/${program.pid}`))
        await sleepMs(500)
        const { data } = probe.read()
        const own = data.stacks.filter(({ pid }) => pid === program.pid)
        t.true(own.some(goesThrough(data, 'sleep_outer')))
        t.true(own.some(goesThrough(data, 'read_outer')))
      })
    } finally {
      program.end()
    }
  },
  ['clang'],
)

bpfTest('JavaScript functions have their names', async (t) => {
  const script = join(temporaryFolder(t), 'waiting.mjs')
  writeFileSync(
    script,
    `
    const spinAround = () => { for (const end = Date.now() + 20; Date.now() < end;); }
    const passTime = () => { spinAround(); setTimeout(passTime, 1) }
    passTime()
  `,
  )
  const child = start(process.execPath, ['--perf-basic-prof', '--always-sparkplug', script])
  try {
    await sleepMs(500)
    await withProbe({ is: 'process', pid: child.pid! }, { mode: 'oncpu' }, async (probe) => {
      await resolved(probe, child.pid!)
      await sleepMs(500)
      const { data } = probe.read()
      const frames = data.frames.filter(({ kind }) => kind === 'jit').map(({ name }) => name)
      t.true(
        frames.some((name) => name.includes('spinAround')),
        frames.join(', '),
      )
      t.true(frames.some((name) => name.includes('passTime')))
    })
  } finally {
    child.kill('SIGKILL')
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true })
  }
})

bpfTest(
  'Python functions have their names',
  async (t) => {
    const [major = 0, minor = 0] = execFileSync('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    })
      .split(' ')
      .map(Number)
    if (major < 3 || minor < 12) return skip(t, `python3 ${major}.${minor} has no support for perf`)
    const child = start('python3', [
      '-X',
      'perf',
      '-c',
      'import time\ndef wait_for_it():\n  sum(range(100000))\nwhile True: wait_for_it()',
    ])
    try {
      await sleepMs(500)
      await withProbe({ is: 'process', pid: child.pid! }, { mode: 'oncpu' }, async (probe) => {
        await resolved(probe, child.pid!)
        await sleepMs(500)
        const { data } = probe.read()
        t.true(data.frames.some(({ kind, name }) => kind === 'jit' && name.includes('wait_for_it')))
      })
    } finally {
      child.kill('SIGKILL')
    }
  },
  ['python3'],
)

bpfTest(
  'what does not fit is counted',
  async (t) => {
    const program = waits(t, compiled('waits', WITH_POINTERS), 10)
    try {
      await withProbe(
        { is: 'process', pid: program.pid },
        {},
        async (probe) => {
          const truth = await program.run()
          const { data } = probe.read()
          t.true(data.stacks.length <= 2)
          t.true(data.others!.count > 10)
          const least = ['sleeper', 'reader', 'locker'].reduce((sum, thread) => sum + truth.get(thread)!.ns, 0)
          t.true(sumNs(data.stacks) + data.others!.ns >= least * 0.98)
        },
        { even: 2, odd: 2 },
      )
      await withProbe(
        undefined,
        { thresholdNs: 0 },
        async (probe) => {
          await loops('sleep', 20, 10)
          const { data, lost } = probe.read()
          t.true(lost > 0)
          t.true(data.stacks.some(({ cut }) => cut === 'lost'))
        },
        { stacks: 2 },
      )
    } finally {
      program.end()
    }
  },
  ['clang'],
)

bpfTest(
  'a threshold leaves shorter stays out',
  async (t) => {
    await withProbe(undefined, { thresholdNs: 15e6 }, async (probe) => {
      await Promise.all([loops('sleep', 20, 10), loops('sleep', 10, 20)])
      const { data } = probe.read()
      t.is(data.thresholdNs, 15e6)
      t.true(data.stacks.length > 0)
      t.true(data.stacks.every(({ ns, count }) => ns / count >= 15e6))
    })
  },
  ['clang'],
)

bpfTest('in and out again, under load, nothing stays behind', async (t) => {
  const load = startEndless('sh', ['-c', 'while :; do sleep 0.001; done'])
  const rounds = Number(process.env['STACKS_ROUNDS'] ?? 20)
  const once = async (i: number): Promise<void> => {
    const modes = ['offcpu', 'oncpu', 'now'] as const
    await withProbe(
      i % 2 ? undefined : { is: 'process', pid: load.pid! },
      { mode: modes[i % 3]!, wakers: i % 4 === 0 },
      async (probe) => {
        probe.read()
      },
    )
  }
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  try {
    for (let i = 0; i < 12; i++) await once(i)
    await sleepMs(300)
    const before = { fds: descriptors(), bytes: process.memoryUsage.rss() }
    for (let i = 0; i < rounds; i++) await once(i)
    await until(() => descriptors() <= before.fds, 5000) // files that were being read are closed a little later
    const after = { fds: descriptors(), bytes: process.memoryUsage.rss() }
    t.log(`${rounds} rounds: ${JSON.stringify({ before, after })}`)
    t.true(after.bytes - before.bytes < 40 * 2 ** 20, `${(after.bytes - before.bytes) / 2 ** 20} MB more`)
  } finally {
    load.kill()
  }
})
