// What is held against the truth in the emulated machine, a panel's figures each. Nothing else runs there, so counts
// are exact; times are compared with what the kernel itself counted, as emulation is slow and uneven.
import { schedOf } from '../../../src/model/sched.ts'
import { sessionsOf } from '../../../src/panels/tcp-rows.ts'
import { blockProcsOf, disksOf } from '../../../src/model/block.ts'
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { sum } from 'd3-array'
import { mergeHists, percentileNs } from '../../../src/model/base/histogram.ts'
import { syscallsOf } from '../../../src/model/syscalls.ts'
import type { SchedProc } from '../../../src/stream/sched-types.ts'
import { atLeast, atMost, exact, within, withinUnits } from '../../truth/check.ts'
import type { Compared, Finding, Scale } from '../../truth/check.ts'
import { COMPLETION_NS, DISK } from './disk.ts'
import type { Engine, Seen } from './engine.ts'
import { lifeOf, numbersOf } from './programs.ts'
import type { Life } from './programs.ts'

type Figures = (engine: Engine, scale: Scale) => Promise<Finding[]>

const syscalls: Figures = async (engine, scale) => {
  const calls = scale === 'full' ? 100_000 : 20_000
  const failures = 5000
  const sleeps = 20
  const counted = await engine.during(() =>
    Promise.all([numbersOf('loops', 'getppid', calls), numbersOf('loops', 'getppid', calls)]),
  )
  const count = (name: string): number =>
    sum(
      counted.data('syscalls').flatMap((data) => syscallsOf(data).calls),
      (call) => (call.name === name ? call.count : 0),
    )
  const byCall = sum(
    counted.data('syscalls').flatMap((data) => syscallsOf(data).calls),
    (call) => call.count,
  )
  const byProcess = sum(
    counted.data('syscalls').map(syscallsOf),
    (data) => sum(data.procs, (proc) => proc.count) + (data.others?.count ?? 0),
  )
  const findings = [
    exact('calls of two loops at once', count('getppid'), 2 * calls),
    within(0.001)('calls of all processes', byProcess, byCall, '', 'by call'),
    exact('calls lost', counted.lost('syscalls'), 0),
  ]
  if (scale === 'quick') return findings

  engine.send({ cmd: 'want', probes: { sched: {}, block: {}, tcp: {}, syscalls: { detail: true } } })
  await engine.during(async () => {})
  let sleepNs = 0
  const detailed = await engine.during(async () => {
    await numbersOf('loops', 'fail', failures)
    ;[sleepNs] = (await numbersOf('loops', 'sleep', sleeps, 10)) as [number]
  })
  engine.send({ cmd: 'want' })
  const rows = (name: string) =>
    detailed.data('syscalls').flatMap((data) => syscallsOf(data).calls.filter((call) => call.name === name))
  const latency = mergeHists(rows('clock_nanosleep').flatMap((call) => call.latency ?? []))
  return [
    ...findings,
    exact(
      'failed calls with EBADF',
      sum(
        rows('close').flatMap((call) => call.errnos ?? []),
        ({ errno, count }) => (errno === 'EBADF' ? count : 0),
      ),
      failures,
    ),
    exact('sleeps timed', latency.count, sleeps),
    // between the time off the CPU and the program's own clocks: the machine may be stopped between any two readings
    atLeast(
      'time of the sleeps',
      latency.sumNs,
      blockedNs(detailed, 'clock_nanosleep', 'loops'),
      'ns',
      'at least off-CPU',
    ),
    atMost('mean of a sleep', latency.sumNs / latency.count, sleepNs, 'ns', 'at most by the program'),
    exact('calls lost in detail', detailed.lost('syscalls'), 0),
  ]
}

/** How long the threads of programs of this name were off their CPUs in a call. */
const blockedNs = (seen: Seen, call: string, comm: string): number =>
  sum(
    seen.data('sched').flatMap((data) =>
      schedOf(data)
        .procs.filter((proc) => proc.comm === comm)
        .flatMap(({ calls = [] }) => calls),
    ),
    (each) => (each.call === call ? each.ns : 0),
  )

const FIELDS = [
  'switches',
  'waits',
  'waitNs',
  'preemptedNs',
  'onCpuNs',
  'sleepNs',
  'uninterruptibleNs',
  'throttledNs',
] as const
export const totalOf = (seen: Seen, pid: number) => {
  const rows: SchedProc[] = seen.data('sched').flatMap((data) => schedOf(data).procs.filter((proc) => proc.pid === pid))
  const total = Object.fromEntries(FIELDS.map((field) => [field, sum(rows, (row) => row[field])])) as Record<
    (typeof FIELDS)[number],
    number
  >
  const blockedNs = (call: string, state: string): number =>
    sum(
      rows.flatMap((row) => row.calls),
      (each) => (each.call === call && each.state === state ? each.ns : 0),
    )
  return { ...total, blockedNs }
}

