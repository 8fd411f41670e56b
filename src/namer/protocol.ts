// What the engine and a namer say to each other, a line each. The engine is believed; of a namer, which reads what others
// wrote, every line is checked.
import type { FrameKind, StackFrame } from '../stream/stack-types.ts'
import { harmless } from './harmless.ts'
import { decodeUnwound, encodeUnwound } from './unwind/unwound.ts'
import type { KeptStack, Unwound } from './unwind/unwound.ts'

export { MOST_STACKS } from './unwind/unwound.ts'
export type { Interpreter } from './base/interpreter-parts.ts'
export { INTERPRETER_PARTS } from './base/interpreter-parts.ts'
export { RULE } from './unwind/rule-flags.ts'
export type { Rule } from './unwind/kernel-rule.ts'
export type { End } from './unwind/walk.ts'
export type { KeptStack, Unwound }

/** Names of these addresses are wanted, and whole stacks; `identity` is the program that ran then, and comes back. */
export interface Question {
  pid: number
  identity: string
  at: readonly number[]
  stacks?: readonly KeptStack[]
}

export interface Named {
  address: number
  /** Empty: there is no code at all. */
  frames: readonly StackFrame[]
  /** Another may be there later: it is worth asking again. */
  changes: boolean
}

export type Answer =
  | { is: 'names'; pid: number; identity: string; at: Named[] }
  | ({ is: 'stacks'; pid: number; identity: string } & Unwound)
  /** Its memory may not be looked at by this user. */
  | { is: 'denied'; pid: number; identity: string }
  /** Begins with something that may take long, or much. */
  | { is: 'doing'; what: string }
  | { is: 'said'; text: string }

/** Told to a namer with its first line. */
export interface Hello {
  /** What was given up before. */
  givenUp: readonly string[]
}

/** A namer that says more in one line is not listened to. */
export const MOST_LINE_BYTES = 256 * 1024
export const MOST_ADDRESSES = 500
const MOST_FRAMES = 64
const KINDS: readonly string[] = ['user', 'jit', 'inlined', 'unknown'] satisfies FrameKind[]

export const encodeAnswer = (answer: Answer): string => {
  if (answer.is === 'stacks') return `${JSON.stringify({ ...answer, ...encodeUnwound(answer) })}\n`
  if (answer.is !== 'names') return `${JSON.stringify(answer)}\n`
  const texts: string[] = []
  const indexes = new Map<string, number>()
  const index = (text: string): number => {
    const known = indexes.get(text) ?? texts.push(text) - 1
    indexes.set(text, known)
    return known
  }
  const at = answer.at.map(({ address, changes, frames }) => [
    address,
    changes ? 1 : 0,
    ...frames
      .slice(0, MOST_FRAMES)
      .flatMap(({ name, kind, module }) => [index(name), KINDS.indexOf(kind), index(module ?? '')]),
  ])
  return `${JSON.stringify({ is: 'names', pid: answer.pid, identity: answer.identity, texts, at })}\n`
}

/** Undefined for what is no answer. */
export const decodeAnswer = (line: string): Answer | undefined => {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { is, pid, identity, what, text, texts, at } = value
  if (is === 'doing') return typeof what === 'string' ? { is, what: harmless(what) } : undefined
  if (is === 'said') return typeof text === 'string' ? { is, text: harmless(text) } : undefined
  if (typeof pid !== 'number' || typeof identity !== 'string') return undefined
  if (is === 'denied') return { is, pid, identity }
  if (is === 'stacks') {
    const unwound = decodeUnwound(value)
    return unwound && { is, pid, identity, ...unwound }
  }
  if (is !== 'names' || !Array.isArray(texts) || !Array.isArray(at) || at.length > MOST_ADDRESSES) return undefined
  const safe = texts.map((one) => (typeof one === 'string' ? harmless(one) : ''))
  const found = at.map((one) => namedIn(one, safe))
  return found.includes(undefined) ? undefined : { is, pid, identity, at: found as Named[] }
}

const namedIn = (value: unknown, texts: readonly string[]): Named | undefined => {
  if (!Array.isArray(value) || value.length < 2 || (value.length - 2) % 3 !== 0) return undefined
  if (value.length > 2 + MOST_FRAMES * 3 || !value.every((number) => typeof number === 'number')) return undefined
  const [address, changes, ...rest] = value as number[]
  const frames: StackFrame[] = []
  for (let i = 0; i < rest.length; i += 3) {
    const [name, kind, module] = [texts[rest[i]!], KINDS[rest[i + 1]!], texts[rest[i + 2]!]]
    if (name === undefined || kind === undefined || module === undefined) return undefined
    frames.push({ name, kind: kind as FrameKind, ...(module !== '' && { module }) })
  }
  return { address: address!, changes: changes === 1, frames }
}
