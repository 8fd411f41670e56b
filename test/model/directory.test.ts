// The directory of processes: what is joined to it when everything is narrowed, also where the scheduler's probe is off.
import { schedIn } from '../helpers/sched.ts'
import test from 'ava'
import { directoryOf, membership } from '../../src/model/directory.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import type { Selection } from '../../src/model/selection.ts'
import { createStore } from '../../src/model/store.ts'
import { sessionsOf } from '../../src/panels/tcp-rows.ts'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { directoryStore } from '../helpers/directory.ts'
import { processMessages, processRow } from '../helpers/processes.ts'
import { fakeStream, fakeTick, START_MS } from '../helpers/stream.ts'

const group = '/system.slice/docker-1.scope'
const rows = [
  processRow({ pid: 1, comm: 'systemd', uid: 0, user: 'root', cgroup: '/' }),
  processRow({ pid: 812, comm: 'postgres', startedMs: 70, uid: 113, user: 'postgres', parent: 1, cgroup: '/db' }),
  processRow({
    pid: 1207,
    comm: 'nginx',
    uid: 33,
    user: 'www-data',
    parent: 1,
    cgroup: group,
    container: 'web',
    containerGroup: group,
  }),
  processRow({
    pid: 2290,
    comm: 'node',
    uid: 33,
    user: 'www-data',
    parent: 1207,
    cgroup: `${group}/app`,
    container: 'web',
    containerGroup: group,
  }),
]

/** Of the last interval: sessions and processes, with or without what the scheduler's probe says. */
const filled = (withSched: boolean) => {
  const store = createStore()
  for (const message of fakeStream({ ticks: 0 })) store.add(message)
  for (const message of fakeTick(1)) {
    if (message.type === 'host' || (message.type === 'sample' && (message.probe === 'tcp' || withSched)))
      store.add(message)
  }
  for (const message of processMessages(START_MS + 1000, rows)) store.add(message)
  return store
}

const pidsOf = (withSched: boolean, ...path: Selection[]): Set<number | null> =>
  new Set(sessionsOf(narrowStore(filled(withSched), path).latest('tcp')!.data).map(({ pid }) => pid))

for (const withSched of [false, true]) {
  test(`sessions of a group, a container, a user${withSched ? '' : ', without the scheduler'}`, (t) => {
    t.deepEqual(pidsOf(withSched, { is: 'cgroup', path: '/db' }), new Set([812]))
    t.deepEqual(pidsOf(withSched, { is: 'cgroup', path: group, container: 'web' }), new Set([1207, 2290]))
    t.deepEqual(pidsOf(withSched, { is: 'user', uid: 33, name: 'www-data' }), new Set([1207, 2290]))
    t.deepEqual(
      pidsOf(withSched, { is: 'user', uid: 33, name: 'www-data' }, { is: 'comm', comm: 'node' }),
      new Set([2290]),
    )
    t.deepEqual(pidsOf(withSched, { is: 'user', uid: 7, name: 'nobody' }), new Set())
  })
}

test('another process that has the number is not meant', (t) => {
  t.deepEqual(pidsOf(false, { is: 'process', pid: 812, comm: 'postgres', startedMs: 70 }), new Set([812]))
  t.deepEqual(pidsOf(false, { is: 'process', pid: 812, comm: 'postgres', startedMs: 60 }), new Set())
})

test('of the scheduler it has those that are in no reading of their own', (t) => {
  const directory = directoryOf(filled(true))
  t.is(directory.find(955)!.comm, 'redis-server')
  t.like(directory.find(812), { comm: 'postgres', user: 'postgres', cgroup: '/db' })
  t.is(directory.of(812).length, 1)
  t.is(directory.find(812, 60), undefined)
  t.like(directory.find(2290), { parent: 1207, container: { name: 'web', group } })
})

test('what is known of each, and nothing of what is not', (t) => {
  const all = { pid: 7, comm: 'web', args: 'web -x', startedMs: 5, parent: 1, uid: 33, user: 'www', cgroup: '/w' }
  const store = directoryStore([
    { ...all, container: 'c', containerGroup: '/w' },
    { pid: 8, container: 'without its group' },
    { comm: 'without a number' },
  ])
  t.deepEqual(
    [...directoryOf(store).all()],
    [
      { ...all, container: { name: 'c', group: '/w' } },
      { pid: 8, comm: '' },
    ],
  )
  t.is(directoryOf(store).find(7), directoryOf(store).find(7), 'made once')
})

