// The loop on a clock of our own: when ticks come, what they hold, and what a failing probe does to the others.
import test from 'ava'
import { createLoop } from '../../src/engine/loop.ts'
import type { GroupPlace } from '../../src/engine/proc/groups.ts'
import { ProbeError } from '../../src/engine/base/probe.ts'
import type { ProbeCommand, RunningProbe } from '../../src/engine/base/probe.ts'
import { supervise } from '../../src/engine/supervise.ts'
import type { Message, Sample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { execTables } from '../helpers/exec.ts'

const facts = {
  pid: 42,
  comm: 'x',
  args: [],
  parents: [],
  uid: 0,
  startMs: 0,
  threads: 1,
  rssBytes: 0,
  cpuMs: 0,
  files: [],
}

interface Fake {
  starts: number
  closes: number
  reads: number
  commands: ProbeCommand[]
  onStart?: () => void
  onRead?: () => void
  onCommand?: () => void
  died?: ProbeError
  isReady?: boolean
  begunForMs?: number
}

const setUp = ({
  on = ['sched', 'tcp'],
  intervalMs = 1000,
  fullFirst = false,
  awaited = false,
}: { on?: ProbeId[]; intervalMs?: number; fullFirst?: boolean; awaited?: boolean } = {}) => {
  let steadyMs = 5000.5
  const messages: Message[] = []
  const reader = { slow: false }
  const groups = new Map<string, GroupPlace>()
  const starts = new Map<number, number>()
  const wall = { aheadMs: 0 }
  const fakes = {} as Record<ProbeId, Fake>
  const running = (fake: Fake): RunningProbe => ({
    read() {
      fake.reads++
      fake.onRead?.()
      return { data: execTables([], () => fake.reads), lost: 0 }
    },
    command: (command) => {
      fake.commands.push(command)
      fake.onCommand?.()
    },
    ...('died' in fake && { failure: () => fake.died }),
    ...('isReady' in fake && { ready: () => fake.isReady! }),
    ...(fake.begunForMs !== undefined && { begunForMs: () => fake.begunForMs! }),
    close: () => void fake.closes++,
  })
  const loop = createLoop({
    hello: { schema: 1, version: '1', host: 'h', kernel: 'k', arch: 'x64', cpus: 2 },
    intervalMs,
    fullFirst,
    on,
    limitPercent: 0,
    statistics: () => () => {},
    host: () => ({ uptimeS: 1, load: [0, 0, 0], stolenMs: 0 }),
    follow: { group: (path) => groups.get(path), startedMs: (pid) => starts.get(pid) },
    process: (pid) => (pid === 42 ? facts : undefined),
    nowMs: () => 1_000_000 + Math.floor(steadyMs),
    wallMs: () => 1_000_000 + Math.floor(steadyMs) + wall.aheadMs,
    steadyMs: () => steadyMs,
    send: (message) => void messages.push(message),
    congested: () => reader.slow,
    probes: (hooks) =>
      (['sched', 'tcp', 'execsnoop'] as const).map((id) => {
        const fake: Fake = (fakes[id] = { starts: 0, closes: 0, reads: 0, commands: [] })
        const start = () => {
          fake.starts++
          fake.onStart?.()
          return running(fake) as never
        }
        const explain = (error: unknown) =>
          error instanceof ProbeError ? error : new ProbeError('failed', String((error as Error).message), 'hint')
        return supervise({ id, start, explain, awaited, steadyMs: () => steadyMs, ...hooks })
      }),
  })
  /** Lets time pass as a timer would: each wake-up exactly when asked for, or `late` after it. */
  const pass = (ms: number, lateMs = 0): void => {
    const endMs = steadyMs + ms
    for (;;) {
      const delayMs = loop.step()
      if (steadyMs + delayMs + lateMs > endMs) break
      steadyMs += delayMs + lateMs
    }
    steadyMs = endMs
  }
  const stall = (ms: number): void => void (steadyMs += ms)
  const samples = (probe: ProbeId): Sample[] =>
    messages.flatMap((message) => (message.type === 'sample' && message.probe === probe ? [message] : []))
  const hosts = () => messages.filter((message) => message.type === 'host')
  const statuses = (probe: ProbeId): string[] =>
    messages.flatMap((message) => (message.type === 'status' && message.probe === probe ? [message.status.is] : []))
  return { loop, fakes, messages, reader, groups, starts, wall, pass, stall, samples, hosts, statuses }
}

test('hello first, then the probes, an early tick, then a regular one each interval', (t) => {
  const { loop, messages, pass, samples, hosts } = setUp()
  loop.begin()
  pass(3300)
  t.deepEqual(
    messages.slice(0, 5).map((message) => message.type),
    ['hello', 'status', 'status', 'status', 'status'],
  )
  t.deepEqual(
    hosts().map(({ intervalMs }) => intervalMs),
    [30, 1000, 1000, 1000],
  )
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [30, 1000, 1000, 1000],
  )
  t.deepEqual(
    samples('tcp').map(({ atMs }) => atMs),
    hosts().map(({ atMs }) => atMs),
  )
})

