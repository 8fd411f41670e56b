// How much is looked at for threads that sleep for ever: as much as a reading has room for, whatever a program has prepared.
import test from 'ava'
import { openParkedSearch, type ThreadOf } from '../../../../src/engine/probes/waits/parked-search.ts'
import type { FutexWords } from '../../../../src/engine/probes/waits/futex.ts'
import type { Thread } from '../../../../src/engine/probes/waits/thread.ts'

const LOCK_PI = 6 | 128
const STACK = 0x7f00_0000_0000
const ADDRESSES = 28
const OWNER = 1000

const parked = (tid: number): Thread =>
  ({
    pid: 100,
    tid,
    nsTid: tid,
    sp: STACK,
    call: 'futex',
    args: [STACK + ADDRESSES * 8, 128, 0, 0],
  }) as unknown as Thread

const threads = new Map<number, Thread>()
const threadOf: ThreadOf = (_, nsTid) => {
  const thread = threads.get(nsTid) ?? parked(nsTid)
  threads.set(nsTid, thread)
  return thread
}

/** What each has in its registers and on its stack leads on to others that wait for a lock, or sleep for ever, too. */
const search = (leadsOn: boolean) => {
  let looks = 0
  const stack = Buffer.alloc(ADDRESSES * 8)
  for (let at = 0; at < ADDRESSES; at++) stack.writeBigUInt64LE(BigInt(0x5000 + at * 64), at * 8)
  /** Each is held by somebody else. */
  const lock = (): Buffer => {
    const bytes = Buffer.alloc(20)
    const owner = OWNER + looks
    for (const [at, word] of [owner, 1, owner, 1, 32].entries()) bytes.writeUInt32LE(word, at * 4)
    return bytes
  }
  const found = openParkedSearch(
    {
      around(_pid, address) {
        looks++
        return address === STACK ? { after: stack } : { after: lock(), before: Buffer.alloc(16) }
      },
    },
    ({ tid }) => {
      looks++
      return leadsOn ? { ...said(tid), operation: LOCK_PI, after: [tid + 1, 0, 0, 0, 0, 0] } : said(tid)
    },
  )
  return { ...found, looks: () => looks }
}

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

for (const leadsOn of [true, false])
  test(`of many threads that each lead far ${leadsOn ? 'over locks' : 'over what others may want'} some are late, and looked at in another reading`, (t) => {
    const { begin, find, looks } = search(leadsOn)
    const late = (): number =>
      Array.from({ length: 200 }, (_, at) => find(parked(at), said(at), threadOf)).filter((each) => each === 'late')
        .length
    begin()
    t.true(late() > 100)
    t.true(looks() < 2 * 2000 * 1.1)
    const before = looks()
    t.is(late(), 200)
    t.is(looks(), before)
    begin()
    t.true(late() < 200)
  })

test('two that were refused at the same moment lead to each other, likely; one that leads nowhere is believed nothing', (t) => {
  const owners = new Map([
    [1, 2],
    [2, 1],
    [3, 4],
  ])
  const stack = Buffer.alloc(ADDRESSES * 8)
  const bytes = Buffer.alloc(20)
  const { begin, find } = openParkedSearch(
    {
      around(pid, address) {
        if (address === STACK) {
          stack.writeBigUInt64LE(BigInt(0x5000 + pid * 64))
          return { after: stack }
        }
        const owner = owners.get((address - 0x5000) / 64) ?? 0
        for (const [at, word] of [owner, 1, owner, 1, 32].entries()) bytes.writeUInt32LE(word, at * 4)
        return { after: bytes, before: Buffer.alloc(16) }
      },
    },
    ({ tid }) => said(tid),
  )
  // of processes of their own: what stands on a stack is told by whose it is
  const own = new Map([1, 2, 3, 4].map((tid) => [tid, { ...parked(tid), pid: tid }]))
  begin()
  const found = [1, 2, 3].map((tid) => find(own.get(tid)!, said(tid), (_, nsTid) => own.get(nsTid)))
  t.like(found[0], { owner: 2, sure: 'likely' })
  t.like(found[1], { owner: 1, sure: 'likely' })
  t.is(found[2], undefined)
})
