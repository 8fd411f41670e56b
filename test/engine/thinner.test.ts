// Probes without their hooks, on the real kernel: each still has figures, says how it got them, and is as before when its
// hooks are back.
import { spawn } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { startStacks } from '../../src/engine/native/stacks-probe.ts'
import { createPace } from '../../src/engine/proc/pace.ts'
import { openInstants } from '../../src/engine/native/stacks-instants.ts'
import { start as startExecsnoopCounted } from '../../src/engine/probes/execsnoop/without-bpf.ts'
import { start as startContainers } from '../../src/engine/probes/containers/probe.ts'
import { start as startKernel } from '../../src/engine/probes/kernel/probe.ts'
import { start as startMemory } from '../../src/engine/probes/memory/probe.ts'
import { eventsOf } from '../../src/panels/execsnoop.ts'
import { withTiers } from '../../src/engine/tiers.ts'
import type { RunningProbe } from '../../src/engine/base/probe.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { execTables } from '../helpers/exec.ts'
import { rowsOf, startHere, sumOf } from '../helpers/described-probe.ts'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { probeContext, sleepMs } from '../helpers/workload.ts'

test('instants: one at the end at least, rarer the longer a look takes, and bounded', (t) => {
  let nowMs = 0
  let looks = 0
  const { take, close } = openInstants(
    () => {
      nowMs += 3
      return Buffer.from([looks++])
    },
    createPace(() => nowMs),
  )
  t.deepEqual(take(), [Buffer.from([0])])
  close()
})

for (const [title, once] of [
  ['ready', () => true],
  ['there, and has nothing more to be asked for', undefined],
] as const)
  test(`the one that runs in full takes over only when it is ${title}`, (t) => {
    let isReady = false
    const closed: string[] = []
    const fake = (name: string, ready?: () => boolean) => (): RunningProbe<'execsnoop'> => ({
      read: () => ({ data: execTables([], () => (name === 'full' ? 1 : 2)), lost: 0 }),
      get ready() {
        return ready?.() === false ? ready : once
      },
      close: () => void closed.push(name),
    })
    const probe = withTiers([fake('full', () => isReady), fake('thin')])(probeContext)
    probe.thin!(1)
    t.deepEqual(closed, ['full'])
    t.is(probe.read().data.totals['execs'], 2)
    probe.thin!(0)
    t.is(probe.read().data.totals['execs'], 2, 'not yet')
    isReady = true
    t.is(probe.read().data.totals['execs'], 2, 'the last of the other')
    t.is(probe.read().data.totals['execs'], 1)
    t.deepEqual(closed, ['full', 'thin'])
  })

test('one after the other, the first with a cheaper way of its own; what was told is told again', (t) => {
  const did: string[] = []
  const fake = (name: string) => (): RunningProbe<'execsnoop'> => ({
    read: () => ({ data: execTables(), lost: 0 }),
    command: ({ cmd }) => void did.push(`${name} hears ${cmd}`),
    thin: (level) => void did.push(`${name} thin ${level}`),
    close: () => void did.push(`${name} closed`),
  })
  const full = fake('full')
  const probe = withTiers([full, full, fake('counted')], fake('again'))(probeContext)
  probe.command!({ cmd: 'interval', ms: 1000 })
  const after = (level: number): string[] => {
    did.length = 0
    probe.thin!(level)
    return [...did]
  }
  t.deepEqual(after(1), ['full thin 1'])
  t.deepEqual(after(2), ['full closed', 'counted hears interval'])
  t.deepEqual(after(1), ['again thin 1', 'counted closed', 'again hears interval'])
  t.deepEqual(after(0), ['again thin 0'])
})

test('new processes by /proc: who began and is there, who is gone', async (t) => {
  const probe = startExecsnoopCounted({ ...probeContext, object: '', nowMs: () => 7 })
  const child = spawn('sleep', ['61'])
  t.teardown(() => child.kill())
  await sleepMs(50)
  const began = probe.read()
  t.like(began.tier, { is: 'counted' })
  t.like(
    eventsOf(began).find(({ pid }) => pid === child.pid),
    { kind: 'exec', comm: 'sleep', ppid: process.pid, args: 'sleep 61', atMs: 7 },
  )
  child.kill()
  await until(() => eventsOf(probe.read()).some(({ pid, kind }) => pid === child.pid && kind === 'exit'))
  t.pass()
})

