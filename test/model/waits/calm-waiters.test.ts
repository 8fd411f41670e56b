// Waiters that are not looked at count as if they were: the same graph with and without them.
import test from 'ava'
import { explain, type ExplainOptions } from '../../../src/model/waits/chains.ts'
import { openGraph, type KeptGraph } from '../../../src/model/waits/graph.ts'
import { mayBeQuiet } from '../../../src/model/waits/calm-waiters.ts'
import type { Link, LinkKind, Waiter } from '../../../src/model/waits/wait-types.ts'
import { openSeen } from '../../../src/engine/probes/waits/seen-rows.ts'
import { ALL_SHOWN, fakeLink, fakeWaiter } from '../../helpers/waits.ts'

const OPTIONS: ExplainOptions = { ...ALL_SHOWN, self: 1, mostChains: 200, mostSteps: 400, mostThings: 200 }

const link = (kind: LinkKind, key: string, more: Partial<Link>): Link =>
  fakeLink({ kind, key, relation: '', class: 'idle', open: true, ...more })

const waiter = (tid: number, link: Link | undefined): Waiter =>
  fakeWaiter({ tid, pid: 10 + (tid % 4), comm: `w${tid % 3}`, forNs: tid * 1e7, link })

/** Of all ways: pools, timers, readers, locks and their holders, and one that runs. */
const LINKS: readonly ((tid: number) => Link | undefined)[] = [
  (tid) => link('timer', `timer ${tid}`, { class: 'timer' }),
  (tid) => link('condition', `futex ${tid % 4}`, { class: 'event' }),
  (tid) => link('semaphore', `semaphore ${tid}`, { class: 'event' }),
  () => link('mutex', 'mutex 1', { class: 'lock', holders: [{ pid: 10, tid: 100 }], open: false, only: true }),
  () => link('pipe', 'pipe 5', { class: 'local', holders: [{ pid: 12 }], open: false, unasked: true }),
  () => link('pipe', 'pipe 7', { class: 'event', holders: [{ pid: 10 }] }),
  (tid) => link('events', `events ${tid}`, {}),
  () => undefined,
]

const filled = (): KeptGraph => {
  const graph = openGraph()
  for (let tid = 100; tid < 180; tid++) graph.put(waiter(tid, LINKS[(tid * 7) % LINKS.length]!(tid)))
  return graph
}

const settle = (graph: KeptGraph, isWanted: (waiter: Waiter) => boolean = () => true): number => {
  let count = 0
  for (const each of [...graph.awake.values()])
    if (mayBeQuiet(each)) {
      graph.settle(each, isWanted(each))
      count++
    }
  return count
}

/** Rows whose order says nothing are put in order; of one's own waiters only the number matters. */
const shown = (graph: KeptGraph, options = OPTIONS) => {
  const { chains, steps, things, closed, waiting, locked } = explain(graph, options)
  const rows = chains.map(({ waiter: { tid }, ...chain }) => ({ tid, ...chain }))
  const resting = rows.findIndex(({ heldNs }) => heldNs === 0)
  return {
    chains: [...rows.slice(0, resting), ...rows.slice(resting).toSorted((a, b) => a.tid - b.tid)],
    steps,
    things: things.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    closed,
    waiting,
    locked,
  }
}

test('chains, things and counts are those of a graph in which all are looked at', (t) => {
  for (const mostChains of [200, 45, 15]) {
    const quiet = filled()
    t.is(settle(quiet), 50)
    t.is(quiet.awake.size, 30)
    t.deepEqual(shown(quiet, { ...OPTIONS, mostChains }), shown(filled(), { ...OPTIONS, mostChains }))
  }
})

test('of a selection only those that are wanted count', (t) => {
  const options = { ...OPTIONS, wanted: ({ pid }: Waiter) => pid === 11 }
  const quiet = filled()
  settle(quiet, options.wanted)
  t.deepEqual(shown(quiet, options), shown(filled(), options))
  t.is(shown(quiet, options).waiting, 10)
})

test('who is woken, waits for another thing or has gone is not counted any more', (t) => {
  const quiet = filled()
  settle(quiet)
  const all = filled()
  for (const graph of [quiet, all]) {
    graph.put(waiter(103, link('condition', 'futex 9', { class: 'event' })))
    graph.put(waiter(111, undefined))
    for (const tid of [100, 107, 120, 121, 122, 123]) graph.remove(tid)
  }
  t.deepEqual(shown(quiet), shown(all))
  settle(quiet)
  t.deepEqual(shown(quiet), shown(all))
  for (const each of quiet.byTid.values()) quiet.wake(each)
  t.is(quiet.awake.size, 74)
  t.is(quiet.quiet.events.size + quiet.quiet.idle.size + quiet.quiet.byThing.size, 0)
})

test('who waits in which way is counted the same over readings in which some settle, wake and go', (t) => {
  const quiet = filled()
  const all = filled()
  const [seenQuiet, seenAll] = [openSeen(), openSeen()]
  const rows = (graph: KeptGraph, seen: typeof seenAll) =>
    seen(graph, () => true)
      .map(({ pid, thread, class: of, threads }) => `${pid} ${thread} ${of} ${threads}`)
      .sort()
  const compare = () => t.deepEqual(rows(quiet, seenQuiet), rows(all, seenAll))
  compare()
  quiet.begin()
  settle(quiet)
  compare()
  for (const graph of [quiet, all]) {
    graph.begin()
    for (let tid = 100; tid < 140; tid += 3) graph.remove(tid)
    for (let tid = 140; tid < 180; tid += 3) graph.put(waiter(tid, link('timer', `timer ${tid}`, { class: 'timer' })))
  }
  compare()
  quiet.begin()
  settle(quiet)
  compare()
  quiet.begin()
  for (const each of quiet.byTid.values()) quiet.wake(each)
  compare()
})

test('who is held up, on a circle or rests only as long as others do is always looked at', (t) => {
  const rests = (kind: LinkKind, more: Partial<Link>) => mayBeQuiet(waiter(1, link(kind, 'x', more)))
  t.true(rests('tcp', {}))
  t.true(rests('pipe', { class: 'event', holders: [{ pid: 1 }] }))
  t.false(rests('pipe', { class: 'event', holders: [{ pid: 1 }], open: false }))
  t.false(rests('pipe', { unasked: true }))
  for (const of of ['lock', 'local', 'child', 'disk', 'network'] as const) t.false(rests('other', { class: of }))
  t.false(mayBeQuiet(waiter(1, undefined)))
})
