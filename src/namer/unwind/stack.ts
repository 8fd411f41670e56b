// One stack, from what was kept of it: registers and the bytes above the stack pointer. Goes on where it had to stop, as
// files may first have to be read.
import { addressAt } from '../base/address.ts'
import { MOST_CALLERS, type Kept, type Walk } from './unwound.ts'
import type { Machine } from './register-names.ts'
import type { Row } from './row.ts'
import { ruleOf } from './kernel-rule.ts'
import type { Rule } from './kernel-rule.ts'
import { callerByPointer, callerOf, placeOf } from './walk.ts'
import type { End, Frame, Memory } from './walk.ts'

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
