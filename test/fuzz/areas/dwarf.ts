// Debug information, as compilers really write it where one is there: only its sections are changed, as the rest of such
// a program is the area `elf`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Area } from '../area.ts'
import { bytesOfMemory } from '../../../src/namer/base/bytes.ts'
import { openInlined } from '../../../src/namer/dwarf/inlined.ts'
import { openElf } from '../../../src/namer/base/elf.ts'
import { inlinedProgram } from '../../helpers/inlined.ts'
import { checkName } from '../settled.ts'

const WAYS = [['-gdwarf-5'], ['-gdwarf-4'], ['-gdwarf-5', '-ffunction-sections'], ['-gdwarf-5', '-gz=zlib']]
const PLACES = 24
/** Shorter than in the product, so that inputs that take all of it do not take the whole day. */
const BUDGET_MS = 200

const compiled = (): Buffer[] => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-fuzz-'))
  try {
    return WAYS.map((flags, i) => {
      const binary = join(folder, String(i))
      inlinedProgram(binary, [...flags, '-no-pie', '-fno-pie', '-Wl,--build-id=none'])
      return readFileSync(binary)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const dwarf: Area = {
  name: 'dwarf',
  seeds: () => (existsSync('/usr/bin/clang') ? compiled() : []),
  async parts(seed) {
    const elf = (await openElf(bytesOfMemory(seed)))!
    return elf.sections
      .filter(({ name, size }) => name.startsWith('.debug_') && !name.startsWith('.debug_line') && size > 0)
      .map(({ offset, size }) => [offset, size] as const)
  },
  async take(input) {
    const elf = await openElf(bytesOfMemory(input)).catch(() => undefined)
    const text = elf?.section('.text')
    if (!elf || !text) return
    const inlined = openInlined(elf, { onLeftOut: () => {}, budgetMs: BUDGET_MS })
    const step = Math.max(1, Math.floor(text.size / PLACES))
    const addresses = Array.from({ length: PLACES }, (_, i) => text.address + i * step)
    while (addresses.map((address) => inlined.at(address)).includes(undefined)) await setImmediate()
    for (const name of addresses.flatMap((address) => inlined.at(address) ?? []))
      if (name.length > 1024) checkName(name)
    await inlined.stop()
  },
}
