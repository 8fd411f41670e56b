// Static probes of a program: those of one made here with the assembler, and of files that are anything else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { usdtIn } from '../../src/cli/usdt-here.ts'
import { commandTest } from '../helpers/bpf.ts'
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

test('what is no program does not say', (t) => {
  const folder = join(temporaryFolder(t), 'folder')
  mkdirSync(folder)
  writeFileSync(join(folder, 'text'), 'x'.repeat(1000))
  t.is(usdtIn(join(folder, 'text')), undefined)
  t.is(usdtIn(folder), undefined)
  t.is(usdtIn(join(folder, 'gone')), undefined)
  t.is(usdtIn('/dev/zero'), undefined)
})
