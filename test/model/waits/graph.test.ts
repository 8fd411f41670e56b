// Chains and circles of waits made up.
import test from 'ava'
import { explain } from '../../../src/model/waits/chains.ts'
import { closedIn, isOwned, openGraph, pathFrom, threadsOf, wakerOf } from '../../../src/model/waits/graph.ts'
import type { Holder, Link, Waiter } from '../../../src/model/waits/wait-types.ts'
import { ALL_SHOWN, fakeLink, fakeWaiter, graphOf } from '../../helpers/waits.ts'

const lock = (holders: Holder[], more: Partial<Link> = {}): Link =>
  fakeLink({
    kind: 'mutex',
    key: `mutex ${holders.map(({ tid, pid }) => tid ?? pid).join(' ')}`,
    what: 'mutex',
    holders,
    class: 'lock',
    only: true,
    ...more,
  })

const waiter = (tid: number, link?: Link, more: Partial<Waiter> = {}): Waiter =>
  fakeWaiter({ tid, comm: 'app', link, ...more })

const onThread = (tid: number, more: Partial<Link> = {}, pid = 1): Link => lock([{ pid, tid }], more)
const closed = (...waiters: Waiter[]): [number, string][] => [...closedIn(graphOf(waiters))].sort(([a], [b]) => a - b)

test('a circle of locks is a deadlock; who waits behind it is not in it', (t) => {
  t.deepEqual(closed(waiter(1, onThread(2)), waiter(2, onThread(1)), waiter(3, onThread(1))), [
    [1, 'locks'],
    [2, 'locks'],
  ])
})

test('a lock that one holds himself closes at once', (t) => {
  t.deepEqual(closed(waiter(1, onThread(1))), [[1, 'locks']])
})

test('no circle where one has a time limit, has run meanwhile, runs, or is not there', (t) => {
  t.deepEqual(closed(waiter(1, onThread(2, { open: true, only: false })), waiter(2, onThread(1))), [])
  t.deepEqual(closed(waiter(1, onThread(2)), waiter(2, onThread(1), { still: false })), [])
  t.deepEqual(closed(waiter(1, onThread(2)), waiter(2, onThread(3)), waiter(3)), [])
  t.deepEqual(closed(waiter(1, onThread(2)), waiter(2, onThread(9))), [])
})

test('of several who can end a wait one is enough', (t) => {
  const either = lock([
    { pid: 1, tid: 2 },
    { pid: 1, tid: 3 },
  ])
  t.deepEqual(closed(waiter(1, either), waiter(2, onThread(1)), waiter(3)), [])
  t.is(closed(waiter(1, either), waiter(2, onThread(1)), waiter(3, onThread(1))).length, 2)
})

test('a process goes on while any of its threads does', (t) => {
  const ofProcess = (pid: number) => lock([{ pid }], { only: false, kind: 'pipe' })
  const two = [waiter(1, ofProcess(2)), waiter(2, ofProcess(1), { pid: 2 })]
  t.deepEqual(closed(...two), [
    [1, 'waits'],
    [2, 'waits'],
  ])
  t.deepEqual(closed(...two, waiter(3, undefined, { pid: 2 })), [], 'another thread of the second one runs')
  t.is(closed(...two, waiter(3, onThread(2, {}, 2), { pid: 2 })).length, 2, 'another thread is stuck as well')
})

test('a pipe to oneself is no circle: a signal handler may write', (t) => {
  t.deepEqual(closed(waiter(1, lock([{ pid: 1 }], { only: false, kind: 'pipe' }))), [])
})

test('random graphs: what is closed is what a slow look at each subset leaves', (t) => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below
  for (let round = 0; round < 400; round++) {
    const count = 2 + random(7)
    const waiters = Array.from({ length: count }, (_, tid) => {
      const holders = Array.from({ length: 1 + random(2) }, () => ({ pid: 1, tid: random(count) }))
      return waiter(tid, random(4) === 0 ? undefined : lock(holders, { open: random(5) === 0 }))
    })
    // who can go on: who runs or is open, then whoever has one of these as a holder
    const goes = new Set(waiters.filter(({ link }) => !link || link.open).map(({ tid }) => tid))
    for (let changed = true; changed;) {
      changed = false
      for (const { tid, link } of waiters)
        if (!goes.has(tid) && link!.holders.some((holder) => goes.has(holder.tid!))) {
          goes.add(tid)
          changed = true
        }
    }
    const found = closedIn(graphOf(waiters))
    for (const tid of found.keys()) t.false(goes.has(tid), `round ${round}: ${tid} can go on`)
    t.is(found.size > 0, goes.size < count, `round ${round}`)
  }
})

