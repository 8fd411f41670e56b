// Functions of a program whose symbols were taken out: told apart by where they begin, and the same wherever one is in them.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesOfMemory } from '../../src/namer/base/bytes.ts'
import { readCodeFile } from '../../src/namer/code-file.ts'
import type { CodeFile, Place } from '../../src/namer/code-file.ts'
import { ROOT } from '../../src/paths.ts'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { sleepMs } from '../helpers/workload.ts'

const SYMBOL = /^([0-9a-f]+) ([0-9a-f]+) [tT] (\w+)$/gm

const placeAt = async (code: CodeFile, offset: number): Promise<Place> => {
  for (;;) {
    const found = code.at(offset)
    if (found !== 'pending') return found
    await sleepMs(5)
  }
}

commandTest('functions without names', ['gcc', 'nm', 'strip'], async (t) => {
  const binary = join(temporaryFolder(t), 'unwound')
  execFileSync('gcc', ['-O2', '-pthread', '-no-pie', '-o', binary, join(ROOT, 'test/namer/fixtures/unwound.c')])
  const listed = [...execFileSync('nm', ['-S', binary], { encoding: 'utf8' }).matchAll(SYMBOL)]
  execFileSync('strip', ['--strip-all', binary])
  const segment = 0x400000
  const code = readCodeFile(bytesOfMemory(readFileSync(binary)), {
    debugFile: async () => undefined,
    onLeftOut: (why) => t.fail(why),
  })
  t.true(listed.length > 5)
  for (const [, address, size, name] of listed) {
    const start = Number.parseInt(address!, 16)
    const last = start + Number.parseInt(size!, 16) - 1
    for (const place of [start, last]) t.like(await placeAt(code, place - segment), { name: undefined, start }, name)
  }
  t.deepEqual(await placeAt(code, 0), { name: undefined, inlined: [] })
})