test('ticks stay on the grid though every timer is late', (t) => {
  const { loop, pass, hosts } = setUp()
  loop.begin()
  pass(100_300, 7)
  const times = hosts().map(({ atMs }) => atMs)
  t.is(times.length, 101)
  for (const at of times.slice(1)) t.is((at - times[0]!) % 1000, 0)
})

test('a long stall gives one long interval, then the grid again', (t) => {
  const { loop, pass, stall, samples } = setUp()
  loop.begin()
  pass(2050)
  stall(3400)
  pass(2000)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [30, 1000, 1000, 3420, 580, 1000],
  )
})

test('a slow reader: nothing is read meanwhile, the next sample covers it all', (t) => {
  const { loop, pass, reader, samples, fakes, messages } = setUp()
  loop.begin()
  pass(1050)
  reader.slow = true
  pass(4000)
  t.is(fakes.sched.reads, 2)
  reader.slow = false
  pass(1000)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [30, 1000, 5000],
  )
  t.true(messages.some((message) => message.type === 'log' && /5 intervals became one/.test(message.text)))
})

test('a full first interval for output that counts intervals', (t) => {
  const { loop, pass, samples } = setUp({ fullFirst: true })
  loop.begin()
  pass(2000)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [1000, 1000],
  )
})

test('the interval changes from the last tick on, and probes are told', (t) => {
  const { loop, pass, samples, fakes } = setUp()
  loop.begin()
  pass(1200)
  loop.want({ intervalMs: 200 })
  pass(500)
  loop.want({ intervalMs: 2000 })
  pass(2000)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [30, 1000, 200, 200, 200, 2000],
  )
  t.true(fakes.sched.commands.some((command) => command.cmd === 'interval' && command.ms === 200))
})

test('a shorter interval that is already over ticks at once', (t) => {
  const { loop, pass, samples } = setUp()
  loop.begin()
  pass(1700)
  loop.want({ intervalMs: 100 })
  pass(0)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [30, 1000, 670],
  )
})

test('an engine that was busy says so, and not that its reader was slow', (t) => {
  const { loop, messages, reader, pass, stall } = setUp()
  loop.begin()
  pass(1500)
  // what was written before is read by now, but nobody had time to hear of it
  reader.slow = true
  stall(3200)
  t.true(loop.step() <= 1)
  reader.slow = false
  pass(1000)
  const logs = messages.flatMap((message) => (message.type === 'log' ? [message.text] : []))
  t.is(logs.length, 1)
  t.regex(logs[0]!, /^the engine was busy or got no CPU: 3 intervals became one$/)
})

