// The functions of one file, from its symbol table: addresses in typed arrays, names left in the file until they are
// asked for. Read in pieces, so that the engine goes on meanwhile. Files are anybody's: every place in them is checked.
import { read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { lastNotAbove } from './address.ts'

export interface ElfFunctions {
  /** As the file has it; undefined where no function is. */
  name(fileOffset: number): string | undefined
  count: number
}

interface Section {
  type: number
  offset: number
  size: number
  link: number
}

const SECTION = { symbols: 2, dynamicSymbols: 11, note: 7 }
const SYMBOL_BYTES = 24
const FUNCTION_TYPES = new Set([2, 10]) // STT_FUNC, STT_GNU_IFUNC
const LOAD = 1
const MOST_SECTIONS = 4096
/** Read at once. */
const MOST_BYTES = 4 << 20
/** Of one file, so that address and number fit into the 53 bits of a double. */
const MOST_SYMBOLS = 2 ** 21
const LARGEST_ADDRESS = 2 ** 32
const CHUNK = SYMBOL_BYTES * 5000
const LONGEST_NAME = 1024

const readAsync = promisify(read)

/** Undefined when it is no 64-bit ELF file, or has no functions. `debug` is a descriptor of the file that a build-id
 * leads to. */
export const readElf = async (fd: number, debug: (buildId: string) => number | undefined = () => undefined): Promise<ElfFunctions | undefined> => {
  const header = await bytesAt(fd, 0, 64)
  if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return undefined
  const segments = await segmentsOf(fd, header)
  const sections = await sectionsOf(fd, header)
  const own = sections.find(({ type }) => type === SECTION.symbols)
  if (!own) {
    const buildId = await buildIdOf(fd, sections)
    const other = buildId === undefined ? undefined : debug(buildId)
    if (other !== undefined) {
      const elsewhere = await sectionsOf(other, await bytesAt(other, 0, 64))
      const table = elsewhere.find(({ type }) => type === SECTION.symbols)
      if (table) return functionsOf(other, table, elsewhere, segments)
    }
  }
  const table = own ?? sections.find(({ type }) => type === SECTION.dynamicSymbols)
  return table && functionsOf(fd, table, sections, segments)
}

const functionsOf = async (
  fd: number, table: Section, sections: readonly Section[], segments: readonly Segment[],
): Promise<ElfFunctions | undefined> => {
  const names = sections[table.link]
  const total = Math.min(MOST_SYMBOLS, Math.floor(table.size / SYMBOL_BYTES))
  if (!names || total === 0) return undefined
  let count = 0
  let keys = new Float64Array(Math.min(total, 1 << 16))
  let nameAt = new Uint32Array(total)
  let sizes = new Uint32Array(total)
  for (let at = 0; at < total * SYMBOL_BYTES; at += CHUNK) {
    const chunk = await bytesAt(fd, table.offset + at, Math.min(CHUNK, total * SYMBOL_BYTES - at))
    for (let place = 0; place + SYMBOL_BYTES <= chunk.length; place += SYMBOL_BYTES) {
      if (!FUNCTION_TYPES.has(chunk[place + 4]! & 0xf) || chunk.readUInt16LE(place + 6) === 0) continue
      const address = u64(chunk, place + 8)
      if (address >= LARGEST_ADDRESS) continue
      if (count === keys.length) {
        const larger = new Float64Array(Math.min(total, count * 2))
        larger.set(keys)
        keys = larger
      }
      nameAt[count] = chunk.readUInt32LE(place)
      sizes[count] = Math.min(0xffffffff, u64(chunk, place + 16))
      keys[count] = address * MOST_SYMBOLS + count
      count++
    }
  }
  if (count === 0) return undefined
  const sorted = keys.slice(0, count).sort()
  nameAt = nameAt.slice(0, count)
  sizes = sizes.slice(0, count)

  return {
    count,
    name(fileOffset) {
      const segment = segments.find(({ offset, size }) => fileOffset >= offset && fileOffset < offset + size)
      if (!segment) return undefined
      const address = fileOffset - segment.offset + segment.address
      let index = lastNotAbove(sorted, address * MOST_SYMBOLS + MOST_SYMBOLS - 1)
      if (index < 0) return undefined
      const start = Math.floor(sorted[index]! / MOST_SYMBOLS)
      while (index > 0 && Math.floor(sorted[index - 1]! / MOST_SYMBOLS) === start) index-- // of several names the first
      const symbol = sorted[index]! % MOST_SYMBOLS
      const size = sizes[symbol]!
      if (size > 0 && address >= start + size) return undefined
      return nameAt[symbol]! < names.size ? textAt(fd, names.offset + nameAt[symbol]!) : undefined
    },
  }
}

interface Segment {
  offset: number
  size: number
  address: number
}

const segmentsOf = async (fd: number, header: Buffer): Promise<Segment[]> => {
  const size = header.readUInt16LE(54)
  const count = header.readUInt16LE(56)
  if (size < 56) return []
  const bytes = await bytesAt(fd, u64(header, 32), size * count)
  return places(bytes, size)
    .filter((at) => bytes.readUInt32LE(at) === LOAD)
    .map((at) => ({ offset: u64(bytes, at + 8), address: u64(bytes, at + 16), size: u64(bytes, at + 32) }))
}

const sectionsOf = async (fd: number, header: Buffer): Promise<Section[]> => {
  if (header.length < 64) return []
  const size = header.readUInt16LE(58)
  const count = Math.min(MOST_SECTIONS, header.readUInt16LE(60))
  if (size < 64) return []
  const bytes = await bytesAt(fd, u64(header, 40), size * count)
  return places(bytes, size).map((at) => ({
    type: bytes.readUInt32LE(at + 4), offset: u64(bytes, at + 24), size: u64(bytes, at + 32), link: bytes.readUInt32LE(at + 40),
  }))
}

/** Starts of whole entries of a table. */
const places = (bytes: Buffer, size: number): number[] =>
  Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => i * size)

/** Of the note that linkers leave, in hexadecimal. */
const buildIdOf = async (fd: number, sections: readonly Section[]): Promise<string | undefined> => {
  for (const { type, offset, size } of sections) {
    if (type !== SECTION.note || size < 20 || size > 1024) continue
    const note = await bytesAt(fd, offset, size)
    if (note.length < 20 || note.readUInt32LE(0) !== 4 || note.readUInt32LE(8) !== 3) continue
    return note.toString('hex', 16, 16 + Math.min(64, note.readUInt32LE(4)))
  }
  return undefined
}

const bytesAt = async (fd: number, position: number, length: number): Promise<Buffer> => {
  if (length === 0 || length > MOST_BYTES || !Number.isSafeInteger(position)) return Buffer.alloc(0)
  const { buffer, bytesRead } = await readAsync(fd, Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

const textAt = (fd: number, position: number): string => {
  if (!Number.isSafeInteger(position)) return ''
  const bytes = Buffer.alloc(LONGEST_NAME)
  const length = readSync(fd, bytes, 0, LONGEST_NAME, position)
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? length : Math.min(end, length))
}

const u64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
