// Where something is, as far as it can be told without the process: a register and a number, or what lies there in memory
// and another number. DWARF's expressions (its section 2.5) that come to that are worked out; others are not understood.
import { forward, lebAt, numberAt, signedLebAt } from '../dwarf/forms.ts'
import type { Cursor } from '../dwarf/forms.ts'

export interface Sum {
  /** Undefined: a number alone. */
  register: number | undefined
  offset: number
  /** What is in memory there, and this added to it. */
  more?: number
}

/** In place of a register: the caller's stack pointer. */
export const CFA = -1

const MOST_STEPS = 200
const MOST_STACKED = 64
const MASK = (1n << 64n) - 1n

const signed = (value: number): bigint => BigInt.asIntN(64, BigInt(value))
const bit = (value: boolean): bigint => (value ? 1n : 0n)
const shift = (count: bigint): bigint => (count < 0n || count > 63n ? 64n : count)
/** Of two numbers, the upper one of the stack second. */
const BINARY: Readonly<Record<number, (a: bigint, b: bigint) => bigint>> = {
  0x1a: (a, b) => a & b,
  0x1e: (a, b) => a * b,
  0x21: (a, b) => a | b,
  0x24: (a, b) => a << shift(b),
  0x25: (a, b) => (a & MASK) >> shift(b),
  0x26: (a, b) => a >> shift(b),
  0x27: (a, b) => a ^ b,
  0x29: (a, b) => bit(a === b),
  0x2a: (a, b) => bit(a >= b),
  0x2b: (a, b) => bit(a > b),
  0x2c: (a, b) => bit(a <= b),
  0x2d: (a, b) => bit(a < b),
  0x2e: (a, b) => bit(a !== b),
}
/** Sizes of numbers that follow; negative: signed. */
const NUMBERS: Readonly<Record<number, number>> = {
  0x03: 8,
  0x08: 1,
  0x09: -1,
  0x0a: 2,
  0x0b: -2,
  0x0c: 4,
  0x0d: -4,
  0x0e: 8,
  0x0f: -8,
}

/** `pc` stands for the register of that number; what lies on the stack first is `first`. Throws RangeError. */
export const sumOf = (code: Buffer, pcRegister: number, pc: number, first?: Sum): Sum => {
  const cursor: Cursor = { bytes: code, at: 0 }
  const stack: Sum[] = first ? [first] : []
  const pop = (): Sum => {
    const top = stack.pop()
    if (!top) throw new RangeError('nothing on the stack')
    return top
  }
  const push = (sum: Sum): void => {
    if (stack.length >= MOST_STACKED || !Number.isSafeInteger(sum.offset)) throw new RangeError('too much')
    stack.push(sum)
  }
  const at = (index: number): Sum => stack.at(index) ?? pop()
  const register = (number: number): void => {
    const offset = signedLebAt(cursor)
    push(number === pcRegister ? { register: undefined, offset: pc + offset } : { register: number, offset })
  }

  for (let steps = 0; cursor.at < code.length; steps++) {
    if (steps > MOST_STEPS) throw new RangeError('too long')
    const op = code[cursor.at]!
    forward(cursor, 1)
    if (op >= 0x30 && op <= 0x4f) push({ register: undefined, offset: op - 0x30 })
    else if (op >= 0x70 && op <= 0x8f) register(op - 0x70)
    else if (op === 0x92) register(lebAt(cursor))
    else if (NUMBERS[op] !== undefined) push({ register: undefined, offset: numberAt(cursor, NUMBERS[op]) })
    else if (op === 0x10) push({ register: undefined, offset: lebAt(cursor) })
    else if (op === 0x11) push({ register: undefined, offset: signedLebAt(cursor) })
    else if (op === 0x12) push(at(-1))
    else if (op === 0x13) pop()
    else if (op === 0x14) push(at(-2))
    else if (op === 0x16) stack.push(pop(), pop())
    else if (op === 0x06) push(contentOf(pop()))
    else if (op === 0x22) push(added(pop(), pop()))
    else if (op === 0x23) push(added(pop(), { register: undefined, offset: lebAt(cursor) }))
    else if (op === 0x1c) {
      const less = numberOf(pop())
      push(added(pop(), { register: undefined, offset: -less }))
    } else if (BINARY[op]) {
      const second = signed(numberOf(pop()))
      push({ register: undefined, offset: Number(BigInt.asIntN(64, BINARY[op](signed(numberOf(pop())), second))) })
    } else if (op !== 0x96) throw new RangeError(`operation ${op} is not known`)
  }
  return pop()
}

const numberOf = ({ register, offset, more }: Sum): number => {
  if (register !== undefined || more !== undefined || !Number.isSafeInteger(offset)) throw new RangeError('no number')
  return offset
}

const contentOf = (sum: Sum): Sum => {
  if (sum.more !== undefined || sum.register === undefined) throw new RangeError('memory behind memory')
  return { ...sum, more: 0 }
}

const added = (one: Sum, other: Sum): Sum => {
  const [sum, number] = isNumber(other) ? [one, other.offset] : [other, numberOf(one)]
  return sum.more === undefined ? { ...sum, offset: sum.offset + number } : { ...sum, more: sum.more + number }
}

const isNumber = ({ register, more }: Sum): boolean => register === undefined && more === undefined
