// What is known of the code of processes, by address, and what has to be asked about, their stacks included. Bounded: processes not seen for
// longest go first.
import type { Answer, KeptStack, Named, Question, Unwound } from '../../namer/protocol.ts'
import { MOST_ADDRESSES, MOST_STACKS } from '../../namer/protocol.ts'
import type { StackFrame } from '../../stream/stack-types.ts'
import type { Owner } from './owner.ts'

/** One program that runs, or ran. */
export interface Program {
  readonly pid: number
  /** Undefined: it was gone before it was seen. */
  readonly identity: string | undefined
  owner: Owner
  /** What is to be asked, and what was asked and has no answer yet. */
  wanted: Set<number>
  asked: Set<number>
  /** The same of stacks that are to be unwound, by number. */
  wantedStacks: Map<number, KeptStack>
  askedStacks: Map<number, KeptStack>
}

export interface KnownNames {
  /** `pending`: it is to be asked about, or was; `garbage`: there is no code. */
  at(pid: number, address: number): readonly StackFrame[] | 'pending' | 'garbage'
  /** A stack is to be unwound. False: it cannot be. */
  unwind(pid: number, stack: KeptStack): boolean
  /** Those about which something is to be asked. */
  wanting(): readonly Program[]
  /** The next part of what is to be asked; undefined: nothing. */
  question(program: Program): Question | undefined
  /** Takes what was asked for; gives how many. */
  take(answer: Extract<Answer, { is: 'names' | 'stacks' }>): number
  program(pid: number, identity: string): Program | undefined
  /** What was asked is to be asked again. */
  askAgain(program: Program): void
  /** No more will be known of it. */
  giveUp(program: Program): void
  /** Once an interval. */
  renew(): void
  clear(): void
}

interface Sources {
  identityOf(pid: number): string | undefined
  ownerOf(pid: number): Owner | undefined
  /** Told of stacks that were to be unwound, each once, unless their process is forgotten. */
  onUnwound?(pid: number, unwound: Unwound): void
}

interface Known extends Program {
  names: Map<number, Named['frames']>
  /** Of these another may be there later. */
  changing: Set<number>
  /** Asked in this interval. */
  checked: Set<number>
}

const MOST_PROGRAMS = 1024
const MOST_NAMES = 100_000
const MOST_NAMES_OF_ONE = 20_000
const MOST_FRAMES = 50_000
const MOST_STACKS_OF_ONE = 256
const NOBODY: Owner = { uid: 0, gid: 0, hidden: false }
const GARBAGE: readonly StackFrame[] = []

