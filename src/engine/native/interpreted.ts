// Functions of an interpreter in the place of its own that runs them, as the kernel's program notes them behind a stack, and
// what they are called (probes/stacks_interpreted.h).
import { harmless } from '../../namer/harmless.ts'
import { INTERPRETER_PARTS } from '../../namer/protocol.ts'
import type { Interpreter } from '../../namer/protocol.ts'
import type { StackFrame } from '../../stream/stack-types.ts'
import type { BpfMap } from './map.ts'
import type { BpfObject } from './object.ts'
import { words } from './per-cpu.ts'
import { sameValues, snakeCase } from './btf-types.ts'
import type { Types } from './btf-types.ts'

/** Beside an address: functions of an interpreter belong there; it is of one; it is the last of those of one call. */
export const HERE = 2 ** 48
export const CODE = 2 ** 49
const LAST = 2 ** 50
const ADDRESS = 2 ** 48

export const isCode = (word: number): boolean => word >= CODE
const hasLast = (word: number): boolean => word >= LAST

/** A word of a user stack with its marks. */
export const markedAt = (view: Uint32Array, index: number): number =>
  view[index]! + (view[index + 1]! & 0x7ffff) * 2 ** 32

/** Puts functions of an interpreter, which stand behind the addresses, where they belong, innermost first. What is left of
 * them belongs further out than the stack was followed. */
export const withCodes = (stack: ArrayLike<number>): Float64Array => {
  const all = Array.from(stack)
  const first = all.findIndex(isCode)
  if (first < 0) return Float64Array.from(all, (word) => word % ADDRESS)
  const calls = callsIn(all.slice(first))
  let next = 0
  const found = all.slice(0, first).flatMap((word) => {
    const call = word >= HERE ? (calls[next++] ?? []) : []
    return call.length > 0 ? call : [word % ADDRESS]
  })
  return Float64Array.from([...found, ...calls.slice(next).flat()])
}

const callsIn = (codes: readonly number[]): number[][] => {
  const calls: number[][] = [[]]
  for (const word of codes) {
    if (word % ADDRESS > 0) calls.at(-1)!.push(CODE + (word % ADDRESS))
    if (hasLast(word)) calls.push([])
  }
  return calls
}

export interface Interpreters {
  /** One runs in this memory. */
  add(pid: number, mm: Buffer, interpreter: Interpreter): void
  /** Takes the names that were noted. */
  take(): void
  frame(pid: number, code: number): StackFrame
  clear(): void
}

const MOST_NAMES = 50_000
const UNKNOWN: StackFrame = { name: '[unknown]', kind: 'unknown', module: 'python' }

type Maps = Record<'interpreters' | 'codes' | 'known_threads', BpfMap>

export const interpreterMaps = (object: BpfObject): Maps => ({
  interpreters: object.map('interpreters'),
  codes: object.map('codes'),
  known_threads: object.map('known_threads'),
})

type Part = (typeof INTERPRETER_PARTS)[number]

/** Where something is in what the kernel notes, and takes. Throws Error where it is not there, or the marks beside
 * addresses are other ones. */
export const interpreterLayout = (types: Types) => {
  sameValues(types, 'mark_bit', { HERE_BIT: Math.log2(HERE), CODE_BIT: Math.log2(CODE), LAST_BIT: Math.log2(LAST) })
  const members = INTERPRETER_PARTS.map((part) => [part, snakeCase(part)])
  return {
    interpreter: types.layout('interpreter', { pid: 'tgid', ...(Object.fromEntries(members) as Record<Part, string>) }),
    code: types.layout('code_names', { pid: 'tgid', line: 'line', file: 'file', name: 'name' }),
    text: types.layout('text', { state: 'state', bytes: 'bytes', content: 'content' }),
    textBytes: types.elements('text', 'content'),
    place: types.layout('place', ['mm', 'at']),
  }
}
type InterpreterLayout = ReturnType<typeof interpreterLayout>

/** Where the kernel refused what notes them. */
export const NO_INTERPRETERS: Interpreters = { add() {}, take() {}, frame: () => UNKNOWN, clear() {} }

export const openInterpreters = (
  { interpreters, codes, known_threads: threads }: Maps,
  { interpreter: at, code: noted, place, ...texts }: InterpreterLayout,
): Interpreters => {
  const nameIn = nameReader(noted, texts)
  const names = new Map<string, StackFrame>()

  return {
    add(pid, mm, interpreter) {
      const value = Buffer.alloc(at.size)
      value.writeUInt32LE(pid, at.pid)
      for (const part of INTERPRETER_PARTS)
        if (part === 'states') value.writeBigUInt64LE(BigInt(interpreter[part]), at[part])
        else value.writeUInt16LE(interpreter[part], at[part])
      try {
        interpreters.update(mm, value)
      } catch {
        // full: those that are still needed come again
        interpreters.drain()
      }
    },
    take() {
      const { count, keys, values } = codes.drain()
      const keyView = words(keys)
      for (let i = 0; i < count; i++) {
        const one = values.subarray(i * noted.size, (i + 1) * noted.size)
        const key = keyOf(one.readUInt32LE(noted.pid), markedAt(keyView, (i * place.size + place.at) >>> 2))
        if (names.size >= MOST_NAMES) names.clear()
        names.set(key, { name: nameIn(one), kind: 'interpreted', module: 'python' })
      }
    },
    frame: (pid, code) => names.get(keyOf(pid, code % ADDRESS)) ?? UNKNOWN,
    clear() {
      interpreters.drain()
      threads.drain()
      codes.drain()
    },
  }
}

const keyOf = (pid: number, code: number): string => `${pid} ${code}`

const nameReader = (
  at: InterpreterLayout['code'],
  { text, textBytes }: Pick<InterpreterLayout, 'text' | 'textBytes'>,
): ((noted: Buffer) => string) => {
  /** Of one, two or four bytes a character, as its state says. */
  const textIn = (bytes: Buffer): string => {
    const content = bytes.subarray(text.content, text.content + Math.min(bytes.readUInt32LE(text.bytes), textBytes))
    const width = (bytes.readUInt32LE(text.state) >>> 2) & 7
    if (width === 2) return content.toString('utf16le')
    if (width !== 4) return content.toString('latin1')
    return Array.from({ length: content.length >>> 2 }, (_, i) => character(content.readUInt32LE(i * 4))).join('')
  }
  return (noted) => {
    const path = textIn(noted.subarray(at.file, at.file + text.size))
    const name = textIn(noted.subarray(at.name, at.name + text.size))
    return harmless(`${moduleOf(path)}${name || '?'} (${path.split('/').at(-1)}:${noted.readUInt32LE(at.line)})`)
  }
}

const character = (code: number): string => (code < 0x110000 ? String.fromCodePoint(code) : '?')

/** As it is imported, as far as the path of its file tells. */
export const moduleOf = (path: string): string => {
  const frozen = /^<frozen (\S+)>$/.exec(path)?.[1]
  if (frozen !== undefined) return `${frozen}.`
  if (!path.endsWith('.py')) return ''
  const inside = /.*\/(?:(?:site|dist)-packages|python3\.\d+(?:\/lib-dynload)?)\/(.+)\.py$/.exec(path)?.[1]
  const module = inside?.replace(/\/__init__$/, '').replaceAll('/', '.') ?? path.split('/').at(-1)!.slice(0, -3)
  return `${module}.`
}
