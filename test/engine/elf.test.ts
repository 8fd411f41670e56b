// Functions of ELF files: of a real one, and of what only looks like one.
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readElf } from '../../src/engine/symbols/elf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const HEADER = 64

/** A file with one segment and the given symbols: name, address, size. */
const elfFile = (symbols: readonly [name: string, address: number, size: number][]): Buffer => {
  const names = Buffer.from(`\0${symbols.map(([name]) => `${name}\0`).join('')}`)
  const table = Buffer.alloc(24 * symbols.length)
  const segment = Buffer.alloc(56)
  const sections = Buffer.alloc(64 * 2)
  const at = { segment: HEADER, names: HEADER + 56, table: HEADER + 56 + names.length, sections: HEADER + 56 + names.length + table.length }
  segment.writeUInt32LE(1, 0)
  segment.writeBigUInt64LE(0x1000n, 8)
  segment.writeBigUInt64LE(0x401000n, 16)
  segment.writeBigUInt64LE(0x1000n, 32)
  let nameAt = 1
  symbols.forEach(([name, address, size], i) => {
    table.writeUInt32LE(nameAt, i * 24)
    table[i * 24 + 4] = 0x12 // global function
    table.writeUInt16LE(1, i * 24 + 6)
    table.writeBigUInt64LE(BigInt(address), i * 24 + 8)
    table.writeBigUInt64LE(BigInt(size), i * 24 + 16)
    nameAt += name.length + 1
  })
  const section = (index: number, type: number, offset: number, size: number, link: number): void => {
    sections.writeUInt32LE(type, index * 64 + 4)
    sections.writeBigUInt64LE(BigInt(offset), index * 64 + 24)
    sections.writeBigUInt64LE(BigInt(size), index * 64 + 32)
    sections.writeUInt32LE(link, index * 64 + 40)
  }
  section(0, 2, at.table, table.length, 1)
  section(1, 3, at.names, names.length, 0)
  const header = Buffer.alloc(HEADER)
  header.write('\x7fELF\x02\x01', 'latin1')
  header.writeBigUInt64LE(BigInt(at.segment), 32)
  header.writeBigUInt64LE(BigInt(at.sections), 40)
  header.writeUInt16LE(56, 54)
  header.writeUInt16LE(1, 56)
  header.writeUInt16LE(64, 58)
  header.writeUInt16LE(2, 60)
  return Buffer.concat([header, segment, names, table, sections])
}

const read = async (path: string) => {
  const fd = openSync(path, 'r')
  const functions = await readElf(fd)
  return { functions, close: () => closeSync(fd) }
}

test('a function is found by its place in the file, and none between two', async (t) => {
  const path = join(temporaryFolder(t), 'elf')
  writeFileSync(path, elfFile([['later', 0x401100, 0x10], ['early', 0x401000, 0x20], ['alias', 0x401000, 0x20], ['open', 0x401200, 0]]))
  const { functions, close } = await read(path)
  t.is(functions?.count, 4)
  t.is(functions?.name(0x1000), 'early')
  t.is(functions?.name(0x101f), 'early')
  t.is(functions?.name(0x1020), undefined)
  t.is(functions?.name(0x110f), 'later')
  t.is(functions?.name(0x1300), 'open')
  t.is(functions?.name(0x5000), undefined)
  close()
})

test('whatever a file says, nothing worse than no functions comes of it', async (t) => {
  const good = elfFile([['one', 0x401000, 0x20], ['two', 0x401100, 0x10]])
  const path = join(temporaryFolder(t), 'broken')
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good)
    bad[at] = 0xff
    writeFileSync(path, bad)
    const { functions, close } = await read(path)
    const name = functions?.name(0x1000)
    t.true(name === undefined || typeof name === 'string')
    close()
  }
  writeFileSync(path, 'no program at all')
  const { functions, close } = await read(path)
  t.is(functions, undefined)
  close()
})
