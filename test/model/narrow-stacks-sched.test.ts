// A stack as a selection: which stacks are through it, who has them, and how long each was in it.
import { schedOf } from '../../src/model/sched.ts'
import { editedSched, schedIn } from '../helpers/sched.ts'
import test from 'ava'
import { blockProcsOf } from '../../src/model/block.ts'
import { sessionsOf } from '../../src/panels/tcp-rows.ts'
import { lacksLatency, lacksStacks, narrowStore } from '../../src/model/narrow.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import { selectionLabel, type Selection } from '../../src/model/selection.ts'
import { keyOf, pathOf, type PathFrame } from '../../src/model/stack-paths.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { threads as threadsPanel } from '../../src/panels/threads.ts'
import type { StacksData } from '../../src/stream/stack-types.ts'
import type { SchedThread } from '../../src/stream/sched-types.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeStacks, fakeStackStream, NODE } from '../helpers/stacks.ts'
import { endMs } from '../helpers/stream.ts'

const TICKS = 10
const AT = endMs({ ticks: TICKS })
const kernel = (name: string): PathFrame => ({ name, kind: 'kernel' })
const FSYNC: Selection = { is: 'function', frame: kernel('do_fsync') }
const FUTEX: Selection = { is: 'function', frame: kernel('futex_wait') }
const NODE_MAIN: Selection = {
  is: 'stack',
  by: 'process',
  wakers: false,
  inverted: false,
  frames: [
    { name: 'node', kind: 'group' },
    { name: '_start', kind: 'user', module: '/usr/lib/libc.so.6' },
  ],
}

/** Three threads, two of one name. */
const thread = (tid: number, comm: string): SchedThread => ({
  pid: NODE.pid,
  tid,
  comm,
  switches: 9,
  waits: 9,
  waitNs: 9,
  waitMaxNs: 9,
  onCpuNs: 9,
  sleepNs: 9,
  uninterruptibleNs: 9,
  preemptedNs: 9,
  calls: [],
})

const storeOf = (change: (message: Message) => Message | undefined = (message) => message): Store => {
  const store = createStore()
  for (const message of fakeStackStream({ ticks: TICKS, targetPid: NODE.pid })) {
    const changed = change(
      message.type === 'sample' && message.probe === 'sched' && message.data.target
        ? {
            ...message,
            data: editedSched(message.data, ({ target }) => ({
              target: {
                ...target!,
                threads: [thread(2290, 'node'), thread(2291, 'libuv-worker'), thread(2292, 'libuv-worker')],
              },
            })),
          }
        : message,
    )
    if (changed) store.add(changed)
  }
  return store
}

const whole = fakeStacks('offcpu', TICKS)
const sumNs = (data: StacksData, fits: (stack: StacksData['stacks'][number]) => boolean): number =>
  data.stacks.filter(fits).reduce((sum, { ns }) => sum + ns, 0)
const has =
  (name: string) =>
  (stack: StacksData['stacks'][number]): boolean =>
    stack.kernel.some((index) => whole.frames[index]!.name === name)

test('a function, wherever it is; a stack, from the root', (t) => {
  const stacks = (...path: Selection[]) => narrowStore(storeOf(), path).latest('stacks')!.data
  t.is(stacks(FSYNC).stacks.length, whole.stacks.filter(has('do_fsync')).length)
  t.is(stacks(FSYNC).others, undefined, 'nobody knows through which frames these were')
  t.deepEqual(
    stacks({ is: 'function', frame: { name: 'do_fsync', kind: 'user' } }).stacks,
    [],
    'a function of another kind is another',
  )
  const own = stacks(NODE_MAIN)
  t.deepEqual(
    own.stacks.map(({ comm, state }) => `${comm} ${state}`),
    ['node S', 'node R'],
  )
  t.deepEqual(stacks(NODE_MAIN, FSYNC).stacks, [])
  t.deepEqual(
    stacks({ is: 'comm', comm: 'postgres' }, FSYNC).stacks.map(({ comm }) => comm),
    ['postgres'],
  )
})

test('as another tree has it: turned over, by thread, with wakers', (t) => {
  for (const by of ['process', 'thread', 'state'] as const) {
    for (const inverted of [false, true]) {
      for (const wakers of [false, true]) {
        const names = new Map([
          [NODE.pid, 'node'],
          [812, 'postgres'],
        ])
        for (const stack of whole.stacks) {
          const frames = pathOf(stack, whole.frames, { by, inverted, wakers, nameOf: (pid) => names.get(pid) })
          const { stacks } = narrowStore(storeOf(), [{ is: 'stack', by, inverted, wakers, frames }]).latest(
            'stacks',
          )!.data
          t.true(stacks.length >= 1 && stacks.some((each) => each.ns === stack.ns), frames.map(keyOf).join())
        }
      }
    }
  }
})

test('processes: only who has such stacks, with the time in them and nothing else', (t) => {
  const { procs, runq } = schedIn(narrowStore(storeOf(), [FSYNC]))
  t.deepEqual(procs.map(({ pid }) => pid).sort(), [812, NODE.pid].sort())
  for (const proc of procs) {
    const ns = sumNs(whole, (stack) => stack.pid === proc.pid && has('do_fsync')(stack))
    t.is(proc.uninterruptibleNs, ns)
    t.deepEqual(proc.calls, [{ call: 'do_fsync', state: 'D', ns }])
    t.deepEqual([proc.sleepNs, proc.onCpuNs, proc.waits, proc.switches], [0, 0, 0, 0])
  }
  t.is(runq.count, 0)
  t.true(lacksLatency(narrowStore(storeOf(), [FSYNC]).latest('sched')!))
})

