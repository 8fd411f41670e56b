// What a futex is, from the call's arguments and a few words of memory around it: locks of glibc and musl, PI futexes,
// pthread_join, condition variables, semaphores, barriers. The words are the program's own: a thread is only taken for an
// owner when it is there and all that stands beside it fits. Pure.

export interface FutexWords {
  /** Of the call. */
  operation: number
  value: number
  timed: boolean
  /** How far above the thread's stack pointer the address is, in bytes; less than nothing: below. */
  aboveStack: number
  /** From the address on, at least 6. */
  after: readonly number[]
  /** The 12 in front of it, nearest last; empty where that memory cannot be read. */
  before: readonly number[]
  /** Thread, as its process calls itself. */
  self: number
  /** A thread of this number is there: in the process, or with `shared` in any. */
  isThread(tid: number, shared: boolean): boolean
}

export interface Futex {
  kind: 'mutex' | 'rwlock' | 'join' | 'condition' | 'semaphore' | 'barrier' | 'futex'
  /** As it is called. */
  words: string
  /** Thread, in the numbers of its process. */
  owner?: number
  /** Of its word, where the call was for another one. */
  address?: number
  sure: 'certain' | 'likely' | 'possible'
  source: string
  shared: boolean
}

const PRIVATE = 128
const REALTIME = 256
const OPERATION = { wait: 0, lockPi: 6, waitBitset: 9, waitRequeuePi: 11, lockPi2: 13 }
const WAITERS = 0x8000_0000
const TID_MASK = 0x3fff_ffff
/** musl writes this into a lock that keeps no owner. */
const EBUSY = 16
const MOST_USERS = 1 << 20
/** Of the bits that glibc has for kinds of mutexes. */
const MOST_KIND = 0x3ff
/** The word of a lock that others wait for, in glibc and Rust. */
const CONTENDED = 2
/** Of its kinds those that let a thread wait for what it has itself: neither recursive nor error-checking. */
const WAITS_FOR_ITSELF = new Set([0, 3])
const KIND_MASK = 3
const RWLOCK_USED = 2
/** Of musl's mutexes: recursive, error-checking, robust, with priority inheritance, shared. */
const MUSL_KINDS = 0x8f
/** Those with an owner in the lock word. */
const MUSL_OWNED = 7
const ALL_BITS = 0xffff_ffff
const MUSL_BARRIER = { sure: 'likely', source: "words of musl's barrier" } as const
const WORD = 4
/** Of a stack: what the C library's function that waits has of it. */
const OWN_FRAME = 1024

/** Of memory that was read: as it is compared. */
export const wordsIn = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / WORD }, (_, i) => bytes.readUInt32LE(i * WORD))

const commandOf = (operation: number): number => operation & ~(PRIVATE | REALTIME)

export const isPrivate = (operation: number): boolean => (operation & PRIVATE) !== 0

export const isPlainWait = (operation: number): boolean =>
  commandOf(operation) === OPERATION.wait || commandOf(operation) === OPERATION.waitBitset

export const isLockOfPi = (operation: number): boolean =>
  commandOf(operation) === OPERATION.lockPi || commandOf(operation) === OPERATION.lockPi2

