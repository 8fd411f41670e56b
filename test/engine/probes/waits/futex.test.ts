// What a futex is, by words around it that were made up.
import test from 'ava'
import { futexOf, type FutexWords } from '../../../../src/engine/probes/waits/futex.ts'

const WAIT = 128
const BITSET = 9 | 256 | 128
const THREADS = new Set([100, 101, 102])

const words = (more: Partial<FutexWords>): FutexWords => ({
  operation: WAIT,
  value: 2,
  timed: false,
  aboveStack: -1,
  after: [2, 0, 0, 0, 0, 0],
  before: Array.from({ length: 12 }, () => 0),
  self: 100,
  isThread: (tid) => THREADS.has(tid),
  ...more,
})
const before = (...last: number[]): number[] => [...Array.from({ length: 12 - last.length }, () => 0), ...last]

test('an owner is believed when it is a thread of the process, and all beside it fits', (t) => {
  t.like(futexOf(words({ after: [2, 0, 101, 1, 0, 0] })), { kind: 'mutex', owner: 101, sure: 'certain' })
  const own = (kind: number) => futexOf(words({ after: [2, 0, 100, 1, kind, 0] })).owner
  t.deepEqual([0, 3, 512].map(own), [100, 100, 100], 'itself, which nothing ends')
  t.deepEqual([1, 2, 17].map(own), [undefined, undefined, undefined], 'of these kinds nobody waits for itself')
  t.is(futexOf(words({ after: [2, 0, 999, 1, 0, 0] })).owner, undefined, 'no thread')
  t.is(futexOf(words({ after: [2, 0, 101, 0, 0, 0] })).owner, undefined, 'nobody uses it')
  t.is(futexOf(words({ after: [2, 0, 101, 1, 0x7fff0000, 0] })).owner, undefined, 'no kind of mutex')
})

test('a word that has changed since the call is of one who is being woken', (t) => {
  t.like(futexOf(words({ after: [0, 0, 101, 1, 0, 0] })), { kind: 'futex', sure: 'possible' })
})

test('owners in the word itself', (t) => {
  const held = 0x8000_0000 + 102
  t.like(futexOf(words({ value: held, after: [held, 1, 102, 1, 16, 0] })), { kind: 'mutex', owner: 102 })
  t.is(futexOf(words({ value: held, after: [held, 0, 0, 0, 0, 0] })).owner, undefined, 'nothing beside it says so')
  t.like(futexOf(words({ operation: 6 | WAIT, value: 0, after: [held, 0, 0, 0, 0, 0] })), {
    kind: 'mutex',
    owner: 102,
    words: 'PI mutex',
  })
})

test('of musl: mutexes by their kind, rwlocks and semaphores by their mark, condition variables by their place', (t) => {
  const musl = (word: number, rest: [number, number], more: Partial<FutexWords> = {}) => {
    const { kind, words: said, owner } = futexOf(words({ value: word, after: [word, ...rest, 0, 0, 0], ...more }))
    return [kind, said, owner]
  }
  const held = 0x8000_0000 + 102
  t.deepEqual(musl(held, [1, 0], { before: before(1) }), ['mutex', 'mutex', 102])
  t.deepEqual(musl(0x8000_0010, [1, 0], { before: before(0) }), ['mutex', 'mutex', undefined])
  t.deepEqual(musl(held, [1, 0], { before: before(0) }), ['rwlock', 'rwlock with 102 readers', undefined])
  t.deepEqual(musl(0xffff_ffff, [1, 0], { before: before(7777) }), ['rwlock', 'rwlock', undefined])
  t.deepEqual(musl(0xffff_ffff, [1, 128], { before: before(7777) }), ['semaphore', 'semaphore', undefined])
  t.deepEqual(musl(0xffff_ffff, [1, 0], { operation: 0, before: before(7777) }), ['semaphore', 'semaphore', undefined])
  t.deepEqual(musl(2, [0, 0], { aboveStack: 64 }), ['condition', 'condition variable', undefined])
  t.is(musl(2, [0, 0], { aboveStack: 4096 })[0], 'mutex')
})

test('barriers of musl: who came first waits on his own stack, the others on it, those of several processes on the barrier', (t) => {
  const kindOf = (more: Partial<FutexWords>): string => futexOf(words(more)).kind
  const first = { value: 1, aboveStack: 64, before: before(2, 0, 2), after: [1, 0, 0, 0, 0, 0] }
  t.is(kindOf(first), 'barrier')
  t.is(kindOf({ ...first, aboveStack: 4096 }), 'futex')
  t.is(kindOf({ ...first, before: before(1, 0, 2) }), 'futex', 'more wait than have come')
  const other = { value: 0, before: before(2), after: [0, 2, 1, 0, 0, 0] }
  t.is(kindOf(other), 'barrier')
  t.is(kindOf({ ...other, after: [0, 3, 1, 0, 0, 0] }), 'futex', 'more wait than have come')
  t.is(kindOf({ ...other, after: [0, 2, 5, 0, 0, 0] }), 'futex', 'no mark')
  const shared = { operation: 0, value: 1, before: before(0x8000_0002), after: [2, 2, 0, 0, 0, 0] }
  t.is(kindOf(shared), 'barrier', 'another has come since')
  t.is(kindOf({ ...shared, before: before(0x8000_0001) }), 'futex', 'all have come')
})

test('pthread_join: of glibc the word, of musl the word two before', (t) => {
  t.like(futexOf(words({ operation: 9 | 256, value: 101, after: [101, 0, 0, 0, 0, 0] })), { kind: 'join', owner: 101 })
  t.like(futexOf(words({ value: 2, before: before(101, 0) })), { kind: 'join', owner: 101, sure: 'likely' })
})

test('rwlocks: the writer is known, readers are counted', (t) => {
  // on the word of the writing phase: readers and writers are before it, the writer four words after
  t.like(futexOf(words({ operation: BITSET, value: 3, after: [3, 0, 0, 0, 102, 0], before: before(8, 1) })), {
    kind: 'rwlock',
    owner: 102,
  })
  t.like(futexOf(words({ operation: BITSET, value: 2, after: [2, 0, 0, 0, 0, 0], before: before(24, 1) })), {
    kind: 'rwlock',
    words: 'rwlock with 3 readers',
  })
})

test('condition variables, semaphores and barriers are named, and have no owner', (t) => {
  t.is(futexOf(words({ operation: BITSET, value: 0, after: [0, 0, 0, 0, 0, 0], before: before(16) })).kind, 'condition')
  t.is(futexOf(words({ operation: BITSET, value: 0, after: [0, 3, 0, 0, 0, 0] })).kind, 'semaphore')
  t.is(futexOf(words({ value: 0, after: [0, 3, 0, 2, 0, 0], before: before(1) })).kind, 'barrier')
  t.is(futexOf(words({ value: 7, after: [7, 9, 9, 9, 9, 9] })).kind, 'futex')
})

test('no words around it, or garbage, is no error', (t) => {
  for (const after of [[2, 0, 0, 0, 0, 0], Array.from({ length: 6 }, () => 0xffff_ffff)])
    for (const value of [0, 2, 3, 0xffff_ffff])
      for (const operation of [0, 6, 9, 11, 13, WAIT, BITSET, 0x1ff])
        t.is(futexOf(words({ operation, value, after, before: [], isThread: () => false })).owner, undefined)
})
