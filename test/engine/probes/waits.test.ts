// The waits probe against programs that wait in one way each, for a holder that they name themselves.
import { spawn } from 'node:child_process'
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
      // peers are looked for after the first reading that misses them, what is polled after the first that sees it
      await sleepMs(200)
      probe.read()
      await sleepMs(200)
      probe.read()
      for (let i = 0; i < READINGS; i++) {
        await sleepMs(100)
        const sample = probe.read()
        const [{ waiter, holder }] = pairs as [Pair]
        const row = rowsOf(sample, 'chains').find(({ tid }) => tid === waiter)
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
