// Where all of the time goes: exact in sum whatever was seen.
import test from 'ava'
import { usualClass } from '../../../src/model/waits/classes.ts'
import { TIME_CLASSES } from '../../../src/stream/time-classes.ts'
import { mergeSeen, seenIn, seenUpTo } from '../../../src/model/waits/seen-waits.ts'
import { sumOfSplits, timeSplit } from '../../../src/model/waits/time-split.ts'
import { wholeCells } from '../../../src/model/whole-cells.ts'
import type { FollowedProc } from '../../../src/stream/sched-types.ts'

const proc = (more: Partial<FollowedProc>): FollowedProc => ({
  pid: 1,
  comm: 'app',
  threads: 2,
  switches: 1,
  waits: 1,
  waitMaxNs: 0,
  waitNs: 100,
  onCpuNs: 200,
  preemptedNs: 0,
  sleepNs: 600,
  uninterruptibleNs: 100,
  calls: [],
  ...more,
})
const sample = (...rows: [pid: number, call: string, state: string, found: string][]) => ({
  tables: { chains: { columns: ['pid', 'call', 'state', 'class'], rows } },
  hists: {},
  totals: {},
})
const sumOf = (ns: Readonly<Record<string, number>>): number => Object.values(ns).reduce((sum, each) => sum + each, 0)

test('by call and state where nothing else is known', (t) => {
  const split = timeSplit(
    proc({
      calls: [
        { call: 'epoll_wait', state: 'S', ns: 500 },
        { call: 'fsync', state: 'D', ns: 60 },
        { call: 'recvfrom', state: 'S', ns: 50 },
      ],
    }),
    new Map(),
  )!
  t.like(split.ns, { cpu: 200, runq: 100, idle: 500, disk: 60, network: 50, other: 90 })
  t.is(split.totalNs, 1000)
  t.is(split.sampledNs, 0)
})

test('a call that waits for several things is told apart as its threads were found', (t) => {
  const seen = mergeSeen([
    seenIn(sample([1, 'read', '.', 'local'], [1, 'read', '.', 'network'], [2, 'read', '.', 'disk'])).ofProcess(1),
    seenIn(sample([1, 'read', '.', 'local'], [1, 'read', '.', 'local'], [1, 'read', 'w', 'runq'])).ofProcess(1),
  ])
  const split = timeSplit(proc({ sleepNs: 800, calls: [{ call: 'read', state: 'S', ns: 800 }] }), seen)!
  t.like(split.ns, { local: 600, network: 200, disk: 0, other: 100 })
  t.is(split.sampledNs, 800)
})

test('what samples say that is no class is nothing', (t) => {
  t.is(seenIn(sample([1, 'read', '.', 'constructor'])).ofProcess(1).size, 0)
  t.is(seenIn({ tables: {} }).ofProcess(1).size, 0)
})

test('only counted: no split', (t) => {
  const { sleepNs: _, ...counted } = proc({})
  t.is(timeSplit(counted, new Map()), undefined)
})

test('the sum is exact for whatever comes', (t) => {
  let seed = 3
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below
  const calls = ['read', 'futex', 'fsync', 'page fault', 'syscall_999', 'kernel']
  for (let round = 0; round < 300; round++) {
    const seen = mergeSeen(
      Array.from({ length: random(3) }, () =>
        seenIn(
          sample([1, calls[random(calls.length)]!, random(2) ? '.' : 'D', TIME_CLASSES[random(TIME_CLASSES.length)]!]),
        ).ofProcess(1),
      ),
    )
    const split = timeSplit(
      proc({
        onCpuNs: random(1000),
        waitNs: random(1000),
        sleepNs: random(5000),
        uninterruptibleNs: random(1000),
        throttledNs: random(10),
        stoppedNs: random(10),
        // more than the state has, as of calls that cross the end of an interval
        calls: Array.from({ length: random(5) }, () => ({
          call: calls[random(calls.length)]!,
          state: random(2) ? ('S' as const) : ('D' as const),
          ns: random(3000),
        })),
      }),
      seen,
    )!
    t.true(Math.abs(sumOf(split.ns) - split.totalNs) < 1e-6, `round ${round}`)
    t.true(Object.values(split.ns).every((ns) => ns >= 0))
    t.true(split.sampledNs <= split.totalNs)
  }
})

test('usual classes', (t) => {
  t.is(usualClass('page fault', 'D'), 'memory')
  t.is(usualClass('recvmsg/32', 'S'), 'network')
  t.is(usualClass('pread64', 'D'), 'disk')
  t.is(usualClass('read', 'S'), 'other')
  t.is(usualClass('kernel', 'D'), 'other')
  t.is(usualClass('kernel', 'S'), 'idle')
  t.is(usualClass('wait4', 'S'), 'child')
})

