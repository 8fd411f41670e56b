// Static probes of a program: those of one made here with the assembler, and of files that are anything else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { usdtIn } from '../../src/cli/usdt-here.ts'
import { commandTest } from '../helpers/bpf.ts'
import { elfFile } from '../helpers/elf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { usdtNote } from '../helpers/usdt-note.ts'

commandTest('each that its notes name; cut anywhere there is no answer, or none that is made up', ['as'], async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'one.o')
  await execa('as', ['-o', path, '-'], { input: usdtNote('python', 'gc__start') + usdtNote('a', 'bcd') })
  t.deepEqual([...usdtIn(path)!], ['python:gc__start', 'a:bcd'])
  const bare = join(folder, 'none.o')
  await execa('as', ['-o', bare, '-'], { input: '' })
  t.is(usdtIn(bare)!.size, 0)
  const whole = readFileSync(path)
  const cut = join(folder, 'cut.o')
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(cut, whole.subarray(0, length))
    t.is(usdtIn(cut), undefined, String(length))
  }
})

/** Of 32 bits, whose addresses are as wide. */
const note = (nameBytes: number, describedBytes: number): Buffer => {
  const head = Buffer.alloc(12)
  for (const [i, word] of [nameBytes, describedBytes, 3].entries()) head.writeUInt32LE(word, i * 4)
  return Buffer.concat([head, Buffer.from('stapsdt\0'), Buffer.alloc(12), Buffer.from('a\0bcd\0\0\0')])
}

test('of 32 bits, too; lengths that lead back or beyond the end are no answer', (t) => {
  const path = join(temporaryFolder(t), 'narrow')
  const probes = (notes: Buffer): string[] | undefined => {
    writeFileSync(path, elfFile([], [['.note.stapsdt', notes]], 32))
    const found = usdtIn(path)
    return found && [...found]
  }
  t.deepEqual(probes(note(8, 20)), ['a:bcd'])
  t.deepEqual(probes(Buffer.concat([note(8, 20), note(0xfffffff4, 0)])), undefined)
  t.deepEqual(probes(note(8, 0xfffffff0)), ['a:bcd'])
})

test('what is no program does not say', (t) => {
  const folder = join(temporaryFolder(t), 'folder')
  mkdirSync(folder)
  writeFileSync(join(folder, 'text'), 'x'.repeat(1000))
  t.is(usdtIn(join(folder, 'text')), undefined)
  t.is(usdtIn(folder), undefined)
  t.is(usdtIn(join(folder, 'gone')), undefined)
  t.is(usdtIn('/dev/zero'), undefined)
})
