// The waits probe against programs that wait in one way each, for a holder that they name themselves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'

interface Pair {
  waiter: number
  /** 0: nobody is known to hold it. */
  holder: number
}

/** Runs it until the test ends; gives who waits for whom. */
const holds = async (t: ExecutionContext, ...words: string[]): Promise<Pair[]> => {
  const child = spawn(compiled('holds', 'test/engine/probes/fixtures'), words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const pairs: Pair[] = []
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') return pairs
    const [waiter, holder] = line.split(' ').map(Number) as [number, number]
    pairs.push({ waiter, holder })
  }
  throw new Error(`holds ${words.join(' ')} ended`)
}

const READINGS = 4

const WAYS: { way: string; what: RegExp; sure?: string; words?: (folder: string) => string[] }[] = [
  { way: 'mutex', what: /^mutex 0x[0-9a-f]+ held by holds \d+/ },
  { way: 'recursive', what: /^mutex 0x/ },
  { way: 'robust', what: /^mutex 0x/ },
  { way: 'shared', what: /^mutex 0x/ },
  { way: 'pi', what: /^PI mutex 0x/ },
  { way: 'rwlock', what: /^rwlock 0x/ },
  { way: 'join', what: /^end of thread/ },
  { way: 'condition', what: /^condition variable 0x/, sure: 'likely' },
  { way: 'semaphore', what: /^semaphore 0x/, sure: 'likely' },
  { way: 'barrier', what: /^barrier 0x/, sure: 'likely' },
  { way: 'pipe', what: /^pipe \d+ written by/ },
  { way: 'full', what: /^pipe \d+ read by/ },
  { way: 'fifo', what: /^pipe \d+ written by/, words: (folder) => [join(folder, 'fifo')] },
  { way: 'unix', what: /^unix socket \d+ other end/ },
  { way: 'tcp', what: /^TCP 127\.0\.0\.1:\d+ other end/ },
  { way: 'poll', what: /^TCP 127\.0\.0\.1:\d+ other end/ },
  { way: 'child', what: /^end of child \d+/ },
  { way: 'any', what: /^end of a child, holds/ },
  { way: 'trace', what: /^stopped for its tracer traced by holds/ },
  { way: 'flock', what: /^flock on .*lock held by/, words: (folder) => [join(folder, 'lock')] },
  { way: 'posix', what: /^lock on .*lock held by/, words: (folder) => [join(folder, 'lock')] },
]

for (const { way, what, sure = 'certain', words } of WAYS)
  bpfTest(
    `who waits in the way "${way}" is told its holder, in every reading`,
    async (t) => {
      const pairs = await holds(t, way, ...(words?.(temporaryFolder(t)) ?? []))
      t.is(pairs.length, 1)
      const probe = startHere(t, start, 'waits')
      probe.command!({ cmd: 'target', target: { is: 'comm', comm: 'holds' } })
      const [{ waiter, holder }] = pairs as [Pair]
      const rowOf = (): ReturnType<typeof rowsOf>[number] | undefined =>
        rowsOf(probe.read(), 'chains').find(({ tid }) => tid === waiter)
      // it may not have come to wait yet; and other ends are not looked for too often, which takes longer on a busy machine
      for (const end = Date.now() + 8000; Date.now() < end && !what.test(String(rowOf()?.chain));) await sleepMs(200)
      for (let i = 0; i < READINGS; i++) {
        await sleepMs(100)
        const row = rowOf()
        t.truthy(row, 'it is among those that wait')
        t.regex(String(row!.chain), what)
        t.is(row!.sure, sure)
        const numbers = String(row!.holder)
        if (holder === 0) t.is(numbers, '', 'nobody holds it')
        else t.regex(numbers, new RegExp(`(^| )${holder}( |$)`))
        t.is(row!.closed, 0, 'no circle')
      }
    },
    ['clang'],
  )

for (const count of [2, 5])
  bpfTest(
    `a deadlock of ${count} is found in the second reading, with all its links`,
    async (t) => {
      const pairs = await holds(t, 'deadlock', String(count))
      const probe = startHere(t, start, 'waits')
      await sleepMs(100)
      const sample = probe.read()
      const rows = rowsOf(sample, 'chains').filter(({ tid }) => pairs.some(({ waiter }) => waiter === tid))
      t.deepEqual(
        rows.map(({ closed }) => closed),
        pairs.map(() => 2),
      )
      t.is(sample.totals.deadlocked, count)
      const first = rows[0]!
      for (const { waiter } of pairs)
        t.true(String(first.chain).includes(`held by holds ${waiter}`), `${waiter} in ${first.chain}`)
      t.regex(String(first.chain), /which is where it closes$/)
      const links = rowsOf(sample, 'links').filter(({ tid }) => tid === first.tid)
      t.is(new Set(links.map(({ whoTid }) => whoTid)).size, count)
      t.is(rowsOf(sample, 'things').filter(({ closed }) => closed === 2).length, count)
    },
    ['clang'],
  )

bpfTest(
  'threads in line behind one that sleeps: chains to its end, no deadlock, and one holder for each lock',
  async (t) => {
    const pairs = await holds(t, 'line', '6')
    const probe = startHere(t, start, 'waits')
    await sleepMs(100)
    const sample = probe.read()
    const rows = rowsOf(sample, 'chains')
    const last = rows.find(({ tid }) => tid === pairs.at(-1)!.waiter)!
    t.is(String(last.chain).split(' -> ').length, 6, String(last.chain))
    t.regex(String(last.chain), / -> a signal$/)
    t.is(sample.totals.deadlocked, 0)
    for (const { waiter, holder } of pairs)
      t.true(String(rows.find(({ tid }) => tid === waiter)!.holder).endsWith(` ${holder}`))
  },
  ['clang'],
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
  'under stress nothing is taken for a deadlock, nor for a circle',
  async (t) => {
    const kinds = ['mutex', 'futex', 'pipe', 'sem', 'switch', 'fork', 'flock', 'vfork', 'pthread', 'sock']
    const child = spawn(
      'stress-ng',
      [...kinds.flatMap((kind) => [`--${kind}`, '2']), '--timeout', '6s', '--temp-path', temporaryFolder(t)],
      { stdio: 'ignore', detached: true },
    )
    t.teardown(() => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // it has ended
      }
    })
    const probe = startHere(t, start, 'waits')
    let seen = 0
    for (const end = Date.now() + 5000; Date.now() < end;) {
      await sleepMs(40)
      const rows = rowsOf(probe.read(), 'chains').filter(({ comm }) => String(comm).startsWith('stress-ng'))
      seen += rows.length
      t.deepEqual(
        rows.filter(({ closed }) => closed !== 0),
        [],
      )
    }
    t.true(seen > 0, `${seen} waits seen`)
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
    // who holds it reads from us
    await sleepMs(100)
    const link = rowsOf(probe.read(), 'chains').find(({ pid }) => pid === holder.pid)
    t.regex(String(link!.chain), /^(pipe|unix socket) \d+ /)
    t.is(link!.holderPid, process.pid)
  },
  ['python3'],
)
