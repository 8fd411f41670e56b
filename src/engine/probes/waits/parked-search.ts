// What a thread that sleeps for ever on a word of its own wants (parked.ts), looked for in the memory of its program: so much
// in a reading, as a program may have as many such threads as it likes, each with addresses that lead far.
import type { ProcessMemory } from '../../native/process-memory.ts'
import { isLockOfPi, wordsIn, type Futex, type FutexWords } from './futex.ts'
import { addressesIn, KIND_AT, lockAt, MUTEX_BYTES, parkedFor, type Lock } from './parked.ts'
import type { Thread } from './thread.ts'

export type ThreadOf = (thread: Thread, nsTid: number, shared: boolean) => Thread | undefined
type ReadFutex = (thread: Thread, threadOf: ThreadOf) => Futex | 'late' | undefined

/** From one that is held to the next. */
const MOST_STEPS = 64
/** Places in memory that are looked at in a reading, some 5 us each. Begun, the search for one thread goes on to its end. */
const MOST_LOOKS = 2000
const NOTHING = Buffer.alloc(0)

interface ParkedSearch {
  /** Another reading. */
  begin(): void
  /** `late`: in another reading. */
  find(thread: Thread, said: FutexWords, threadOf: ThreadOf): Futex | 'late' | undefined
}

export const openParkedSearch = (memory: Pick<ProcessMemory, 'around'>, readFutex: ReadFutex): ParkedSearch => {
  let left = 0

  /** Of a thread that waits for a mutex with priority inheritance: who has that. */
  const ownerOf = (thread: Thread, threadOf: ThreadOf): Thread | undefined => {
    if (thread.call !== 'futex' || !isLockOfPi(thread.args[1]!)) return undefined
    left--
    const futex = readFutex(thread, threadOf)
    return futex === undefined || futex === 'late' || futex.owner === undefined
      ? undefined
      : threadOf(thread, futex.owner, futex.shared)
  }

  return {
    begin: () => void (left = MOST_LOOKS),
    find(thread, said, threadOf) {
      if (left <= 0) return 'late'
      const { pid, sp, registers } = thread
      const stack = memory.around(pid, sp, said.aboveStack)?.after ?? NOTHING
      const kept = registers?.registers.map(([, value]) => value) ?? []
      const locks = addressesIn(kept, stack).flatMap((address) => {
        left--
        const read = memory.around(pid, address, MUTEX_BYTES, KIND_AT)
        return (
          (read?.before && lockAt(address, [...wordsIn(read.before), ...wordsIn(read.after)], said.operation)) ?? []
        )
      })
      const leadsBack = ({ owner, shared }: Lock): boolean => {
        let at = threadOf(thread, owner, shared)
        for (let step = 0; at && at !== thread && step < MOST_STEPS; step++) at = ownerOf(at, threadOf)
        return at === thread
      }
      return parkedFor(locks, said.self, leadsBack)
    },
  }
}
