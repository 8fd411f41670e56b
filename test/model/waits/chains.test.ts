// A machine full of waits, made up: which chains are shown and in which order, their words, and what is waited for.
import test from 'ava'
import { explain, type ExplainOptions } from '../../../src/model/waits/chains.ts'
import { openGraph } from '../../../src/model/waits/graph.ts'
import type { Holder, Link, LinkKind, Waiter } from '../../../src/model/waits/wait-types.ts'
import type { TimeClass } from '../../../src/stream/time-classes.ts'
import { goldenValue } from '../../helpers/golden.ts'
import { ALL_SHOWN, fakeLink, fakeWaiter, graphOf } from '../../helpers/waits.ts'

const link = (kind: LinkKind, of: TimeClass, what: string, holders: Holder[] = [], more: Partial<Link> = {}): Link =>
  fakeLink({ kind, key: `${kind} ${what}`, what, holders, class: of, ...more })

const waiter = (tid: number, pid: number, comm: string, link?: Link, more: Partial<Waiter> = {}): Waiter =>
  fakeWaiter({ tid, pid, comm, link, forNs: 2e9, ...more })

const lock = (what: string, ...holders: Holder[]): Link => link('mutex', 'lock', what, holders, { only: true })
const wal = link('disk', 'disk', 'fsync wal.log', [], { end: 'ext4 on vda', open: true })
const pipe = (what: string, ...holders: Holder[]): Link =>
  link('pipe', 'local', what, holders, { relation: 'written by' })
const idle = link('events', 'idle', 'events 5', [], { open: true })
const event = link('condition', 'event', 'condition 0x9', [], { open: true })

const MACHINE: readonly Waiter[] = [
  // two that lock each other out, and one behind them
  waiter(11, 10, 'alice', lock('A', { pid: 10, tid: 12 }), { forNs: 3e8 }),
  waiter(12, 10, 'bob', lock('B', { pid: 10, tid: 11 }), { forNs: 4e8 }),
  waiter(13, 10, 'carol', lock('A', { pid: 10, tid: 12 }), { forNs: 5e8 }),
  // a lock whose holder waits for a disk
  waiter(21, 20, 'client', lock('C', { pid: 30, tid: 31 })),
  waiter(22, 20, 'late', lock('C', { pid: 30, tid: 31 }), { forNs: 5e7 }),
  waiter(31, 30, 'writer', wal, { state: 'D', call: 'fsync', says: 'checkpointer' }),
  // a process with one busy thread, and one with several
  waiter(41, 40, 'reader', pipe('pipe 7', { pid: 50 })),
  waiter(50, 50, 'srv', idle),
  waiter(51, 50, 'srv-1', idle, { call: 'epoll_wait' }),
  waiter(52, 50, 'busy', undefined, { call: '', state: 'R' }),
  waiter(42, 40, 'asker', pipe('pipe 8', { pid: 60 }, { pid: 70, comm: 'gone' }, { pid: 80, tid: 81 })),
  waiter(60, 60, 'many', undefined, { state: 'S', call: 'read' }),
  waiter(61, 60, 'many-1', undefined),
  // held by who is not known, by who has been asked for long, by a child, by who is elsewhere
  waiter(71, 71, 'orphan', lock('D', { pid: 99, comm: 'unseen' })),
  waiter(
    72,
    72,
    'daemon',
    link('socket', 'network', 'socket 3', [], { open: true, end: 'peer 10.0.0.9', relation: '' }),
    { forNs: 700e9 },
  ),
  waiter(73, 73, 'shell', link('child', 'local', 'child', [{ pid: 74 }], { relation: 'which is' })),
  waiter(74, 74, 'child', link('timer', 'timer', 'timer', [], { open: true, end: '3 s left' }), { call: 'nanosleep' }),
  waiter(75, 75, 'web', link('tcp', 'network', 'tcp 443', [], { end: 'peer 10.0.0.8', relation: '' }), { forNs: 8e9 }),
  // whoever is woken by others, or by interrupts
  waiter(81, 80, 'consumer', event, {
    wakers: [
      { tid: 82, pid: 80, comm: 'producer', count: 31, share: 0.6 },
      { tid: 0, pid: 0, comm: 'interrupts', count: 20, share: 0.3 },
    ],
  }),
  waiter(82, 80, 'producer', event, { wakers: [{ tid: 0, pid: 0, comm: 'interrupts', count: 4, share: 1 }] }),
  waiter(
    83,
    80,
    'ping',
    { ...event, key: 'ping' },
    { wakers: [{ tid: 84, pid: 80, comm: 'pong', count: 4, share: 1 }] },
  ),
  waiter(
    84,
    80,
    'pong',
    { ...event, key: 'pong' },
    { wakers: [{ tid: 83, pid: 80, comm: 'ping', count: 4, share: 1 }] },
  ),
]

