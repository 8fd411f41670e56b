// The static probes (USDT) that a program was built with, from the notes in its file: whether a script has anything to attach
// to is said before it is tried.
import { textIn } from '../namer/base/bytes.ts'
import { openElfNow, type Elf } from '../namer/base/elf.ts'
import { openPlain } from '../namer/plain-file.ts'

/** Those of libjvm are 70 KB. */
const MOST_BYTES = 1 << 20

/** `provider:name`; undefined where the file does not say. */
export const usdtIn = (path: string): ReadonlySet<string> | undefined => {
  const file = openPlain(path, { links: true })
  try {
    const elf = file && openElfNow(file.bytes)
    return elf && namesIn(elf)
  } catch {
    return undefined
  } finally {
    file?.close()
  }
}

const namesIn = (elf: Elf): Set<string> | undefined => {
  const section = elf.section('.note.stapsdt')
  if (!section) return elf.whole ? new Set() : undefined
  const notes = elf.bytes.readNow(section.offset, Math.min(section.size, MOST_BYTES))
  if (notes.length < section.size) return undefined
  // its place, where the file was linked to, and its semaphore
  const addresses = elf.wide ? 24 : 12
  const found = new Set<string>()
  for (let at = 0; at + 12 <= notes.length;) {
    const described = at + 12 + padded(notes.readUInt32LE(at))
    if (described + addresses > notes.length) return undefined
    const provider = textIn(notes.subarray(described + addresses))
    found.add(`${provider}:${textIn(notes.subarray(described + addresses + provider.length + 1))}`)
    at = described + padded(notes.readUInt32LE(at + 4))
  }
  return found
}

/** As a number of 53 bits: lengths are the file's. */
const padded = (length: number): number => Math.ceil(length / 4) * 4
