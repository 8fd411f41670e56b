// Where an interpreter (Python 3.11 to 3.13) has what it knows of its threads and of the functions that they run, so that the
// kernel's program can read it as a thread leaves its CPU (probes/stacks_interpreted.h). All of it comes
// from the file: which version it is, and from 3.13 on the places themselves, which it lists for debuggers.
import { dynamicSymbol } from './dynamic-symbol.ts'
import { SECTION, word } from './base/elf.ts'
import type { Elf } from './base/elf.ts'
import { isInterpreter } from './base/interpreter-parts.ts'
import type { Interpreter } from './base/interpreter-parts.ts'

/** Functions that stand for those of the interpreter. */
export const isInterpreting = (name: string | undefined): boolean =>
  name !== undefined && /^_PyEval_EvalFrameDefault(\.|$)/.test(name)

const NO_TOP = 0xffff
/** Frames that stand for the stack below. */
const SHIM = 3
const CODE = { file: 112, name: 128 }

/** What is not in lists for debuggers, of builds for 64 bits; `states` from where its data begins. */
const BY_VERSION: Readonly<Record<string, Interpreter>> = {
  '3.11': {
    ...CODE,
    states: 40,
    nextState: 0,
    threads: 16,
    nextThread: 8,
    nativeId: 160,
    frames: 56,
    top: 8,
    code: 32,
    previous: 48,
    entry: 68,
    shim: 0,
    line: 72,
    narrow: 48,
    wide: 72,
  },
  '3.12': {
    ...CODE,
    states: 40,
    nextState: 0,
    threads: 72,
    nextThread: 8,
    nativeId: 144,
    frames: 56,
    top: 0,
    code: 0,
    previous: 8,
    entry: 70,
    shim: SHIM,
    line: 68,
    narrow: 40,
    wide: 56,
  },
}

/** Where the list of 3.13 has them. */
const LISTED = {
  states: 40,
  nextState: 64,
  threads: 72,
  nextThread: 168,
  frames: 184,
  nativeId: 200,
  previous: 232,
  code: 240,
  entry: 264,
  file: 280,
  name: 296,
  line: 312,
  narrow: 560,
} as const
const UNLOCKED = 16
const LIST_BYTES = 568
const COOKIE = 'xdebugpy'
/** What texts have more that are not ASCII. */
const WIDER = 16

/** As addresses in the file; undefined when it is none that is known. */
export const readInterpreter = (elf: Elf): Interpreter | undefined => {
  const [version, data] = [dynamicSymbol(elf, 'Py_Version'), dynamicSymbol(elf, '_PyRuntime')]
  if (version === undefined || data === undefined) return undefined
  const number = contentAt(elf, version, 4)
  if (number.length < 4) return undefined
  const text = `${number[3]}.${number[2]}`
  const known = BY_VERSION[text] ?? (text === '3.13' ? listed(contentAt(elf, data, LIST_BYTES)) : undefined)
  return known && isInterpreter({ ...known, states: data + known.states })
}

const listed = (list: Buffer): Interpreter | undefined => {
  if (list.length < LIST_BYTES || list.toString('latin1', 0, COOKIE.length) !== COOKIE) return undefined
  // threads without a lock keep all of it differently
  if (word(list, UNLOCKED, true) !== 0) return undefined
  const at = (part: keyof typeof LISTED): number => word(list, LISTED[part], true)
  const parts = Object.keys(LISTED) as (keyof typeof LISTED)[]
  const found = Object.fromEntries(parts.map((part) => [part, at(part)])) as Record<keyof typeof LISTED, number>
  return { ...found, top: NO_TOP, shim: SHIM, wide: found.narrow + WIDER }
}

/** What the file has for an address. */
const contentAt = ({ bytes, sections }: Elf, address: number, length: number): Buffer => {
  const section = sections.find(
    (one) =>
      one.type !== SECTION.nothing &&
      one.address > 0 &&
      address >= one.address &&
      address + length <= one.address + one.size,
  )
  return section ? bytes.readNow(section.offset + address - section.address, length) : Buffer.alloc(0)
}
