// What an ELF file, of 32 or 64 bits, consists of. Files are anybody's: whatever they say is checked before it is used.
import type { Bytes } from './bytes.ts'

export interface Elf {
  bytes: Bytes
  /** Of 64 bits. */
  wide: boolean
  /** Number of the kind of processor. */
  machine: number
  sections: readonly Section[]
  /** These are all that the file says it has, with their names. */
  whole: boolean
  /** By name, or by the first of a type. */
  section(which: string | number): Section | undefined
  /** Of what lies at a place in the file, when it is loaded. */
  addressOf(fileOffset: number): number | undefined
  /** Where in the file that is. */
  offsetOf(address: number): number | undefined
}

export interface Section {
  name: string
  type: number
  compressed: boolean
  address: number
  offset: number
  size: number
  link: number
}

export const SECTION = { symbols: 2, dynamicSymbols: 11, note: 7, nothing: 8 } as const

const LOAD = 1
const COMPRESSED = 0x800
const MOST_TABLE_BYTES = 1 << 20
const LARGEST_NAMES = 1 << 20

/** Where the fields of headers are, by width. */
const WIDE = {
  header: 64,
  segments: 32,
  sections: 40,
  counts: 54,
  segment: 56,
  section: 64,
  inSegment: { offset: 8, address: 16, size: 32 },
  inSection: { flags: 8, address: 16, offset: 24, size: 32, link: 40 },
} as const
const NARROW = {
  header: 52,
  segments: 28,
  sections: 32,
  counts: 42,
  segment: 32,
  section: 40,
  inSegment: { offset: 4, address: 8, size: 16 },
  inSection: { flags: 8, address: 12, offset: 16, size: 20, link: 24 },
} as const

/** Undefined when it is none, or its bytes are the other way around. */
export const openElf = async (bytes: Bytes): Promise<Elf | undefined> => {
  const reading = elfIn(bytes)
  let step = reading.next()
  while (!step.done) step = reading.next(await bytes.read(...step.value))
  return step.value
}

/** The same, for whoever cannot wait. */
export const openElfNow = (bytes: Bytes): Elf | undefined => {
  const reading = elfIn(bytes)
  let step = reading.next()
  while (!step.done) step = reading.next(bytes.readNow(...step.value))
  return step.value
}

/** Asks for what it reads, and is given what there is of it. */
type Reading<T> = Generator<[position: number, length: number], T, Buffer>

const elfIn = function* (bytes: Bytes): Reading<Elf | undefined> {
  const header = yield [0, WIDE.header]
  if (header.length < NARROW.header || header.readUInt32BE(0) !== 0x7f454c46 || header[5] !== 1) return undefined
  const wide = header[4] === 2
  if (!wide && header[4] !== 1) return undefined
  const form = wide ? WIDE : NARROW
  if (header.length < form.header) return undefined
  const count = (index: number): number => header.readUInt16LE(form.counts + index * 2)

  const table = function* (place: number, size: number, least: number, entries: number): Reading<Buffer[]> {
    if (size < least) return []
    const found = yield [word(header, place, wide), Math.min(MOST_TABLE_BYTES, size * entries)]
    return Array.from({ length: Math.floor(found.length / size) }, (_, i) => found.subarray(i * size, (i + 1) * size))
  }

  const segments = (yield* table(form.segments, count(0), form.segment, count(1)))
    .filter((entry) => entry.readUInt32LE(0) === LOAD)
    .map((entry) => ({
      offset: word(entry, form.inSegment.offset, wide),
      address: word(entry, form.inSegment.address, wide),
      size: word(entry, form.inSegment.size, wide),
    }))
  const raw = (yield* table(form.sections, count(2), form.section, count(3))).map((entry) => ({
    nameAt: entry.readUInt32LE(0),
    type: entry.readUInt32LE(4),
    compressed: (entry.readUInt32LE(form.inSection.flags) & COMPRESSED) !== 0,
    address: word(entry, form.inSection.address, wide),
    offset: word(entry, form.inSection.offset, wide),
    size: word(entry, form.inSection.size, wide),
    link: entry.readUInt32LE(form.inSection.link),
  }))
  const names = raw[count(4)]
  const text = names ? yield [names.offset, Math.min(names.size, LARGEST_NAMES)] : Buffer.alloc(0)
  const sections = raw.map(({ nameAt, ...rest }): Section => ({ name: nameIn(text, nameAt), ...rest }))

  return {
    bytes,
    wide,
    machine: header.readUInt16LE(18),
    sections,
    whole: raw.length > 0 && raw.length === count(3) && text.length === names?.size,
    section: (which) =>
      sections.find(({ name, type }) =>
        typeof which === 'string' ? name === which && type !== SECTION.nothing : type === which,
      ),
    addressOf(fileOffset) {
      const segment = segments.find(({ offset, size }) => fileOffset >= offset && fileOffset < offset + size)
      return segment && fileOffset - segment.offset + segment.address
    },
    offsetOf(place) {
      const segment = segments.find(({ address, size }) => place >= address && place < address + size)
      return segment && place - segment.address + segment.offset
    },
  }
}

/** Of the note that linkers leave, in hexadecimal. */
export const buildIdOf = async ({ bytes, sections }: Elf): Promise<string | undefined> => {
  for (const { type, offset, size } of sections) {
    if (type !== SECTION.note || size < 20 || size > 1024) continue
    const note = await bytes.read(offset, size)
    if (note.length < 20 || note.readUInt32LE(0) !== 4 || note.readUInt32LE(8) !== 3) continue
    return note.toString('hex', 16, 16 + Math.min(64, note.readUInt32LE(4)))
  }
  return undefined
}

/** Name of the file with what was taken out of this one, and its CRC. */
export const debugLinkOf = async (elf: Elf): Promise<{ name: string; crc: number } | undefined> => {
  const section = elf.section('.gnu_debuglink')
  if (!section || section.size > 4096) return undefined
  const found = await elf.bytes.read(section.offset, section.size)
  const end = found.indexOf(0)
  const crcAt = (end + 4) & ~3
  const name = found.toString('utf8', 0, Math.max(0, end))
  if (name === '' || name.includes('/') || name === '..' || crcAt + 4 > found.length) return undefined
  return { name, crc: found.readUInt32LE(crcAt) }
}

/** Of 8 or 4 bytes. */
export const word = (bytes: Buffer, at: number, wide: boolean): number =>
  bytes.readUInt32LE(at) + (wide ? bytes.readUInt32LE(at + 4) * 2 ** 32 : 0)

const nameIn = (text: Buffer, at: number): string => {
  const end = text.indexOf(0, at)
  return at < text.length && end >= 0 && end - at < 64 ? text.toString('latin1', at, end) : ''
}
