// The names of types in type information as the kernel gives it (BTF).

const HEADER = { typesAt: 8, typesBytes: 12, stringsAt: 16 }
const TYPE_BYTES = 12
const KIND = { integer: 1, array: 3, struct: 4, union: 5, enum: 6, forward: 7, typedef: 8, arguments: 13, variable: 14 }
const LATER = { section: 15, tag: 17, enum64: 19 }
const NAMED: readonly number[] = [KIND.struct, KIND.union, KIND.enum, KIND.forward, KIND.typedef, LATER.enum64]
/** What follows the head of a type: bytes once, and bytes for each of its elements. */
const ONCE: Readonly<Record<number, number>> = {
  [KIND.integer]: 4,
  [KIND.array]: 12,
  [KIND.variable]: 4,
  [LATER.tag]: 4,
}
const EACH: Readonly<Record<number, number>> = {
  [KIND.struct]: 12,
  [KIND.union]: 12,
  [KIND.enum]: 8,
  [KIND.arguments]: 8,
  [LATER.section]: 12,
  [LATER.enum64]: 12,
}

/** Of structs, unions, enums and typedefs. */
export const typeNames = (btf: Buffer): ReadonlySet<string> => {
  const headerBytes = btf.readUInt32LE(4)
  const first = headerBytes + btf.readUInt32LE(HEADER.typesAt)
  const strings = headerBytes + btf.readUInt32LE(HEADER.stringsAt)
  const names = new Set<string>()
  for (let at = first; at < first + btf.readUInt32LE(HEADER.typesBytes);) {
    const [name, info] = [btf.readUInt32LE(at), btf.readUInt32LE(at + 4)]
    const kind = (info >>> 24) & 0x1f
    if (NAMED.includes(kind)) names.add(btf.toString('latin1', strings + name, btf.indexOf(0, strings + name)))
    at += TYPE_BYTES + (ONCE[kind] ?? 0) + (EACH[kind] ?? 0) * (info & 0xffff)
  }
  return names
}
