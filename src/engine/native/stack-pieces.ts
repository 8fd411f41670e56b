// User stacks by rules, of programs that keep no frame pointers: pieces of stacks that the kernel's program could not go up
// by itself are passed on to be unwound, and what comes of it becomes rules for it (probes/stacks_pieces.h).
import { addressAt } from '../../namer/base/address.ts'
import { RULE } from '../../namer/protocol.ts'
import type { KeptStack, Rule, Unwound } from '../../namer/protocol.ts'
import { HERE, withCodes } from './interpreted.ts'
import type { Interpreters } from './interpreted.ts'
import type { BpfMap } from './map.ts'
import type { BpfObject } from './object.ts'
import { words } from './per-cpu.ts'
import { idAt, wordsAt } from './stack-store.ts'
import type { StackStore } from './stack-store.ts'
import { sameValues, snakeCase } from './btf-types.ts'
import type { Types } from './btf-types.ts'

interface Unwinding {
  /** Passes on what the kernel handed over. */
  ask(): void
  /** Gives the addresses that became known. */
  take(pid: number, unwound: Unwound): Float64Array[]
  /** No rule counts any more. */
  clear(): void
}

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

/** Where something is in what the kernel hands over, and takes. Throws Error where it is not there, or rules have other
 * flags. */
export const unwindingLayout = (types: Types) => {
  const flags = Object.entries(RULE).map(([flag, value]) => [snakeCase(flag).toUpperCase(), value])
  sameValues(types, 'rule_flag', Object.fromEntries(flags))
  return {
    piece: types.layout('piece', {
      id: 'id',
      mm: 'mm',
      ip: 'ip',
      registers: 'registers',
      pid: 'tgid',
      depth: 'depth',
      exact: 'exact',
      stackBytes: 'bytes',
      coded: 'coded',
      addresses: 'ips',
      codes: 'codes',
      stack: 'stack',
    }),
    registers: types.elements('piece', 'registers'),
    depth: types.elements('piece', 'ips'),
    mostCodes: types.elements('piece', 'codes'),
    place: types.layout('place', ['mm', 'at']),
    rule: types.layout('rule', {
      pid: 'tgid',
      flags: 'flags',
      cfa: 'cfa',
      more: 'more',
      returns: 'returns',
      pointer: 'pointer',
    }),
  }
}
type UnwindingLayout = ReturnType<typeof unwindingLayout>

/** Where the kernel refused what it takes. */
export const NO_UNWINDING: Unwinding = { ask() {}, take: () => [], clear() {} }

/** `unwind` gives false for what cannot be. */
export const openUnwinding = (
  { pieces, asked, rules }: Maps,
  { piece: at, registers: registersCount, depth: mostDepth, mostCodes, place, rule: ruleAt }: UnwindingLayout,
  store: StackStore,
  unwind: (pid: number, stack: KeptStack) => boolean,
  interpreters: Interpreters,
): Unwinding => {
  const waiting = new Map<number, Waiting>()
  const key = Buffer.alloc(place.size)
  const value = Buffer.alloc(ruleAt.size)
  /** Half of what the kernel has room for, so that there always is. */
  const mostWaiting = asked.maxEntries / 2

  const write = (pid: number, mm: Buffer, rule: Rule): void => {
    mm.copy(key, place.mm)
    key.writeBigUInt64LE(BigInt(rule.at), place.at)
    value.writeUInt32LE(pid, ruleAt.pid)
    value.writeUInt32LE(rule.flags, ruleAt.flags)
    value.writeInt32LE(rule.cfa, ruleAt.cfa)
    value.writeInt32LE(rule.more, ruleAt.more)
    value.writeInt32LE(rule.returns, ruleAt.returns)
    value.writeInt32LE(rule.pointer, ruleAt.pointer)
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
        const base = i * pieces.valueSize
        const word = (offset: number): number => view[(base + offset) >>> 2]!
        const address = (offset: number): number => addressAt(view, (base + offset) >>> 2)
        const id = idAt(view, (base + at.id) >>> 2)
        const pid = word(at.pid)
        const addresses = wordsAt(view, (base + at.addresses) >>> 2, Math.min(mostDepth, word(at.depth)))
        const codes = wordsAt(view, (base + at.codes) >>> 2, Math.min(mostCodes, word(at.coded)))
        const registers = Array.from({ length: registersCount }, (_, number): [number, number] => [
          number,
          address(at.registers + number * 8),
        ]).filter(([, content]) => content !== 0)
        const stack = values.toString('base64', base + at.stack, base + at.stack + word(at.stackBytes))
        // what the kernel's program found beyond comes with the others
        if (!store.get(id)) store.set(id, { pid, addresses: withCodes([...addresses, ...codes]), how: 'stuck' })
        if (waiting.size >= mostWaiting) continue
        if (!unwind(pid, { id, ip: address(at.ip), exact: word(at.exact) !== 0, registers, stack })) continue
        const mm = Buffer.from(values.subarray(base + at.mm, base + at.mm + 8))
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
        const stack = [...one.addresses, ...callers].slice(0, mostDepth).map(mark)
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