test('probes go off and on; one that starts later is told all that is wanted', (t) => {
  const { loop, pass, samples, statuses, fakes } = setUp()
  loop.begin()
  pass(30)
  loop.want({ probes: { tcp: {}, execsnoop: { detail: true, most: 7 } }, target: { is: 'process', pid: 42 } })
  pass(1000)
  t.is(fakes.sched.closes, 1)
  t.is(samples('sched').length, 1)
  t.deepEqual(statuses('sched'), ['starting', 'live', 'off'])
  t.deepEqual(fakes.execsnoop.commands, [
    { cmd: 'interval', ms: 1000 },
    { cmd: 'target', target: { is: 'process', pid: 42 } },
    { cmd: 'options', options: { detail: true, most: 7 } },
  ])
  t.deepEqual(fakes.tcp.commands.at(-1), { cmd: 'target', target: { is: 'process', pid: 42 } })
  t.is(samples('execsnoop').length, 1)
  t.is(fakes.tcp.starts, 1)
})

test('the same again changes nothing; only what has changed is told', (t) => {
  const { loop, pass, fakes, statuses, hosts } = setUp({ on: ['sched'] })
  const want = { intervalMs: 500, probes: { sched: { detail: true } }, target: { is: 'process', pid: 42 } } as const
  loop.begin()
  pass(30)
  fakes.sched.commands.length = 0
  loop.want(want)
  t.deepEqual(
    fakes.sched.commands.splice(0).map(({ cmd }) => cmd),
    ['interval', 'target', 'options'],
  )
  pass(1000)
  const ticks = hosts().length
  loop.want({ ...want })
  pass(0)
  t.is(hosts().length, ticks)
  loop.want({ ...want, probes: { sched: { detail: true, cpus: true } } })
  t.deepEqual(fakes.sched.commands.splice(0), [{ cmd: 'options', options: { detail: true, cpus: true } }])
  loop.want({})
  t.deepEqual(fakes.sched.commands.splice(0), [
    { cmd: 'interval', ms: 1000 },
    { cmd: 'target' },
    { cmd: 'options', options: {} },
  ])
  t.deepEqual(statuses('sched'), ['starting', 'live'], 'what is absent is as it was started')
})

test('a probe that cannot start is explained, tried five more times, and the others go on', (t) => {
  const { loop, pass, messages, samples, fakes } = setUp()
  fakes.sched.onStart = () => {
    throw new Error('no luck')
  }
  loop.begin()
  pass(120_000)
  t.is(fakes.sched.starts, 6)
  t.is(fakes.sched.closes, 0)
  t.is(samples('sched').length, 0)
  t.true(samples('tcp').length >= 119)
  const failed = messages.flatMap((message) =>
    message.type === 'status' && message.status.is === 'failed' ? [message.status] : [],
  )
  t.deepEqual(
    failed.map(({ retryMs }) => retryMs),
    [1000, 2000, 4000, 8000, 16_000, undefined],
  )
  t.like(failed[0], { why: 'no luck', hint: 'hint' })
  const again = messages.flatMap((message) =>
    message.type === 'status' && message.status.is === 'starting' && message.status.again ? [message.status.again] : [],
  )
  t.deepEqual(
    again,
    [2, 3, 4, 5, 6].map((attempt) => ({ why: 'no luck', attempt, of: 6 })),
    'while it is tried again, why it failed is still said',
  )
})

test('what is unsupported is not tried again until it is switched on anew', (t) => {
  const { loop, pass, fakes, statuses } = setUp()
  fakes.sched.onStart = () => {
    throw new ProbeError('unsupported', 'no hook', 'newer kernel')
  }
  loop.begin()
  pass(60_000)
  t.is(fakes.sched.starts, 1)
  t.deepEqual(statuses('sched'), ['starting', 'unsupported'])
  loop.want({ probes: { tcp: {} } })
  loop.want({ probes: { sched: {}, tcp: {} } })
  pass(0)
  t.is(fakes.sched.starts, 2)
})

