// Threads where they are blocked now: in which order, which of them are lit, and where each is said to be.
import test from 'ava'
import { selectedThread, threadRows, whereOf } from '../../src/app/stacks/threads.ts'

type Facts = Parameters<typeof threadRows>[0]
const FRAMES = [
  { name: 'schedule', kind: 'kernel' },
  { name: 'io_schedule', kind: 'kernel' },
  { name: 'futex_wait', kind: 'kernel' },
  { name: 'main', kind: 'user' },
]
const thread = (tid: number, more: object = {}) => ({
  ...{ pid: 1, tid, comm: `t${tid}`, state: 'S', call: 'futex', forNs: 100, kernel: [0, 2], user: [3] },
  ...more,
})
const factsOf = (threads: ReturnType<typeof thread>[] | undefined, page: object = {}): Facts =>
  ({
    samples: threads ? [{ data: { frames: FRAMES, threads } }] : [],
    page: { states: 'all', ...page },
  }) as unknown as Facts
const tids = (...args: Parameters<typeof factsOf>) => threadRows(factsOf(...args), '').map((row) => row.thread.tid)

test('stuck ones first, those of the kernel last, within these the longest, then by number', (t) => {
  const kernel = { call: 'kernel', user: [] }
  const threads = [
    thread(9),
    thread(8),
    thread(7, { forNs: 200 }),
    thread(6, { forNs: undefined }),
    thread(5, { state: 'D', forNs: 1 }),
    thread(4, { state: 'Q', forNs: 2 }),
    thread(3, { ...kernel, forNs: 999 }),
    thread(2, { ...kernel, cut: 'no frame pointers', forNs: 50 }),
    thread(1, { call: 'kernel', forNs: 40 }),
  ]
  t.deepEqual(tids(threads), [4, 5, 6, 7, 8, 9, 2, 1, 3])
  t.deepEqual(tids(threads, { states: 'D' }), [5])
  t.deepEqual(tids(undefined), [])
})

test('what is searched for lights threads by name, call or function', (t) => {
  const lit = (search: string) => threadRows(factsOf([thread(7, { comm: 'worker', call: 'read' })]), search)[0]!.matched
  t.deepEqual(['work', 'read', 'futex_', 'main', 'nonesuch', ''].map(lit), [true, true, true, true, false, false])
})

test('the selected one is found again; one that is gone is the first', (t) => {
  const rows = threadRows(factsOf([thread(7), thread(8)]), '')
  t.deepEqual(
    [8, 7, 9, undefined].map((tid) => selectedThread(rows, factsOf([], { tid }))),
    [1, 0, 0, 0],
  )
})

test('where one is: the innermost function that is not the scheduler', (t) => {
  const where = (...names: [string, string][]) => whereOf(names.map(([name, kind]) => ({ name, kind })) as never)?.name
  t.is(where(['schedule', 'kernel'], ['__schedule', 'kernel'], ['futex_wait', 'kernel']), 'futex_wait')
  t.is(where(['io_schedule_timeout', 'kernel'], ['blk_wait', 'kernel']), 'blk_wait')
  t.is(where(['schedule', 'user'], ['main', 'user']), 'schedule', 'a program may call one so')
  t.is(where(['schedule', 'kernel']), 'schedule')
  t.is(where(), undefined)
})
