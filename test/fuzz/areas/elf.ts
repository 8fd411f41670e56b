// Programs: their headers, tables of symbols, notes and links, those of Go included.
import type { Area } from '../area.ts'
import { bytesOfMemory } from '../../../src/namer/base/bytes.ts'
import { readCodeFile } from '../../../src/namer/code-file.ts'
import { buildIdOf, debugLinkOf, openElf } from '../../../src/namer/base/elf.ts'
import { elfFile } from '../../helpers/elf.ts'
import { settled } from '../settled.ts'

const SYMBOLS = [
  ['main', 0x401000, 64],
  ['_ZN4demo5innerEi', 0x401040, 128],
  ['_RNvC4demo4main', 0x4010c0, 16],
  ['_ZN4demo5outer17h0123456789abcdefE', 0x401100, 0],
] as const

const note = (): Buffer => {
  const bytes = Buffer.alloc(36)
  bytes.writeUInt32LE(4, 0)
  bytes.writeUInt32LE(20, 4)
  bytes.writeUInt32LE(3, 8)
  bytes.write('GNU\0', 12)
  return bytes
}

/** As Go 1.20 writes it, with two functions. */
const goTable = (): Buffer => {
  const bytes = Buffer.alloc(200)
  bytes.writeUInt32LE(0xfffffff1, 0)
  bytes[7] = 8
  const words = [2, 0, 0x401000, 72, 0, 0, 0, 96]
  words.forEach((word, i) => bytes.writeBigUInt64LE(BigInt(word), 8 + i * 8))
  bytes.write('main.main\0main.inner\0', 72)
  for (const [i, [start, at]] of [
    [0, 40],
    [64, 48],
    [128, 0],
  ].entries()) {
    bytes.writeUInt32LE(start!, 96 + i * 8)
    bytes.writeUInt32LE(at!, 100 + i * 8)
  }
  bytes.writeUInt32LE(10, 96 + 52)
  return bytes
}

const SEEDS = [
  elfFile(SYMBOLS, [['.note.gnu.build-id', note()]]),
  elfFile(SYMBOLS, [['.gnu_debuglink', Buffer.from('demo.debug\0\0\x01\x02\x03\x04', 'latin1')]]),
  elfFile(SYMBOLS, [], 32),
  elfFile([], [['.gopclntab', goTable()]]),
]

export const elf: Area = {
  name: 'elf',
  seeds: () => SEEDS,
  words: ['\x7fELF', '.symtab', '_ZN', '_RNv', '.gopclntab', '$LT$', '17h0123456789abcdefE'],
  async take(input) {
    const bytes = bytesOfMemory(input)
    const opened = await openElf(bytes).catch(() => undefined)
    if (opened) await Promise.all([buildIdOf(opened), debugLinkOf(opened)].map((one) => one.catch(() => undefined)))
    const file = readCodeFile(bytes, { debugFile: async () => undefined, onLeftOut: () => {} })
    for (let offset = 0x1000; offset < 0x1200; offset += 32) await settled(() => file.at(offset))
    await file.stop()
  },
}