export const futexOf = (words: FutexWords): Futex => {
  const { operation, value, after, before, self } = words
  const shared = !isPrivate(operation)
  const word = after[0]!
  const isOther = (tid: number): boolean => tid !== self && tid > 0 && words.isThread(tid, shared)
  const found = (futex: Omit<Futex, 'shared'>): Futex => ({ ...futex, shared })
  const unknown = (why: string): Futex => found({ kind: 'futex', words: 'futex', sure: 'possible', source: why })

  if (isLockOfPi(operation)) {
    const owner = word & TID_MASK
    return isOther(owner)
      ? found({ kind: 'mutex', words: 'PI mutex', owner, sure: 'certain', source: 'owner in the lock word (PI)' })
      : found({ kind: 'mutex', words: 'PI mutex', sure: 'certain', source: 'call; the owner is none of its threads' })
  }
  const command = commandOf(operation)
  if (command === OPERATION.waitRequeuePi)
    return found({ kind: 'condition', words: 'condition variable', sure: 'certain', source: 'call' })
  if (!isPlainWait(operation)) return unknown('call')
  const barrier = barrierOf(words, shared)
  if (barrier) return found({ kind: 'barrier', words: 'barrier', ...barrier })
  if (word !== value >>> 0) return unknown('its word has changed: it is being woken')

  const musl = muslOf(words, isOther)
  if (musl) return found(musl)
  if ((word & WAITERS) !== 0 && isOther(word & TID_MASK) && after[2] === (word & TID_MASK))
    return found({
      kind: 'mutex',
      words: 'mutex',
      owner: word & TID_MASK,
      sure: 'certain',
      source: 'owner in the lock word (robust)',
    })
  if (shared && isOther(word) && words.isThread(word, false))
    return found({
      kind: 'join',
      words: 'end of thread',
      owner: word,
      sure: 'certain',
      source: 'its number in the word (pthread_join)',
    })

  if (value === CONTENDED) {
    const [, , owner = 0, users = 0, kind = 0] = after
    const isOwner = isOther(owner) || (owner === self && WAITS_FOR_ITSELF.has(kind & KIND_MASK))
    if (isOwner && users > 0 && users < MOST_USERS && kind <= MOST_KIND)
      return found({ kind: 'mutex', words: 'mutex', owner, sure: 'certain', source: "owner in glibc's mutex" })
    const joined = before.at(-2) ?? 0
    if (isOther(joined) && words.isThread(joined, false) && command === OPERATION.wait)
      return found({
        kind: 'join',
        words: 'end of thread',
        owner: joined,
        sure: 'likely',
        source: "its number in musl's thread",
      })
  }
  const rwlock = rwlockOf(words, isOther)
  if (rwlock) return found(rwlock)
  if (value === CONTENDED && command === OPERATION.wait)
    return found({
      kind: 'mutex',
      words: 'lock',
      sure: 'likely',
      source: 'its word; such locks (C library, Rust) keep no owner',
    })
  if (command === OPERATION.waitBitset && isSemaphore(words))
    return found({
      kind: 'semaphore',
      words: 'semaphore',
      sure: 'likely',
      source: 'its words; semaphores have no owner',
    })
  if (isCondition(words))
    return found({
      kind: 'condition',
      words: 'condition variable',
      sure: 'likely',
      source: 'its words; nobody owns it',
    })
  return unknown('call')
}

/** musl's. A mutex is its kind, the lock word, how many wait; an rwlock its word, how many wait, whether it is shared; a
 * semaphore likewise, but with the opposite mark; who waits for a condition variable waits on its own stack. */
const muslOf = (
  { operation, value, aboveStack, after, before }: FutexWords,
  isOther: (tid: number) => boolean,
): Omit<Futex, 'shared'> | undefined => {
  const [word, waiters, mark] = after as [number, number, number]
  if (value === CONTENDED && (operation & ~PRIVATE) === OPERATION.wait && aboveStack >= 0 && aboveStack < OWN_FRAME)
    return {
      kind: 'condition',
      words: 'condition variable',
      sure: 'likely',
      source: "musl's, of which nobody is the owner",
    }
  if ((word & WAITERS) === 0 || waiters === 0 || waiters >= MOST_USERS) return undefined
  const kind = before.at(-1)
  const count = word & TID_MASK
  if (kind !== undefined && (kind & ~MUSL_KINDS) === 0) {
    if ((kind & MUSL_OWNED) !== 0 && isOther(count))
      return { kind: 'mutex', words: 'mutex', owner: count, sure: 'certain', source: 'owner in the lock word (musl)' }
    if ((kind & MUSL_OWNED) === 0 && count === EBUSY)
      return { kind: 'mutex', words: 'mutex', sure: 'likely', source: 'lock word of musl, which keeps no owner' }
  }
  if (mark !== 0 && mark !== PRIVATE) return undefined
  if ((mark === PRIVATE) === isPrivate(operation))
    return word === ALL_BITS
      ? { kind: 'semaphore', words: 'semaphore', sure: 'likely', source: "words of musl's; semaphores have no owner" }
      : undefined
  if (word === ALL_BITS)
    return { kind: 'rwlock', words: 'rwlock', sure: 'likely', source: "musl's, which does not keep its writer" }
  return count > 0 && count < MOST_USERS
    ? {
        kind: 'rwlock',
        words: `rwlock with ${count} reader${count === 1 ? '' : 's'}`,
        sure: 'likely',
        source: "readers in musl's rwlock, which does not keep who they are",
      }
    : undefined
}

