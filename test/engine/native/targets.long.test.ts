// Whom the programs are narrowed to: a process, a thread, all of a name, a control group; and nobody else.
import { schedOf } from '../../../src/model/sched.ts'
import { startSched } from '../../helpers/sched.ts'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { beginDetail, startSyscalls } from '../../helpers/syscalls.ts'
import { cgroupPaths, mountsNow } from '../../../src/engine/proc/cgroups.ts'
import { hierarchiesOfOne } from '../../../src/engine/proc/groups.ts'
import { encode } from '../../../src/stream/codec.ts'
import type { FollowedProc, SchedData } from '../../../src/stream/sched-types.ts'
import type { Target } from '../../../src/stream/target.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { controlGroup, testGroup } from '../../helpers/control-group.ts'
import { startEngine } from '../../helpers/engine.ts'
import { isAlive, until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, probeContext, sleepMs, start, startEndless, withProbe } from '../../helpers/workload.ts'

/** `sleep 0.02` again and again, by a shell that is named as wanted. */
const sleeper = (t: ExecutionContext, name: string) => {
  const file = join(temporaryFolder(t), name)
  copyFileSync('/bin/sh', file)
  execFileSync('chmod', ['755', file])
  const child = startEndless(file, ['-c', 'while sleep 0.02; do :; done'])
  t.teardown(() => child.kill('SIGKILL'))
  return child.pid!
}

const readTarget = (target: Target, ms = 500) =>
  withProbe(startSched, async (probe) => {
    probe.command!({ cmd: 'target', target })
    probe.read()
    await sleepMs(ms)
    return probe.read().data
  })