test('a process the scheduler no longer lists has its time all the same', (t) => {
  const store = storeOf((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? {
          ...message,
          data: editedSched(message.data, ({ procs }) => ({ procs: procs.filter(({ pid }) => pid !== 812) })),
        }
      : message,
  )
  const { procs } = schedIn(narrowStore(store, [FSYNC]))
  t.is(
    procs.find(({ pid }) => pid === 812)!.uninterruptibleNs,
    sumNs(whole, (stack) => stack.pid === 812 && has('do_fsync')(stack)),
  )
})

test('threads of one name are one row, which leads nowhere', (t) => {
  const store = narrowStore(storeOf(), [{ is: 'process', ...NODE }, FUTEX])
  const sample = store.latest('sched')!
  const ns = sumNs(whole, (stack) => stack.comm === 'libuv-worker' && has('futex_wait')(stack))
  t.true(ns > 0)
  t.deepEqual(
    schedOf(sample.data).target!.threads!.map(({ tid, comm, sleepNs }) => ({ tid, comm, sleepNs })),
    [
      { tid: 2290, comm: 'node', sleepNs: sumNs(whole, (stack) => stack.comm === 'node' && has('futex_wait')(stack)) },
      { tid: -2291, comm: 'libuv-worker (2 threads)', sleepNs: ns },
    ],
  )
  const rows = threadsPanel.rows([sample], 'all', true)
  t.deepEqual(
    rows.map(({ cells, about }) => [cells[0], about ? 1 : 0]),
    [
      [2290, 1],
      [undefined, 0],
    ],
  )
})

test('threads as they are now are known one by one, for the part of the interval they are there', (t) => {
  const store = storeOf((message) =>
    message.type === 'sample' && message.probe === 'stacks' ? { ...message, data: fakeStacks('now', TICKS) } : message,
  )
  const { threads } = schedIn(narrowStore(store, [{ is: 'process', ...NODE }, FSYNC])).target!
  const there = fakeStacks('now', TICKS).threads!.find(({ tid }) => tid === 2291)!
  t.deepEqual(
    threads!.map(({ tid, uninterruptibleNs }) => ({ tid, uninterruptibleNs })),
    [{ tid: 2291, uninterruptibleNs: Math.min(there.forNs!, 1e9) }],
  )
})

test('block I/O, system calls and sessions: of who has such stacks', (t) => {
  const store = narrowStore(storeOf(), [FSYNC])
  const pids = new Set([812, NODE.pid])
  t.true(syscallsOf(store.latest('syscalls')!.data).procs.every(({ pid }) => pids.has(pid)))
  t.true(blockProcsOf(store.latest('block')!.data).length > 0)
  t.true(blockProcsOf(store.latest('block')!.data).every(({ pid }) => pids.has(pid!)))
  t.true(sessionsOf(store.latest('tcp')!.data).length > 0)
  t.true(sessionsOf(store.latest('tcp')!.data).every(({ pid }) => pids.has(pid!)))
  const { hists, target } = narrowStore(storeOf(), [{ is: 'process', ...NODE }, FSYNC]).latest('block')!.data
  t.deepEqual([hists, target?.hists], [{}, {}])
})

test('back in time: each interval by its own stacks; where none were collected nobody is known', (t) => {
  const store = storeOf((message) =>
    message.type === 'sample' && message.probe === 'stacks' && message.atMs === AT - 1000 ? undefined : message,
  )
  const narrowed = narrowStore(store, [FSYNC])
  for (const [atMs, known] of [
    [AT, true],
    [AT - 1000, false],
    [AT - 2000, true],
  ] as const) {
    const sample = narrowed.latest('sched', atMs)!
    t.is(sample.atMs, atMs)
    t.is(lacksStacks(sample), !known)
    t.is(schedOf(sample.data).procs.length > 0, known)
  }
})

test('of the newest interval, those before stand for stacks still on their way', (t) => {
  const without = (message: Message): Message | undefined =>
    message.type === 'sample' && message.probe === 'stacks' && message.atMs === AT ? undefined : message
  t.false(lacksStacks(narrowStore(storeOf(without), [FSYNC]).latest('sched')!))
  const off = storeOf(without)
  off.add({ type: 'status', atMs: AT, probe: 'stacks', status: { is: 'off' } })
  t.true(lacksStacks(narrowStore(off, [FSYNC]).latest('sched')!))
})

test('whichever was entered first', (t) => {
  const data = (...path: Selection[]) => schedIn(narrowStore(storeOf(), path))
  const process: Selection = { is: 'process', ...NODE }
  t.deepEqual(data(process, FSYNC), data(FSYNC, process))
  const syscall: Selection = { is: 'syscall', name: 'fsync' }
  t.deepEqual(data(syscall, FSYNC), data(FSYNC, syscall))
})

test('how they read', (t) => {
  const stack = (...frames: PathFrame[]): string =>
    selectionLabel({ is: 'stack', by: 'process', wakers: false, inverted: false, frames })
  const group = (name: string): PathFrame => ({ name, kind: 'group' })
  t.is(selectionLabel(FUTEX), 'function futex_wait')
  t.is(stack(group('node'), kernel('futex_wait')), 'stack: futex_wait')
  t.is(stack(group('node'), group('S sleeping')), 'stacks of S sleeping')
  t.is(stack(group('node'), { name: '--', kind: 'separator' }, group('ksoftirqd/0')), 'woken by ksoftirqd/0')
})