/** glibc's: readers, writers, then the two words that are waited on, two unused ones, and the writer that has it. */
const rwlockOf = (
  { value, after, before }: FutexWords,
  isOther: (tid: number) => boolean,
): Omit<Futex, 'shared'> | undefined => {
  if (value !== RWLOCK_USED && value !== (RWLOCK_USED | 1)) return undefined
  for (const [writerAt, readersAt, unusedAt] of [
    [4, -2, 2],
    [3, -3, 1],
  ] as const) {
    const readers = before.at(readersAt)
    if (after[unusedAt] !== 0 || after[unusedAt + 1] !== 0 || readers === undefined) continue
    const owner = after[writerAt] ?? 0
    if (isOther(owner))
      return { kind: 'rwlock', words: 'rwlock', owner, sure: 'certain', source: "writer in glibc's rwlock" }
    const count = readers >>> 3
    if (owner === 0 && count > 0 && count < MOST_USERS)
      return {
        kind: 'rwlock',
        words: `rwlock with ${count} readers`,
        sure: 'likely',
        source: "readers in glibc's rwlock, which does not keep who they are",
      }
  }
  return undefined
}

/** glibc's: value, how many wait, whether processes share it. */
const isSemaphore = ({ value, after }: FutexWords): boolean =>
  value === 0 && after[1]! > 0 && after[1]! < MOST_USERS && (after[2] === 0 || after[2] === PRIVATE)

/** glibc's: how many came, [the round], how many are needed, shared, how many left. musl's: how many came after
 * the first, [whether all have], how many of them wait, [what the first waits for], all on the first one's stack; one of
 * several processes: its limit and a mark, [how many came], how many wait. */
const barrierOf = (words: FutexWords, shared: boolean): Pick<Futex, 'sure' | 'source'> | undefined => {
  const { operation, value, aboveStack, after, before } = words
  const [word, next, mark] = after as [number, number, number]
  const came = before.at(-1)
  if ((operation & ~PRIVATE) !== OPERATION.wait || came === undefined) return undefined
  if (shared && (came & WAITERS) !== 0) {
    const limit = (came & ~WAITERS) + 1
    const fits = value > 0 && word >= value && word < limit && limit < MOST_USERS && next > 0 && next < limit
    return fits ? MUSL_BARRIER : undefined
  }
  if (word !== value >>> 0) return undefined
  if (came > value && came - value < next && next < MOST_USERS && (mark === 0 || mark === PRIVATE))
    return { sure: 'likely', source: 'its words' }
  if (shared) return undefined
  if (value === 0 && next > 0 && next <= came && came < MOST_USERS && mark <= 1) return MUSL_BARRIER
  const others = before.at(-3)!
  const isFirst = value === 1 && aboveStack >= 0 && aboveStack < OWN_FRAME && before.at(-2) === 0
  // alone it has few words that say so
  return isFirst && others < MOST_USERS && came <= others
    ? { ...MUSL_BARRIER, sure: others > 0 ? 'likely' : 'possible' }
    : undefined
}

/** glibc's: how many are in each of its two groups (less than nothing, where some gave up) and were in the older one, how
 * many refer to it, times eight, and whether several processes do; then the two words that are waited on. */
const isCondition = ({ operation, before }: FutexWords): boolean =>
  [-1, -2].some((at) => {
    const references = before.at(at) ?? 0
    const counts = [1, 2, 3].map((beside) => before.at(at - beside)! | 0)
    return (
      references >= 8 &&
      references >>> 3 < MOST_USERS &&
      (references & 1) === (isPrivate(operation) ? 0 : 1) &&
      counts.every((count) => Math.abs(count) < MOST_USERS)
    )
  })
