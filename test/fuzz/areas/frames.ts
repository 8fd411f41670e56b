// What programs say about how to get from a function to its caller, and stacks that are walked by it: only the sections for
// that are changed, of a program as compilers really write it.
import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Area } from '../area.ts'
import { bytesOfMemory } from '../../../src/namer/base/bytes.ts'
import { openElf } from '../../../src/namer/base/elf.ts'
import { MACHINE } from '../../../src/namer/unwind/register-names.ts'
import { openRows } from '../../../src/namer/unwind/cfi-rows.ts'
import { openWalk } from '../../../src/namer/unwind/stack.ts'
import { MOST_CALLERS } from '../../../src/namer/unwind/unwound.ts'
import { compiled } from '../../helpers/workload.ts'

const PLACES = 60
const WALKS = 6
const STACK_AT = 0x7ffc0000
/** Shorter than in the product, so that inputs that take all of it do not take the whole day. */
const BUDGET_MS = 200

const programs = (): Buffer[] =>
  ['-fomit-frame-pointer', '-fno-omit-frame-pointer'].map((flag) => {
    const options = [flag, '-pthread', '-no-pie', '-fno-pie', '-Wl,--build-id=none']
    return readFileSync(compiled('unwound', 'test/namer/fixtures', options, `unwound${flag}`))
  })

export const frames: Area = {
  name: 'frames',
  seeds: () => (existsSync('/usr/bin/clang') ? programs() : []),
  async parts(seed) {
    const elf = (await openElf(bytesOfMemory(seed)))!
    return elf.sections
      .filter(({ name }) => name.startsWith('.eh_frame'))
      .map(({ offset, size }) => [offset, size] as const)
  },
  async take(input) {
    const elf = await openElf(bytesOfMemory(input)).catch(() => undefined)
    const text = elf?.section('.text')
    if (!elf || !text) return
    const rows = openRows(elf, BUDGET_MS)
    const step = Math.max(1, Math.floor(text.size / PLACES))
    const addresses = Array.from({ length: PLACES }, (_, i) => text.address + i * step)
    for (const address of addresses) {
      rows.at(address)
      await setImmediate()
    }
    // every word leads into the program, or back to the stack
    const stack = Buffer.alloc(4096)
    for (let at = 0; at < stack.length; at += 8)
      stack.writeUInt32LE(at % 24 === 0 ? STACK_AT + at : addresses[(at / 8) % PLACES]!, at)
    for (const ip of addresses.slice(0, WALKS)) {
      const registers = Array.from({ length: 17 }, (_, number) => [number, STACK_AT + number * 8] as const)
      const walk = openWalk({ ip, exact: true, registers, stack }, MACHINE)
      walk.goOn((address) => rows.at(address) ?? (address < text.address ? 'nothing' : 'pointers'))
      if (walk.callers.length > MOST_CALLERS || ![...walk.callers].every(Number.isSafeInteger))
        throw new Error(`callers ${walk.callers.join()}`)
      for (const rule of walk.rules)
        if (!Object.values(rule).every(Number.isSafeInteger)) throw new Error(`rule ${JSON.stringify(rule)}`)
    }
  },
}