test('new processes by /proc: a name of letters beyond ASCII is as it is', async (t) => {
  const program = join(temporaryFolder(t), 'schläft')
  copyFileSync('/bin/sleep', program)
  const probe = startExecsnoopCounted({ ...probeContext, object: '', nowMs: () => 7 })
  const child = spawn(program, ['61'])
  t.teardown(() => child.kill())
  await sleepMs(50)
  t.is(eventsOf(probe.read()).find(({ pid }) => pid === child.pid)?.comm, 'schläft')
})

bpfTest('off-CPU stacks in instants: a thread that sleeps all the time has the whole interval', async (t) => {
  const child = spawn('sleep', ['60'])
  t.teardown(() => child.kill())
  const probe = startStacks(probeContext)
  t.teardown(() => probe.close())
  await until(() => probe.ready!())
  probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
  probe.command!({ cmd: 'options', options: { mode: 'offcpu', thresholdNs: 0, wakers: false } })
  probe.thin!(1)
  const startMs = performance.now()
  await sleepMs(1500)
  const { data, tier } = probe.read()
  const lastedMs = performance.now() - startMs
  t.is(tier?.is, 'sampled')
  t.true(tier!.windows! >= 3, `${tier!.windows} instants`)
  t.is(data.stacks.length, 1)
  const [stack] = data.stacks
  t.is(stack!.count, tier!.windows!)
  t.true(Math.abs(stack!.ns / 1e6 - lastedMs) < 0.05 * lastedMs, `${stack!.ns / 1e6} of ${lastedMs} ms`)
  t.regex(JSON.stringify(data.frames), /nanosleep/)
  probe.thin!(0)
  await sleepMs(300)
  const full = probe.read()
  t.is(full.tier, undefined)
})

bpfTest('memory without hooks: faults, and no word of what was not followed', async (t) => {
  const probe = startHere(t, startMemory, 'memory')
  probe.thin!(true)
  Buffer.alloc(20e6, 1)
  const data = probe.read()
  t.deepEqual(data.tier, { is: 'counted' })
  const own = rowsOf(data, 'procs').find(({ pid }) => pid === process.pid)
  t.true((own?.['minor'] as number) > 1000, JSON.stringify(own))
  t.is(own!['reclaimNs'], null)
  probe.thin!(false)
  Buffer.alloc(20e6, 2)
  const full = probe.read()
  t.is(full.tier, undefined)
  t.is(rowsOf(full, 'procs').find(({ pid }) => pid === process.pid)!['reclaimNs'], 0)
})

bpfTest('containers without hooks: what their files say, D is not known', async (t) => {
  const probe = startHere(t, startContainers, 'containers')
  probe.thin!(true)
  await sleepMs(100)
  const data = probe.read()
  t.deepEqual(data.tier, { is: 'counted' })
  t.true(rowsOf(data, 'groups').every((row) => row['uninterruptibleNs'] === null))
})

bpfTest('the kernel without hooks: softirqs and interrupts as many as it counts', async (t) => {
  const probe = startHere(t, startKernel, 'kernel')
  probe.thin!(true)
  const softirqs = (): number =>
    readFileSync('/proc/softirqs', 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.trim().split(/\s+/).slice(1).map(Number))
      .reduce((sum, count) => sum + count, 0)
  probe.read()
  const before = softirqs()
  await sleepMs(500)
  const data = probe.read()
  const truth = softirqs() - before
  t.deepEqual(data.tier, { is: 'counted' })
  const rows = rowsOf(data, 'kinds')
  const count = sumOf(
    rows.filter(({ kind }) => kind === 'softirq'),
    'count',
  )
  t.true(Math.abs(count - truth) <= 0.1 * truth + 50, `${count} of ${truth}`)
  t.true(rows.some(({ kind, name }) => kind === 'irq' && name === 'local timer') || process.arch !== 'x64')
  t.true(rows.every(({ ns }) => ns === null))
  probe.thin!(false)
  await sleepMs(200)
  t.true(rowsOf(probe.read(), 'kinds').some(({ ns }) => Number(ns) > 0))
})
