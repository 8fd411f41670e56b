// The static probes (USDT) that a program was built with, from the notes in its file: whether a script has anything to attach
// to is said before it is tried. Programs of 64 bits, little-endian; of others nothing is known.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

const SECTION_BYTES = 64
const MOST_SECTIONS = 4096
/** Those of libjvm are 70 KB. */
const MOST_BYTES = 1 << 20
/** Its place, where the file was linked to, and its semaphore. */
const ADDRESS_BYTES = 3 * 8

/** `provider:name`; undefined where the file does not say. */
export const usdtIn = (path: string): ReadonlySet<string> | undefined => {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!fstatSync(file).isFile()) return undefined
    return namesIn(notesOf(file))
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const notesOf = (file: number): Buffer => {
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length <= MOST_BYTES ? length : -1)
    if (readSync(file, bytes, 0, length, at) < length) throw new RangeError('cut off')
    return bytes
  }
  const header = read(0, 64)
  if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) throw new TypeError('no such ELF')
  const count = Math.min(header.readUInt16LE(60), MOST_SECTIONS)
  const sections = read(Number(header.readBigUInt64LE(40)), count * SECTION_BYTES)
  const bytesOf = (index: number): Buffer => {
    const at = index * SECTION_BYTES
    return read(Number(sections.readBigUInt64LE(at + 24)), Number(sections.readBigUInt64LE(at + 32)))
  }
  const names = bytesOf(header.readUInt16LE(62))
  for (let index = 0; index < count; index++)
    if (textAt(names, sections.readUInt32LE(index * SECTION_BYTES)) === '.note.stapsdt') return bytesOf(index)
  return Buffer.alloc(0)
}

const namesIn = (notes: Buffer): Set<string> => {
  const found = new Set<string>()
  for (let at = 0; at + 12 <= notes.length;) {
    const described = at + 12 + padded(notes.readUInt32LE(at))
    const provider = textAt(notes, described + ADDRESS_BYTES)
    found.add(`${provider}:${textAt(notes, described + ADDRESS_BYTES + provider.length + 1)}`)
    at = described + padded(notes.readUInt32LE(at + 4))
  }
  return found
}

const padded = (length: number): number => (length + 3) & ~3

const textAt = (bytes: Buffer, at: number): string => {
  const end = bytes.indexOf(0, at)
  if (at >= bytes.length || end < 0) throw new RangeError('cut off')
  return bytes.toString('latin1', at, end)
}
