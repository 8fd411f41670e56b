// Stacks that are to be unwound, and what comes of them, as the two write it: lists of numbers.
import { INTERPRETER_PARTS, interpreterOf } from '../base/interpreter-parts.ts'
import type { Interpreter } from '../base/interpreter-parts.ts'
import type { Rule } from './kernel-rule.ts'
import type { Row } from './row.ts'
import type { End } from './walk.ts'

/** What was kept of one stack. */
export interface Kept {
  ip: number
  /** `ip` is not behind a call, but where it was stopped. */
  exact: boolean
  /** By number; the stack pointer among them, where the bytes begin. */
  registers: readonly (readonly [number: number, value: number])[]
  stack: Buffer
}

/** How far it was gone up so far. */
export interface Walk {
  /** False: something has to be read first. */
  goOn(row: (address: number) => Row | 'pointers' | 'nothing' | 'pending'): boolean
  /** Where the callers go on, innermost first, each as an address behind a call. */
  callers: readonly number[]
  end: End
  /** Of all places on the way. */
  rules: readonly Rule[]
}

/** The same as it is sent; its bytes in base64. */
export interface KeptStack extends Omit<Kept, 'stack'> {
  id: number
  stack: string
}

export interface UnwoundStack extends Pick<Walk, 'callers' | 'end'> {
  id: number
}

export interface Unwound {
  stacks: readonly UnwoundStack[]
  rules: readonly Rule[]
  /** Of the functions that rules say stand for others. */
  interpreter?: Interpreter
}

export const MOST_CALLERS = 127
/** In one line. */
export const MOST_STACKS = 8
const MOST_RULES = MOST_STACKS * (MOST_CALLERS + 1)
const ENDS: readonly string[] = ['whole', 'pointers', 'short', 'stuck'] satisfies End[]
const LARGEST = 2 ** 48
const LARGEST_OFFSET = 2 ** 31

export const encodeUnwound = ({
  stacks,
  rules,
  interpreter,
}: Unwound): { stacks: number[][]; rules: number[][]; interpreter?: number[] } => ({
  stacks: stacks.map(({ id, end, callers }) => [id, ENDS.indexOf(end), ...callers]),
  rules: rules.map(({ at, flags, cfa, more, returns, pointer }) => [at, flags, cfa, more, returns, pointer]),
  ...(interpreter && { interpreter: INTERPRETER_PARTS.map((part) => interpreter[part]) }),
})

/** Undefined for what is none. */
export const decodeUnwound = ({ stacks, rules, interpreter }: Record<string, unknown>): Unwound | undefined => {
  if (!isTable(stacks, MOST_STACKS) || !isTable(rules, MOST_RULES)) return undefined
  const good =
    stacks.every(
      ([id, end, ...callers]) =>
        id !== undefined && ENDS[end!] !== undefined && callers.length <= MOST_CALLERS && callers.every(isAddress),
    ) &&
    rules.every(
      ([at, flags, ...offsets]) =>
        isAddress(at!) &&
        isFlags(flags!) &&
        offsets.length === 4 &&
        offsets.every((one) => Math.abs(one) < LARGEST_OFFSET),
    )
  const safe = interpreter === undefined ? undefined : interpreterOf(interpreter)
  if (!good || (interpreter !== undefined && !safe)) return undefined
  return {
    ...(safe && { interpreter: safe }),
    stacks: stacks.map(([id, end, ...callers]) => ({ id: id!, end: ENDS[end!] as End, callers })),
    rules: rules.map(([at, flags, cfa, more, returns, pointer]) => ({
      at: at!,
      flags: flags!,
      cfa: cfa!,
      more: more!,
      returns: returns!,
      pointer: pointer!,
    })),
  }
}

const isTable = (value: unknown, most: number): value is number[][] =>
  Array.isArray(value) &&
  value.length <= most &&
  value.every((one) => Array.isArray(one) && one.every((number) => Number.isSafeInteger(number)))

const isAddress = (value: number): boolean => value >= 0 && value < LARGEST
const isFlags = (value: number): boolean => value >= 0 && value < 2 ** 16