test('of two that had a number rather the one that lives', (t) => {
  const store = directoryStore([])
  store.add({ type: 'probe', atMs: 1, spec: SCHED })
  const ended = (pid: number, startedMs: number, exited: boolean) => ({
    pid,
    startedMs,
    comm: `at ${startedMs}`,
    threads: 1,
    switches: 0,
    waits: 0,
    waitNs: 0,
    onCpuNs: 0,
    calls: [],
    exited,
  })
  const hist = emptyHist()
  const procs = [ended(7, 1, true), ended(7, 2, false), ended(8, 3, true), ended(8, 4, true)]
  const data = schedTables({ runq: hist, sleep: hist, disk: hist, preempted: hist, procs })
  store.add({ type: 'sample', probe: 'sched', atMs: START_MS, intervalMs: 1000, lost: 0, data })
  const directory = directoryOf(store)
  t.deepEqual(directory.find(7), { pid: 7, comm: 'at 2', startedMs: 2 })
  t.deepEqual(directory.find(8), { pid: 8, comm: 'at 3', startedMs: 3, exited: true })
  t.deepEqual([directory.of(7).length, directory.of(9).length, directory.find(9)], [2, 0, undefined])
})

test('below a process is it, and whoever its parents lead to it', (t) => {
  const store = directoryStore([
    { pid: 1, comm: 'init', parent: 0 },
    { pid: 10, comm: 'top', parent: 1, startedMs: 5 },
    { pid: 11, comm: 'child', parent: 10 },
    { pid: 12, comm: 'grandchild', parent: 11 },
    { pid: 13, comm: 'other', parent: 1 },
    { pid: 14, comm: 'of one that is not listed', parent: 99 },
    { pid: 15, comm: 'its own parent', parent: 15 },
  ])
  const directory = directoryOf(store)
  const below = (top: number, topMs?: number): number[] => {
    const fits = membership({ is: 'tree', top, comm: '', ...(topMs === undefined ? {} : { topMs }) })!
    return [...directory.all()].filter((entry) => fits(entry, directory)).map(({ pid }) => pid)
  }
  t.deepEqual(below(10), [10, 11, 12])
  t.deepEqual(below(10, 5), [10, 11, 12])
  t.deepEqual(below(10, 6), [], 'another process that had the number')
  t.deepEqual(below(1), [1, 10, 11, 12, 13])
  t.deepEqual(below(99), [14])
  t.deepEqual(below(0), [1, 10, 11, 12, 13], 'the kernel is no row')
  t.is(membership({ is: 'port', port: 80 }), undefined)
})

test('what a row has no dimension of is joined, never shown of the whole instead', (t) => {
  const narrowed = narrowStore(filled(true), [{ is: 'user', uid: 33, name: 'www-data' }])
  t.deepEqual(new Set(schedIn(narrowed).procs.map(({ pid }) => pid)), new Set([1207, 2290]))
  t.is(schedIn(narrowed).runq.count, 0)
  t.deepEqual(new Set(syscallsOf(narrowed.latest('syscalls')!.data).procs.map(({ pid }) => pid)), new Set([1207, 2290]))
})

test('who ended before it was looked at is in the container of those with the same group', (t) => {
  const store = filled(false)
  store.add({ type: 'probe', atMs: 1, spec: SCHED })
  const none = { comm: 'sh', threads: 1, switches: 0, waits: 0, waitNs: 0, onCpuNs: 0, calls: [], exited: true }
  const hist = emptyHist()
  const procs = [
    { ...none, pid: 4001, startedMs: 1, cgroup: `${group}/app` },
    { ...none, pid: 4002, startedMs: 1, cgroup: '/db' },
  ]
  const data = schedTables({ runq: hist, sleep: hist, disk: hist, preempted: hist, procs })
  store.add({ type: 'sample', probe: 'sched', atMs: START_MS + 1000, intervalMs: 1000, lost: 0, data })
  t.like(directoryOf(store).find(4001), { exited: true, container: { name: 'web', group } })
  t.is(directoryOf(store).find(4002)?.container, undefined)
})
