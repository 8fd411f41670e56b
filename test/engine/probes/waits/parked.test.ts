// What a thread wants that sleeps for ever on a word of its own, by registers, stack and mutexes that were made up.
import test from 'ava'
import { addressesIn, lockAt, mayBeParked, parkedFor, type Lock } from '../../../../src/engine/probes/waits/parked.ts'
import type { FutexWords } from '../../../../src/engine/probes/waits/futex.ts'

const WAIT = 128
const BITSET = 9 | 256 | 128

const words = (more: Partial<FutexWords> = {}): FutexWords => ({
  operation: BITSET,
  value: 0,
  timed: false,
  aboveStack: 84,
  after: [0, 7, 7, 7, 7, 7],
  before: [],
  self: 100,
  isThread: () => true,
  ...more,
})

test('it waits for nothing, for ever, in the frame of the function that waits', (t) => {
  t.true(mayBeParked(words()))
  t.true(mayBeParked(words({ operation: WAIT, aboveStack: 212 })))
  for (const other of [
    { value: 2, after: [2] },
    { after: [1] },
    { timed: true },
    { aboveStack: 0 },
    { aboveStack: -8 },
    { aboveStack: 400 },
    { operation: 6 },
    { operation: 11 },
  ])
    t.false(mayBeParked(words(other)), JSON.stringify(other))
})

test('addresses are those of registers, then of the stack, each once, and nothing that cannot be one', (t) => {
  const stack = Buffer.alloc(44)
  ;[0x5000n, 0x7f00_0000_0010n, 12n, 0x5002n, 0xffff_ffff_ffff_ff80n].forEach((word, at) =>
    stack.writeBigUInt64LE(word, at * 8),
  )
  t.deepEqual(addressesIn([0x6000, 0x5000, 0xffffffff], stack), [0x6000, 0x5000, 0x7f00_0000_0010])
})

test('a mutex with priority inheritance is known by its kind, and by its owner beside the word', (t) => {
  const none = [0, 0, 0, 0]
  const mutex = [0x8000_0065, 1, 101, 1, 32]
  t.deepEqual(lockAt(0x5010, [...mutex, ...none], BITSET), {
    address: 0x5000,
    owner: 101,
    shared: false,
    mayBeOwn: true,
  })
  t.is(lockAt(0x5010, [0x8000_0065, 1, 101, 1, 33, ...none], BITSET)!.mayBeOwn, false, 'recursive')
  t.deepEqual(lockAt(0x5000, [...none, ...mutex], BITSET), {
    address: 0x5000,
    owner: 101,
    shared: false,
    mayBeOwn: false,
  })
  for (const [at, word] of [
    [4, 0],
    [4, 0x7f00_0020],
    [2, 102],
    [3, 0],
    [0, 0],
  ] as const)
    t.is(lockAt(0x5000, [...none, ...mutex.with(at, word)], BITSET), undefined, `${at}`)
  const musl = (kind: number, word: number) => lockAt(0x5000, [...none, kind, word, 0, 0, 0], WAIT)
  t.deepEqual(musl(8, 101), { address: 0x5004, owner: 101, shared: false, mayBeOwn: true })
  t.true(musl(0x88, 101)!.shared)
  t.is(musl(8, 0), undefined)
  t.is(musl(0, 101), undefined)
  t.is(musl(0x108, 101), undefined)
})

test('another’s mutex counts when that one waits for the thread, and before its own', (t) => {
  const lock = (owner: number, more: Partial<Lock> = {}): Lock => ({
    address: owner,
    owner,
    shared: false,
    mayBeOwn: true,
    ...more,
  })
  const found = [lock(100), lock(101), lock(102)]
  t.like(
    parkedFor(found, 100, ({ owner }) => (owner === 102 ? 'certain' : 'likely')),
    { owner: 102, address: 102, sure: 'certain' },
  )
  t.like(
    parkedFor(found, 100, ({ owner }) => (owner === 102 ? 'likely' : undefined)),
    { owner: 102, sure: 'likely' },
  )
  t.like(
    parkedFor(found, 100, () => undefined),
    { owner: 100, sure: 'likely' },
  )
  t.is(
    parkedFor([lock(100, { mayBeOwn: false }), lock(101)], 100, () => undefined),
    undefined,
  )
})
