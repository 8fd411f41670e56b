// Versions of interpreters that are known, and others.
import { dynamicSymbol } from '../../src/namer/dynamic-symbol.ts'
import { readInterpreter } from '../../src/namer/interpreter.ts'
import { commandTest } from '../helpers/bpf.ts'
import { compiled } from './interpreting.ts'

commandTest('versions that are known, and others', ['gcc'], async (t) => {
  for (const [version, threads] of [
    ['0x030b02f0', 16],
    ['0x030c01f0', 72],
  ] as const) {
    const elf = await compiled(t, version)
    const found = readInterpreter(elf)!
    t.is(found.threads, threads)
    t.is(found.states, dynamicSymbol(elf, '_PyRuntime')! + 40)
  }
  for (const version of ['0x030a00f0', '0x030d00f0', '0x030e00f0', '0x040b00f0', '0'])
    t.is(readInterpreter(await compiled(t, version)), undefined, version)
})
