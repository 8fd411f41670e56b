// The functions of a Go program, from the table that its own runtime needs (.gopclntab) and that stripping leaves: as Go
// 1.18 and later write it (runtime/symtab.go). The table stays in the file.
import { lastNotAbove } from './base/address.ts'
import { textAt, within } from './base/bytes.ts'
import { word } from './base/elf.ts'
import type { Elf } from './base/elf.ts'
import type { Functions } from './functions.ts'

const MAGIC = new Set([0xfffffff0, 0xfffffff1]) // 1.18, 1.20
const ENTRY_BYTES = 8
const MOST = 2 ** 20
const CHUNK = 8192
/** Words of the header, behind its first 8 bytes. */
const HEADER = { functions: 0, text: 2, names: 3, table: 7, words: 8 } as const

/** Undefined when it is no such program. */
export const readGoFunctions = async (elf: Elf): Promise<Functions | undefined> => {
  const section = elf.section('.gopclntab') ?? elf.section('.data.rel.ro.gopclntab')
  if (!section) return undefined
  const bytes = within(elf.bytes, section.offset, section.size)
  const header = await bytes.read(0, 8 + HEADER.words * 8)
  const wordBytes = header[7]
  if (header.length < 72 || !MAGIC.has(header.readUInt32LE(0)) || (wordBytes !== 8 && wordBytes !== 4)) return undefined
  const value = (index: number): number => word(header, 8 + index * wordBytes, wordBytes === 8)
  // programs that are moved when they start have it only then
  const text = value(HEADER.text) || (elf.section('.text')?.address ?? 0)
  const table = value(HEADER.table)
  const count = Math.min(MOST, value(HEADER.functions))
  const starts = await startsIn(bytes.read, table, count)
  const end = starts.length - 1
  if (end < 1) return undefined

  return {
    count: end,
    bytes: starts.byteLength,
    name(address) {
      const index = lastNotAbove(starts, address - text)
      if (index < 0 || index >= end) return undefined
      const entry = bytes.readNow(table + index * ENTRY_BYTES, ENTRY_BYTES)
      const found = entry.length < ENTRY_BYTES ? entry : bytes.readNow(table + entry.readUInt32LE(4), 8)
      return found.length < 8 ? undefined : textAt(bytes, value(HEADER.names) + found.readUInt32LE(4))
    },
  }
}

/** Where each begins, and at last where the last ends, from where the text does. */
const startsIn = async (read: Elf['bytes']['read'], table: number, count: number): Promise<Uint32Array> => {
  const starts = new Uint32Array(count + 1)
  let found = 0
  while (found <= count) {
    const chunk = await read(table + found * ENTRY_BYTES, Math.min(CHUNK, count + 1 - found) * ENTRY_BYTES)
    if (chunk.length < 4) break
    // the last has no more than its address
    for (let at = 0; at + 4 <= chunk.length && found <= count; at += ENTRY_BYTES)
      starts[found++] = chunk.readUInt32LE(at)
  }
  return starts.subarray(0, found)
}