test('a chain in words, its links, and the things that are waited for', (t) => {
  const file: Link = lock([], {
    kind: 'disk',
    key: 'file wal',
    what: 'fsync wal.log',
    end: 'ext4 on vda',
    class: 'disk',
    only: false,
    open: true,
  })
  const { chains, steps, things } = explain(
    graphOf([
      waiter(1, onThread(2), { comm: 'a' }),
      waiter(3, onThread(2), { comm: 'c', forNs: 5e8 }),
      waiter(2, file, { comm: 'b', state: 'D', call: 'fsync' }),
    ]),
    ALL_SHOWN,
  )
  t.deepEqual(
    chains.map(({ waiter: { tid }, text, holderText }) => [tid, text, holderText]),
    [
      [1, 'mutex held by b 2 -> fsync wal.log, ext4 on vda', 'b 2'],
      [2, 'fsync wal.log, ext4 on vda', 'ext4 on vda'],
      [3, 'mutex held by b 2 -> fsync wal.log, ext4 on vda', 'b 2'],
    ],
  )
  t.deepEqual(
    steps.filter(({ tid }) => tid === 1).map(({ step, whoTid, link }) => [step, whoTid, link.what]),
    [
      [0, 1, 'mutex'],
      [1, 2, 'fsync wal.log'],
    ],
  )
  const [mutex, disk] = things
  t.like(mutex, {
    waiters: 2,
    waitedNs: 1.5e9,
    longestNs: 1e9,
    holder: 'b 2',
    holderPid: 1,
    holderDoes: 'fsync: fsync wal.log',
  })
  t.like(disk, { waiters: 1, holder: 'ext4 on vda', holderDoes: '' })
})

test('a chain that closes says where, and comes first', (t) => {
  const { chains, closed: found } = explain(
    graphOf([waiter(9, onThread(1), { forNs: 9e9 }), waiter(1, onThread(2)), waiter(2, onThread(1))]),
    ALL_SHOWN,
  )
  t.is(found.size, 2)
  t.deepEqual(
    chains.map(({ waiter: { tid }, closed: how }) => [tid, how]),
    [
      [1, 'locks'],
      [2, 'locks'],
      [9, undefined],
    ],
  )
  t.is(chains[0]!.text, 'mutex held by app 2 -> mutex held by app 1, which is where it closes')
})

test('a process that waits for itself: by its only thread it closes, else another may end it', (t) => {
  const flock = lock([{ pid: 1 }], { kind: 'file lock', only: false })
  const first = waiter(1, flock)
  t.deepEqual(pathFrom(graphOf([first]), first), [first, first])
  t.deepEqual(pathFrom(graphOf([first, waiter(2, lock([], { kind: 'events', class: 'idle', open: true }))]), first), [
    first,
  ])
})

test('many threads of one process: the chain goes on with the only one that does not idle', (t) => {
  const idle = lock([], { class: 'idle', kind: 'events', open: true, what: 'events' })
  const peer = lock([{ pid: 7 }], { kind: 'pipe', what: 'pipe 5', relation: 'written by', class: 'local' })
  const crowd = [70, 71, 72].map((tid) => waiter(tid, idle, { pid: 7, comm: 'srv' }))
  const text = (...more: Waiter[]): string =>
    explain(graphOf([waiter(1, peer), ...crowd, ...more]), ALL_SHOWN).chains.find(({ waiter: { tid } }) => tid === 1)!
      .text
  t.is(text(), 'pipe 5 written by srv 7 (3 threads)')
  t.is(text(waiter(73, undefined, { pid: 7, comm: 'busy' })), 'pipe 5 written by busy 73, running')
})

test('those that only idle come last, and are no things', (t) => {
  const idle = lock([], { class: 'idle', kind: 'events', key: 'events 5', open: true })
  const { chains, things } = explain(graphOf([waiter(5, idle), waiter(1, onThread(2)), waiter(2)]), ALL_SHOWN)
  t.deepEqual(
    chains.map(({ waiter: { tid }, heldNs }) => [tid, heldNs]),
    [
      [1, 1e9],
      [5, 0],
    ],
  )
  t.is(things.length, 1)
})

test('whoever waits for a process goes on when any of its threads can, though that is found out later', (t) => {
  t.deepEqual(
    closed(
      waiter(1, lock([{ pid: 2 }], { kind: 'pipe', only: false })),
      waiter(2, onThread(9), { pid: 2 }),
      waiter(3, onThread(1), { pid: 2 }),
    ),
    [],
  )
})

test('one that is kept: each thread is one waiter, in the process it is of, until it is gone', (t) => {
  const graph = openGraph()
  const all: Waiter[] = [1, 2, 3].map((tid) => graph.put(waiter(tid, undefined, { pid: 1 })))
  const again = graph.put(waiter(2, onThread(3), { pid: 1, comm: 'b' }))
  t.is(again, all[1]!)
  t.like(again, { comm: 'b', link: { kind: 'mutex' } })
  graph.remove(1)
  t.deepEqual(
    threadsOf(graph, { pid: 1 })
      .map(({ tid }) => tid)
      .sort(),
    [2, 3],
  )
  // the number is used again
  const other = graph.put(waiter(3, undefined, { pid: 7 }))
  t.not(other, all[2]!)
  t.deepEqual(
    [...graph.byPid].map(([pid, threads]) => [pid, threads.map(({ tid }) => tid)]),
    [
      [1, [2]],
      [7, [3]],
    ],
  )
  graph.remove(2)
  graph.remove(2)
  t.deepEqual([...graph.byPid.keys()], [7])
  t.deepEqual([...graph.byTid.keys()], [3])
})

