// The engine's own cost on the real kernel: runs as many as events, statistics put back whatever happens, shedding.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { loadObject } from '../../src/engine/native/object.ts'
import { runsIn } from '../../src/engine/native/work.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import type { CostMessage } from '../../src/stream/cost-message.ts'
import { encode } from '../../src/stream/codec.ts'
import type { Command } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { bpfTest, skip } from '../helpers/bpf.ts'
import { startEngine } from '../helpers/engine.ts'
import { until } from '../helpers/programs.ts'
import { loops, sleepMs } from '../helpers/workload.ts'

const start = (t: ExecutionContext, probes: string, ...more: string[]) => {
  const { child, messages, statuses } = startEngine(t, probes, ...more)
  const send = (command: Command): void => void child.stdin!.write(encode(command))
  const costs = (): CostMessage[] => messages.flatMap((message) => (message.type === 'cost' ? [message] : []))
  const status = (probe: ProbeId) => statuses(probe).at(-1)
  return { child, messages, send, costs, status }
}

const sysctl = (): string => readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'utf8')

bpfTest(
  'as many runs as system calls were made, and a time each that can be',
  async (t) => {
    const { send, costs, status } = start(t, 'syscalls')
    await until(() => status('syscalls')?.is === 'live')
    send({ cmd: 'want', cost: true })
    await until(() => costs().length >= 2)
    const before = costs().length
    await loops('getppid', 300_000)
    await sleepMs(450)
    const during = costs()
      .slice(before)
      .flatMap(({ probes }) => probes)
    const runs = during.reduce((sum, each) => sum + each.runs!, 0)
    const ns = during.reduce((sum, each) => sum + each.runNs!, 0)
    t.true(runs >= 300_000, `${runs} runs`)
    t.true(ns / runs > 5 && ns / runs < 5000, `${ns / runs} ns each`)
    t.like(during.at(-1), { probe: 'syscalls', source: 'CO-RE', programs: 2, iterators: 1 })
  },
  ['clang'],
)

bpfTest('the kernel counts no runs before and after, also when the engine is killed', async (t) => {
  const before = sysctl()
  const own = loadObject(join(PROBES_BUILT, 'counted.bpf.o'))
  t.teardown(own.close)
  const runs = (): number => {
    own.iterate('read_counted')
    return runsIn(readFileSync(`/proc/self/fdinfo/${own.programFds().get('read_counted')}`, 'utf8'))!.runs
  }
  runs()
  if (before.trim() !== '0' || runs() > 0) return skip(t, 'somebody else has them on')
  const { child, send, costs, status } = start(t, 'sched')
  await until(() => status('sched')?.is === 'live')
  t.is(runs(), 0, 'not yet')
  send({ cmd: 'want', cost: true })
  await until(() => costs().length >= 2)
  t.true(runs() > 0, 'counted')
  send({ cmd: 'want', cost: false })
  await sleepMs(300)
  const off = runs()
  t.is(runs(), off, 'not any more')
  send({ cmd: 'want', cost: true })
  const shown = costs().length
  await until(() => costs().length > shown)
  child.kill('SIGKILL')
  await child
  await sleepMs(100)
  const killed = runs()
  t.is(runs(), killed, 'nor after a kill')
  t.is(sysctl(), before)
})

bpfTest('above the limit what costs most goes on with less, and says so', async (t) => {
  const { messages } = start(t, 'tcp,syscalls', '--max-overhead', '0.1')
  const samples = (probe: ProbeId) =>
    messages.flatMap((message) => (message.type === 'sample' && message.probe === probe ? [message] : []))
  await until(() => samples('syscalls').length > 0)
  const busy = execa(process.execPath, ['-e', 'for (;;) process.hrtime(), require("fs").existsSync("/")'], {
    reject: false,
  })
  t.teardown(() => busy.kill('SIGKILL'))
  await until(() => samples('syscalls').at(-1)!.tier !== undefined)
  const { tier } = samples('syscalls').at(-1)!
  t.is(tier!.is, 'sampled')
  // by what it would take, which is known, and not by time
  t.is(tier!.retryMs, 0)
  t.true(tier!.fullPercent! > 0.08, `${tier!.fullPercent} %`)
  t.regex(tier!.why, /^probes took [\d.]+ % of \d+ CPUs, more than 0\.1 %$/)
  const seen = messages.length
  await sleepMs(450)
  const after = messages.slice(seen).flatMap((message) => (message.type === 'sample' ? [message] : []))
  const said = after.map(({ probe, tier: how }) => `${probe} ${how?.is ?? 'full'}`)
  t.true(said.includes('syscalls sampled'), said.join())
  // unless others on this machine connect all the time
  t.true(said.includes('tcp full') || said.includes('tcp counted'), said.join())
})