test('cells of a bar add up to its width', (t) => {
  t.deepEqual(wholeCells([1, 1, 1], 10), [4, 3, 3])
  t.deepEqual(wholeCells([0, 5], 4), [0, 4])
  t.deepEqual(wholeCells([0, 0], 4).length, 2)
})

test('on a CPU: in which mode, as far as is known, and taken from it', (t) => {
  const { ns, totalNs } = timeSplit(proc({ userNs: 120, stolenNs: 30 }), new Map())!
  t.like(ns, { user: 120, stolen: 30, system: 50, cpu: 0 })
  t.is(sumOf(ns), totalNs)
  t.is(timeSplit(proc({}), new Map())!.ns.cpu, 200)
})

const seenTable = (
  ...rows: [pid: number, thread: string, call: string, state: string, found: string, stack: string, threads: number][]
) => ({ tables: { seen: { columns: ['pid', 'thread', 'call', 'state', 'class', 'stack', 'threads'], rows } } })

test("one's own rules go before ours: by call exactly, by a function of the kernel as it was seen", (t) => {
  const calls = [
    { call: 'ioctl', state: 'D' as const, ns: 100 },
    { call: 'futex', state: 'S' as const, ns: 600 },
  ]
  const seen = seenIn(
    seenTable(
      [1, 'app', 'ioctl', 'D', 'other', 'my_wait < my_ioctl', 3],
      [1, 'app', 'ioctl', 'D', 'disk', 'else', 1],
      [1, 'app', 'futex', 'S', 'lock', '', 1],
    ),
  ).ofProcess(1)
  const split = (...rules: [string, string][]) =>
    timeSplit(
      proc({ calls }),
      seen,
      rules.map(([text, of]) => ({ text, class: of as never })),
    )!
  t.like(split().ns, { other: 75, disk: 25, lock: 600 })
  t.like(split(['* in my_*', 'network']).ns, { network: 75, disk: 25, lock: 600 })
  const named = split(['futex of app|x', 'idle'], ['* in nothing', 'disk'])
  t.like(named.ns, { idle: 600, other: 75, disk: 25 })
  t.is(named.sampledNs, 100, 'what a rule says of a call is not sampled')
  t.like(split(['futex D', 'idle'], ['futex of a', 'idle']).ns, { lock: 600 })
})

test('what the last ten readings saw, by process and by name; more readings forget', (t) => {
  const samples = Array.from({ length: 12 }, (_, i) => ({
    atMs: i * 1000,
    data: seenTable([1, i < 2 ? 'old' : 'new', 'read', 'S', i < 2 ? 'disk' : 'network', '', i + 1]),
  }))
  t.deepEqual(
    seenUpTo(samples, 2500)
      .ofProcess(1)
      .get('read S')!
      .map((each) => [each.class, each.threads]),
    [
      ['disk', 1],
      ['disk', 2],
      ['network', 3],
    ],
  )
  t.true(
    seenUpTo(samples, 99_000)
      .ofProcess(1)
      .get('read S')!
      .every((each) => each.class === 'network'),
  )
  t.is(seenUpTo(samples, 99_000).ofName('old').size, 0)
  t.is(seenUpTo(samples, -1).ofProcess(1).size, 0)
})

test('splits of several add up', (t) => {
  const one = timeSplit(proc({}), new Map())!
  const sum = sumOfSplits([one, undefined, one])!
  t.is(sum.totalNs, 2 * one.totalNs)
  t.is(sumOf(sum.ns), sum.totalNs)
  t.is(sumOfSplits([undefined]), undefined)
})

test('each state in its class, what is not said as nothing', (t) => {
  const { ns, totalNs } = timeSplit(proc({}), new Map())!
  t.deepEqual(
    Object.entries(ns).filter(([, each]) => each !== 0),
    [
      ['cpu', 200],
      ['runq', 100],
      ['other', 700],
    ],
  )
  t.is(totalNs, 1000)
  const all = { userNs: 120, stolenNs: 30, throttledNs: 1, stoppedNs: 20, tracedNs: 300, frozenNs: 4000 }
  t.like(timeSplit(proc(all), new Map())!, {
    totalNs: 5321,
    ns: { user: 120, stolen: 30, system: 50, cpu: 0, throttled: 1, stopped: 4320 },
  })
  t.like(timeSplit(proc({ userNs: 250 }), new Map())!.ns, { user: 250, stolen: 0, system: 0 })
})