test('a probe that throws while it is read is closed and started again; the tick goes on', (t) => {
  const { loop, pass, fakes, samples, statuses } = setUp()
  loop.begin()
  pass(1050)
  fakes.sched.onRead = () => {
    throw new Error('torn')
  }
  pass(1000)
  delete fakes.sched.onRead
  t.is(samples('tcp').length, 3)
  t.is(fakes.sched.closes, 1)
  pass(2000)
  t.is(fakes.sched.starts, 2)
  t.deepEqual(statuses('sched'), ['starting', 'live', 'failed', 'starting', 'live'])
  t.true(samples('sched').at(-1)!.intervalMs <= 1000)
})

test('a probe that dies by itself is noticed within a second, not only at the next tick', (t) => {
  const { loop, pass, fakes, statuses } = setUp({ intervalMs: 60_000 })
  fakes.sched.died = undefined
  loop.begin()
  pass(10_000)
  fakes.sched.died = new ProbeError('failed', 'killed', 'wait')
  pass(900)
  t.deepEqual(statuses('sched'), ['starting', 'live', 'failed'])
  fakes.sched.died = undefined
  pass(1050)
  t.deepEqual(statuses('sched').slice(3), ['starting', 'live'])
})

test('a minute of health forgets earlier failures', (t) => {
  const { loop, pass, fakes, messages } = setUp()
  fakes.sched.died = undefined
  loop.begin()
  for (let i = 0; i < 8; i++) {
    pass(61_000)
    fakes.sched.died = new ProbeError('failed', 'killed', 'wait')
    pass(600)
    fakes.sched.died = undefined
    pass(1050)
  }
  const waits = messages.flatMap((message) =>
    message.type === 'status' && message.status.is === 'failed' ? [message.status.retryMs] : [],
  )
  t.deepEqual(waits, Array(8).fill(1000))
})

test('a probe that starts in the background is neither live nor read before it is ready', (t) => {
  const { loop, pass, fakes, statuses, samples } = setUp()
  fakes.sched.isReady = false
  loop.begin()
  pass(1110)
  t.deepEqual(statuses('sched'), ['starting'])
  t.is(samples('sched').length, 0)
  fakes.sched.isReady = true
  pass(1000)
  t.deepEqual(statuses('sched'), ['starting', 'live'])
  const [first] = samples('sched')
  t.true(first!.intervalMs > 900 && first!.intervalMs < 1000, `${first!.intervalMs}`)
})

test('the first interval begins where the probe did, not where that was noticed or where it had heard what is wanted', (t) => {
  const { loop, pass, stall, fakes, samples } = setUp()
  fakes.sched.isReady = false
  fakes.sched.begunForMs = 300
  fakes.tcp.onCommand = () => stall(5)
  loop.begin()
  pass(1510)
  const [first] = samples('tcp')
  t.true(first!.intervalMs >= 30, `${first!.intervalMs}`)
  fakes.sched.isReady = true
  pass(1000)
  const { intervalMs } = samples('sched')[0]!
  t.true(intervalMs > 800 && intervalMs < 900, `${intervalMs}`)
})

test('what is there first is shown first, and intervals are counted once all that is awaited runs', (t) => {
  const { loop, pass, fakes, samples, hosts } = setUp({ awaited: true })
  fakes.sched.isReady = false
  loop.begin()
  pass(400)
  t.is(samples('tcp').length, 1)
  fakes.sched.isReady = true
  pass(2500)
  t.deepEqual(
    hosts().map(({ intervalMs }) => Math.round(intervalMs / 10) * 10),
    [30, 400, 1000, 1000],
  )
  t.is(samples('sched').length, 3)
})

