// The directory of processes: what is joined to it when everything is narrowed, also where the scheduler's probe is off.
import { schedIn } from '../helpers/sched.ts'
import test from 'ava'
import { directoryOf } from '../../src/model/directory.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import type { Selection } from '../../src/model/selection.ts'
import { createStore } from '../../src/model/store.ts'
import { sessionsOf } from '../../src/panels/tcp/tables.ts'
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

test('what a row has no dimension of is joined, never shown of the whole instead', (t) => {
  const narrowed = narrowStore(filled(true), [{ is: 'user', uid: 33, name: 'www-data' }])
  t.deepEqual(new Set(schedIn(narrowed).procs.map(({ pid }) => pid)), new Set([1207, 2290]))
  t.is(schedIn(narrowed).runq.count, 0)
  t.deepEqual(new Set(syscallsOf(narrowed.latest('syscalls')!.data).procs.map(({ pid }) => pid)), new Set([1207, 2290]))
})
