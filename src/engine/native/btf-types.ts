// What a compiled object says of its own types (BTF): where the members of its structs are, how many elements its arrays
// have, and the values of its enums. So what both sides read and write is written down once, in C. What is not there is an
// error that names it, when the probe starts.
import { basename } from 'node:path'
import koffi from 'koffi'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'

/** Where something is in a struct. */
export interface Place {
  offset: number
  /** Of one element. */
  bytes: number
  /** 1 of what is no array. */
  elements: number
  /** Of a bit field in its first byte; 0 for all else. */
  mask: number
}

/** Byte offsets by names, and the size of all in bytes. */
export type Layout<Field extends string> = Readonly<Record<Field | 'size', number>>

/** Paths of members by the names that are wanted for them, or members under their own names. */
type Fields<Field extends string> = readonly Field[] | Readonly<Record<Field, string>>

/** `struct` is also the name of a variable that is one. Paths go into structs and arrays: `sums.calls[1].ns`. All throw
 * Error where something is not there. */
export interface Types {
  place(struct: string, path: string): Place
  layout<Field extends string>(struct: string, fields: Fields<Field>): Layout<Field>
  /** Elements of an array. */
  elements(struct: string, path: string): number
  /** Of constants of an enum. */
  values<Name extends string>(name: string, constants: Fields<Name>): Readonly<Record<Name, number>>
}

const KIND = {
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  variable: 14,
}
const QUALIFIERS = [KIND.typedef, KIND.volatile, KIND.const, KIND.restrict]
const MEMBER_WORDS = 3
const CONSTANT_WORDS = 2

/** `of`: whose they are, for errors. `onMissing`: called before one is thrown. */
export const typesIn = (btf: Pointer, of: string, onMissing: () => void = () => {}): Types => {
  const lib = libbpf()
  const fail = (what: string): never => {
    onMissing()
    throw new Error(`${of}: ${what}`)
  }
  const head = (id: number) => {
    const [, info, next] = wordsAt(btf, id, 3) as [number, number, number]
    return { kind: (info >>> 24) & 0x1f, count: info & 0xffff, hasBits: info >>> 31 !== 0, next }
  }
  /** Without qualifiers and other names. */
  const plain = (id: number): number => {
    const { kind, next } = head(id)
    return QUALIFIERS.includes(kind) ? plain(next) : id
  }
  const found = new Map<string, number>()
  const idOf = (struct: string): number => {
    const one = found.get(struct)
    if (one !== undefined) return one
    let id: number = lib.findBtf(btf, struct, KIND.struct)
    if (id < 0) {
      const variable: number = lib.findBtf(btf, struct, KIND.variable)
      if (variable < 0) return fail(`no struct ${struct}`)
      id = plain(head(variable).next)
    }
    found.set(struct, id)
    return id
  }

  const memberOf = (id: number, name: string): { id: number; place: Place } | undefined => {
    const { count, hasBits } = head(id)
    const words = wordsAt(btf, id, 3 + count * MEMBER_WORDS)
    for (let i = 0; i < count; i++) {
      const [nameAt, type, where] = words.slice(3 + i * MEMBER_WORDS) as [number, number, number]
      const bits = hasBits ? where & 0xff_ffff : where
      const width = hasBits ? where >>> 24 : 0
      const offset = bits >>> 3
      const own: string = lib.btfName(btf, nameAt)
      if (own === name) {
        const mask = ((1 << width) - 1) << (bits & 7)
        return { id: type, place: { offset, ...sizesOf(type), mask } }
      }
      // what a struct or union without a name has is the outer one's
      const inner = own === '' ? memberOf(plain(type), name) : undefined
      if (inner) return { ...inner, place: { ...inner.place, offset: offset + inner.place.offset } }
    }
    return undefined
  }

  const sizesOf = (type: number): Pick<Place, 'bytes' | 'elements'> => {
    const id = plain(type)
    if (head(id).kind !== KIND.array) return { bytes: Number(lib.btfSize(btf, id)), elements: 1 }
    const [, , , element, , elements] = wordsAt(btf, id, 6)
    return { bytes: Number(lib.btfSize(btf, element!)), elements: elements! }
  }

  const known = new Map<string, Place>()
  const place = (struct: string, path: string): Place => {
    const key = `${struct} ${path}`
    const one = known.get(key) ?? placeOf(struct, path)
    known.set(key, one)
    return one
  }
  const placeOf = (struct: string, path: string): Place => {
    let id = plain(idOf(struct))
    let at: Place = { offset: 0, bytes: Number(lib.btfSize(btf, id)), elements: 1, mask: 0 }
    for (const [, index, name] of path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
      const { kind } = head(id)
      let next: typeof at
      if (index !== undefined) {
        if (kind !== KIND.array || Number(index) >= at.elements) return fail(`struct ${struct} has no field ${path}`)
        id = plain(wordsAt(btf, id, 6)[3]!)
        next = { offset: Number(index) * at.bytes, ...sizesOf(id), mask: 0 }
      } else {
        const member = kind === KIND.struct || kind === KIND.union ? memberOf(id, name!) : undefined
        if (!member) return fail(`struct ${struct} has no field ${path}`)
        id = plain(member.id)
        next = member.place
      }
      at = { ...next, offset: at.offset + next.offset }
    }
    return at
  }

  return {
    place,
    layout: (struct, fields) =>
      named(fields, (path) => place(struct, path).offset, { size: place(struct, '').bytes }) as Layout<string>,
    elements: (struct, path) => place(struct, path).elements,
    values(name, constants) {
      const id: number = lib.findBtf(btf, name, KIND.enum)
      if (id < 0) return fail(`no enum ${name}`)
      const { count } = head(id)
      const words = wordsAt(btf, id, 3 + count * CONSTANT_WORDS).slice(3)
      const values = new Map(
        Array.from({ length: count }, (_, i): [string, number] => [
          lib.btfName(btf, words[i * CONSTANT_WORDS]!),
          words[i * CONSTANT_WORDS + 1]!,
        ]),
      )
      return named(constants, (constant) => values.get(constant) ?? fail(`enum ${name} has no ${constant}`), {})
    },
  }
}