export const createKnownNames = ({ identityOf, ownerOf, onUnwound = () => {} }: Sources): KnownNames => {
  // in the order in which they were seen last
  const known = new Map<number, Known>()
  const seen = new Set<number>()
  const wanting = new Set<Known>()
  // the same names come again and again
  const interned = new Map<string, StackFrame>()

  const intern = (frame: StackFrame): StackFrame => {
    const key = `${frame.kind} ${frame.module ?? ''} ${frame.name}`
    const found = interned.get(key)
    if (found) return found
    if (interned.size >= MOST_FRAMES) interned.clear()
    interned.set(key, frame)
    return frame
  }

  const forget = (one: Known): void => {
    known.delete(one.pid)
    wanting.delete(one)
  }

  const find = (pid: number): Known => {
    let one = known.get(pid)
    if (one && seen.has(pid)) return one
    seen.add(pid)
    const identity = identityOf(pid)
    if (!one || (identity !== undefined && identity !== one.identity)) {
      if (one) forget(one)
      const owner = identity === undefined ? undefined : ownerOf(pid)
      one = {
        pid,
        identity: owner && identity,
        owner: owner ?? NOBODY,
        names: new Map(),
        changing: new Set(),
        checked: new Set(),
        wanted: new Set(),
        asked: new Set(),
        wantedStacks: new Map(),
        askedStacks: new Map(),
      }
    }
    known.delete(pid)
    known.set(pid, one)
    return one
  }

  const want = (one: Known, address: number): void => {
    if (one.wanted.has(address) || one.asked.has(address)) return
    if (one.wanted.size + one.asked.size >= MOST_NAMES_OF_ONE) return
    one.wanted.add(address)
    wanting.add(one)
  }

  return {
    at(pid, address) {
      const one = find(pid)
      const frames = one.names.get(address)
      if (one.identity === undefined) return frames ?? 'garbage'
      if (!frames) {
        want(one, address)
        return 'pending'
      }
      if (one.changing.has(address) && !one.checked.has(address)) {
        one.checked.add(address)
        want(one, address)
      }
      return frames.length === 0 ? 'garbage' : frames
    },
    unwind(pid, stack) {
      seen.delete(pid) // it may be another program since the interval began
      const one = find(pid)
      if (one.identity === undefined) return false
      if (one.wantedStacks.size + one.askedStacks.size >= MOST_STACKS_OF_ONE) return false
      one.wantedStacks.set(stack.id, stack)
      wanting.add(one)
      return true
    },
    wanting: () => [...wanting],
    question(program) {
      const one = program as Known
      const at: number[] = []
      for (const address of one.wanted) {
        if (at.length === MOST_ADDRESSES) break
        at.push(address)
      }
      for (const address of at) {
        one.wanted.delete(address)
        one.asked.add(address)
      }
      const stacks = [...one.wantedStacks.values()].slice(0, MOST_STACKS)
      for (const stack of stacks) {
        one.wantedStacks.delete(stack.id)
        one.askedStacks.set(stack.id, stack)
      }
      if (one.wanted.size + one.wantedStacks.size === 0) wanting.delete(one)
      if (at.length + stacks.length === 0) return undefined
      return { pid: one.pid, identity: one.identity!, at, ...(stacks.length > 0 && { stacks }) }
    },
    take(answer) {
      const { pid, identity } = answer
      const one = known.get(pid)
      if (one?.identity !== identity) return 0
      if (answer.is === 'stacks') {
        const stacks = answer.stacks.filter(({ id }) => one.askedStacks.delete(id))
        // of another program meanwhile, what was read may have been that
        const now = identityOf(pid)
        if (now === undefined || now === identity) onUnwound(pid, { ...answer, stacks })
        else onUnwound(pid, stuck(stacks.map(({ id }) => id)))
        return stacks.length
      }
      let count = 0
      for (const { address, frames, changes } of answer.at) {
        if (!one.asked.delete(address)) continue
        count++
        // what had a name keeps it when there is none any more: it may have ended
        if (frames.length === 0 && (one.names.get(address)?.length ?? 0) > 0) continue
        if (one.names.size >= MOST_NAMES_OF_ONE) {
          one.names.clear()
          one.changing.clear()
        }
        one.names.set(address, frames.length === 0 ? GARBAGE : frames.map(intern))
        if (changes) {
          one.changing.add(address)
          one.checked.add(address)
        } else one.changing.delete(address)
      }
      return count
    },
    program(pid, identity) {
      const one = known.get(pid)
      return one?.identity === identity ? one : undefined
    },
    askAgain(program) {
      const one = program as Known
      for (const address of one.asked) one.wanted.add(address)
      one.asked.clear()
      for (const [id, stack] of one.askedStacks) one.wantedStacks.set(id, stack)
      one.askedStacks.clear()
      if (one.wanted.size + one.wantedStacks.size > 0 && known.get(one.pid) === one) wanting.add(one)
    },
    giveUp(program) {
      const one = program as Known
      for (const address of [...one.wanted, ...one.asked]) if (!one.names.has(address)) one.names.set(address, GARBAGE)
      one.wanted.clear()
      one.asked.clear()
      const stacks = [...one.wantedStacks.keys(), ...one.askedStacks.keys()]
      one.wantedStacks.clear()
      one.askedStacks.clear()
      wanting.delete(one)
      onUnwound(one.pid, stuck(stacks))
    },
    renew() {
      seen.clear()
      let names = 0
      for (const one of known.values()) {
        one.checked.clear()
        names += one.names.size
      }
      for (const one of known.values()) {
        if (known.size <= MOST_PROGRAMS && names <= MOST_NAMES) break
        names -= one.names.size
        forget(one)
      }
    },
    clear() {
      known.clear()
      wanting.clear()
      seen.clear()
      interned.clear()
    },
  }
}

const stuck = (ids: readonly number[]): Unwound => ({
  stacks: ids.map((id) => ({ id, callers: [], end: 'stuck' as const })),
  rules: [],
})
