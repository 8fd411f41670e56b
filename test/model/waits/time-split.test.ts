// Where all of the time goes: exact in sum whatever was seen.
import test from 'ava'
import { cellsOf } from '../../../src/app/process-split.ts'
import { TIME_CLASSES, usualClass } from '../../../src/model/waits/classes.ts'
import { mergeSeen, seenIn, timeSplit } from '../../../src/model/waits/time-split.ts'
import type { FollowedProc } from '../../../src/stream/sched.ts'

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
  diskNs: 100,
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
    seenIn(sample([1, 'read', '.', 'local'], [1, 'read', '.', 'network'], [2, 'read', '.', 'disk']), 1),
    seenIn(sample([1, 'read', '.', 'local'], [1, 'read', '.', 'local'], [1, 'read', 'w', 'runq']), 1),
  ])
  const split = timeSplit(proc({ sleepNs: 800, calls: [{ call: 'read', state: 'S', ns: 800 }] }), seen)!
  t.like(split.ns, { local: 600, network: 200, disk: 0, other: 100 })
  t.is(split.sampledNs, 800)
})

test('what samples say that is no class is nothing', (t) => {
  t.is(seenIn(sample([1, 'read', '.', 'constructor']), 1).size, 0)
  t.is(seenIn({ tables: {}, hists: {}, totals: {} }, 1).size, 0)
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
          1,
        ),
      ),
    )
    const split = timeSplit(
      proc({
        onCpuNs: random(1000),
        waitNs: random(1000),
        sleepNs: random(5000),
        diskNs: random(1000),
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
})

test('cells of a bar add up to its width', (t) => {
  t.deepEqual(cellsOf([1, 1, 1], 10), [4, 3, 3])
  t.deepEqual(cellsOf([0, 5], 4), [0, 4])
  t.deepEqual(cellsOf([0, 0], 4).length, 2)
})
