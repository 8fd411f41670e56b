// Chains and things in words, and in numbers, by hand: each word where it belongs.
import test from 'ava'
import { closedIn } from '../../../src/model/waits/graph.ts'
import { thingsIn, type ThingOptions } from '../../../src/model/waits/things.ts'
import type { Holder, Link, Waiter, Waker } from '../../../src/model/waits/wait-types.ts'
import { chainText, doesText, holdersText } from '../../../src/model/waits/wait-words.ts'
import { fakeLink, fakeWaiter, graphOf } from '../../helpers/waits.ts'

const link = (holders: Holder[] = [], more: Partial<Link> = {}): Link =>
  fakeLink({ kind: 'mutex', key: 'mutex A', holders, source: 'x', class: 'lock', only: true, ...more })
const waiter = (tid: number, pid: number, link?: Link, more: Partial<Waiter> = {}): Waiter =>
  fakeWaiter({ tid, pid, link, state: link ? 'S' : 'R', still: false, ...more })
const text = (all: Waiter[], ...path: number[]): string =>
  chainText(
    graphOf(all),
    path.map((tid) => all.find((each) => each.tid === tid)!),
  )

test('what is waited for, by whom it is held, and what that one does', (t) => {
  const first = waiter(1, 1, link([{ pid: 2, tid: 2 }]))
  t.is(text([first, waiter(2, 2)], 1, 2), 'mutex A held by t2 2, running')
  t.is(text([first, waiter(2, 2, undefined, { state: 'S', call: 'read' })], 1, 2), 'mutex A held by t2 2, in read')
  t.is(text([first, waiter(2, 2, undefined, { says: 'writer' })], 1, 2), 'mutex A held by t2 2 (writer), running')
  const disk = link([], { what: 'fsync', own: 'of wal', end: 'ext4 on vda' })
  t.is(text([first, waiter(2, 2, disk)], 1, 2), 'mutex A held by t2 2 -> fsync of wal, ext4 on vda')
  t.is(text([waiter(1, 1, link())], 1), 'mutex A', 'nobody, and no end')
  const circle = [
    waiter(1, 1, link([{ pid: 2, tid: 2 }])),
    waiter(2, 2, link([{ pid: 1, tid: 1 }], { what: 'mutex B' })),
  ]
  t.is(text(circle, 1, 2, 1), 'mutex A held by t2 2 -> mutex B held by t1 1, which is where it closes')
  t.is(text([waiter(1, 1, link([{ pid: 1, tid: 1 }]))], 1, 1), 'mutex A held by t1 1, which is where it closes')
  const many = waiter(1, 1, link([{ pid: 2 }, { pid: 3 }, { pid: 4 }, { pid: 3, tid: 9 }]))
  t.is(text([many, waiter(2, 2)], 1, 2), 'mutex A held by t2 2 (and 2 more), running')
  t.is(text([waiter(1, 1, link([{ pid: 2, tid: 2 }], { relation: '' })), waiter(2, 2)], 1, 2), 'mutex A, t2 2, running')
  t.is(text([waiter(1, 1, link([{ pid: 9, comm: 'gone' }]))], 1), 'mutex A held by gone 9')
})

test('who woke it, and the second where that is more than a fifth', (t) => {
  const waker = (tid: number, count: number, share: number): Waker => ({ tid, pid: 5, comm: `w${tid}`, count, share })
  const woken = (...wakers: Waker[]) => text([waiter(1, 1, link([], { kind: 'condition' }), { wakers })], 1)
  t.is(woken(waker(50, 30, 0.97)), 'mutex A woken by w50 50 (97% of 31)')
  t.is(woken(waker(0, 1, 0.5), waker(7, 1, 0.21)), 'mutex A woken by w0 (50% of 2) and w7 7')
  t.is(woken(waker(7, 1, 0.5), waker(0, 1, 0.21)), 'mutex A woken by w7 7 (50% of 2) and w0')
  t.is(woken(waker(7, 1, 0.5), waker(8, 1, 0.2)), 'mutex A woken by w7 7 (50% of 2)')
  t.is(woken(waker(1, 4, 1)), 'mutex A woken by w1 1 (100% of 4)')
  t.is(woken(), 'mutex A')
})

test('while it waits for events, the one of its own threads that has been held up longest', (t) => {
  const events = link([], { kind: 'events', what: 'events 5', class: 'idle' })
  const busy = (tid: number, forNs: number) =>
    waiter(tid, 1, link([], { what: `read ${tid}`, class: 'disk' }), { forNs })
  t.is(text([waiter(1, 1, events)], 1), 'events 5')
  t.is(text([waiter(1, 1, events), busy(2, 1)], 1), 'events 5; meanwhile its t2 2: read 2')
  t.is(
    text([waiter(1, 1, events), busy(2, 1), busy(3, 9), busy(4, 5)], 1),
    'events 5; meanwhile its t3 3 (and 2 more): read 3',
  )
  t.is(text([waiter(1, 1, link()), busy(2, 1)], 1), 'mutex A', 'of others that means nothing')
})