bpfTest('a process: its latency, and each of its threads', async (t) => {
  const pid = process.pid
  const { target, procs } = await readTarget({ is: 'process', pid })
  t.deepEqual(target!.of, { is: 'process', pid })
  const threads = target!.threads!
  t.is(threads.length, readdirSync(`/proc/${pid}/task`).length)
  t.true(threads.every((thread) => thread.pid === pid))
  const proc = procs.find((each) => each.pid === pid) as FollowedProc
  for (const field of ['onCpuNs', 'waitNs', 'sleepNs', 'uninterruptibleNs', 'switches', 'waits'] as const) {
    const sum = threads.reduce((all, thread) => all + thread[field]!, 0)
    t.true(
      Math.abs(sum - proc[field]) <= Math.max(1, proc[field] * 1e-9),
      `${field}: threads ${sum}, process ${proc[field]}`,
    )
  }
  t.is(target!.runq.count, proc.waits)
  t.is(proc.comm, readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
  for (const { tid, comm } of threads) t.is(comm, readFileSync(`/proc/${pid}/task/${tid}/comm`, 'utf8').trim())
})

bpfTest('several processes, and not those beside them', async (t) => {
  const pids = [sleeper(t, 'probetop-one'), sleeper(t, 'probetop-one'), sleeper(t, 'probetop-one')]
  const wanted = pids.slice(0, 2)
  const { target, procs } = await readTarget({ is: 'pids', pids: wanted })
  t.deepEqual(
    target!.threads!.map(({ pid }) => pid).sort((a, b) => a - b),
    wanted,
  )
  const waits = procs
    .filter(({ pid }) => wanted.includes(pid))
    .reduce((sum, proc) => sum + (proc as FollowedProc).waits, 0)
  t.is(target!.runq.count, waits)
  const over = await readTarget({ is: 'pids', pids: wanted, over: [wanted[0]!] })
  t.deepEqual(
    over.target!.threads!.map(({ pid }) => pid),
    [wanted[1]!],
  )
})

bpfTest(
  'who becomes the target within an interval has latency from the next one on, and nothing of the one before',
  async (t) => {
    const before = sleeper(t, 'probetop-one')
    const idle = start('sleep', ['100'])
    t.teardown(() => idle.kill('SIGKILL'))
    const of = { is: 'process', pid: idle.pid! } as const
    await withProbe(startSched, async (probe) => {
      probe.command!({ cmd: 'target', target: { is: 'process', pid: before } })
      probe.read()
      await sleepMs(300)
      probe.command!({ cmd: 'target', target: of })
      await sleepMs(100)
      const { target } = probe.read().data
      t.like(target, { of, partial: true })
      t.deepEqual(
        target!.threads!.map(({ pid }) => pid),
        [idle.pid!],
      )
      await sleepMs(100)
      const next = probe.read().data.target!
      t.deepEqual([next.partial, next.runq.count, next.sleep.count], [undefined, 0, 0])
    })
    await withProbe(startSyscalls, async (probe) => {
      probe.command!({ cmd: 'target', target: { is: 'process', pid: before } })
      probe.command!({ cmd: 'options', options: { detail: true } })
      await sleepMs(200)
      t.true(probe.read().data.target!.calls.length > 0)
      await sleepMs(200)
      probe.command!({ cmd: 'target', target: of })
      await sleepMs(100)
      const { data } = probe.read()
      t.deepEqual([data.detail, data.target], [false, undefined])
      await sleepMs(100)
      t.deepEqual(probe.read().data.target, { of, calls: [], failures: [] })
      probe.command!({ cmd: 'options', options: {} })
      await sleepMs(100)
      t.false(probe.read().data.detail)
      await beginDetail(probe)
      t.true(probe.read().data.detail)
    })
  },
)

bpfTest('one thread only', async (t) => {
  const tids = readdirSync(`/proc/${process.pid}/task`).map(Number)
  const { target } = await readTarget({ is: 'thread', pid: process.pid, tid: tids.at(-1)! })
  t.deepEqual(
    target!.threads!.map(({ tid }) => tid),
    [tids.at(-1)!],
  )
})

bpfTest('all of a name, those started later too, and nobody of another', async (t) => {
  const pids = [sleeper(t, 'probetop-one'), sleeper(t, 'probetop-one'), sleeper(t, 'probetop-two')]
  const { target, procs } = await readTarget({ is: 'comm', comm: 'probetop-one' })
  const seen = new Set(target!.threads!.map(({ pid }) => pid))
  t.true(seen.has(pids[0]!) && seen.has(pids[1]!))
  t.false(seen.has(pids[2]!))
  // their sleeps begin life with the name of the shell, and are let go at the end of the interval after
  const others = [...seen]
    .filter((pid) => !pids.includes(pid))
    .map((pid) => procs.find((each) => each.pid === pid)!.comm)
  t.true(
    others.every((comm) => ['sleep', 'probetop-one'].includes(comm)),
    others.join(),
  )
  t.true(target!.sleep.count > 20)
})

bpfTest('a control group, and those below it', async (t) => {
  const [inside, outside] = [sleeper(t, 'inside'), sleeper(t, 'outside')]
  const group = controlGroup(t, () => process.kill(inside, 'SIGKILL'))
  if (!group) return
  group.take(inside, 'below')
  const { target, procs } = await readTarget({ is: 'cgroup', path: group.path })
  const seen = new Set(target!.threads!.map(({ pid }) => pid))
  t.true(seen.has(inside))
  t.false(seen.has(outside))
  t.is(procs.find(({ pid }) => pid === inside)!.cgroup, `${group.path}/below`)
  t.is(cgroupPaths(() => 0)(1), '/')
})

for (const controller of ['cpu', 'memory', 'name=systemd'])
  bpfTest(`a group of version 1 (${controller}), and nobody outside`, async (t) => {
    const [inside, outside] = [sleeper(t, 'inside'), sleeper(t, 'outside')]
    const root = hierarchiesOfOne(mountsNow()).find(({ of }) => of.includes(controller))?.root
    const group = testGroup(t, root, `${controller} of version 1`, () => process.kill(inside, 'SIGKILL'))
    if (!group) return
    group.take(inside)
    const { target, procs } = await readTarget({ is: 'cgroup', path: group.path })
    const seen = new Set(target!.threads!.map(({ pid }) => pid))
    t.true(seen.has(inside))
    t.false(seen.has(outside))
    t.true(target!.sleep.count > 10)
    t.is(procs.find(({ pid }) => pid === inside)!.cgroup, group.path)
  })

bpfTest('a control group that is removed and made again at its path goes on being measured', async (t) => {
  const sleepers = [sleeper(t, 'first'), sleeper(t, 'second')] as const
  const group = controlGroup(t, () => sleepers.forEach((pid) => isAlive(pid) && process.kill(pid, 'SIGKILL')))
  if (!group) return
  const { child, messages } = startEngine(t, 'sched,syscalls')
  const samples = () =>
    messages.flatMap((message) =>
      message.type === 'sample' && message.probe === 'sched' ? [{ data: schedOf(message.data) }] : [],
    )
  const measured = ({ data }: { data: SchedData }): boolean => (data.target?.sleep.count ?? 0) > 0
  const of =
    (pid: number) =>
    (sample: { data: SchedData }): boolean =>
      measured(sample) && sample.data.procs.some((proc) => proc.pid === pid && proc.cgroup === group.path)
  await until(() => samples().length > 1)
  group.take(sleepers[0])
  child.stdin!.write(encode({ cmd: 'want', target: { is: 'cgroup', path: group.path } }))
  await until(() => samples().some(of(sleepers[0])))
  process.kill(sleepers[0], 'SIGKILL')
  await until(() => !isAlive(sleepers[0]))
  await sleepMs(50)
  group.renew()
  group.take(sleepers[1])
  const before = samples().length
  await until(() => samples().filter(of(sleepers[1])).length > 1)
  const after = samples().slice(before)
  t.true(after.filter(({ data }) => data.target === undefined).length <= 1, 'at most one interval is left out')
  t.true(
    messages.some((message) => message.type === 'log' && message.text === `control group ${group.path} was made anew`),
  )
})

bpfTest('a group that does not exist is said, and nobody is taken for it', async (t) => {
  const said: string[] = []
  const probe = startSched({ ...probeContext, log: (_, text) => void said.push(text) })
  t.teardown(() => void probe.close())
  probe.command!({ cmd: 'target', target: { is: 'cgroup', path: '/no such group' } })
  t.regex(said.join(), /no such group/)
  t.is(probe.read().data.target, undefined)
})

bpfTest('how a process ended', async (t) => {
  await withProbe(startSched, async (probe) => {
    const ended = (words: string[]) =>
      new Promise<number>((resolve) => {
        const child = spawn('sh', ['-c', ...words], { stdio: 'ignore' })
        child.once('exit', () => resolve(child.pid!))
      })
    const [failed, killed] = [await ended(['exit 7']), await ended(['kill -9 $$'])]
    await sleepMs(50)
    const { procs } = probe.read().data
    t.like(
      procs.find(({ pid }) => pid === failed),
      { exited: true, exitCode: 7 },
    )
    t.like(
      procs.find(({ pid }) => pid === killed),
      { exited: true, signal: 9 },
    )
  })
})

bpfTest('system calls of all of a name', async (t) => {
  const pids = [sleeper(t, 'probetop-one'), sleeper(t, 'probetop-two')]
  await withProbe(startSyscalls, async (probe) => {
    probe.command!({ cmd: 'target', target: { is: 'comm', comm: 'probetop-one' } })
    probe.command!({ cmd: 'options', options: { detail: true } })
    probe.read()
    await sleepMs(400)
    const { data } = probe.read()
    t.deepEqual(data.target!.of, { is: 'comm', comm: 'probetop-one' })
    t.true(data.target!.calls.some(({ name, latency }) => name === 'wait4' && latency!.count > 5))
    t.true(data.procs.find(({ pid }) => pid === pids[0])!.calls!.length > 0)
    t.is(data.procs.find(({ pid }) => pid === pids[1])!.calls, undefined)
  })
})

bpfTest(
  'a process whose first thread has ended goes on under its name, until its last one has',
  async (t) => {
    const child = spawn(compiled('main-ended', 'test/engine/native/fixtures'), [], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    await until(() => !isAlive(child.pid!))
    await withProbe(startSched, async (probe) => {
      const { pid } = child
      const read = async () => {
        await sleepMs(100)
        const { data } = probe.read()
        return { proc: data.procs.find((each) => each.pid === pid), threads: data.target?.threads }
      }
      await read()
      const alive = await read()
      t.like(alive.proc, { comm: 'main-ended', threads: 1, exited: undefined })
      t.true(alive.proc!.sleepNs! > 90e6)
      probe.command!({ cmd: 'target', target: { is: 'comm', comm: 'main-ended' } })
      await read()
      const selected = await read()
      t.like(selected.proc, { comm: 'main-ended', threads: 1, exited: undefined })
      t.deepEqual(
        selected.threads!.map(({ comm, exited }) => [comm, exited]),
        [['worker', undefined]],
      )
      child.stdin.end()
      await once(child, 'exit')
      const ended = await read()
      t.like(ended.proc, { comm: 'main-ended', exited: true, exitCode: 7 })
    })
  },
  ['clang'],
)

bpfTest(
  'a process that is killed when its first thread has long ended: by which signal',
  async (t) => {
    const child = spawn(compiled('main-ended', 'test/engine/native/fixtures'), [], { stdio: 'pipe' })
    await until(() => !isAlive(child.pid!))
    await withProbe(startSched, async (probe) => {
      await sleepMs(100)
      probe.read()
      child.kill('SIGKILL')
      await once(child, 'exit')
      t.like(
        probe.read().data.procs.find(({ pid }) => pid === child.pid),
        { comm: 'main-ended', exited: true, signal: 9 },
      )
    })
  },
  ['clang'],
)

bpfTest(
  'a number that is used again is of another process, which is not followed in place of the first',
  async (t) => {
    const child = spawn(compiled('again', 'test/engine/native/fixtures'), { stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => child.stdin.end())
    const numbers: number[] = []
    child.stdout.on('data', (text: Buffer) => numbers.push(...text.toString().trim().split('\n').map(Number)))
    const { child: engine, messages } = startEngine(t, 'sched')
    const samples = () =>
      messages.flatMap((message) =>
        message.type === 'sample' && message.probe === 'sched' ? [{ data: schedOf(message.data) }] : [],
      )
    const rows = () => samples().flatMap(({ data }) => data.procs.filter(({ pid }) => pid === numbers[0]))
    await until(() => rows().some(({ comm }) => comm === 'first'))
    const { pid, startedMs } = rows().findLast(({ comm }) => comm === 'first')!
    engine.stdin!.write(encode({ cmd: 'want', target: { is: 'process', pid, startedMs } }))
    const facts = () => messages.flatMap((message) => (message.type === 'process' ? [message] : []))
    await until(() => samples().at(-1)!.data.target?.threads?.length === 1)
    child.stdin.write('\n')
    await until(() => numbers.length === 2)
    t.is(numbers[1], pid, 'the number is used again')
    const before = samples().length
    await until(() => samples().length > before + 3)
    for (const row of rows()) t.is(row.startedMs === startedMs, row.comm !== 'second')
    const seconds = rows().filter(({ comm }) => comm === 'second')
    t.true(seconds.length >= 3)
    t.true(seconds[0]!.startedMs! > startedMs!)
    t.true(rows().some((row) => row.startedMs === startedMs && row.exited && row.exitCode === 3))
    for (const { data } of samples().slice(before)) t.is(data.target, undefined)
    t.true(facts().length > 0)
    for (const fact of facts()) t.is(fact.startedMs, startedMs)
  },
  ['clang'],
)
