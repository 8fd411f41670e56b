// User stacks by rules, of programs that keep no frame pointers: pieces of stacks that the kernel's program could not go up
// by itself are passed on to be unwound, and what comes of it becomes rules for it (probes/stacks_pieces.h, mirrored here).
import { addressAt } from '../../namer/address.ts'
import { RULE } from '../../namer/protocol.ts'
import type { KeptStack, Rule, Unwound } from '../../namer/protocol.ts'
import { HERE, withCodes } from './interpreted.ts'
import type { Interpreters } from './interpreted.ts'
import type { BpfMap } from './map.ts'
import type { BpfObject } from './object.ts'
import { words } from './per-cpu.ts'
import { DEPTH, idAt, wordsAt } from './stack-store.ts'
import type { StackStore } from './stack-store.ts'

export interface Unwinding {
  /** Passes on what the kernel handed over. */
  ask(): void
  /** Gives the addresses that became known. */
  take(pid: number, unwound: Unwound): Float64Array[]
  /** No rule counts any more. */
  clear(): void
}

const REGISTERS = 32
const MOST_CODES = 128
const PIECE = {
  id: 0,
  mm: 8,
  ip: 16,
  registers: 24,
  pid: 24 + REGISTERS * 8,
  depth: 28 + REGISTERS * 8,
  exact: 32 + REGISTERS * 8,
  stackBytes: 36 + REGISTERS * 8,
  coded: 40 + REGISTERS * 8,
  addresses: 48 + REGISTERS * 8,
  codes: 48 + REGISTERS * 8 + DEPTH * 8,
  stack: 48 + REGISTERS * 8 + (DEPTH + MOST_CODES) * 8,
}
const KEY_BYTES = 16
const RULE_BYTES = 24
/** Half of what the kernel has room for, so that there always is. */
const MOST_WAITING = 512
/** Of processes that are gone nobody says anything. */
const LONGEST_WAIT_MS = 60_000

interface Waiting {
  /** With marks. */
  addresses: Float64Array
  codes: Float64Array
  /** Which memory it is of. */
  mm: Buffer
  /** What the kernel's program takes for the same. */
  kind: Buffer
  sinceMs: number
}

type Maps = Record<'pieces' | 'asked' | 'rules', BpfMap>

export const unwindingMaps = (object: BpfObject): Maps => ({
  pieces: object.map('pieces'),
  asked: object.map('asked'),
  rules: object.map('rules'),
})

/** Where the kernel refused what it takes. */
export const NO_UNWINDING: Unwinding = { ask() {}, take: () => [], clear() {} }

/** `unwind` gives false for what cannot be. */
export const openUnwinding = (
  { pieces, asked, rules }: Maps,
  store: StackStore,
  unwind: (pid: number, stack: KeptStack) => boolean,
  interpreters: Interpreters,
): Unwinding => {
  const waiting = new Map<number, Waiting>()
  const key = Buffer.alloc(KEY_BYTES)
  const value = Buffer.alloc(RULE_BYTES)

  const write = (pid: number, mm: Buffer, { at, flags, cfa, more, returns, pointer }: Rule): void => {
    mm.copy(key, 0)
    key.writeBigUInt64LE(BigInt(at), 8)
    value.writeUInt32LE(pid, 0)
    value.writeUInt32LE(flags, 4)
    for (const [i, offset] of [cfa, more, returns, pointer].entries()) value.writeInt32LE(offset, 8 + i * 4)
    rules.update(key, value)
  }

  const writeAll = (pid: number, mm: Buffer, all: readonly Rule[]): void => {
    try {
      for (const rule of all) write(pid, mm, rule)
    } catch {
      // full: those that are still needed come again
      rules.drain()
    }
  }

  const begin = (id: number, one: Waiting): void => {
    waiting.set(id, one)
    asked.update(one.kind, Buffer.from([1]))
  }

  const end = (id: number): Waiting | undefined => {
    const one = waiting.get(id)
    if (one && waiting.delete(id)) asked.delete(one.kind)
    return one
  }

  return {
    ask() {
      const nowMs = performance.now()
      for (const [id, { sinceMs }] of waiting) if (nowMs - sinceMs > LONGEST_WAIT_MS) end(id)
      const { count, keys, values } = pieces.drain()
      const view = words(values)
      for (let i = 0; i < count; i++) {
        const at = i * pieces.valueSize
        const word = (offset: number): number => view[(at + offset) >>> 2]!
        const address = (offset: number): number => addressAt(view, (at + offset) >>> 2)
        const id = idAt(view, (at + PIECE.id) >>> 2)
        const pid = word(PIECE.pid)
        const addresses = wordsAt(view, (at + PIECE.addresses) >>> 2, Math.min(DEPTH, word(PIECE.depth)))
        const codes = wordsAt(view, (at + PIECE.codes) >>> 2, Math.min(MOST_CODES, word(PIECE.coded)))
        const registers = Array.from({ length: REGISTERS }, (_, number): [number, number] => [
          number,
          address(PIECE.registers + number * 8),
        ]).filter(([, content]) => content !== 0)
        const stack = values.toString('base64', at + PIECE.stack, at + PIECE.stack + word(PIECE.stackBytes))
        // what the kernel's program found beyond comes with the others
        if (!store.get(id)) store.set(id, { pid, addresses: withCodes([...addresses, ...codes]), how: 'stuck' })
        if (waiting.size >= MOST_WAITING) continue
        if (!unwind(pid, { id, ip: address(PIECE.ip), exact: word(PIECE.exact) !== 0, registers, stack })) continue
        const mm = Buffer.from(values.subarray(at + PIECE.mm, at + PIECE.mm + 8))
        begin(id, { addresses, codes, mm, kind: Buffer.from(keys.subarray(i * 8, i * 8 + 8)), sinceMs: nowMs })
      }
    },
    take(pid, unwound) {
      const found: Float64Array[] = []
      // before the same may be handed over again
      const known = unwound.stacks.map(({ id }) => waiting.get(id)).find((one) => one !== undefined)
      if (known) writeAll(pid, known.mm, unwound.rules)
      if (known && unwound.interpreter) interpreters.add(pid, known.mm, unwound.interpreter)
      const marked = new Set(unwound.rules.filter(({ flags }) => flags & RULE.interprets).map(({ at }) => at))
      const mark = (word: number): number =>
        word < HERE && (marked.has(word) || marked.has(word - 1)) ? word + HERE : word
      for (const { id, callers, end: how } of unwound.stacks) {
        const one = end(id)
        if (!one || (how === 'stuck' && callers.length === 0)) continue
        const stack = [...one.addresses, ...callers].slice(0, DEPTH).map(mark)
        const addresses = withCodes([...stack, ...one.codes])
        store.set(id, { pid, addresses, how })
        found.push(addresses)
      }
      return found
    },
    clear() {
      for (const id of waiting.keys()) end(id)
      pieces.drain()
      rules.drain()
    },
  }
}
