// Reads records of a compiled object by the names of their members, from the object's own type information (BTF): so a
// record is written down once, in C. A member that is not there is an error when the probe starts.
import koffi from 'koffi'
import { libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'

export interface RecordReader {
  size: number
  /** Where a member is, in bytes. */
  offset(member: string): number
  /** Reads a number, of an array its element `index`. */
  number(member: string): (bytes: Buffer, at: number, index?: number) => number
  /** Reads characters up to the first zero. */
  text(member: string): (bytes: Buffer, at: number) => string
}

const KIND = { int: 1, array: 3, struct: 4, typedef: 8, volatile: 9, const: 10 }
const MEMBER_WORDS = 3
const HIGH = 2 ** 32

interface Member {
  offset: number
  /** Of one element. */
  bytes: number
  elements: number
}

export const recordIn = (btf: Pointer, struct: string): RecordReader => {
  const lib = libbpf()
  const id: number = lib.findBtf(btf, struct, KIND.struct)
  if (id < 0) throw new Error(`no struct ${struct} in the object`)
  const [, info, size] = wordsAt(btf, id, 3)
  const count = info! & 0xffff
  const words = wordsAt(btf, id, 3 + count * MEMBER_WORDS)
  const members = new Map<string, Member>()
  for (let i = 0; i < count; i++) {
    const [name, type, bits] = words.slice(3 + i * MEMBER_WORDS) as [number, number, number]
    members.set(lib.btfName(btf, name), { offset: bits / 8, ...sizesOf(btf, type) })
  }
  const member = (name: string): Member => {
    const found = members.get(name)
    if (!found) throw new Error(`struct ${struct} has no member ${name}`)
    return found
  }
  return {
    size: size!,
    offset: (name) => member(name).offset,
    number(name) {
      const { offset, bytes } = member(name)
      if (bytes === 8)
        return (from, at, index = 0) => {
          const where = at + offset + index * 8
          return from.readUInt32LE(where) + from.readUInt32LE(where + 4) * HIGH
        }
      if (![1, 2, 4].includes(bytes)) throw new Error(`${struct}.${name} is no number`)
      return (from, at, index = 0) => from.readUIntLE(at + offset + index * bytes, bytes)
    },
    text(name) {
      const { offset, bytes, elements } = member(name)
      return (from, at) => {
        const start = at + offset
        const most = start + bytes * elements
        const end = from.indexOf(0, start)
        return from.toString('utf8', start, end < 0 || end > most ? most : end)
      }
    },
  }
}

/** Byte offsets of a struct's members, and its size in bytes. */
export type Layout<Field extends string> = Readonly<Record<Field | 'size', number>>

/** Throws Error when the struct lacks one of the fields. */
export const layoutIn = <Field extends string>(
  btf: Pointer,
  struct: string,
  fields: readonly Field[],
): Layout<Field> => {
  const { size, offset } = recordIn(btf, struct)
  return Object.fromEntries([['size', size], ...fields.map((field) => [field, offset(field)])]) as Layout<Field>
}

const sizesOf = (btf: Pointer, type: number): Pick<Member, 'bytes' | 'elements'> => {
  const [, info, next] = wordsAt(btf, type, 3)
  const kind = (info! >>> 24) & 0x1f
  if (kind === KIND.typedef || kind === KIND.volatile || kind === KIND.const) return sizesOf(btf, next!)
  if (kind !== KIND.array) return { bytes: Number(libbpf().btfSize(btf, type)), elements: 1 }
  const [, , , element, , elements] = wordsAt(btf, type, 6)
  return { bytes: Number(libbpf().btfSize(btf, element!)), elements: elements! }
}

const wordsAt = (btf: Pointer, id: number, count: number): number[] =>
  koffi.decode(libbpf().btfType(btf, id), 'uint32_t', count) as number[]
