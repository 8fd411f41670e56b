// The sections of debug information that are read here, plain or compressed. What is inflated or read ahead lives as long
// as the object: let it go when there is nothing more to look up.
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { within } from '../base/bytes.ts'
import type { Bytes } from '../base/bytes.ts'
import type { Elf, Section } from '../base/elf.ts'

const NAMES = {
  info: '.debug_info',
  abbreviations: '.debug_abbrev',
  strings: '.debug_str',
  lineStrings: '.debug_line_str',
  stringOffsets: '.debug_str_offsets',
  addresses: '.debug_addr',
  ranges: '.debug_ranges',
  rangeLists: '.debug_rnglists',
} as const

export type Read = Bytes['read']
export type DebugSections = Readonly<Record<keyof typeof NAMES, Read>>

/** Of .debug_info; of compressed sections all must fit into memory, and together. */
const MOST_BYTES = 256 << 20
const MOST_INFLATED = 64 << 20
const MOST_INFLATED_TOGETHER = 96 << 20
/** Read at once, so that small things that lie together cost one reading. */
const WINDOW = 1 << 16
const ZLIB = 1
const LARGEST_PACKED = 32 << 20

const inflateAsync = promisify(inflate)

export const openSections = (elf: Elf): DebugSections => {
  const left = { bytes: MOST_INFLATED_TOGETHER }
  return Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, reading(elf, elf.section(name), left)]),
  ) as Record<keyof typeof NAMES, Read>
}

/** Why nothing is looked up in a file; undefined: it can be. */
export const leftOut = async (elf: Elf): Promise<string | undefined> => {
  const info = elf.section(NAMES.info)
  if (!info) return 'no debug information'
  const header = info.compressed ? await headerOf(elf, info) : undefined
  if (header && header.type !== ZLIB) return 'debug information not compressed by zlib'
  const size = header?.size ?? info.size
  const most = header ? MOST_INFLATED : MOST_BYTES
  return size > most
    ? `${Math.round(size / 2 ** 20)} MB of debug information, of more than ${most / 2 ** 20} MB`
    : undefined
}

const reading = (elf: Elf, section: Section | undefined, left: { bytes: number }): Read => {
  if (!section) return async () => Buffer.alloc(0)
  if (!section.compressed) return windowed(within(elf.bytes, section.offset, section.size).read)
  let all: Promise<Buffer> | undefined
  return async (position, length) => {
    all ??= inflated(elf, section, left)
    return (await all).subarray(position, position + length)
  }
}

const headerOf = async (
  { bytes, wide }: Elf,
  { offset }: Section,
): Promise<{ type: number; size: number; bytes: number }> => {
  const header = await bytes.read(offset, 24)
  return {
    type: header.readUInt32LE(0),
    size: wide ? header.readUInt32LE(8) + header.readUInt32LE(12) * 2 ** 32 : header.readUInt32LE(4),
    bytes: wide ? 24 : 12,
  }
}

const inflated = async (elf: Elf, section: Section, left: { bytes: number }): Promise<Buffer> => {
  const header = await headerOf(elf, section)
  if (header.type !== ZLIB || header.size > MOST_INFLATED || section.size > LARGEST_PACKED) return Buffer.alloc(0)
  left.bytes -= header.size
  if (left.bytes < 0) return Buffer.alloc(0)
  // in a thread of node's
  return inflateAsync(await elf.bytes.read(section.offset + header.bytes, section.size - header.bytes), {
    maxOutputLength: Math.max(1, header.size),
  })
}

const windowed = (read: Read): Read => {
  let start = 0
  let ahead: Buffer = Buffer.alloc(0)
  return async (position, length) => {
    if (length > WINDOW) return read(position, length)
    if (position < start || position + length > start + ahead.length) {
      ahead = await read(position, WINDOW)
      start = position
    }
    return ahead.subarray(position - start, position - start + length)
  }
}
