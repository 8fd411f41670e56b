// Functions of Go programs without symbols: a table as Go writes it, and tables that are not.
import test from 'ava'
import { bytesOfMemory } from '../../src/namer/base/bytes.ts'
import { openElf } from '../../src/namer/base/elf.ts'
import { readGoFunctions } from '../../src/namer/go-functions.ts'
import { elfFile } from '../helpers/elf.ts'

const TEXT = 0x401000
const FUNCTIONS = [
  ['main.main', 0],
  ['main.(*server).wait', 0x40],
  ['runtime.goexit', 0x100],
] as const
const END = 0x120

/** runtime/symtab.go: header, names, and pairs of where a function begins and what is known of it. */
const goTable = (magic: number, wordBytes: 4 | 8 = 8): Buffer => {
  const names = Buffer.from(FUNCTIONS.map(([name]) => `${name}\0`).join(''))
  const pairs = Buffer.alloc(FUNCTIONS.length * 8 + 4)
  const known = Buffer.alloc(FUNCTIONS.length * 8)
  let nameAt = 0
  FUNCTIONS.forEach(([name, start], i) => {
    pairs.writeUInt32LE(start, i * 8)
    pairs.writeUInt32LE(pairs.length + i * 8, i * 8 + 4)
    known.writeUInt32LE(start, i * 8)
    known.writeUInt32LE(nameAt, i * 8 + 4)
    nameAt += name.length + 1
  })
  pairs.writeUInt32LE(END, FUNCTIONS.length * 8)
  const header = Buffer.alloc(8 + 8 * wordBytes)
  header.writeUInt32LE(magic, 0)
  header[6] = 1
  header[7] = wordBytes
  const words = [FUNCTIONS.length, 0, TEXT, header.length, 0, 0, 0, header.length + names.length]
  words.forEach((value, i) => header.writeUInt32LE(value, 8 + i * wordBytes))
  return Buffer.concat([header, names, pairs, known])
}

const read = async (table: Buffer) =>
  readGoFunctions((await openElf(bytesOfMemory(elfFile([], [['.gopclntab', table]]))))!)

for (const [title, table] of [
  ['1.18', goTable(0xfffffff0)],
  ['1.20', goTable(0xfffffff1)],
  ['1.20, 32 bits', goTable(0xfffffff1, 4)],
] as const) {
  test(`functions of Go ${title}`, async (t) => {
    const functions = (await read(table))!
    t.is(functions.count, 3)
    t.is(functions.name(TEXT), 'main.main')
    t.is(functions.name(TEXT + 0x3f), 'main.main')
    t.is(functions.name(TEXT + 0x41), 'main.(*server).wait')
    t.is(functions.name(TEXT + 0x11f), 'runtime.goexit')
    t.is(functions.name(TEXT + END), undefined)
    t.is(functions.name(TEXT - 1), undefined)
  })
}

test('older tables and what only looks like one have no functions', async (t) => {
  t.is(await read(goTable(0xfffffffa)), undefined)
  t.is(await read(Buffer.alloc(100)), undefined)
  const good = goTable(0xfffffff1)
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good)
    bad[at] = 0xff
    await t.notThrowsAsync(async () => (await read(bad))?.name(TEXT + 0x41))
    await t.notThrowsAsync(async () => (await read(good.subarray(0, at)))?.name(TEXT + 0x41))
  }
})