const sched: Figures = async (engine, scale) => {
  const sleeps = 20
  let life!: Life
  const slept = await engine.during(async () => {
    life = await lifeOf('loops', 'sleep', sleeps, 20)
  })
  const sleeper = totalOf(slept, life.pid)
  const findings = [
    exact('switches of a sleeper', sleeper.switches, life.switches, '', 'status'),
    exact('its waits for a CPU', sleeper.waits, life.runs, '', 'schedstat'),
    atLeast('its sleep in clock_nanosleep', sleeper.blockedNs('clock_nanosleep', 'S'), sleeps * 20e6, 'ns'),
    withinUnits(storageRefuses() ? 10 : 0)('switches lost', slept.lost('sched'), 0),
  ]
  if (scale === 'quick') return findings

  const bursts: Life[] = []
  const burst = await engine.during(async () => {
    for (let i = 0; i < BURSTERS; i++) bursts.push(await lifeOf('work', 'bursts', BURSTS, BURST_MS))
  })
  let lives: Life[] = []
  const spun = await engine.during(async () => {
    lives = await Promise.all([1, 2].map(() => lifeOf('work', 'on', 0, 'loops', 'spin', SPIN_MS)))
  })
  return [
    ...findings,
    middle(
      bursts.map((each) =>
        within(0.05)('bursts: on CPU', totalOf(burst, each.pid).onCpuNs, each.onCpuNs, 'ns', 'schedstat'),
      ),
    ),
    ...lives.flatMap((each, i) => {
      const spinner = totalOf(spun, each.pid)
      const name = `spinner ${i + 1} of 2 on one CPU`
      return [
        within(0.05)(`${name}: on CPU`, spinner.onCpuNs, each.onCpuNs, 'ns', 'schedstat'),
        within(0.05)(`${name}: waiting`, spinner.waitNs, each.waitNs, 'ns', 'schedstat'),
        within(0.1)(`${name}: preempted`, spinner.preemptedNs, spinner.waitNs, 'ns', 'all its wait'),
      ]
    }),
  ]
}

/** The kernel reads its clock before it picks who runs next, we read ours after it. An emulated machine takes some 70 us
 * between the two, and when its processor is taken from it right there milliseconds: a large part of the little that a
 * mere sleeper runs, but not of few long bursts, of which a lost one would be a tenth; and that happens to few of the
 * processes. */
const BURSTS = 10
const BURST_MS = 40
const BURSTERS = 5
const SPIN_MS = 3000
const middle = (findings: readonly Compared[]): Compared => {
  const sorted = [...findings].sort((a, b) => a.error - b.error)
  const errors = sorted.map(({ error }) => `${(error * 100).toFixed(1)} %`)
  const found = sorted[Math.floor(sorted.length / 2)]!
  return {
    ...found,
    figure: `${found.figure}, middle of ${errors.length}`,
    note: `${found.note}; off ${errors.join(', ')}`,
  }
}

/** Before 6.2 the kernel refuses to look up a thread's storage where that interrupts another look-up on the same CPU. */
const storageRefuses = (): boolean => {
  const [major, minor] = release().split('.').map(Number) as [number, number]
  return major < 6 || (major === 6 && minor < 2)
}

/** Reads and writes completed, and bytes, as /proc/diskstats has them. */
const diskStats = (): number[] => {
  const fields = new RegExp(` ${DISK} (.*)`).exec(readFileSync('/proc/diskstats', 'utf8'))![1]!.split(' ').map(Number)
  return [fields[0]!, fields[2]! * 512, fields[4]!, fields[6]! * 512]
}