test('one that the kernel never answers does not keep the others from being read', (t) => {
  const { loop, pass, fakes, samples } = setUp({ awaited: true, fullFirst: true })
  fakes.sched.isReady = false
  loop.begin()
  pass(10_000)
  t.is(samples('tcp').length, 0)
  pass(3100)
  t.is(samples('tcp').length, 3)
  t.is(samples('sched').length, 0)
})

test('a first interval that is to be a full one begins when all that is awaited runs', (t) => {
  const { loop, pass, fakes, hosts, samples } = setUp({ awaited: true, fullFirst: true })
  fakes.sched.isReady = false
  loop.begin()
  pass(1500)
  t.is(hosts().length, 0)
  fakes.sched.isReady = true
  pass(1200)
  t.deepEqual(
    hosts().map(({ intervalMs }) => intervalMs),
    [1000],
  )
  t.is(samples('sched').length, 1)
})

test('closing closes every probe and says no more', async (t) => {
  const { loop, pass, fakes, messages } = setUp()
  loop.begin()
  pass(300)
  const said = messages.length
  await loop.close()
  t.deepEqual([fakes.sched.closes, fakes.tcp.closes, messages.length], [1, 1, said])
})

test('a control group is followed by its path: what was measured of the one before is of no interval', (t) => {
  const { loop, pass, fakes, messages, groups } = setUp({ on: ['sched'] })
  const target = { cmd: 'target', target: { is: 'cgroup', path: '/a' } } as const
  const nobody = { cmd: 'target' } as const
  groups.set('/a', { by: 'number', id: 7n })
  loop.begin()
  loop.want({ target: target.target })
  pass(2000)
  const at: number[] = []
  const { sched } = fakes
  sched.onRead = () => void at.push(sched.commands.length)
  sched.commands.length = 0
  const logged = (): string[] => messages.flatMap((message) => (message.type === 'log' ? [message.text] : []))
  for (const [id, commands, said] of [
    [7n, [], []],
    [8n, [nobody, target], ['control group /a was made anew']],
    [8n, [], []],
    [undefined, [nobody, target], ['control group /a was removed']],
    [undefined, [], []],
    [9n, [nobody, target], ['control group /a is there']],
  ] as const) {
    if (id === undefined) groups.delete('/a')
    else groups.set('/a', { by: 'number', id })
    pass(1000)
    t.deepEqual<unknown, unknown>(sched.commands.splice(0), commands)
    t.is(at.pop(), commands.length === 0 ? 0 : 1)
    t.deepEqual<unknown, unknown>(logged(), said)
    messages.length = 0
  }
})

test('a group that is followed by its processes is followed anew, without a word, when they are others', (t) => {
  const { loop, pass, fakes, messages, groups } = setUp({ on: ['sched'] })
  const target = { cmd: 'target', target: { is: 'cgroup', path: '/a' } } as const
  groups.set('/a', { by: 'processes', pids: [3, 4] })
  loop.begin()
  loop.want({ target: target.target })
  pass(2000)
  const { sched } = fakes
  for (const [pids, commands] of [
    [[3, 4], []],
    [[3, 4, 5], [target]],
    [[3, 4, 5], []],
  ] as const) {
    sched.commands.length = 0
    groups.set('/a', { by: 'processes', pids })
    pass(1000)
    t.deepEqual<unknown, unknown>(sched.commands, commands)
  }
  groups.set('/a', { by: 'controller', controller: 1, id: 9n })
  pass(1000)
  t.deepEqual(
    messages.flatMap((message) => (message.type === 'log' ? [message.text] : [])),
    ['control group /a was made anew'],
  )
})

test('the wall clock is set: time goes on, the label follows, and it is said', (t) => {
  const { loop, messages, pass, hosts, wall } = setUp()
  loop.begin()
  pass(3300)
  wall.aheadMs = -40_000
  pass(3000)
  wall.aheadMs = 3600_000
  pass(2000)
  const times = hosts().map(({ atMs }) => atMs)
  for (const [i, at] of times.slice(1).entries()) t.true(at > times[i]!)
  t.deepEqual([...new Set(hosts().map(({ atMs, wallMs }) => wallMs! - atMs))], [0, -40_000, 3600_000])
  t.deepEqual(
    messages.flatMap((message) => (message.type === 'log' ? [message.text] : [])),
    ['the wall clock was set back by 40.0 s', 'the wall clock was set ahead by 3640.0 s, or the machine was suspended'],
  )
})

