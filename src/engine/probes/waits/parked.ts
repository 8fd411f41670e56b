// A mutex with priority inheritance that a thread can never have: the kernel refuses it, as whoever has it waits for this
// thread, and glibc and musl then let the thread sleep for ever on a word of their own, which says nothing. What it wanted
// is left in a register, or below that word on the stack. An address found there is believed when it has such a mutex, and
// who has that waits for the thread over such mutexes alone, which is why the kernel refuses one. Of threads that close a
// circle at the same time it refuses several: each leads on to what it may have wanted itself. Pure.
import { isPlainWait, isPrivate, type Futex, type FutexWords } from './futex.ts'

/** What the C library's functions have of the stack there, at most (glibc 84 bytes, musl 212). */
const MOST_BYTES = 240
const POINTER = 8
const WORD = 4
const LOWEST = 4096
const HIGHEST = 2 ** 47
const TID_MASK = 0x3fff_ffff
/** Bits of kinds: those that there are, with priority inheritance, of several processes. */
const GLIBC = { all: 0x3ff, inherits: 32 }
const MUSL = { all: 0x8f, inherits: 8, shared: 128 }
/** Of a kind those that let a thread wait for what it has itself: neither recursive nor error-checking. */
const WAITS_FOR_ITSELF = new Set([0, 3])
const KIND_MASK = 3
const MOST_USERS = 1 << 20
/** From the beginning of a mutex to its kind, in glibc, which keeps the address of that. */
export const KIND_AT = 16
/** Of a mutex, in either. */
export const MUTEX_BYTES = 20

export interface Lock {
  /** Of its word. */
  address: number
  owner: number
  shared: boolean
  /** The thread may wait for it although it has it itself. */
  mayBeOwn: boolean
}

/** It waits without a time limit on a word that is nothing, in the frame of the C library's function. */
export const mayBeParked = (words: FutexWords): boolean => {
  const { operation, value, timed, aboveStack, after } = words
  const isNothing = value === 0 && after[0] === 0
  return isPlainWait(operation) && isNothing && !timed && aboveStack > 0 && aboveStack <= MOST_BYTES
}

/** What may be an address: registers, then the stack, deepest call first. */
export const addressesIn = (registers: readonly number[], stack: Buffer): number[] => {
  const found = new Set(registers)
  for (let at = 0; at + POINTER <= stack.length; at += POINTER) found.add(Number(stack.readBigUInt64LE(at)))
  return [...found].filter((address) => address >= LOWEST && address < HIGHEST && address % WORD === 0)
}

/** A mutex that somebody has, or whose kind stands there: of glibc the word, how often, its owner, how many use it, its
 * kind; of musl its kind and the word. `words`: those in front of the address, then those from there on. */
export const lockAt = (address: number, words: readonly number[], operation: number): Lock | undefined => {
  const isShared = !isPrivate(operation)
  const kept = ofGlibc(words)
  // only its function that locks keeps the address of the kind
  if (kept)
    return { address: address - KIND_AT, owner: kept.owner, shared: isShared, mayBeOwn: waitsForItself(kept.kind) }
  const from = words.slice(KIND_AT / WORD)
  const glibc = ofGlibc(from)
  if (glibc) return { address, owner: glibc.owner, shared: isShared, mayBeOwn: false }
  const [kind, word] = from as [number, number]
  const owner = word & TID_MASK
  if ((kind & MUSL.inherits) === 0 || (kind & ~MUSL.all) !== 0 || owner === 0) return undefined
  return { address: address + WORD, owner, shared: (kind & MUSL.shared) !== 0, mayBeOwn: waitsForItself(kind) }
}

const ofGlibc = (words: readonly number[]): { owner: number; kind: number } | undefined => {
  const [word, , owner, users, kind] = words as [number, number, number, number, number]
  const isKind = (kind & GLIBC.inherits) !== 0 && (kind & ~GLIBC.all) === 0
  const isHeld = owner !== 0 && (word & TID_MASK) === owner && users > 0 && users < MOST_USERS
  return isKind && isHeld ? { owner, kind } : undefined
}

const waitsForItself = (kind: number): boolean => WAITS_FOR_ITSELF.has(kind & KIND_MASK)

/** Of those found; `leadsBack`: how sure it is that whoever has it waits for the thread. One that the thread has itself may
 * also be there because it is in use. */
export const parkedFor = (
  locks: readonly Lock[],
  self: number,
  leadsBack: (lock: Lock) => Futex['sure'] | undefined,
): Futex | undefined => {
  const others = locks.filter(({ owner }) => owner !== self).map((lock) => ({ lock, sure: leadsBack(lock) }))
  const back = others.find(({ sure }) => sure === 'certain') ?? others.find(({ sure }) => sure)
  const wanted = back?.lock ?? locks.find(({ owner, mayBeOwn }) => owner === self && mayBeOwn)
  return (
    wanted && {
      kind: 'mutex',
      words: 'PI mutex',
      address: wanted.address,
      owner: wanted.owner,
      sure: back?.sure ?? 'likely',
      source: 'left in its registers; refused by the kernel (PI), it sleeps for ever',
      shared: wanted.shared,
    }
  )
}
