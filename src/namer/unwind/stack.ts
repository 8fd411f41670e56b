// One stack, from what was kept of it: registers and the bytes above the stack pointer. Goes on where it had to stop, as
// files may first have to be read.
import { addressAt } from '../address.ts'
import { MOST_CALLERS } from '../unwound.ts'
import type { Machine } from './register-names.ts'
import type { Row } from './row.ts'
import { ruleOf } from './kernel-rule.ts'
import type { Rule } from './kernel-rule.ts'
import { callerByPointer, callerOf, placeOf } from './walk.ts'
import type { End, Frame, Memory } from './walk.ts'

export interface Kept {
  ip: number
  /** `ip` is not behind a call, but where it was stopped. */
  exact: boolean
  /** By number; the stack pointer among them, where the bytes begin. */
  registers: readonly (readonly [number: number, value: number])[]
  stack: Buffer
}

export interface Walk {
  /** False: something has to be read first. */
  goOn(row: (address: number) => Row | 'pointers' | 'nothing' | 'pending'): boolean
  /** Where the callers go on, innermost first, each as an address behind a call. */
  callers: readonly number[]
  end: End
  /** Of all places on the way. */
  rules: readonly Rule[]
}

export const openWalk = ({ ip, exact, registers, stack }: Kept, machine: Machine): Walk => {
  const callers: number[] = []
  const rules: Rule[] = []
  const memory = memoryOf(stack, new Map(registers).get(machine.sp) ?? 0)
  let frame: Frame = { ip, exact, registers: new Map(registers) }
  let end: End | undefined

  const step = (row: Row | 'pointers' | 'nothing'): Frame | End => {
    if (row === 'nothing') return 'pointers'
    return row === 'pointers' ? callerByPointer(frame, memory, machine) : callerOf(frame, row, memory, machine)
  }

  return {
    callers,
    rules,
    get end() {
      return end ?? 'stuck'
    },
    goOn(rowAt) {
      while (end === undefined) {
        const place = placeOf(frame)
        const row = rowAt(place)
        if (row === 'pending') return false
        rules.push(ruleOf(place, row, machine))
        const next = step(row)
        if (typeof next === 'string') end = next
        else {
          frame = next
          callers.push(next.exact ? next.ip + 1 : next.ip)
          if (callers.length >= MOST_CALLERS) end = 'short'
        }
      }
      return true
    },
  }
}

const memoryOf = (stack: Buffer, from: number): Memory => {
  const words = new Uint32Array(new Uint8Array(stack).buffer, 0, stack.length >>> 2)
  return (address) => {
    const index = (address - from) / 4
    return Number.isInteger(index) && index >= 0 && index + 2 <= words.length ? addressAt(words, index) : undefined
  }
}