test('a process whose number another one has is followed no more, and nothing of the other is told of it', (t) => {
  const { loop, pass, fakes, messages, starts } = setUp({ on: ['sched'] })
  const target = (startedMs?: number) =>
    ({ cmd: 'target', target: { is: 'process', pid: 42, ...(startedMs === undefined ? {} : { startedMs }) } }) as const
  const processes = (): number => messages.filter(({ type }) => type === 'process').length
  loop.begin()
  pass(0)
  fakes.sched.commands.length = 0
  for (const asked of [target(100), target()]) {
    starts.set(42, 100)
    loop.want({ target: asked.target })
    pass(2000)
    const { sched } = fakes
    t.deepEqual<unknown, unknown>(sched.commands.splice(0), [asked])
    t.is(processes(), 2)
    starts.delete(42)
    pass(1000)
    t.deepEqual(sched.commands, [], 'it has only ended')
    starts.set(42, 200)
    messages.length = 0
    pass(2000)
    t.deepEqual<unknown, unknown>(sched.commands.splice(0), [{ cmd: 'target' }])
    t.is(processes(), 0)
    t.regex(JSON.stringify(messages.filter(({ type }) => type === 'log')), /process 42 has ended/)
    messages.length = 0
  }
  // asked for when it is over already
  loop.want({ target: target(100).target })
  pass(1000)
  t.deepEqual(fakes.sched.commands, [])
  t.is(processes(), 0)
})

test('what takes long to start holds up neither hello nor what has started', (t) => {
  const { loop, pass, fakes, messages, stall, samples } = setUp({ on: ['sched', 'tcp'] })
  fakes.tcp.onStart = () => stall(3000)
  loop.begin()
  t.is(messages[0]!.type, 'hello')
  t.is(fakes.sched.starts, 0)
  loop.step()
  t.is(fakes.sched.starts, 1)
  t.is(fakes.tcp.starts, 0, 'one at a time')
  stall(60)
  pass(3100)
  t.deepEqual(
    samples('sched').map(({ intervalMs }) => intervalMs),
    [60, 3030],
  )
  t.deepEqual(
    samples('tcp').map(({ intervalMs }) => intervalMs),
    [30],
  )
  t.false(JSON.stringify(messages).includes('became one'), 'starting is no being late')
})

test('of several processes the one whose number another has is left out, until there is none', (t) => {
  const { loop, pass, fakes, messages, starts } = setUp({ on: ['sched'] })
  const target = { is: 'pids', pids: [41, 42, 43] } as const
  loop.begin()
  starts.set(41, 100)
  starts.set(42, 100)
  loop.want({ target })
  pass(2000)
  const { sched } = fakes
  sched.commands.length = 0
  starts.set(43, 300)
  pass(2000)
  t.deepEqual(sched.commands, [], 'the third is there now')
  starts.set(42, 200)
  pass(2000)
  t.deepEqual<unknown, unknown>(sched.commands.splice(0), [
    { cmd: 'target' },
    { cmd: 'target', target: { ...target, over: [42] } },
  ])
  starts.set(41, 200)
  starts.set(43, 400)
  pass(2000)
  t.deepEqual<unknown, unknown>(sched.commands.splice(0), [{ cmd: 'target' }])
  const said = messages.flatMap((message) =>
    message.type === 'log' ? [message.text.replaceAll(' has ended: its number is that of another one now', '')] : [],
  )
  t.deepEqual(said, ['process 42', 'process 41; process 43'])
})
