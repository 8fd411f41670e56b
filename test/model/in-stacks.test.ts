// How long processes and threads were in certain stacks, by hand: each state in its place, threads by number or by name.
import test from 'ava'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { passesThrough, schedInStacks, stackTimes } from '../../src/model/narrow-stacks.ts'
import { schedOf } from '../../src/model/sched.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import type { StackSelection } from '../../src/model/selection.ts'
import type { SchedProc, SchedThread } from '../../src/stream/sched-types.ts'
import {
  STACK_STATES,
  type Stack,
  type StacksData,
  type StackState,
  type ThreadStack,
} from '../../src/stream/stack-types.ts'

const HISTS = { runq: emptyHist(), sleep: emptyHist(), disk: emptyHist(), preempted: emptyHist() }
const SELECTION: StackSelection = { is: 'function', frame: { name: 'do_fsync', kind: 'kernel' } }
const stack = (state: StackState, ns: number, more: Partial<Stack> = {}): Stack => ({
  ...{ pid: 7, comm: 'db', state, ns, count: 1, user: [], kernel: [] },
  ...more,
})
const dataOf = (stacks: Stack[], threads?: ThreadStack[]): StacksData => ({
  ...{ mode: 'offcpu', thresholdNs: 0, frames: [], stacks },
  ...(threads ? { threads } : {}),
})
const sums = {
  switches: 9,
  waits: 9,
  waitNs: 9,
  onCpuNs: 9,
  waitMaxNs: 9,
  sleepNs: 9,
  uninterruptibleNs: 9,
  preemptedNs: 9,
  calls: [],
}
const proc = (pid: number): SchedProc => ({ pid, comm: `p${pid}`, threads: 4, ...sums })
const thread = (tid: number, comm: string): SchedThread => ({ pid: 7, tid, comm, ...sums })
const sched = schedTables({
  ...{ ...HISTS, procs: [proc(7), proc(8)] },
  target: { of: { is: 'process', pid: 7 }, ...HISTS, threads: [thread(71, 'db'), thread(73, 'io'), thread(72, 'io')] },
})
/** 1, 10, 100 ... ns in each state, in their order. */
const each = STACK_STATES.map((state, i) => stack(state, 10 ** i))
const SUMMED = {
  ...{
    preemptedNs: 1,
    waitNs: 1,
    throttledNs: 10,
    sleepNs: 100,
    uninterruptibleNs: 1000,
    stoppedNs: 1e4,
    tracedNs: 1e5,
  },
  ...{ frozenNs: 1e6, onCpuNs: 1e7, waits: 0, waitMaxNs: 0, switches: 0 },
}

test('of each process the time in each state, and nothing else that it did', (t) => {
  const times = stackTimes(dataOf([...each, stack('S', 5, { pid: 9, comm: 'new' })]), 1000)
  const { procs } = schedOf(schedInStacks(sched, SELECTION, times))
  t.like(procs[0], { ...SUMMED, pid: 7, comm: 'p7', threads: 4 })
  t.deepEqual(procs[0]!.calls, [
    { call: 'do_fsync', state: 'D', ns: 1000 },
    { call: 'do_fsync', state: 'S', ns: 100 },
  ])
  t.like(procs[1], {
    pid: 9,
    comm: 'new',
    threads: 0,
    sleepNs: 5,
    uninterruptibleNs: 0,
    onCpuNs: 0,
    calls: [{ state: 'S' }],
  })
  t.is(procs.length, 2)
  t.deepEqual(schedOf(schedInStacks(sched, SELECTION, undefined)).procs, [])
})

test('threads of one name are one row where only names are known', (t) => {
  const times = stackTimes(dataOf([...each, stack('S', 5, { comm: 'io' }), stack('S', 6, { comm: 'io' })]), 1000)
  const { threads } = schedOf(schedInStacks(sched, SELECTION, times)).target!
  t.deepEqual(
    threads!.map(({ tid, comm, sleepNs, calls }) => [tid, comm, sleepNs, calls.length]),
    [
      [71, 'db', 100, 2],
      [-72, 'io (2 threads)', 11, 1],
    ],
  )
  t.like(threads![0], SUMMED)
  t.deepEqual(schedOf(schedInStacks(sched, SELECTION, undefined)).target!.threads, [])
})

test('as they are now: as long as they have been there, of the interval at most; who runs waits for nothing', (t) => {
  const now = (tid: number, state: StackState, forNs?: number): ThreadStack => ({
    ...{ pid: 7, tid, comm: 'io', state, user: [], kernel: [] },
    ...(forNs === undefined ? {} : { forNs }),
  })
  const times = stackTimes(dataOf([], [now(71, 'cpu', 5e8), now(72, 'D', 3e8), now(73, 'S', 9e9), now(74, 'S')]), 2000)
  t.true(times.exact)
  t.deepEqual(times.procs.get(7)!.ns, { R: 0, Q: 0, S: 4e9, D: 3e8, T: 0, t: 0, F: 0, cpu: 0 })
  const { threads } = schedOf(schedInStacks(sched, SELECTION, times)).target!
  t.deepEqual(
    threads!.map(({ tid, comm, sleepNs, uninterruptibleNs, onCpuNs }) => [
      tid,
      comm,
      sleepNs,
      uninterruptibleNs,
      onCpuNs,
    ]),
    [
      [71, 'db', 0, 0, 0],
      [73, 'io', 2e9, 0, 0],
      [72, 'io', 0, 3e8, 0],
    ],
  )
})

test('stacks through no frame are called by what was selected', (t) => {
  const whole = { is: 'stack', by: 'process', wakers: false, inverted: false, frames: [] } as const
  const { procs } = schedOf(schedInStacks(sched, whole, stackTimes(dataOf([stack('S', 5)]), 1000)))
  t.is(procs[0]!.calls[0]!.call, 'stack: any')
})

test('through a function is wherever it is; through a path only what begins with it', (t) => {
  const frames = ['main', 'read', 'do_fsync'].map((name, i) => ({ name, kind: i === 2 ? 'kernel' : 'user' }) as const)
  const stacks = [
    stack('S', 1, { user: [1, 0], kernel: [2] }),
    stack('S', 1, { user: [0, 1] }),
    stack('S', 1, { pid: 8, comm: 'db', user: [1, 0] }),
    stack('S', 1, { user: [0] }),
  ]
  const through = (selection: StackSelection, nameOf: (pid: number) => string | undefined = () => undefined): string =>
    stacks.map((of) => (passesThrough(selection, frames, nameOf)(of) ? 'x' : '.')).join('')
  const path = (...names: string[]): StackSelection => ({
    ...{ is: 'stack', by: 'process', wakers: false, inverted: false },
    frames: names.map((name, i) => ({ name, kind: i === 0 ? 'group' : name === 'do_fsync' ? 'kernel' : 'user' })),
  })
  t.is(through(SELECTION), 'x...')
  t.is(through({ is: 'function', frame: { name: 'read', kind: 'user' } }), 'xxx.')
  t.is(through({ is: 'function', frame: { name: 'read', kind: 'kernel' } }), '....')
  t.is(through(path('db', 'main', 'read')), 'x.x.')
  t.is(through(path('db', 'main', 'read', 'do_fsync')), 'x...')
  t.is(through(path('db', 'read')), '.x..')
  t.is(
    through(path('web'), (pid) => (pid === 8 ? 'web' : undefined)),
    '..x.',
  )
})
