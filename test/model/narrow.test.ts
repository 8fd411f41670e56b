// A narrowed store: nothing of others in it, nothing of the selection missing, and never the whole machine's latency.
import { schedOf } from '../../src/model/sched.ts'
import { editedSched, schedIn } from '../helpers/sched.ts'
import test from 'ava'
import { BLOCK } from '../../src/stream/specs/block.ts'
import { TCP } from '../../src/stream/specs/tcp.ts'
import { plain } from '../helpers/plain.ts'
import { blockProcsOf, disksOf } from '../../src/model/block.ts'
import { sessionsOf } from '../../src/panels/tcp-rows.ts'
import { lacksLatency, narrowStore } from '../../src/model/narrow.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import type { Selection } from '../../src/model/selection.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import type { SchedData } from '../../src/stream/sched-types.ts'
import { fakeStream, type FakeOptions } from '../helpers/stream.ts'

const filled = (options: FakeOptions = {}): Store => {
  const store = createStore()
  for (const message of fakeStream({ ticks: 5, exec: true, ...options })) store.add(message)
  return store
}
const procsIn = (store: Store, probe: 'sched' | 'syscalls'): readonly { pid: number }[] =>
  probe === 'syscalls' ? syscallsOf(store.latest(probe)!.data).procs : schedIn(store).procs
const process: Selection = { is: 'process', pid: 812, comm: 'postgres' }

test('without a selection it is the store itself', (t) => {
  const store = filled()
  t.is(narrowStore(store, []), store)
})

test('of a process nothing of others is left, and nothing of its own is missing', (t) => {
  const whole = filled()
  const store = narrowStore(whole, [process])
  for (const probe of ['sched', 'syscalls'] as const) {
    const rows = procsIn(store, probe)
    t.true(
      rows.every((row) => row.pid === 812),
      probe,
    )
    t.is(rows.length, procsIn(whole, probe).filter((row) => row.pid === 812).length, probe)
  }
  t.deepEqual(
    plain(BLOCK.tables.procs, blockProcsOf(store.latest('block')!.data)),
    plain(
      BLOCK.tables.procs,
      blockProcsOf(whole.latest('block')!.data).filter(({ pid }) => pid === 812),
    ),
  )
  t.deepEqual(
    plain(TCP.tables.sessions, sessionsOf(store.latest('tcp')!.data)),
    plain(
      TCP.tables.sessions,
      sessionsOf(whole.latest('tcp')!.data).filter((session) => session.pid === 812),
    ),
  )
  t.is(
    syscallsOf(store.latest('syscalls')!.data).calls.reduce((sum, call) => sum + call.count, 0),
    syscallsOf(whole.latest('syscalls')!.data).procs.find((row) => row.pid === 812)!.count,
  )
})

test('latency is that of the target, or none', (t) => {
  const untold = narrowStore(filled(), [process]).latest('sched')!
  t.is(schedOf(untold.data).runq.count, 0)
  t.true(lacksLatency(untold))
  const whole = filled({ targetPid: 812 })
  const told = narrowStore(whole, [process]).latest('sched')!
  t.deepEqual(schedOf(told.data).runq, schedIn(whole).target!.runq)
  t.false(lacksLatency(told))
  t.true(lacksLatency(narrowStore(whole, [{ ...process, pid: 1207 }]).latest('sched')!))
})

/** With another target in the scheduler's samples, and when its processes were started. */
const retold = (change: Partial<NonNullable<SchedData['target']>>, startedMs?: number): Store => {
  const store = createStore()
  for (const message of fakeStream({ ticks: 5, targetPid: 812 })) {
    if (message.type !== 'sample' || message.probe !== 'sched') store.add(message)
    else {
      const data = editedSched(message.data, ({ procs, target }) => ({
        procs: procs.map((proc) => ({ ...proc, ...(startedMs === undefined ? {} : { startedMs }) })),
        target: { ...target!, ...change },
      }))
      store.add({ ...message, data })
    }
  }
  return store
}

test('of a target that was set within the interval threads are told, and no latency', (t) => {
  const store = retold({ partial: true })
  const told = narrowStore(store, [process]).latest('sched')!
  t.true(lacksLatency(told))
  t.is(schedOf(told.data).runq.count, 0)
  t.deepEqual(schedOf(told.data).target!.threads, schedIn(store).target!.threads)
})

test('of several processes latency is that of the target, and none is another one that has the number now', (t) => {
  const pids = [812, 1207]
  const store = retold({ of: { is: 'pids', pids } }, 100)
  const kept = (path: readonly Selection[]) => new Set(schedIn(narrowStore(store, path)).procs.map(({ pid }) => pid))
  const told = narrowStore(store, [{ is: 'pids', pids }]).latest('sched')!
  t.deepEqual(schedOf(told.data).runq, schedIn(store).target!.runq)
  t.deepEqual(kept([{ is: 'pids', pids }]), new Set(pids))
  const path: Selection[] = [{ is: 'pids', pids, startsMs: { 812: 100, 1207: 99 } }]
  t.deepEqual(kept(path), new Set([812]))
  t.true(sessionsOf(narrowStore(store, path).latest('tcp')!.data).every(({ pid }) => pid === 812))
})

