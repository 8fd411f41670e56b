// What a thread that sleeps for ever on a word of its own wants (parked.ts), looked for in the memory of its program: so much
// in a reading, as a program may have as many such threads as it likes, each with addresses that lead far.
import type { ProcessMemory } from '../../native/process-memory.ts'
import { futexOf, isLockOfPi, wordsIn, type Futex, type FutexWords } from './futex.ts'
import { addressesIn, KIND_AT, lockAt, mayBeParked, MUTEX_BYTES, parkedFor, type Lock } from './parked.ts'
import type { Thread } from './thread.ts'

export type ThreadOf = (thread: Thread, nsTid: number, shared: boolean) => Thread | undefined
type ReadWords = (thread: Thread, threadOf: ThreadOf) => FutexWords | undefined

/** From one that is held to the next. */
const MOST_STEPS = 64
/** Places in memory that are looked at in a reading, some 5 us each. Begun, the search for one thread may take as many. */
const MOST_LOOKS = 2000
const NOTHING = Buffer.alloc(0)

interface ParkedSearch {
  /** Another reading. */
  begin(): void
  /** `late`: in another reading. */
  find(thread: Thread, said: FutexWords, threadOf: ThreadOf): Futex | 'late' | undefined
}

/** What a thread waits for, or may. */
interface Wanted {
  locks: readonly Pick<Lock, 'owner' | 'shared'>[]
  isParked: boolean
}

export const openParkedSearch = (memory: Pick<ProcessMemory, 'around'>, readWords: ReadWords): ParkedSearch => {
  let left = 0
  const known = new Map<Thread, Wanted>()

  const locksOf = ({ pid, sp, registers }: Thread, { aboveStack, operation }: FutexWords): Lock[] => {
    const stack = memory.around(pid, sp, aboveStack)?.after ?? NOTHING
    const kept = registers?.registers.map(([, value]) => value) ?? []
    return addressesIn(kept, stack).flatMap((address) => {
      left--
      const read = memory.around(pid, address, MUTEX_BYTES, KIND_AT)
      return (read?.before && lockAt(address, [...wordsIn(read.before), ...wordsIn(read.after)], operation)) ?? []
    })
  }

  const wantedBy = (thread: Thread, threadOf: ThreadOf): Wanted => {
    left--
    const words = thread.call === 'futex' ? readWords(thread, threadOf) : undefined
    if (!words) return { locks: [], isParked: false }
    if (mayBeParked(words)) return { locks: locksOf(thread, words), isParked: true }
    const { owner, shared } = isLockOfPi(words.operation) ? futexOf(words) : {}
    return { locks: owner === undefined ? [] : [{ owner, shared: shared === true }], isParked: false }
  }
  const onceBy = (thread: Thread, threadOf: ThreadOf): Wanted => {
    const wanted = known.get(thread) ?? wantedBy(thread, threadOf)
    known.set(thread, wanted)
    return wanted
  }

  /** Whether who has a lock waits for the thread: over locks alone, or with what others that sleep for ever may want. */
  const leadsBack = (first: Lock, thread: Thread, threadOf: ThreadOf): Futex['sure'] | undefined => {
    const seen = new Set<Thread>()
    const next: { holder: Thread | undefined; sure: Futex['sure'] }[] = []
    const follow = (from: Thread, locks: Wanted['locks'], sure: Futex['sure']): void => {
      for (const { owner, shared } of locks) next.push({ holder: threadOf(from, owner, shared), sure })
    }
    follow(thread, [first], 'certain')
    while (next.length > 0 && seen.size < MOST_STEPS && left > -MOST_LOOKS) {
      const { holder, sure } = next.pop()!
      if (holder === thread) return sure
      if (!holder || seen.has(holder)) continue
      seen.add(holder)
      const { locks, isParked } = onceBy(holder, threadOf)
      follow(holder, locks, isParked ? 'likely' : sure)
    }
    return undefined
  }

  return {
    begin() {
      left = MOST_LOOKS
      known.clear()
    },
    find(thread, said, threadOf) {
      if (left <= 0) return 'late'
      return parkedFor(locksOf(thread, said), said.self, (lock) => leadsBack(lock, thread, threadOf))
    },
  }
}
