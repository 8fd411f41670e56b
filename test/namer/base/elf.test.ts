// Functions of ELF files of both widths, and of what only looks like one.
import test from 'ava'
import { bytesOfMemory } from '../../../src/namer/base/bytes.ts'
import { openElf } from '../../../src/namer/base/elf.ts'
import { readFunctions } from '../../../src/namer/functions.ts'
import { elfFile } from '../../helpers/elf.ts'

const SYMBOLS: Parameters<typeof elfFile>[0] = [
  ['later', 0x401100, 0x10],
  ['early', 0x401000, 0x20],
  ['alias', 0x401000, 0x20],
  ['open', 0x401200, 0],
]

const read = async (file: Buffer) => {
  const elf = await openElf(bytesOfMemory(file))
  const functions = elf && (await readFunctions(elf))
  return {
    count: functions?.count,
    name(fileOffset: number) {
      const address = elf?.addressOf(fileOffset)
      return address === undefined ? undefined : functions?.name(address)
    },
  }
}

for (const bits of [64, 32] as const) {
  test(`${bits} bits: a function is found by its place in the file, and none between two`, async (t) => {
    const { count, name } = await read(elfFile(SYMBOLS, [], bits))
    t.is(count, 4)
    t.is(name(0x1000), 'early')
    t.is(name(0x101f), 'early')
    t.is(name(0x1020), undefined)
    t.is(name(0x110f), 'later')
    t.is(name(0x1300), 'open')
    t.is(name(0x5000), undefined)
  })

  test(`${bits} bits: whatever a file says, nothing worse than no functions comes of it`, async (t) => {
    const good = elfFile(SYMBOLS, [], bits)
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const bad = Buffer.from(good)
        bad[at] = value
        const { name } = await read(bad)
        const found = name(0x1000)
        if (found !== undefined && typeof found !== 'string') t.fail()
      }
      await t.notThrowsAsync(read(good.subarray(0, at)))
    }
    t.is((await read(Buffer.from('no program at all'))).count, undefined)
  })
}

test('sections are found by name', async (t) => {
  const elf = (await openElf(
    bytesOfMemory(
      elfFile(SYMBOLS, [
        ['.one', Buffer.from('first')],
        ['.two', Buffer.from('second')],
      ]),
    ),
  ))!
  const { offset, size } = elf.section('.two')!
  t.is((await elf.bytes.read(offset, size)).toString(), 'second')
  t.is(elf.section('.three'), undefined)
})
