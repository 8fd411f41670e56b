// The code that the kernel lends to processes has names, too.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { openElf } from '../../src/namer/base/elf.ts'
import { regionsIn } from '../../src/namer/regions.ts'
import { readVdso } from '../../src/namer/vdso.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { openNames } from '../helpers/names.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const SOURCE = `
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>
int main(void) { printf("%lu\\n", getauxval(AT_SYSINFO_EHDR)); fflush(stdout); pause(); }
`

commandTest('functions of the vDSO, in another process', ['clang'], async (t) => {
  const vdso = readVdso()
  if (!vdso) return skip(t, 'this kernel has no vDSO')
  const elf = (await openElf(vdso))!
  const table = elf.section('.dynsym')!
  const symbols = await vdso.read(table.offset, table.size)
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'where.c'), SOURCE)
  execFileSync('clang', ['-o', join(folder, 'where'), join(folder, 'where.c')])
  const child = spawn(join(folder, 'where'), { stdio: ['ignore', 'pipe', 'inherit'] })
  const lookUp = openNames()
  try {
    const base = Number(await new Promise((resolve) => child.stdout.once('data', resolve)))
    const nameAt = async (offset: number): Promise<string> => {
      const [frame] = await lookUp.at(child.pid!, base + offset)
      return frame ? `${frame.name} in ${frame.module}` : 'garbage'
    }
    const names: string[] = []
    for (let at = 24; at < symbols.length; at += 24) {
      if ((symbols[at + 4]! & 0xf) === 2) names.push(await nameAt(Number(symbols.readBigUInt64LE(at + 8)) + 1))
    }
    t.true(
      names.some((name) => name.endsWith('clock_gettime in [vdso]')),
      names.join(', '),
    )
    t.false(names.some((name) => name.startsWith('[unknown]')))
  } finally {
    lookUp.close()
    child.kill('SIGKILL')
  }
})

test('that of programs of 32 bits is another', (t) => {
  const [own] = regionsIn(readFileSync('/proc/self/maps', 'utf8')).filter(({ module }) => module === '[vdso]')
  if (!own) return skip(t, 'this kernel has no vDSO')
  t.is(own.file, '[vdso]')
  t.is(regionsIn('f7fc4000-f7fc6000 r-xp 00000000 00:00 0 [vdso]')[0]!.file, '')
})