test('holders: a thread by its name, a process by its first and how many it has', (t) => {
  const graph = graphOf([waiter(2, 2), waiter(3, 2), waiter(5, 4, undefined, { comm: 'only' })])
  const of = (...holders: Holder[]) => holdersText(graph, link(holders))
  t.is(of({ pid: 2, tid: 3 }), 't3 3')
  t.is(of({ pid: 2 }), 't2 2 (2 threads)')
  t.is(of({ pid: 4 }), 'only 4')
  t.is(of({ pid: 2, tid: 9 }), 't2 2', 'the thread is not known')
  t.is(of({ pid: 8 }), 'pid 8')
  t.is(of({ pid: 8, comm: 'gone' }, { pid: 2 }, { pid: 4 }), 'gone 8 and 2 more')
  t.deepEqual([of(), holdersText(graph, link([], { end: 'vda' }))], ['', 'vda'])
})

test('what a thread does, in few words', (t) => {
  t.is(doesText(waiter(1, 1)), 'runs')
  t.is(doesText(waiter(1, 1, undefined, { state: 'S', call: 'read' })), 'in read')
  t.is(doesText(waiter(1, 1, link())), 'waits in futex')
})

const OPTIONS: ThingOptions = { intervalNs: 1e9, wanted: () => true, mostThings: 10 }
const things = (all: Waiter[], options: Partial<ThingOptions> = {}) => {
  const graph = graphOf(all)
  return thingsIn(graph, closedIn(graph), { ...OPTIONS, ...options })
}

test('a thing: how many wait for it, how long together within the interval, the longest at all, and who holds it', (t) => {
  const lock = link([{ pid: 9, tid: 9 }])
  const [thing, ...more] = things([
    waiter(1, 1, { ...lock, holders: [] }, { forNs: 3e8 }),
    waiter(2, 1, lock, { forNs: 5e9 }),
    waiter(3, 3, lock, { forNs: 2e8 }),
    waiter(9, 9, link([], { what: 'fsync', kind: 'disk', key: 'disk', class: 'idle' }), { call: 'fsync' }),
  ])
  t.deepEqual(more, [])
  t.like(thing, {
    key: 'mutex A',
    kind: 'mutex',
    what: 'mutex A',
    waiters: 3,
    waitedNs: 15e8,
    heldNs: 15e8,
    longestNs: 5e9,
  })
  t.like(thing, { holder: 't9 9', holderPid: 9, holderDoes: 'fsync: fsync', class: 'lock' })
  t.false('closed' in thing!)
  t.like(things([waiter(1, 1, link([{ pid: 8, comm: 'gone' }]))])[0], {
    holder: 'gone 8',
    holderPid: 8,
    holderDoes: '',
  })
  t.like(things([waiter(1, 1, link())])[0], { holder: '', holderPid: 0, holderDoes: '', waiters: 1 })
  t.like(things([waiter(1, 1, lock), waiter(9, 9)])[0], { holderDoes: 'runs' })
})

test('what is waited for worst comes first; of waits for nothing only those of several', (t) => {
  const of = (tid: number, key: string, is: Link['class'], forNs: number, more: Partial<Link> = {}) =>
    waiter(tid, tid, link([], { key, class: is, ...more }), { forNs })
  const keys = (all: Waiter[], options: Partial<ThingOptions> = {}) => things(all, options).map(({ key }) => key)
  t.deepEqual(keys([of(1, 'a', 'lock', 1e8), of(2, 'b', 'lock', 3e8), of(3, 'c', 'lock', 2e8)]), ['b', 'c', 'a'])
  t.deepEqual(keys([of(1, 'a', 'network', 5e8), of(2, 'b', 'lock', 5e8)]), ['b', 'a'], 'others may take their time')
  t.deepEqual(keys([of(1, 'a', 'idle', 1e8), of(2, 'b', 'event', 1e8)]), [], 'one alone')
  const pairs = [of(1, 'a', 'idle', 9e8), of(2, 'a', 'idle', 9e8), of(3, 'b', 'event', 1e8), of(4, 'b', 'event', 1e8)]
  t.deepEqual(keys(pairs), ['b', 'a'], 'who idles last')
  t.like(things(pairs)[1], { waiters: 2, waitedNs: 18e8, heldNs: 0 })
  t.deepEqual(
    keys([of(1, 'a', 'event', 1e8), of(2, 'a', 'event', 1e8), of(3, 'b', 'event', 3e8), of(4, 'b', 'event', 3e8)]),
    ['b', 'a'],
  )
  t.deepEqual(keys([of(1, 'a', 'lock', 1e8), of(2, 'b', 'lock', 3e8)], { mostThings: 1 }), ['b'])
  t.deepEqual(keys([of(1, 'a', 'lock', 1e8)], { wanted: () => false }), [])
  for (const kind of ['timer', 'signal', 'events', 'stopped', 'cpu'] as const)
    t.deepEqual(
      keys([of(1, 'a', 'lock', 1e8, { kind }), of(2, 'a', 'lock', 1e8, { kind })]),
      [],
      `a ${kind} is nobody's`,
    )
})
