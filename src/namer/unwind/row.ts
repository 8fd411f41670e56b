// What is known of a function's caller at one of its instructions: where the caller's stack pointer was and where its
// registers are. A small program (DWARF's section 6.4.2, as .eh_frame has it) is run up to that instruction.
import { forward, lebAt, signedLebAt, unsignedAt } from '../dwarf/forms.ts'
import type { Cursor } from '../dwarf/forms.ts'
import type { FrameEntry } from './frame-table.ts'
import { CFA, sumOf } from './sum.ts'
import type { Sum } from './sum.ts'

/** `content`: it was saved there, else that is its value; `gone`: nobody knows any more. */
export type Saved = { content: Sum } | { value: Sum } | 'gone'

export interface Row {
  /** The caller's stack pointer. */
  cfa: Sum
  /** Those not named are as they were. */
  registers: ReadonlyMap<number, Saved>
  /** Number of the one that stands for the return address. */
  returns: number
  /** A signal came in between: the caller is where it was interrupted, and not behind a call. */
  signal: boolean
  /** It stands for functions of an interpreter. */
  interprets?: boolean
}

interface State {
  cfa: Sum | undefined
  registers: Map<number, Saved>
}

const MOST_STEPS = 20_000
const MOST_REMEMBERED = 64
const MOST_REGISTERS = 128
const LARGEST_OFFSET = 2 ** 31

/** Throws RangeError for what cannot be understood. `address` is in the function. */
export const rowAt = ({ start, common, program }: FrameEntry, address: number): Row => {
  const steps = { left: MOST_STEPS }
  const pc = address
  const state: State = { cfa: undefined, registers: new Map() }
  run(common.program, state, { ...common, start, pc: Infinity, address: pc, steps, initial: undefined })
  const initial = new Map(state.registers)
  run(program, state, { ...common, start, pc, address: pc, steps, initial })
  if (!state.cfa) throw new RangeError('no stack pointer')
  return { cfa: state.cfa, registers: state.registers, returns: common.returns, signal: common.signal }
}

interface Way {
  codeFactor: number
  dataFactor: number
  returns: number
  start: number
  /** Up to where it is run. */
  pc: number
  address: number
  steps: { left: number }
  /** As the common part left them. */
  initial: ReadonlyMap<number, Saved> | undefined
}

const run = (code: Buffer, state: State, way: Way): void => {
  const { codeFactor, dataFactor, returns, pc, address, steps, initial } = way
  const cursor: Cursor = { bytes: code, at: 0 }
  const remembered: State[] = []
  let at = way.start

  const leb = (): number => lebAt(cursor)
  const save = (register: number, saved: Saved): void => {
    if (state.registers.size >= MOST_REGISTERS) throw new RangeError('too many registers')
    state.registers.set(register, saved)
  }
  const saveAt = (register: number, offset: number): void =>
    save(register, { content: { register: CFA, offset: checked(offset) } })
  const restore = (register: number): void => {
    const before = initial?.get(register)
    if (before) save(register, before)
    else state.registers.delete(register)
  }
  const block = (): Buffer => {
    const length = leb()
    const from = cursor.at
    forward(cursor, length)
    return code.subarray(from, cursor.at)
  }
  const plain = (): Sum => {
    if (!state.cfa || state.cfa.more !== undefined) throw new RangeError('no register to count from')
    return state.cfa
  }
  const inRegister = (first: Sum | undefined): Sum => sumOf(block(), returns, address, first)
  const onCfa: Sum = { register: CFA, offset: 0 }

  while (cursor.at < code.length) {
    if (--steps.left < 0) throw new RangeError('too long')
    const op = code[cursor.at]!
    forward(cursor, 1)
    const low = op & 0x3f
    if (op >= 0xc0) restore(low)
    else if (op >= 0x80) saveAt(low, leb() * dataFactor)
    else if (op >= 0x40 || (op >= 0x02 && op <= 0x04)) {
      at += (op >= 0x40 ? low : unsignedAt(cursor, 1 << (op - 2))) * codeFactor
      if (at > pc) return
    } else if (op === 0x05) saveAt(leb(), leb() * dataFactor)
    else if (op === 0x06) restore(leb())
    else if (op === 0x07) save(leb(), 'gone')
    else if (op === 0x08) state.registers.delete(leb())
    else if (op === 0x09) save(leb(), { value: { register: leb(), offset: 0 } })
    else if (op === 0x0a) {
      if (remembered.length >= MOST_REMEMBERED) throw new RangeError('too much to remember')
      remembered.push({ cfa: state.cfa, registers: new Map(state.registers) })
    } else if (op === 0x0b) {
      const before = remembered.pop()
      if (!before) throw new RangeError('nothing was remembered')
      Object.assign(state, before)
    } else if (op === 0x0c) state.cfa = { register: leb(), offset: checked(leb()) }
    else if (op === 0x0d) state.cfa = { register: leb(), offset: plain().offset }
    else if (op === 0x0e) state.cfa = { register: plain().register, offset: checked(leb()) }
    else if (op === 0x0f) state.cfa = inRegister(undefined)
    else if (op === 0x10) save(leb(), { content: inRegister(onCfa) })
    else if (op === 0x11) saveAt(leb(), signedLebAt(cursor) * dataFactor)
    else if (op === 0x12) state.cfa = { register: leb(), offset: checked(signedLebAt(cursor) * dataFactor) }
    else if (op === 0x13) state.cfa = { register: plain().register, offset: checked(signedLebAt(cursor) * dataFactor) }
    else if (op === 0x14) save(leb(), { value: { register: CFA, offset: checked(leb() * dataFactor) } })
    else if (op === 0x15) save(leb(), { value: { register: CFA, offset: checked(signedLebAt(cursor) * dataFactor) } })
    else if (op === 0x16) save(leb(), { value: inRegister(onCfa) })
    else if (op === 0x2e) leb()
    else if (op === 0x2f) saveAt(leb(), -leb() * dataFactor)
    else if (op !== 0x00 && op !== 0x2d) throw new RangeError(`instruction ${op} is not known`)
  }
}

const checked = (offset: number): number => {
  if (!(Math.abs(offset) < LARGEST_OFFSET)) throw new RangeError('too far away')
  return offset
}
