// Who rests because those it reads from have nothing to do either.
import test from 'ava'
import { classOf, closedIn, isHeld } from '../../../src/model/waits/graph.ts'
import { markResting } from '../../../src/model/waits/resting.ts'
import type { Link, Waiter } from '../../../src/model/waits/wait-types.ts'
import { fakeLink, fakeWaiter, graphOf } from '../../helpers/waits.ts'

const link = (of: Link['class'], pids: readonly number[] = [], more: Partial<Link> = {}): Link =>
  fakeLink({
    kind: 'pipe',
    key: 'pipe 1',
    relation: 'written by',
    holders: pids.map((pid) => ({ pid })),
    source: 'call',
    class: of,
    ...more,
  })
const reads = (...pids: number[]): Link => link('local', pids, { unasked: true })
const waiter = (tid: number, pid: number, link?: Link): Waiter =>
  fakeWaiter({ tid, pid, link, call: 'read', still: false })

const SELF = 99
const resting = (...waiters: Waiter[]): number[] => {
  const graph = graphOf(waiters)
  markResting(graph, closedIn(graph), SELF)
  return waiters.filter(({ rests }) => rests).map(({ tid }) => tid)
}

test('who reads from one that idles rests, as does who reads from that one', (t) => {
  for (const of of ['idle', 'timer', 'event'] as const)
    t.deepEqual(resting(waiter(1, 1, reads(2)), waiter(2, 2, reads(3)), waiter(3, 3, link(of))), [1, 2])
})

test('who reads from one that works does not, over readers and parents in between', (t) => {
  const work = [
    undefined,
    link('lock'),
    link('disk'),
    link('network'),
    link('runq'),
    link('stopped'),
    link('local', [7]),
  ]
  for (const of of work)
    t.deepEqual(
      resting(
        waiter(1, 1, reads(2)),
        waiter(2, 2, link('child', [3])),
        waiter(3, 3, reads(5, 4)),
        waiter(4, 4, of),
        waiter(5, 5, reads(6)),
        waiter(6, 6, link('idle')),
      ),
      [5],
    )
})

test('one thread of a process that works is enough, unless another one is meant', (t) => {
  const others = [waiter(2, 2, link('idle')), waiter(3, 2, undefined)]
  t.deepEqual(resting(waiter(1, 1, reads(2)), ...others), [])
  t.deepEqual(
    resting(waiter(1, 1, link('local', [], { unasked: true, holders: [{ pid: 2, tid: 2 }] })), ...others),
    [1],
  )
})

test('all who read from one that works are held up, whether it or its process is meant', (t) => {
  const readers = [1, 2, 3].map((tid) => waiter(tid, tid, reads(9)))
  t.deepEqual(resting(...readers, waiter(9, 9, undefined)), [])
  t.deepEqual(resting(...readers), [], 'or may work, as it was not read')
  const ofThread = [1, 2].map((tid) =>
    waiter(tid, tid, link('local', [], { unasked: true, holders: [{ pid: 9, tid: 9 }] })),
  )
  t.deepEqual(resting(...ofThread, waiter(9, 9, undefined)), [])
  t.deepEqual(resting(...readers, waiter(9, 9, link('idle'))), [1, 2, 3])
})

test('two that read from each other rest; whoever looks is no reason to work', (t) => {
  t.deepEqual(resting(waiter(1, 1, reads(2)), waiter(2, 2, reads(1))), [1, 2])
  t.deepEqual(resting(waiter(1, 1, reads(SELF)), waiter(SELF, SELF, undefined)), [1])
  t.deepEqual(resting(waiter(1, 1, reads(SELF)), waiter(SELF, SELF, link('runq'))), [1])
  t.deepEqual(resting(waiter(1, 1, reads(SELF)), waiter(SELF, SELF, link('disk'))), [])
})

test('who was not read may work; where nobody has the other end nobody does', (t) => {
  t.deepEqual(resting(waiter(1, 1, reads(50))), [])
  t.deepEqual(resting(waiter(1, 1, reads())), [1])
})

test('who is owed an answer, or writes, is held up', (t) => {
  const owed = waiter(1, 1, link('local', [2]))
  t.deepEqual(resting(owed, waiter(2, 2, link('idle'))), [])
  t.is(classOf(owed), 'local')
  t.true(isHeld(owed))
})

test('a circle of pipes is one, with all that read from it', (t) => {
  const circle = [waiter(1, 1, reads(2)), waiter(2, 2, reads(1))].map((one) => ({ ...one, still: true }))
  t.deepEqual(resting(...circle, waiter(3, 3, reads(1))), [])
})

test('its class is idle as long as it rests', (t) => {
  const reader = waiter(1, 1, reads(2))
  resting(reader, waiter(2, 2, link('idle')))
  t.is(classOf(reader), 'idle')
  t.false(isHeld(reader))
  resting(reader, waiter(2, 2, undefined))
  t.is(classOf(reader), 'local')
})

test('many that wait for the end of any of as many: who can end it is gone through once', (t) => {
  const shared = link('child', [2, 3, 4])
  let times = 0
  const all = [...shared.holders]
  shared.holders[Symbol.iterator] = () => (times++, all.values())
  const waiters = [10, 11, 12, 13].map((tid) => waiter(tid, 1, shared))
  markResting(graphOf([...waiters, ...[2, 3, 4].map((pid) => waiter(pid, pid))]), new Map(), SELF)
  t.is(times, 1)
  t.true(waiters.every(({ rests }) => rests === false))
})
