// What a row says, in the few numbers with which the kernel's program goes from a function to its caller by itself
// (probes/stacks_unwind.h). It knows the stack pointer, the frame pointer and, of the innermost, the
// register that a call leaves its return address in.
import type { Machine } from './register-names.ts'
import type { Row, Saved } from './row.ts'
import { RULE } from './rule-flags.ts'
import { CFA } from './sum.ts'
import type { Sum } from './sum.ts'

export interface Rule {
  /** The place that it is about. */
  at: number
  flags: number
  /** The caller's stack pointer: this from one of the two, or what lies there and `more`. */
  cfa: number
  more: number
  /** Where the return address and the frame pointer were saved, from there or from the register. */
  returns: number
  pointer: number
}

const LARGEST = 2 ** 31
const NONE = { cfa: 0, more: 0, returns: 0, pointer: 0 }

export const ruleOf = (at: number, row: Row | 'pointers' | 'nothing', machine: Machine): Rule => {
  if (row === 'nothing') return { at, flags: RULE.nothing, ...NONE }
  if (row === 'pointers') return { at, flags: RULE.byPointer, ...NONE }
  return simple(at, row, machine) ?? { at, flags: RULE.complex, ...NONE }
}

const simple = (
  at: number,
  { cfa, registers, returns, signal, interprets }: Row,
  machine: Machine,
): Rule | undefined => {
  const { register, offset, more = 0 } = cfa
  const returnsIn = registers.get(returns)
  if (returnsIn === 'gone') return { at, flags: RULE.outermost, ...NONE }
  if (register !== machine.sp && register !== machine.bp) return undefined
  const back = placeOfSaved(returnsIn, register, RULE.returnsSaved, RULE.returnsFromRegister)
  const pointer = placeOfSaved(registers.get(machine.bp), register, RULE.pointerSaved, RULE.pointerFromRegister)
  if (!back || !pointer || (returnsIn === undefined && machine.link === undefined)) return undefined
  const flags =
    (register === machine.bp ? RULE.fromPointer : 0) |
    (cfa.more === undefined ? 0 : RULE.content) |
    (signal ? RULE.signal : 0) |
    (interprets ? RULE.interprets : 0) |
    back.flags |
    pointer.flags
  const numbers = { cfa: offset, more, returns: back.offset, pointer: pointer.offset }
  return Object.values(numbers).every((number) => Math.abs(number) < LARGEST) ? { at, flags, ...numbers } : undefined
}

const placeOfSaved = (
  saved: Saved | undefined,
  base: number,
  isSaved: number,
  isFromRegister: number,
): { flags: number; offset: number } | undefined => {
  if (saved === undefined || saved === 'gone') return { flags: 0, offset: 0 }
  const place: Sum | undefined = 'content' in saved ? saved.content : undefined
  if (place === undefined || place.more !== undefined) return undefined
  if (place.register === CFA) return { flags: isSaved, offset: place.offset }
  return place.register === base ? { flags: isSaved | isFromRegister, offset: place.offset } : undefined
}