const OPTIONS: ExplainOptions = { ...ALL_SHOWN, mostSteps: 60 }

const told = (options: Partial<ExplainOptions>) => {
  const { chains, steps, things, closed, waiting, locked } = explain(graphOf(MACHINE), { ...OPTIONS, ...options })
  return {
    chains: chains.map(({ waiter: { tid }, text, heldNs, closed: how, holder, holderText }) =>
      [tid, text, heldNs / 1e9, how ?? '-', holder?.pid ?? '-', holderText].join(' | '),
    ),
    steps: steps.map(({ tid, step, who, whoTid, does, closed: how }) =>
      [tid, step, who, whoTid, does, how ?? '-'].join(' | '),
    ),
    things,
    closed: [...closed],
    counts: [waiting, locked],
  }
}

test('all of it', (t) => goldenValue(t, 'waits/all', told({})))

test('the worst of it, and of one process', (t) =>
  goldenValue(t, 'waits/few', [
    told({ mostChains: 3, mostSteps: 2, mostThings: 2 }),
    told({ wanted: ({ pid }) => pid === 40, intervalNs: 4e9 }),
  ]))

test('a chain has sixteen links at most, and no more words than a line can hold', (t) => {
  const row = (name: string) =>
    Array.from({ length: 20 }, (_, i) =>
      waiter(100 + i, 100, name, i < 19 ? lock(`${i}`, { pid: 100, tid: 101 + i }) : undefined),
    )
  const textOf = (name: string): string =>
    explain(graphOf(row(name)), { ...OPTIONS, wanted: ({ tid }) => tid === 100 }).chains[0]!.text
  t.is(textOf('a').split(' -> ').length, 16)
  t.regex(textOf('a'), /^0 held by a 101 -> 1 held by a 102 -> .* -> 15 held by a 116$/)
  t.is(textOf('x'.repeat(30)).length, 403)
  t.regex(textOf('x'.repeat(30)), /\.\.\.$/)
})

const chainsOf = (waiters: readonly Waiter[], options: Partial<ExplainOptions> = {}) =>
  explain(graphOf(waiters), { ...OPTIONS, ...options }).chains
const order = (...waiters: Waiter[]): number[] => chainsOf(waiters).map(({ waiter: { tid } }) => tid)

test('of those that rest no more than are wanted, after all that are held up', (t) => {
  const rest = [11, 12, 13, 14].map((tid) => waiter(tid, tid, 'x', idle))
  const all = [...rest.slice(0, 2), waiter(1, 1, 'x', wal), waiter(2, 2, 'x', wal), ...rest.slice(2)]
  const listed = (options: Partial<ExplainOptions>) => chainsOf(all, options).map(({ waiter: { tid } }) => tid)
  t.deepEqual(listed({ mostResting: 3 }), [1, 2, 11, 12, 13])
  t.deepEqual(listed({ mostResting: 0 }), [1, 2])
  t.deepEqual(listed({ mostResting: 3, mostChains: 4 }), [1, 2, 11, 12])
  t.deepEqual(listed({ mostChains: 1 }), [1])
  t.is(explain(graphOf(all), { ...OPTIONS, mostResting: 0 }).waiting, 6)
})