test('a group is found by the paths of its processes, those below it included', (t) => {
  const pids = (path: string) =>
    schedIn(narrowStore(filled(), [{ is: 'cgroup', path }]))
      .procs.map((proc) => proc.comm)
      .sort()
  t.deepEqual(pids('/system.slice/nginx.service'), ['nginx'])
  t.true(pids('/system.slice').includes('postgres'))
  t.deepEqual(pids('/system.slice/ng'), [])
  t.is(pids('/').length, schedIn(filled()).procs.length)
})

test('of a call the time blocked in it is left, and who makes it', (t) => {
  const whole = filled({ detail: true })
  const store = narrowStore(whole, [{ is: 'syscall', name: 'fsync' }])
  const blocked = schedIn(whole)
    .procs.flatMap((proc) => proc.calls.filter(({ call }) => call === 'fsync'))
    .reduce((sum, { ns }) => sum + ns, 0)
  t.true(blocked > 0)
  t.is(
    schedIn(store).procs.reduce((sum, proc) => sum + proc.sleepNs! + proc.uninterruptibleNs!, 0),
    blocked,
  )
  t.deepEqual(
    syscallsOf(narrowStore(whole, [{ is: 'syscall', name: 'read' }]).latest('syscalls')!.data).calls.map(
      ({ name }) => name,
    ),
    ['read'],
  )
})

test('of a peer its sessions are left, and the processes that hold them', (t) => {
  const store = narrowStore(filled(), [{ is: 'port', port: 22 }])
  t.true(sessionsOf(store.latest('tcp')!.data).length > 0)
  t.true(
    sessionsOf(store.latest('tcp')!.data).every(({ localPort, remotePort }) => localPort === 22 || remotePort === 22),
  )
  t.deepEqual([...new Set(schedIn(store).procs.map((proc) => proc.comm))], ['sshd'])
})

test('of a disk its operations are left', (t) => {
  const whole = filled()
  const { dev, name } = disksOf(whole.latest('block')!.data)[0]!
  const { data } = narrowStore(whole, [{ is: 'disk', dev, name }]).latest('block')!
  t.deepEqual(
    disksOf(data),
    disksOf(whole.latest('block')!.data).filter((disk) => disk.dev === dev),
  )
  t.deepEqual(blockProcsOf(data), [])
})

test('of a CPU its waits are left, and nobody', (t) => {
  const whole = filled({ cpus: true, targetPid: 812 })
  const store = narrowStore(whole, [{ is: 'cpu', cpu: 2 }])
  const data = schedIn(store)
  t.deepEqual(data.runq, schedIn(whole).cpus![2]!.runq)
  t.is(data.sleep.count, 0)
  t.deepEqual(data.procs, [])
  t.deepEqual(
    data.cpus!.map(({ cpu }) => cpu),
    [2],
  )
  t.false(lacksLatency(store.latest('sched')!))
  t.deepEqual(sessionsOf(store.latest('tcp')!.data), [])
  t.true(lacksLatency(narrowStore(filled(), [{ is: 'cpu', cpu: 2 }]).latest('sched')!))
  for (const path of [
    [process, { is: 'cpu', cpu: 2 }],
    [{ is: 'cpu', cpu: 2 }, process],
  ] as Selection[][]) {
    const both = narrowStore(whole, path).latest('sched')!
    t.is(schedOf(both.data).runq.count, 0)
    t.true(lacksLatency(both))
    t.deepEqual(schedOf(both.data).procs, [])
  }
})

test('each selection narrows what the one before left', (t) => {
  const store = narrowStore(filled(), [process, { is: 'port', port: 22 }])
  t.deepEqual(sessionsOf(store.latest('tcp')!.data), [])
  t.deepEqual(schedIn(store).procs, [])
})

test('what is left of a sample is made once, and known to be of a kept one', (t) => {
  const whole = filled()
  const [first, second] = [narrowStore(whole, [process]), narrowStore(whole, [process])]
  t.is(first.latest('sched'), second.latest('sched'))
  t.true(first.hasRows(first.latest('sched')!))
})

test('a thread stands in the place of its process, also while the kernel was asked for the process only', (t) => {
  const thread: Selection = { is: 'thread', pid: 812, tid: 813, comm: 'postgres-w1' }
  const store = narrowStore(filled({ targetPid: 812 }), [process, thread])
  const [row, ...more] = schedIn(store).procs
  t.like(row, { pid: 812, comm: 'postgres-w1', threads: 1, onCpuNs: 7e8 })
  t.deepEqual(more, [])
  t.true(lacksLatency(store.latest('sched')!))
  t.deepEqual(schedIn(narrowStore(filled(), [process, thread])).procs, [])
})
