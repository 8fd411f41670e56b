// Where interpreters have what they know, by their files: of a program that only has what is looked for, of versions that are
// not known, and of what others say.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dynamicSymbol } from '../../src/namer/dynamic-symbol.ts'
import { INTERPRETER_PARTS, interpreterOf } from '../../src/namer/base/interpreter-parts.ts'
import { isInterpreting, readInterpreter } from '../../src/namer/interpreter.ts'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { compiled } from './interpreting.ts'

commandTest('symbols that programs offer, by name', ['gcc', 'nm'], async (t) => {
  const elf = await compiled(t, '1')
  const folder = temporaryFolder(t)
  const path = join(folder, 'a.so')
  writeFileSync(path, await elf.bytes.read(0, 1 << 20))
  const listed = execFileSync('nm', ['-D', '--defined-only', path], { encoding: 'utf8' }).trim().split('\n')
  t.true(listed.length > 300)
  for (const line of listed) {
    const [address, , name] = line.split(' ')
    t.is(dynamicSymbol(elf, name!), Number.parseInt(address!, 16), name)
  }
  t.is(dynamicSymbol(elf, 'other_300'), undefined)
  t.is(dynamicSymbol(elf, ''), undefined)
})

commandTest('from 3.13 on the file itself says where', ['gcc'], async (t) => {
  const cookie = `0x${Buffer.from('xdebugpy').reverse().toString('hex')}UL`
  const list = (unlocked: number, first: string): string =>
    `${cookie}, 0x030d00f0, ${unlocked}, 0, 0, ${first}, 0, 0, 7264, 7344`
  t.like(readInterpreter(await compiled(t, '0x030d00f0', list(0, '632'))), { nextState: 7264, threads: 7344, shim: 3 })
  t.is(readInterpreter(await compiled(t, '0x030d00f0', list(1, '632'))), undefined)
  t.is(readInterpreter(await compiled(t, '0x030d00f0', list(0, '~0UL'))), undefined)
})

commandTest('what others say is checked', [], (t) => {
  const good = INTERPRETER_PARTS.map((_, i) => i)
  t.is(interpreterOf(good)?.wide, INTERPRETER_PARTS.length - 1)
  for (const bad of [undefined, {}, [], good.slice(1), good.with(0, 2 ** 48), good.with(1, 2 ** 16), good.with(1, -1)])
    t.is(interpreterOf(bad), undefined)
  t.is(interpreterOf([...good.slice(1), '1']), undefined)
  t.true(isInterpreting('_PyEval_EvalFrameDefault.cold'))
  t.false(isInterpreting('_PyEval_EvalFrameDefaults'))
  t.false(isInterpreting(undefined))
})
