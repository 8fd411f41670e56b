// The functions of one file, from its symbol table: addresses in typed arrays, names left in the file until they are
// asked for. Read in pieces, so that the namer goes on meanwhile.
import { lastNotAbove } from './base/address.ts'
import { textAt } from './base/bytes.ts'
import { SECTION, word } from './base/elf.ts'
import type { Elf } from './base/elf.ts'

export interface Functions {
  /** As the file has it; undefined where no function is. */
  name(address: number): string | undefined
  count: number
  /** Memory that it takes. */
  bytes: number
}

const TYPES = new Set([2, 10]) // STT_FUNC, STT_GNU_IFUNC
/** Of one file, so that address and number fit into the 53 bits of a double. */
const MOST_SYMBOLS = 2 ** 21
const LARGEST_ADDRESS = 2 ** 32
const CHUNK = 5000
const WIDE = { bytes: 24, name: 0, address: 8, size: 16, info: 4, section: 6 } as const
const NARROW = { bytes: 16, name: 0, address: 4, size: 8, info: 12, section: 14 } as const

/** Undefined when it has none. */
export const readFunctions = async (elf: Elf): Promise<Functions | undefined> => {
  const table = elf.section(SECTION.symbols) ?? elf.section(SECTION.dynamicSymbols)
  const names = table && elf.sections[table.link]
  if (!names) return undefined
  const { bytes, wide } = elf
  const form = wide ? WIDE : NARROW
  const total = Math.min(MOST_SYMBOLS, Math.floor(table.size / form.bytes))
  let count = 0
  let keys = new Float64Array(Math.min(total, 1 << 16))
  let nameAt = new Uint32Array(keys.length)
  let sizes = new Uint32Array(keys.length)
  for (let first = 0; first < total; first += CHUNK) {
    const chunk = await bytes.read(table.offset + first * form.bytes, Math.min(CHUNK, total - first) * form.bytes)
    if (chunk.length === 0) break
    for (let at = 0; at + form.bytes <= chunk.length; at += form.bytes) {
      if (!TYPES.has(chunk[at + form.info]! & 0xf) || chunk.readUInt16LE(at + form.section) === 0) continue
      const address = word(chunk, at + form.address, wide)
      if (address >= LARGEST_ADDRESS) continue
      if (count === keys.length) {
        const larger = Math.min(total, count * 2)
        keys = grown(keys, new Float64Array(larger))
        nameAt = grown(nameAt, new Uint32Array(larger))
        sizes = grown(sizes, new Uint32Array(larger))
      }
      nameAt[count] = chunk.readUInt32LE(at + form.name)
      sizes[count] = Math.min(0xffffffff, word(chunk, at + form.size, wide))
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
    bytes: count * 16,
    name(address) {
      let index = lastNotAbove(sorted, address * MOST_SYMBOLS + MOST_SYMBOLS - 1)
      if (index < 0) return undefined
      const start = Math.floor(sorted[index]! / MOST_SYMBOLS)
      while (index > 0 && Math.floor(sorted[index - 1]! / MOST_SYMBOLS) === start) index-- // of several names the first
      const symbol = sorted[index]! % MOST_SYMBOLS
      const size = sizes[symbol]!
      if (size > 0 && address >= start + size) return undefined
      return nameAt[symbol]! < names.size ? textAt(bytes, names.offset + nameAt[symbol]!) : undefined
    },
  }
}

const grown = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
  to.set(from)
  return to
}
