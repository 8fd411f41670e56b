// Which part of a file's .eh_frame is about an address, by the sorted table that linkers make of it (.eh_frame_hdr). It
// stays in the file: a look-up reads some twenty places of it.
import { lebAt, forward, numberAt, signedLebAt, unsignedAt } from '../dwarf/forms.ts'
import type { Cursor } from '../dwarf/forms.ts'
import type { Elf, Section } from '../base/elf.ts'

/** What a function says. */
export interface FrameEntry {
  start: number
  end: number
  common: Common
  program: Buffer
}

/** What many of them have in common. */
interface Common {
  codeFactor: number
  dataFactor: number
  returns: number
  signal: boolean
  program: Buffer
}

export interface FrameTable {
  /** Throws RangeError for what cannot be understood. Undefined: nothing is said of it. */
  find(address: number): FrameEntry | undefined
}

interface Parts extends Common {
  encoding: number
  augmented: boolean
}

const TABLE_OF_OFFSETS = 0x3b
const RELATIVE_TO_PC = 0x10
const RELATIVE_TO_TABLE = 0x30
const LARGEST_ENTRY = 1 << 16
const MOST_COMMON = 1000
const ROW_BYTES = 8
/** By the lower four bits of an encoding; negative: signed, 0: LEB128. */
const SIZES: Readonly<Record<number, number>> = { 0: 8, 1: 0, 2: 2, 3: 4, 4: 8, 9: 0, 10: -2, 11: -4, 12: -8 }

/** Undefined when it has none that we know to read. */
export const openFrameTable = ({ bytes, section, wide }: Elf): FrameTable | undefined => {
  const table = section('.eh_frame_hdr')
  const frames = section('.eh_frame')
  if (!table || !frames || !wide) return undefined
  const header = bytes.readNow(table.offset, Math.min(table.size, 64))
  if (header.length < 12 || header[0] !== 1 || header[3] !== TABLE_OF_OFFSETS) return undefined
  const commons = new Map<number, Parts>()
  let count: number
  let rowsAt: number
  try {
    const cursor: Cursor = { bytes: header, at: 4 }
    encodedAt(cursor, header[1]!, table.address, table.address)
    count = encodedAt(cursor, header[2]!, table.address, table.address)
    rowsAt = cursor.at
  } catch {
    return undefined
  }
  count = Math.min(count, Math.floor((table.size - rowsAt) / ROW_BYTES))

  const lookUp = (address: number): number | undefined => {
    const row = (index: number): Buffer => {
      const found = bytes.readNow(table.offset + rowsAt + index * ROW_BYTES, ROW_BYTES)
      if (found.length < ROW_BYTES) throw new RangeError('the table ends')
      return found
    }
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (table.address + row(middle).readInt32LE(0) <= address) low = middle + 1
      else high = middle
    }
    return low === 0 ? undefined : table.address + row(low - 1).readInt32LE(4)
  }

  const commonAt = (at: number): Parts => {
    const known = commons.get(at)
    if (known) return known
    const { cursor, address } = entryAt(at)
    const made = commonIn(cursor, address)
    if (commons.size >= MOST_COMMON) commons.clear()
    commons.set(at, made)
    return made
  }

  /** Behind the length. */
  const entryAt = (address: number): { cursor: Cursor; address: number } => ({
    cursor: { bytes: entryIn(bytes.readNow.bind(bytes), frames, address - frames.address), at: 0 },
    address: address + 4,
  })

  return {
    find(address) {
      const at = lookUp(address)
      if (at === undefined) return undefined
      const { cursor, address: from } = entryAt(at)
      const common = commonAt(from - unsignedAt(cursor, 4))
      const start = encodedAt(cursor, common.encoding, from, table.address)
      const end = start + encodedAt(cursor, common.encoding & 0x0f, from, table.address)
      if (!(address >= start && address < end)) return undefined
      if (common.augmented) forward(cursor, lebAt(cursor))
      return { start, end, common, program: cursor.bytes.subarray(cursor.at) }
    },
  }
}

const entryIn = (
  readNow: (position: number, length: number) => Buffer,
  { offset, size }: Section,
  at: number,
): Buffer => {
  const header = at >= 0 && at + 4 <= size ? readNow(offset + at, 4) : Buffer.alloc(0)
  const length = header.length === 4 ? header.readUInt32LE(0) : 0
  if (length < 4 || length > LARGEST_ENTRY || at + 4 + length > size) throw new RangeError('no entry')
  return readNow(offset + at + 4, length)
}

const commonIn = (cursor: Cursor, address: number): Parts => {
  if (unsignedAt(cursor, 4) !== 0) throw new RangeError('not what is common')
  const version = unsignedAt(cursor, 1)
  if (version !== 1 && version !== 3) throw new RangeError(`version ${version}`)
  const end = cursor.bytes.indexOf(0, cursor.at)
  const augmentation = cursor.bytes.toString('latin1', cursor.at, Math.max(cursor.at, end))
  forward(cursor, augmentation.length + 1)
  const codeFactor = lebAt(cursor)
  const dataFactor = signedLebAt(cursor)
  const returns = version === 1 ? unsignedAt(cursor, 1) : lebAt(cursor)
  const parts = { codeFactor, dataFactor, returns, signal: augmentation.includes('S'), encoding: 0 }
  const augmented = augmentation.startsWith('z')
  if (!augmented && augmentation !== '') throw new RangeError('not known how to read it')
  if (augmented) {
    const behind = lebAt(cursor) + cursor.at
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') parts.encoding = unsignedAt(cursor, 1)
      else if (letter === 'L') forward(cursor, 1)
      else if (letter === 'P') encodedAt(cursor, unsignedAt(cursor, 1) & 0x0f, address, 0)
      else if (letter !== 'S' && letter !== 'B') break
    }
    cursor.at = behind
    forward(cursor, 0)
  }
  return { ...parts, augmented, program: cursor.bytes.subarray(cursor.at) }
}

/** `address`: of the first byte that the cursor is in. */
const encodedAt = (cursor: Cursor, encoding: number, address: number, table: number): number => {
  const from = address + cursor.at
  const size = SIZES[encoding & 0x0f]
  if (size === undefined) throw new RangeError(`encoding ${encoding}`)
  const relative = encoding & 0xf0
  if (relative !== 0 && relative !== RELATIVE_TO_PC && relative !== RELATIVE_TO_TABLE)
    throw new RangeError(`encoding ${encoding}`)
  const inLeb = (encoding & 0x08) !== 0 ? signedLebAt : lebAt
  const value = size === 0 ? inLeb(cursor) : numberAt(cursor, size)
  return value + (relative === 0 ? 0 : relative === RELATIVE_TO_PC ? from : table)
}
