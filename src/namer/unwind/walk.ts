// From a function to its caller: by what the function's file says, or by frame pointers where it says nothing.
import type { Machine } from './register-names.ts'
import type { Row, Saved } from './row.ts'
import { CFA } from './sum.ts'
import type { Sum } from './sum.ts'

export interface Frame {
  ip: number
  /** It has not called anybody: it is at its next instruction itself. */
  exact: boolean
  /** Those that are known, by number. */
  registers: ReadonlyMap<number, number>
}

/** Eight bytes of memory; undefined: they were not kept. */
export type Memory = (address: number) => number | undefined

/** `whole`: the outermost is reached; `pointers`: frame pointers lead no further, wherever that is; `short`: what would
 * have to be read was not kept; `stuck`: it cannot be told. */
export type End = 'whole' | 'pointers' | 'short' | 'stuck'

const WORD = 8

/** Of which what is said has to be looked up: a call is before the place where it returns to. */
export const placeOf = ({ ip, exact }: Frame): number => (exact ? ip : ip - 1)

export const callerOf = (frame: Frame, row: Row, memory: Memory, machine: Machine): Frame | End => {
  const base = resolved(row.cfa, frame.registers, undefined, memory)
  if (typeof base === 'string') return base
  const registers = new Map(frame.registers)
  registers.set(machine.sp, base)
  for (const [number, saved] of row.registers) {
    if (number >= machine.registers) continue
    const value = savedIn(saved, frame.registers, base, memory)
    if (value === 'short') {
      if (number === row.returns) return 'short'
      registers.delete(number)
    } else if (typeof value === 'string') registers.delete(number)
    else registers.set(number, value)
  }
  if (row.registers.get(row.returns) === 'gone') return 'whole'
  // where nothing was said of it, it is still in the register that a call leaves it in
  const ip = row.registers.has(row.returns) ? registers.get(row.returns) : registers.get(machine.link ?? -1)
  if (ip === undefined) return 'stuck'
  if (ip === 0) return 'whole'
  const isSame = ip === frame.ip && base === frame.registers.get(machine.sp)
  return isSame ? 'stuck' : { ip, exact: row.signal, registers }
}

export const callerByPointer = ({ registers }: Frame, memory: Memory, { sp, bp }: Machine): Frame | End => {
  const [from, pointer] = [registers.get(sp), registers.get(bp)]
  if (from === undefined || pointer === undefined || pointer < from || pointer % WORD !== 0) return 'pointers'
  const [next, ip] = [memory(pointer), memory(pointer + WORD)]
  if (next === undefined || ip === undefined) return 'short'
  if (ip === 0) return 'pointers'
  return {
    ip,
    exact: false,
    registers: new Map([
      [sp, pointer + 2 * WORD],
      [bp, next],
    ]),
  }
}

const savedIn = (
  saved: Saved,
  registers: Frame['registers'],
  cfa: number,
  memory: Memory,
): number | 'short' | 'stuck' => {
  if (saved === 'gone') return 'stuck'
  if ('value' in saved) return resolved(saved.value, registers, cfa, memory)
  const place = resolved(saved.content, registers, cfa, memory)
  return typeof place === 'string' ? place : (memory(place) ?? 'short')
}

const resolved = (
  { register, offset, more }: Sum,
  registers: Frame['registers'],
  cfa: number | undefined,
  memory: Memory,
): number | 'short' | 'stuck' => {
  const from = register === undefined ? 0 : register === CFA ? cfa : registers.get(register)
  if (from === undefined) return 'stuck'
  if (more === undefined) return from + offset
  const content = memory(from + offset)
  return content === undefined ? 'short' : content + more
}
