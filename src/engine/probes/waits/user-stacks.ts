// Functions that threads sleep in, for those whose wait has no owner: registers as the kernel keeps them of a thread that
// sleeps, and what its stack has above, which are passed on to be unwound and named as all stacks are. A thread that has run
// meanwhile is not looked at, so what is told is of one instant. Only of a selection: whose programs these are may take a
// while to be read.
import type { BpfMap } from '../../native/map.ts'
import type { ProcessMemory } from '../../native/process-memory.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { openSymbols, type Symbols } from '../../symbols/frames.ts'
import type { ProbeContext } from '../../base/probe.ts'
import type { End } from '../../../namer/protocol.ts'
import type { Thread, Threads } from './thread.ts'

/** Asked for in a reading: no more than the map has room for. */
const MOST_ASKED = 48
const MOST_KNOWN = 2000
/** Readings in which a stack may still be unwound; after which one is looked at again, as files may have been read by then;
 * and after which one that nobody asks for is forgotten. */
const MOST_READINGS = 20
const OLDEST_READINGS = 60
const FORGOTTEN_READINGS = 120

interface Known {
  pid: number
  /** Innermost first; none yet: it is being unwound. */
  addresses?: readonly number[]
  how: End
  names?: readonly string[]
  /** Of the look before, until there are newer ones. */
  before: readonly string[] | undefined
  readings: number
}

export interface UserStacks {
  /** Names of functions, innermost first; `late`: they may come. */
  of(thread: Thread): readonly string[] | 'late'
  /** Looks at those that were asked for. */
  take(threads: Threads): void
  /** Tells the kernel whom to say the registers of in the next reading; gives whether there are any. */
  ask(): boolean
  /** None are wanted any more. */
  clear(): void
  close(): void
}

const NONE: readonly string[] = []
const NOBODY: ReadonlyMap<number, string> = new Map()

export const openUserStacks = (map: BpfMap, memory: ProcessMemory, log: ProbeContext['log']): UserStacks => {
  const known = new Map<string, Known>()
  const unwinding = new Map<number, Known>()
  let wanted = new Map<number, string>()
  let asked = NOBODY
  let lastId = 0
  let symbols: Symbols | undefined

  const opened = (): Symbols =>
    (symbols ??= openSymbols(log, {
      onUnwound(pid, { stacks }) {
        for (const { id, callers, end } of stacks) {
          const one = unwinding.get(id)
          if (!one || !unwinding.delete(id)) continue
          one.addresses = [...one.addresses!, ...callers]
          one.how = end
          symbols!.meet(pid, one.addresses)
        }
      },
    }))

  const look = (thread: Thread): void => {
    const { pid, tid, sp, switches, registers } = thread
    const key = keyOf(thread)
    const before = known.get(key)
    if (!registers || (before && !isOld(before))) return
    const stack = memory.stack(pid, sp)
    // of one that has run meanwhile the two do not fit
    if (!stack || switchesOf(pid, tid) !== switches) return
    const one: Known = { pid, addresses: [registers.ip], how: 'stuck', readings: 0, before: before?.names }
    known.set(key, one)
    const id = ++lastId
    const kept = { id, ip: registers.ip, exact: true, registers: registers.registers, stack: stack.toString('base64') }
    if (opened().unwind(pid, kept)) unwinding.set(id, one)
    else one.names = NONE
  }

  const ask = (thread: Thread, key: string): void => {
    if (wanted.size < MOST_ASKED) wanted.set(thread.tid, key)
  }

  const namesOf = (one: Known): readonly string[] | 'late' => {
    if (one.names) return one.names
    if (one.addresses!.length === 1 && one.readings < MOST_READINGS && [...unwinding.values()].includes(one))
      return one.before ?? 'late'
    const { frames } = opened().user(one.pid, one.addresses!, one.how)
    const names = frames.map(({ name }) => name)
    // a large program may take long to be read
    if (names.includes('[...]')) return one.before ?? 'late'
    return (one.names = names)
  }

  return {
    of(thread) {
      const key = keyOf(thread)
      const one = known.get(key)
      if (!one || isOld(one)) ask(thread, key)
      return one ? namesOf(one) : 'late'
    },
    take({ fresh }) {
      symbols?.renew()
      for (const [key, one] of known) if (++one.readings > FORGOTTEN_READINGS) known.delete(key)
      for (const thread of fresh) if (thread.registers && asked.has(thread.tid)) look(thread)
      if (known.size > MOST_KNOWN)
        for (const key of [...known.keys()].slice(0, known.size - MOST_KNOWN)) known.delete(key)
      symbols?.ask()
    },
    ask() {
      const key = Buffer.alloc(4)
      map.drain()
      for (const tid of wanted.keys()) {
        key.writeUInt32LE(tid, 0)
        map.update(key, key)
      }
      asked = wanted
      wanted = new Map()
      symbols?.ask()
      return asked.size > 0
    },
    clear() {
      known.clear()
      unwinding.clear()
      wanted.clear()
      asked = NOBODY
    },
    close: () => symbols?.close(),
  }
}

const isOld = ({ readings }: Known): boolean => readings > OLDEST_READINGS

/** The same call with the stack as deep is made from the same functions. */
const keyOf = ({ tid, born, sp, call, args }: Thread): string => `${tid} ${born} ${sp} ${call} ${args[0]}`

const SWITCHES = /^(?:non)?voluntary_ctxt_switches:\s*(\d+)$/gm

const switchesOf = (pid: number, tid: number): number => {
  const text = textOf(`/proc/${pid}/task/${tid}/status`)
  return [...text.matchAll(SWITCHES)].reduce((sum, [, count]) => sum + Number(count), 0)
}
