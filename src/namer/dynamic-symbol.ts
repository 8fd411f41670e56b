// One symbol that a program offers to others, by its name: looked up as the dynamic linker does it (.gnu.hash), a few places
// of the file however many symbols it has.
import { textAt } from './base/bytes.ts'
import { SECTION, word } from './base/elf.ts'
import type { Elf } from './base/elf.ts'

const HEADER_BYTES = 16
const SYMBOL_BYTES = 24
/** Of one bucket. */
const MOST = 4096

/** Where it is; undefined where there is none, or in programs of 32 bits. */
export const dynamicSymbol = ({ bytes, wide, section, sections }: Elf, name: string): number | undefined => {
  const [table, symbols] = [section('.gnu.hash'), section(SECTION.dynamicSymbols)]
  const names = symbols && sections[symbols.link]
  const header = table && wide ? bytes.readNow(table.offset, HEADER_BYTES) : undefined
  if (!table || !names || header?.length !== HEADER_BYTES) return undefined
  const [buckets, first, filters] = [0, 4, 8].map((at) => header.readUInt32LE(at)) as [number, number, number]
  if (buckets === 0) return undefined
  const bucketsAt = table.offset + HEADER_BYTES + filters * 8
  const numberAt = (place: number): number => {
    const found = bytes.readNow(place, 4)
    return found.length === 4 ? found.readUInt32LE(0) : 0
  }
  const hash = hashOf(name)
  let index = numberAt(bucketsAt + (hash % buckets) * 4)
  for (let left = MOST; index >= first && index > 0 && left > 0; left--, index++) {
    const other = numberAt(bucketsAt + (buckets + index - first) * 4)
    if ((other | 1) >>> 0 === (hash | 1) >>> 0) {
      const symbol = bytes.readNow(symbols.offset + index * SYMBOL_BYTES, SYMBOL_BYTES)
      if (symbol.length < SYMBOL_BYTES) return undefined
      const isHere = symbol.readUInt16LE(6) !== 0
      if (isHere && textAt(bytes, names.offset + symbol.readUInt32LE(0)) === name) return word(symbol, 8, true)
    }
    if ((other & 1) === 1) return undefined
  }
  return undefined
}

const hashOf = (name: string): number => {
  let hash = 5381
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 33) + name.charCodeAt(i)) >>> 0
  return hash
}