test('beside a wait for events: whom of its process something holds up meanwhile, the longest', (t) => {
  const events = lock([], { kind: 'events', what: 'events', class: 'idle' })
  const read = (file: string): Link => lock([], { kind: 'disk', what: `read ${file}`, class: 'disk' })
  const graph = graphOf([
    waiter(1, events),
    waiter(2, read('/a'), { forNs: 5 }),
    waiter(3, read('/b'), { forNs: 9, comm: 'pool' }),
    waiter(4, lock([], { kind: 'condition', what: 'work', class: 'event' })),
    waiter(5, read('/c'), { pid: 2, forNs: 99 }),
    waiter(6, events, { pid: 3 }),
  ])
  const { chains } = explain(graph, ALL_SHOWN)
  t.deepEqual(
    chains.filter(({ waiter: { link } }) => link!.kind === 'events').map(({ text }) => text),
    ['events; meanwhile its pool 3 (and 1 more): read /b', 'events'],
  )
})

test('owned is what somebody else holds, or a thread alone, or the end of a pipe', (t) => {
  const owned = (kind: Link['kind'], ...holders: Holder[]): boolean => isOwned(waiter(1, lock(holders, { kind })))
  t.false(isOwned(waiter(1)))
  t.false(owned('mutex'))
  t.false(owned('mutex', { pid: 1 }), 'its own process says nothing')
  t.true(owned('mutex', { pid: 2 }))
  t.true(owned('mutex', { pid: 1, tid: 5 }))
  t.true(owned('pipe', { pid: 1 }))
  t.true(owned('mutex', { pid: 1 }, { pid: 2 }))
  const woken = { wakers: [{ tid: 2, pid: 1, comm: 'w', count: 1, share: 1 }] }
  const graph = graphOf([waiter(1, lock([]), woken), waiter(2), waiter(3, onThread(2), woken)])
  t.is(wakerOf(graph, graph.byTid.get(1)!)?.tid, 2)
  t.is(wakerOf(graph, graph.byTid.get(3)!), undefined)
  t.is(wakerOf(graph, graph.byTid.get(2)!), undefined)
})

test('who wake each other are no circle; a path that closes has its first twice', (t) => {
  const by = (tid: number) => ({ wakers: [{ tid, pid: 1, comm: 'w', count: 1, share: 1 }] })
  const path = (...all: Waiter[]) => pathFrom(graphOf(all), all[0]!).map(({ tid }) => tid)
  t.deepEqual(path(waiter(1, lock([]), by(2)), waiter(2, lock([]), by(1))), [1, 2])
  t.deepEqual(path(waiter(1, onThread(2)), waiter(2, onThread(1))), [1, 2, 1])
  t.deepEqual(path(waiter(1, onThread(2)), waiter(2, onThread(3)), waiter(3)), [1, 2, 3])
})

test('a circle is of locks where all of it are; of several circles each is what it is', (t) => {
  const pipe = { only: false, kind: 'pipe' } as const
  t.deepEqual(closed(waiter(1, onThread(2)), waiter(2, onThread(1, pipe))), [
    [1, 'waits'],
    [2, 'waits'],
  ])
  const two = [
    waiter(1, onThread(2)),
    waiter(2, onThread(1)),
    waiter(3, onThread(4, pipe)),
    waiter(4, onThread(3, pipe)),
  ]
  t.deepEqual(closed(...two), [
    [1, 'locks'],
    [2, 'locks'],
    [3, 'waits'],
    [4, 'waits'],
  ])
})

test('whoever is let go on lets go on all behind it, over threads and processes', (t) => {
  const ofProcess = (pid: number) => lock([{ pid }], { only: false, kind: 'pipe' })
  const chain = [
    waiter(1, onThread(2)),
    waiter(2, ofProcess(3), { pid: 2 }),
    waiter(3, onThread(4, {}, 4), { pid: 3 }),
    waiter(4, onThread(1), { pid: 4 }),
    waiter(5, onThread(4, {}, 4), { pid: 5 }),
  ]
  t.is(closed(...chain).length, 4)
  t.deepEqual(closed(...chain.with(3, waiter(4, undefined, { pid: 4 }))), [])
  t.deepEqual(closed(...chain.with(3, waiter(4, onThread(1, { open: true }), { pid: 4 }))), [])
  t.deepEqual(closed(...chain, waiter(6, undefined, { pid: 3 })), [], 'another thread of the process runs')
})
