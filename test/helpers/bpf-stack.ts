// How much stack the functions of an object of kernel programs take together, as the kernel reckons it before 6.13: a frame
// is as large as what is furthest down in it, and all frames that are within one another get 512 bytes.
import { readFileSync } from 'node:fs'
import { bytesOfMemory, NONE, textIn } from '../../src/namer/base/bytes.ts'
import { openElfNow, SECTION, word, type Elf, type Section } from '../../src/namer/base/elf.ts'

const INSTRUCTION_BYTES = 8
const FRAME_POINTER = 10
/** What a frame is rounded up to. */
const FRAME_BYTES = 32
/** A type of ELF's symbols. */
const FUNCTION = 2
const [SYMBOL_BYTES, RELOCATION_BYTES] = [24, 16]
/** BPF: classes of instructions that fill a register, that write to memory, and three of their operations. */
const FILLS = new Set([0, 1, 4, 7])
const STORES = new Set([2, 3])
const LOAD = 1
const [ADD, COPY, CALL] = [0x07, 0xbf, 0x85]
const CALL_OF_FUNCTION = 1

interface Chain {
  bytes: number
  /** From the outermost to the innermost, with what each takes. */
  functions: readonly string[]
}

interface BpfFunction {
  name: string
  stack: number
  /** Places: number of the section and of the instruction in it. */
  calls: readonly string[]
}

/** The deepest chain of each function, most first. */
export const stacksOf = (path: string): Chain[] => {
  const functions = functionsOf(readFileSync(path))
  const known = new Map<BpfFunction, Chain>()
  const deepest = (each: BpfFunction): Chain => {
    const before = known.get(each)
    if (before) return before
    // functions of the kernel are not here, and have a stack of their own
    const below = each.calls
      .map((place) => functions.get(place))
      .flatMap((called) => (called ? deepest(called) : []))
      .sort(byBytes)[0]
    const own = Math.ceil(Math.max(each.stack, 1) / FRAME_BYTES) * FRAME_BYTES
    const chain = {
      bytes: own + (below?.bytes ?? 0),
      functions: [`${each.name} ${each.stack}`, ...(below?.functions ?? [])],
    }
    known.set(each, chain)
    return chain
  }
  return [...functions.values()].map(deepest).sort(byBytes)
}

const byBytes = (a: Chain, b: Chain): number => b.bytes - a.bytes

/** By place. */
const functionsOf = (file: Buffer): Map<string, BpfFunction> => {
  const elf = openElfNow(bytesOfMemory(file))!
  const symbols = symbolsOf(elf, file)
  const functions = new Map<string, BpfFunction>()
  for (const { name, type, section, value, size } of symbols) {
    if (type !== FUNCTION) continue
    const code = contentOf(file, elf.sections[section]!)
    const elsewhere = new Map<number, string>()
    const moved = elf.section(`.rel${elf.sections[section]!.name}`)
    const relocations = moved ? contentOf(file, moved) : NONE
    for (let i = 0; i < relocations.length; i += RELOCATION_BYTES) {
      const from = word(relocations, i, true)
      const to = symbols[relocations.readUInt32LE(i + 12)]!
      const target = to.value / INSTRUCTION_BYTES + code.readInt32LE(from + 4) + 1
      elsewhere.set(from / INSTRUCTION_BYTES, `${to.section} ${target}`)
    }
    const start = value / INSTRUCTION_BYTES
    const called = (i: number, by: number) => elsewhere.get(start + i) ?? `${section} ${start + i + by + 1}`
    functions.set(`${section} ${start}`, { name, ...frameOf(code.subarray(value, value + size), called) })
  }
  return functions
}

/** `called`: the place that an instruction calls, by its number in the function and how far it says. */
const frameOf = (
  code: Buffer,
  called: (instruction: number, by: number) => string,
): Pick<BpfFunction, 'stack' | 'calls'> => {
  let stack = 0
  const calls: string[] = []
  const copies = new Set<number>()
  for (let at = 0; at < code.length; at += INSTRUCTION_BYTES) {
    const operation = code[at]!
    const [to, from] = [code[at + 1]! & 15, code[at + 1]! >> 4]
    const [offset, number] = [code.readInt16LE(at + 2), code.readInt32LE(at + 4)]
    const kind = operation & 7
    if (operation === CALL && from === CALL_OF_FUNCTION) calls.push(called(at / INSTRUCTION_BYTES, number))
    else if (operation === COPY && from === FRAME_POINTER) copies.add(to)
    else {
      if (operation === ADD && copies.has(to)) stack = Math.max(stack, -number)
      if ((STORES.has(kind) && to === FRAME_POINTER) || (kind === LOAD && from === FRAME_POINTER))
        stack = Math.max(stack, -offset)
      if (FILLS.has(kind)) copies.delete(to)
    }
  }
  return { stack, calls }
}

const symbolsOf = (elf: Elf, file: Buffer) => {
  const table = elf.section(SECTION.symbols)!
  const [bytes, names] = [contentOf(file, table), contentOf(file, elf.sections[table.link]!)]
  return Array.from({ length: bytes.length / SYMBOL_BYTES }, (_, i) => {
    const at = SYMBOL_BYTES * i
    return {
      name: textIn(names.subarray(bytes.readUInt32LE(at))),
      type: bytes.readUInt8(at + 4) & 15,
      section: bytes.readUInt16LE(at + 6),
      value: word(bytes, at + 8, true),
      size: word(bytes, at + 16, true),
    }
  })
}

const contentOf = (file: Buffer, { offset, size }: Section): Buffer => file.subarray(offset, offset + size)