/** Of a compiled object that need not be loaded; kept until the process ends. Throws BpfError. */
export const typesOf = (path: string): Types => {
  const btf = libbpf().parseBtf(path, null) as Pointer
  if (!btf) throw new BpfError(`read the types of ${path}`, koffi.errno())
  return typesIn(btf, basename(path))
}

/** Throws Error where the object has other values for what is fixed. */
export const sameValues = (types: Types, name: string, fixed: Readonly<Record<string, number>>): void => {
  const found = types.values(name, Object.keys(fixed))
  for (const [constant, value] of Object.entries(fixed))
    if (found[constant] !== value) throw new Error(`enum ${name}: ${constant} is ${found[constant]}, not ${value}`)
}

/** What there is to say of some of an enum's constants, by their numbers. */
export const byNumber = <Name extends string, T>(
  values: Readonly<Record<Name, number>>,
  of: Readonly<Partial<Record<Name, T>>>,
): readonly (T | undefined)[] => {
  const list = Array.from({ length: Math.max(...Object.values<number>(values)) + 1 }, (): T | undefined => undefined)
  for (const [name, said] of Object.entries(of)) list[values[name as Name]] = said as T
  return list
}

/** Names of an enum's constants by their numbers. */
export const namesByNumber = <Name extends string>(
  values: Readonly<Record<Name, number>>,
): readonly (Name | undefined)[] =>
  byNumber(values, Object.fromEntries(Object.keys(values).map((name) => [name, name])) as Record<Name, Name>)

/** As C has it: nextState is next_state. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const named = <Field extends string>(
  fields: Fields<Field>,
  valueOf: (path: string) => number,
  also: object,
): Readonly<Record<Field, number>> =>
  Object.fromEntries([
    ...Object.entries(also),
    ...(Array.isArray(fields)
      ? fields.map((field: Field) => [field, valueOf(field)])
      : Object.entries<string>(fields as Record<Field, string>).map(([field, path]) => [field, valueOf(path)])),
  ]) as Record<Field, number>

const wordsAt = (btf: Pointer, id: number, count: number): number[] =>
  koffi.decode(libbpf().btfType(btf, id), 'uint32_t', count) as number[]
