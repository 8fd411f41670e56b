// The waits probe against programs whose waits change: answered, woken by many, settled while they are read, moved.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import type { TableCell } from '../../../src/stream/tables.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'
import { holds, type Pair } from './holding.ts'

bpfTest(
  'who sleeps in poll() owes nothing and is owed nothing any more once the answer is there, though it does not run',
  async (t) => {
    const [{ waiter, holder }] = (await holds(t, 'asks')) as [Pair]
    const probe = startHere(t, start, 'waits')
    // where many wait those that rest are not shown
    probe.command!({ cmd: 'target', target: { is: 'process', pid: waiter } })
    const until = async (what: (row: Record<string, TableCell>) => boolean): Promise<number> => {
      for (let reading = 1; ; reading++) {
        await sleepMs(200)
        const row = rowsOf(probe.read(), 'chains').find(({ tid }) => tid === waiter)
        if (row && what(row)) return reading
        if (reading === 40) throw new Error(`still ${JSON.stringify(row)}`)
      }
    }
    await until(
      ({ chain, heldNs, held }) => /^TCP \S+ other end holds /.test(String(chain)) && Number(heldNs) + Number(held) > 0,
    )
    // as often as it is said in short
    for (let reading = 0; reading < 5; reading++)
      t.is(await until(({ heldNs, held }) => Number(heldNs) + Number(held) > 0), 1)
    process.kill(holder, 'SIGUSR1')
    t.true((await until(({ class: of, heldNs, held }) => of === 'idle' && heldNs === 0 && held === 0)) <= 2)
  },
  ['clang'],
)

bpfTest(
  'who wakes threads whose wait has no owner, and how often',
  async (t) => {
    const child = spawn(compiled('wakes', 'test/engine/probes/fixtures'), { stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (piece) => (said += piece))
    while (!said.includes('ready')) await sleepMs(20)
    const probe = startHere(t, start, 'waits')
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    // in the first interval nobody is watched yet
    for (let i = 0; i < 4; i++) {
      await sleepMs(500)
      const { lost } = probe.read()
      t.is(lost, 0)
    }
    const kinds = [
      /^condition variable 0x/,
      /^semaphore 0x/,
      /^eventfd/,
      /^semaphore 0x\S+ woken by interrupts \(100% of \d\d/,
    ]
    const lines = said.trim().split('\n').slice(0, kinds.length)
    // of each the first that says it: who was woken a moment ago waits for a CPU, where others are busy
    const chains = new Map<string, string>()
    for (let i = 0; i < 20 && chains.size < lines.length; i++) {
      if (i > 0) await sleepMs(500)
      const rows = rowsOf(probe.read(), 'chains')
      for (const [index, line] of lines.entries()) {
        const isWoken = Number(line.split(' ')[1]) > 0
        const chain = String(rows.find(({ tid }) => tid === parseInt(line))?.chain)
        if (!chains.has(line) && kinds[index]!.test(chain) && (!isWoken || chain.includes(' woken by wakes ')))
          chains.set(line, chain)
      }
    }
    for (const [index, line] of lines.entries()) {
      const [, often, seldom] = line.split(' ').map(Number) as [number, number, number]
      const chain = String(chains.get(line))
      t.regex(chain, kinds[index]!)
      if (often === 0) continue
      const [, first, percent, count, second] =
        / woken by wakes (\d+) \((\d+)% of (\d+)\) and wakes (\d+)/.exec(chain) ?? []
      t.deepEqual([Number(first), Number(second)], [often, seldom], chain)
      t.true(Math.abs(Number(percent) - 75) < 10 && Number(count) > 15, chain)
    }
  },
  ['clang'],
)

bpfTest(
  'threads that change what they wait for while others are read, and then sleep for good, are told by the last',
  async (t) => {
    const count = 3000
    const child = spawn(compiled('settles', 'test/engine/probes/fixtures'), [String(count), '4000'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    let isSettled = false
    child.stdout.once('data', () => (isSettled = true))
    const probe = startHere(t, start, 'waits')
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    let readings = 0
    for (; !isSettled; readings++) {
      await sleepMs(20)
      probe.read()
    }
    t.true(readings > 3, `${readings} readings`)
    await sleepMs(20)
    const seen = rowsOf(probe.read(), 'seen').filter(({ thread }) => thread === 'settles')
    const inPause = seen.filter(({ call }) => call === 'pause').reduce((sum, { threads }) => sum + Number(threads), 0)
    t.is(inPause, count, JSON.stringify(seen))
  },
  ['clang'],
)

bpfTest(
  'threads of which the scheduler has forgotten when they last ran, as they were moved: what they wait for, and since when',
  async (t) => {
    if (availableParallelism() < 2) return skip(t, 'there is only one CPU')
    const count = 150
    const child = spawn(compiled('moves', 'test/engine/probes/fixtures'), [String(count)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (piece) => (said += piece))
    const startMs = performance.now()
    const probe = startHere(t, start, 'waits')
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    while (!said.includes('ready')) {
      await sleepMs(10)
      probe.read()
    }
    if (Number.parseInt(said) === 0) return skip(t, 'this kernel forgets of none')
    await sleepMs(50)
    const sample = probe.read()
    const ageNs = (performance.now() - startMs + 1000) * 1e6
    const rows = rowsOf(sample, 'chains').filter(({ tid }) => tid !== child.pid)
    t.is(rows.length, count)
    t.deepEqual(
      rows.filter(({ call, sinceNs }) => call !== 'pause' || sample.clockNs! - Number(sinceNs) > ageNs),
      [],
    )
  },
  ['clang'],
)
