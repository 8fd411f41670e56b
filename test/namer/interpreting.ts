// Compiles what only has what is looked for in an interpreter.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { bytesOfMemory } from '../../src/namer/base/bytes.ts'
import { openElf } from '../../src/namer/base/elf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export const compiled = async (t: ExecutionContext, version: string, first = '0') => {
  const folder = temporaryFolder(t)
  const [source, binary] = [join(folder, 'a.c'), join(folder, 'a.so')]
  const others = Array.from({ length: 300 }, (_, i) => `int other_${i}(void) { return ${i}; }`)
  writeFileSync(
    source,
    `const unsigned long Py_Version = ${version};\nunsigned long _PyRuntime[512] = { ${first} };\n${others.join('\n')}\n`,
  )
  execFileSync('gcc', ['-shared', '-fPIC', '-Wl,--hash-style=gnu', '-o', binary, source])
  return (await openElf(bytesOfMemory(readFileSync(binary))))!
}
