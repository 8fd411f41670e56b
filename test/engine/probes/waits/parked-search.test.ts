// How much is looked at for threads that sleep for ever: as much as a reading has room for, whatever a program has prepared.
import test from 'ava'
import { openParkedSearch, type ThreadOf } from '../../../../src/engine/probes/waits/parked-search.ts'
import type { FutexWords } from '../../../../src/engine/probes/waits/futex.ts'
import type { Thread } from '../../../../src/engine/probes/waits/thread.ts'

const LOCK_PI = 6 | 128
const STACK = 0x7f00_0000_0000
const ADDRESSES = 28
const OWNER = 1000

/** Waits for what the next one has, and so on without an end. */
const inChain = (tid: number): Thread =>
  ({ pid: 100, tid, nsTid: tid, call: 'futex', args: [0x5000, LOCK_PI, 0, 0] }) as unknown as Thread

const threadOf: ThreadOf = (_, nsTid) => inChain(nsTid)

const search = () => {
  let looks = 0
  const stack = Buffer.alloc(ADDRESSES * 8)
  for (let at = 0; at < ADDRESSES; at++) stack.writeBigUInt64LE(BigInt(0x5000 + at * 64), at * 8)
  const kind = Buffer.alloc(20)
  for (const [at, word] of [OWNER, 1, OWNER, 1, 32].entries()) kind.writeUInt32LE(word, at * 4)
  const found = openParkedSearch(
    {
      around(_pid, address) {
        looks++
        return address === STACK ? { after: stack } : { after: kind, before: Buffer.alloc(16) }
      },
    },
    ({ tid }) => {
      looks++
      return { kind: 'mutex', words: 'PI mutex', owner: tid + 1, sure: 'certain', source: '', shared: false }
    },
  )
  return { ...found, looks: () => looks }
}

const parked = (tid: number): Thread =>
  ({
    pid: 100,
    tid,
    nsTid: tid,
    sp: STACK,
    call: 'futex',
    args: [STACK + ADDRESSES * 8, 128, 0, 0],
  }) as unknown as Thread

const said = (self: number): FutexWords => ({
  operation: 128,
  value: 0,
  timed: false,
  aboveStack: ADDRESSES * 8,
  after: [0, 0, 0, 0, 0, 0],
  before: [],
  self,
  isThread: () => true,
})

test('of many threads that each lead far some are late, and looked at in another reading', (t) => {
  const { begin, find, looks } = search()
  const late = (): number =>
    Array.from({ length: 200 }, (_, at) => find(parked(at), said(at), threadOf)).filter((each) => each === 'late')
      .length
  begin()
  t.true(late() > 150)
  t.true(looks() < 2000 + ADDRESSES * 66)
  const before = looks()
  t.is(late(), 200)
  t.is(looks(), before)
  begin()
  t.true(late() < 200)
})
