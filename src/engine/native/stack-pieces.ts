// User stacks by rules, of programs that keep no frame pointers: pieces of stacks that the kernel's program could not go up
// by itself are passed on to be unwound, and what comes of it becomes rules for it (probes/stacks_pieces.h, mirrored here).
import { addressAt } from '../../namer/address.ts'
import type { KeptStack, Rule, Unwound } from '../../namer/protocol.ts'
import type { BpfMap } from './map.ts'
import { words } from './per-cpu.ts'
import { addressesAt, DEPTH, idAt } from './stack-store.ts'
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
const PIECE = {
  id: 0,
  mm: 8,
  ip: 16,
  registers: 24,
  pid: 24 + REGISTERS * 8,
  depth: 28 + REGISTERS * 8,
  exact: 32 + REGISTERS * 8,
  stackBytes: 36 + REGISTERS * 8,
  addresses: 40 + REGISTERS * 8,
  stack: 40 + REGISTERS * 8 + DEPTH * 8,
}
const KEY_BYTES = 16
const RULE_BYTES = 24
const MOST_WAITING = 1024

interface Waiting {
  addresses: Float64Array
  /** Which memory it is of. */
  mm: Buffer
}

/** `unwind` gives false for what cannot be. */
export const openUnwinding = (
  { pieces, rules }: { pieces: BpfMap; rules: BpfMap },
  store: StackStore,
  unwind: (pid: number, stack: KeptStack) => boolean,
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

  return {
    ask() {
      const { count, values } = pieces.drain()
      const view = words(values)
      for (let i = 0; i < count; i++) {
        const at = i * pieces.valueSize
        const word = (offset: number): number => view[(at + offset) >>> 2]!
        const address = (offset: number): number => addressAt(view, (at + offset) >>> 2)
        const id = idAt(view, (at + PIECE.id) >>> 2)
        const pid = word(PIECE.pid)
        const addresses = addressesAt(view, (at + PIECE.addresses) >>> 2, Math.min(DEPTH, word(PIECE.depth)))
        const registers = Array.from({ length: REGISTERS }, (_, number): [number, number] => [
          number,
          address(PIECE.registers + number * 8),
        ]).filter(([, content]) => content !== 0)
        const stack = values.toString('base64', at + PIECE.stack, at + PIECE.stack + word(PIECE.stackBytes))
        // what the kernel's program found beyond comes with the others
        if (!store.get(id)) store.set(id, { pid, addresses, how: 'stuck' })
        if (waiting.size >= MOST_WAITING) waiting.clear()
        waiting.set(id, { addresses, mm: Buffer.from(values.subarray(at + PIECE.mm, at + PIECE.mm + 8)) })
        if (!unwind(pid, { id, ip: address(PIECE.ip), exact: word(PIECE.exact) !== 0, registers, stack }))
          waiting.delete(id)
      }
    },
    take(pid, unwound) {
      const found: Float64Array[] = []
      let mm: Buffer | undefined
      for (const { id, callers, end } of unwound.stacks) {
        const one = waiting.get(id)
        if (!one) continue
        waiting.delete(id)
        if (end === 'stuck' && callers.length === 0) continue
        mm = one.mm
        const addresses = Float64Array.from([...one.addresses, ...callers].slice(0, DEPTH))
        store.set(id, { pid, addresses, how: end })
        found.push(addresses)
      }
      if (mm) writeAll(pid, mm, unwound.rules)
      return found
    },
    clear() {
      pieces.drain()
      rules.drain()
    },
  }
}
