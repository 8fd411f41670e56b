// The waits probe against programs that wait in every other way, and against those that wait for moments only.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { group } from 'd3-array'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'
import { holdsOfMusl } from './holding.ts'
import { testWay } from './way-test.ts'
import { WAYS } from './ways.ts'

for (const way of WAYS.slice(1)) testWay(way)

bpfTest(
  'musl: of a deadlock of PI mutexes the thread that the kernel refuses one, too',
  async (t) => {
    const pairs = await holdsOfMusl(t, 'deadlock', '5', 'pi')
    const probe = startHere(t, start, 'waits')
    await sleepMs(100)
    const rows = rowsOf(probe.read(), 'chains')
    for (const { waiter, holder } of pairs) {
      const row = rows.find(({ tid }) => tid === waiter)!
      t.is(row.closed, 2)
      t.regex(String(row.chain), /^PI mutex 0x/)
      t.true(String(row.holder).endsWith(` ${holder}`))
    }
  },
  ['musl-gcc'],
)

bpfTest(
  'a mutex that goes from thread to thread: at least 99 % of the holders named had it while they were read',
  async (t) => {
    const child = spawn(compiled('holds', 'test/engine/probes/fixtures'), ['turns', '6'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (piece) => (said += piece))
    while (!said.includes('ready')) await sleepMs(20)
    const probe = startHere(t, start, 'waits')
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    const named: { tid: number; fromNs: number; toNs: number }[] = []
    let waits = 0
    for (let i = 0; i < 150; i++) {
      await sleepMs(11 + (i % 7))
      const fromNs = Number(process.hrtime.bigint())
      const rows = rowsOf(probe.read(), 'chains')
      const toNs = Number(process.hrtime.bigint())
      for (const { call, holder, chain } of rows) {
        if (call !== 'futex') continue
        waits++
        const tid = Number(/ (\d+)$/.exec(String(holder))?.[1])
        if (tid && String(chain).startsWith('mutex')) named.push({ tid, fromNs, toNs })
      }
    }
    child.stdin.end()
    await once(child, 'close')
    const turns = [...said.matchAll(/^turn (\d+) (\d+) (\d+)$/gm)].map(([, ...numbers]) => numbers.map(Number))
    // a thread is the owner some microseconds before and after it could note the time; or late, where it lost its CPU
    const slackNs = 2e6
    const right = named.filter(({ tid, fromNs, toNs }) =>
      turns.some(([who, from, to]) => who === tid && from! <= toNs + slackNs && to! >= fromNs - slackNs),
    ).length
    t.true(named.length > 300, `${named.length} named`)
    t.true(right >= 0.99 * named.length, `${right} of ${named.length} right`)
    // the rest is of threads that were just being woken
    t.true(named.length > 0.6 * waits, `${named.length} of ${waits} waits have a holder`)
  },
  ['clang'],
)

bpfTest(
  'crowds at many locks: a few of each that say how many more there are, and nobody waits for longer than it is there',
  async (t) => {
    const [processes, threads] = [40, 99]
    const begunNs = process.hrtime.bigint()
    const child = spawn(compiled('crowds', 'test/engine/probes/fixtures'), [`${processes}`, `${threads}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    // the scheduler moves some of them to the other CPU in their sleep
    await sleepMs(4000)
    const probe = startHere(t, start, 'waits')
    await sleepMs(200)
    const { clockNs, ...read } = probe.read()
    const rows = rowsOf(read, 'chains').filter(({ comm }) => comm === 'crowds')
    const byProcess = group(
      rows.filter(({ class: of }) => of === 'lock'),
      ({ pid }) => pid,
    )
    t.is(byProcess.size, processes)
    for (const [pid, crowd] of byProcess)
      t.deepEqual(
        crowd.map(({ more }) => more),
        [0, 0, threads - 3],
        `${pid}`,
      )
    const longestNs = Number(process.hrtime.bigint() - begunNs)
    t.deepEqual(
      rows.filter(({ sinceNs }) => clockNs! - Number(sinceNs) > longestNs),
      [],
    )
    probe.command!({ cmd: 'target', target: { is: 'process', pid: Number(rows[0]!.pid) } })
    await sleepMs(200)
    t.true(rowsOf(probe.read(), 'chains').length > 90, 'of what is entered, all')
  },
  ['clang'],
)

bpfTest(
  'under stress nothing is taken for a deadlock, nor for a circle',
  async (t) => {
    // none of real-time priority, which would leave a small machine no CPU
    const kinds = ['futex', 'pipe', 'sem', 'switch', 'fork', 'flock', 'vfork', 'pthread', 'sock']
    const child = spawn(
      'stress-ng',
      [...kinds.flatMap((kind) => [`--${kind}`, '2']), '--timeout', '40s', '--temp-path', temporaryFolder(t)],
      { stdio: 'ignore', detached: true },
    )
    t.teardown(() => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // it has ended
      }
    })
    for (const kind of ['', 'pi']) {
      const orders = spawn(compiled('orders', 'test/engine/probes/fixtures'), ['12', kind], { stdio: 'ignore' })
      t.teardown(() => orders.kill('SIGKILL'))
    }
    const probe = startHere(t, start, 'waits')
    // on a busy machine it takes its time to begin
    let seen = 0
    const locked = { mutex: 0, 'PI mutex': 0 }
    for (const end = Date.now() + 30_000; Date.now() < end && seen < 100;) {
      await sleepMs(40)
      const rows = rowsOf(probe.read(), 'chains').filter(({ comm }) => /^(stress-ng|orders)/.test(String(comm)))
      for (const kind of ['mutex', 'PI mutex'] as const)
        if (rows.some(({ chain }) => new RegExp(`^${kind} .* held by orders .* held by orders `).test(String(chain))))
          locked[kind]++
      if (rows.length > 0) seen++
      t.deepEqual(
        rows.filter(({ closed }) => closed !== 0),
        [],
      )
    }
    t.log(`seen in ${seen} readings, locks behind locks: ${JSON.stringify(locked)}`)
    t.true(seen > 0 && Object.values(locked).every((readings) => readings > 0))
  },
  ['clang', 'stress-ng'],
)

bpfTest(
  'python: a socket whose other end another process has, and a lock on a file',
  async (t) => {
    const path = join(temporaryFolder(t), 'lock')
    const program = `import fcntl, sys\nf = open(sys.argv[1], 'w')\nfcntl.lockf(f, fcntl.LOCK_EX)\nprint('ready', flush=True)\nsys.stdin.read()`
    const holder = spawn('python3', ['-c', program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => holder.kill('SIGKILL'))
    await once(holder.stdout, 'data')
    const waiter = spawn('python3', ['-c', program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => waiter.kill('SIGKILL'))
    await sleepMs(1500)
    const probe = startHere(t, start, 'waits')
    await sleepMs(100)
    const row = rowsOf(probe.read(), 'chains').find(({ pid }) => pid === waiter.pid)
    t.regex(String(row!.chain), /^lock on .*lock held by python3/)
    t.is(row!.holderPid, holder.pid)
    // who holds it reads from us; who has the other end is looked for once that is known
    const link = (): ReturnType<typeof rowsOf>[number] | undefined =>
      rowsOf(probe.read(), 'chains').find(({ pid }) => pid === holder.pid)
    let found = link()
    for (let tries = 20; tries > 0 && found?.holderPid !== process.pid; tries--) {
      await sleepMs(100)
      found = link()
    }
    t.regex(String(found!.chain), /^(pipe|unix socket) \d+ /)
    t.is(found!.holderPid, process.pid)
  },
  ['python3'],
)