export const block: Figures = async (engine) => {
  const operations = 40
  const [bytesIn, bytesOut] = [4096, 65536]
  const before = diskStats()
  let pids: number[] = []
  const seen = await engine.during(async () => {
    const read = await lifeOf('work', 'direct', `/dev/${DISK}`, 'read', operations, bytesIn)
    const written = await lifeOf('work', 'direct', `/dev/${DISK}`, 'write', operations, bytesOut)
    pids = [read.pid, written.pid]
  })
  const [reads, readBytes, writes, writeBytes] = diskStats().map((value, i) => value - before[i]!) as [
    number,
    number,
    number,
    number,
  ]
  const disks = seen.data('block').flatMap((data) => disksOf(data).filter(({ name }) => name === DISK))
  const procs = seen.data('block').flatMap((data) => blockProcsOf(data).filter(({ pid }) => pids.includes(pid!)))
  const of = (op: string) => disks.filter((disk) => disk.op === op)
  const device = mergeHists(disks.map((disk) => disk.device))
  return [
    exact(
      'reads',
      sum(of('read'), ({ ops }) => ops),
      reads,
      '',
      'diskstats',
    ),
    exact(
      'bytes read',
      sum(of('read'), ({ bytes }) => bytes),
      readBytes,
      'bytes',
      'diskstats',
    ),
    exact(
      'writes',
      sum(of('write'), ({ ops }) => ops),
      writes,
      '',
      'diskstats',
    ),
    exact(
      'bytes written',
      sum(of('write'), ({ bytes }) => bytes),
      writeBytes,
      'bytes',
      'diskstats',
    ),
    exact(
      'reads of the process',
      sum(procs, (proc) => proc.reads),
      operations,
    ),
    exact(
      'bytes written by the process',
      sum(procs, (proc) => proc.writeBytes),
      operations * bytesOut,
      'bytes',
    ),
    exact('operations timed', device.count, 2 * operations),
    atLeast(
      'shortest tenth in the device',
      percentileNs(device, 0.1)!,
      COMPLETION_NS / 1.0625,
      'ns',
      'the timer of the disk, less a slot',
    ),
    exact('operations lost', seen.lost('block'), 0),
    ...(engine.status('sched').is === 'live'
      ? [
          atLeast(
            'uninterruptible in pread64',
            totalOf(seen, pids[0]!).blockedNs('pread64', 'D'),
            operations * COMPLETION_NS,
            'ns',
          ),
        ]
      : []),
  ]
}

const tcp: Figures = async (engine) => {
  const [out, back] = [1_000_003, 70_001]
  const findings: Finding[] = []
  for (const [version, holdMs] of [
    [4, 1200],
    [6, 0],
  ] as const) {
    let [port, server, client] = [0, 0, 0]
    const seen = await engine.during(async () => {
      ;[port, server, client] = (await numbersOf('work', 'tcp', version, out, back, holdMs)) as [number, number, number]
    })
    const sessions = seen.data('tcp').flatMap(sessionsOf)
    const ends = [
      { name: 'client', pid: client, rows: sessions.filter(({ remotePort }) => remotePort === port), out, back },
      {
        name: 'server',
        pid: server,
        rows: sessions.filter(({ localPort }) => localPort === port),
        out: back,
        back: out,
      },
    ]
    const events = (name: 'opened' | 'accepted' | 'closed'): number =>
      sum(seen.data('tcp'), ({ totals }) => totals[name] ?? 0)
    findings.push(
      ...ends.flatMap((end) => [
        exact(
          `v${version} sent by the ${end.name}`,
          sum(end.rows, (row) => row.outBytes ?? 0),
          end.out,
          'bytes',
        ),
        exact(
          `v${version} received by the ${end.name}`,
          sum(end.rows, (row) => row.inBytes ?? 0),
          end.back,
          'bytes',
        ),
        exact(`v${version} owner of the ${end.name}'s end`, end.rows.at(-1)?.pid ?? 0, end.pid, '', 'process id'),
      ]),
      exact(
        `v${version} opened, accepted, closed`,
        events('opened') * 100 + events('accepted') * 10 + events('closed'),
        112,
      ),
      exact(`v${version} events lost`, seen.lost('tcp'), 0),
    )
  }
  const seen = await engine.during(() => numbersOf('work', 'refused'))
  return [
    ...findings,
    exact(
      'refused',
      sum(seen.data('tcp'), ({ totals }) => totals.refused ?? 0),
      1,
    ),
  ]
}

/** The probe that runs only while its page is shown. */
const stacks: Figures = async (engine) => {
  const sleeps = 20
  engine.send({ cmd: 'want', probes: { stacks: { mode: 'offcpu', thresholdNs: 1e6, wakers: true } } })
  await engine.during(async () => {})
  const seen = await engine.during(() => numbersOf('loops', 'sleep', sleeps, 20))
  const slept = seen
    .data('stacks')
    .flatMap(({ frames, stacks }) =>
      stacks.filter(
        ({ comm, state, kernel }) =>
          comm === 'loops' && state === 'S' && kernel.some((index) => frames[index]!.name.includes('nanosleep')),
      ),
    )
  const counted = sum(slept, ({ count }) => count)
  const refused = engine.said(/without frame pointers are cut short/)
  return [
    withinUnits(2)('sleeps in nanosleep', counted, sleeps, '', 'a timer may fire before its thread has left the CPU'),
    atLeast(
      'their time',
      sum(slept, ({ ns }) => ns),
      counted * 19e6,
      'ns',
    ),
    exact(
      'those woken by an interrupt',
      sum(slept, ({ count, waker }) => (waker?.comm === 'interrupt' ? count : 0)),
      counted,
    ),
    exact('stacks lost', seen.lost('stacks'), 0),
    exact('programs that unwind load', refused === undefined ? 1 : 0, 1, '', refused),
  ]
}

export const AREAS = { syscalls, sched, block, tcp, stacks }