test('one crowded lock leaves room: the longest of a process, the last of which says how many more there are', (t) => {
  const crowd = Array.from({ length: 9 }, (_, at) => waiter(10 + at, 1, 'x', wal, { forNs: (9 - at) * 1e9 }))
  const other = [waiter(50, 2, 'y', wal, { forNs: 5e8 }), waiter(51, 2, 'y', lock('other'), { forNs: 4e8 })]
  const short = waiter(19, 1, 'x', wal, { forNs: 1e6 })
  const told = chainsOf([...crowd, ...other, short], { mostAlike: 3, mostChains: 6 })
  t.deepEqual(
    told.map(({ waiter: { tid }, more }) => [tid, more]),
    [
      [10, 0],
      [11, 0],
      [12, 7],
      [50, 0],
      [51, 0],
    ],
  )
  const circle = [1, 2, 3, 4, 5].map((tid) => waiter(tid, 1, 'c', lock('one', { pid: 1, tid: (tid % 5) + 1 })))
  t.is(chainsOf(circle, { mostAlike: 3 }).length, 5, 'a deadlock is shown with all that are in it')
})

test('of those who waited as long the one with the lower number first, whoever was read first', (t) => {
  const same = [7, 3, 5].map((tid) => waiter(tid, tid, 'x', wal))
  t.deepEqual(order(...same), [3, 5, 7])
  t.deepEqual(order(...[...same].reverse()), [3, 5, 7])
  t.deepEqual(order(waiter(1, 1, 'x', wal, { forNs: 2e9 }), waiter(2, 2, 'x', wal, { forNs: 3e9 })), [2, 1])
})

test('hard waits from a tenth of an interval on, then answers, short ones, pipelines, who is made so, signs and idlers', (t) => {
  const web = (more: Partial<Link> = {}) => link('tcp', 'network', 'tcp', [], more)
  const ranked = [
    waiter(9, 9, 'x', wal, { forNs: 1e8 }),
    waiter(8, 8, 'x', web(), { forNs: 600e9 }),
    waiter(7, 7, 'x', wal, { forNs: 0.99e8 }),
    waiter(6, 6, 'x', link('pipe', 'local', 'pipe', [], { open: true })),
    waiter(5, 5, 'x', web(), { forNs: 601e9 }),
    waiter(4, 4, 'x', event),
    waiter(3, 3, 'x', idle),
  ]
  t.deepEqual(order(...ranked), [9, 8, 7, 6, 5, 4, 3])
  t.deepEqual(order(...[...ranked].reverse()), [9, 8, 7, 6, 5, 4, 3])
  t.deepEqual(
    chainsOf(ranked, { mostChains: 2 }).map(({ waiter: { tid } }) => tid),
    [9, 8],
  )
})

test('a graph that goes on: who rests and who is busy is asked anew', (t) => {
  const graph = openGraph()
  const reads = link('pipe', 'local', 'pipe 7', [{ pid: 50 }], { relation: 'written by', unasked: true })
  graph.put(waiter(1, 1, 'reader', reads))
  for (const tid of [51, 52]) graph.put(waiter(tid, 50, `srv-${tid}`, idle))
  const first = () => explain(graph, OPTIONS).chains.find(({ waiter: { tid } }) => tid === 1)!
  t.is(first().heldNs, 0, 'the other end has nothing to do')
  graph.put(waiter(51, 50, 'srv-51', undefined))
  t.is(first().heldNs, 1e9)
  t.regex(first().text, /^pipe 7 written by srv-51 51, running$/)
  graph.put(waiter(51, 50, 'srv-51', idle))
  graph.put(waiter(52, 50, 'srv-52', undefined))
  t.regex(first().text, /^pipe 7 written by srv-52 52, running$/)
})
