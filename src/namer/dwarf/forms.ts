// How values are written in DWARF 4 and 5 (its section 7.5.6).

export interface Cursor {
  bytes: Buffer
  at: number
}

/** What a unit says about its values. */
export interface Encoding {
  version: number
  /** 4 or 8. */
  offsetBytes: number
  addressBytes: number
}

export const FORM = {
  address: 0x01,
  string: 0x08,
  stringAt: 0x0e,
  referenceAt: 0x10,
  indirect: 0x16,
  sectionOffset: 0x17,
  stringIndex: 0x1a,
  addressIndex: 0x1b,
  lineStringAt: 0x1f,
  implicit: 0x21,
  rangesIndex: 0x23,
  stringIndex1: 0x25,
  stringIndex4: 0x28,
  addressIndex1: 0x29,
  addressIndex4: 0x2c,
} as const

/** Sizes of forms that always take the same. */
const SIZES: Readonly<Record<number, number>> = {
  0x05: 2,
  0x06: 4,
  0x07: 8,
  0x0b: 1,
  0x0c: 1,
  0x11: 1,
  0x12: 2,
  0x13: 4,
  0x14: 8,
  0x19: 0,
  0x1c: 4,
  0x1e: 16,
  0x20: 8,
  0x21: 0,
  0x24: 8,
  0x25: 1,
  0x26: 2,
  0x27: 3,
  0x28: 4,
  0x29: 1,
  0x2a: 2,
  0x2b: 3,
  0x2c: 4,
}
const OFFSETS = new Set([0x0e, 0x10, 0x17, 0x1d, 0x1f, 0x1f20, 0x1f21])
const LEB = new Set([0x0d, 0x0f, 0x15, 0x1a, 0x1b, 0x22, 0x23, 0x1f01, 0x1f02])
/** Of blocks, the bytes of their length; 0: it is a LEB128. */
const BLOCKS: Readonly<Record<number, number>> = { 0x03: 2, 0x04: 4, 0x09: 0, 0x0a: 1, 0x18: 0 }
const REFERENCES = new Set([0x11, 0x12, 0x13, 0x14, 0x15])
const SIGNED = 0x0d

export const isReference = (form: number): boolean => REFERENCES.has(form)
export const isAddressIndex = (form: number): boolean =>
  form === FORM.addressIndex || (form >= FORM.addressIndex1 && form <= FORM.addressIndex4)
export const isStringIndex = (form: number): boolean =>
  form === FORM.stringIndex || (form >= FORM.stringIndex1 && form <= FORM.stringIndex4)

/** Undefined where the value itself says it. */
export const sizeOf = (form: number, { offsetBytes, addressBytes }: Encoding): number | undefined =>
  form === FORM.address ? addressBytes : OFFSETS.has(form) ? offsetBytes : SIZES[form]

/** The number that is there, or where text begins; 0 for what is neither. The cursor goes behind it. */
export const valueAt = (cursor: Cursor, form: number, encoding: Encoding, implicit: number): number => {
  if (form === FORM.implicit) return implicit
  if (form === FORM.indirect) return valueAt(cursor, lebAt(cursor), encoding, 0)
  const size = sizeOf(form, encoding)
  if (size !== undefined) return unsignedAt(cursor, size)
  if (LEB.has(form)) return form === SIGNED ? signedLebAt(cursor) : lebAt(cursor)
  if (form === FORM.string) {
    const start = cursor.at
    const end = cursor.bytes.indexOf(0, start)
    if (end < 0) throw new RangeError('text without end')
    cursor.at = end + 1
    return start
  }
  const lengthBytes = BLOCKS[form]
  if (lengthBytes === undefined) throw new RangeError(`form ${form} is not known`)
  forward(cursor, lengthBytes === 0 ? lebAt(cursor) : unsignedAt(cursor, lengthBytes))
  return 0
}

/** Of 0 to 16 bytes; of long ones the lower 64 bits. */
export const unsignedAt = (cursor: Cursor, size: number): number => {
  const { bytes, at } = cursor
  forward(cursor, size)
  if (size === 4) return bytes.readUInt32LE(at)
  let value = 0
  for (let i = Math.min(size, 8) - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!
  return value
}

/** Of so many bytes; negative: signed. */
export const numberAt = (cursor: Cursor, size: number): number => {
  const value = unsignedAt(cursor, Math.abs(size))
  return size < 0 && value >= 2 ** (-size * 8 - 1) ? value - 2 ** (-size * 8) : value
}

export const lebAt = (cursor: Cursor): number => {
  let value = 0
  for (let weight = 1; ; weight *= 128) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined || weight > 2 ** 63) throw new RangeError('number without end')
    value += (byte & 0x7f) * weight
    if (byte < 0x80) return value
  }
}

export const signedLebAt = (cursor: Cursor): number => {
  const start = cursor.at
  const value = lebAt(cursor)
  const negative = (cursor.bytes[cursor.at - 1]! & 0x40) !== 0
  return negative ? value - 128 ** (cursor.at - start) : value
}

export const forward = (cursor: Cursor, count: number): void => {
  cursor.at += count
  if (!(cursor.at <= cursor.bytes.length)) throw new RangeError('beyond the end')
}
