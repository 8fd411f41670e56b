// Functions that were inlined where a real process waits, from the debug information that compilers really write.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { bytesOfMemory } from '../../src/namer/base/bytes.ts'
import { openElf } from '../../src/namer/base/elf.ts'
import type { Elf } from '../../src/namer/base/elf.ts'
import { openInlined } from '../../src/namer/dwarf/inlined.ts'
import { pauses } from '../../src/namer/dwarf/pause.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { elfFile } from '../helpers/elf.ts'
import { inlinedProgram } from '../helpers/inlined.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { compat } from '../helpers/workload.ts'
import { CHAIN, chainIn, testChain } from './inlined-test.ts'

testChain('DWARF 5', '-gdwarf-5')

commandTest('in a file of its own', ['clang', 'objcopy'], async (t) => {
  const binary = join(temporaryFolder(t), 'inlined')
  inlinedProgram(binary)
  execFileSync('objcopy', ['--only-keep-debug', binary, `${binary}.debug`])
  execFileSync('objcopy', ['--strip-debug', `--add-gnu-debuglink=${binary}.debug`, binary])
  t.deepEqual(await chainIn(binary), CHAIN)
})

/** Without the C library, which is seldom there for these programs. */
const NARROW = `
struct timespec { long s, ns; };
static inline __attribute__((always_inline)) void wait_innermost(struct timespec *time)
{
	int result = 162;

	__asm__ volatile("int $0x80" : "+a"(result) : "b"(time), "c"(0) : "memory");
	__asm__ volatile("nop");
}
static __attribute__((noinline)) void wait_outer(void)
{
	struct timespec time = { 60, 0 };

	wait_innermost(&time);
	__asm__ volatile("");
}
void _start(void) { for (;;) wait_outer(); }
`

commandTest('in a program of 32 bits', ['clang'], async (t) => {
  const made = compat()
  if ('why' in made) return skip(t, made.why)
  const binary = join(temporaryFolder(t), 'inlined')
  writeFileSync(`${binary}.c`, NARROW)
  execFileSync('clang', ['-m32', '-O2', '-g', '-ffreestanding', '-nostdlib', '-static', '-o', binary, `${binary}.c`])
  t.deepEqual(await chainIn(binary), [CHAIN[0], CHAIN[2]])
})

const lookUp = async (elf: Elf, addresses: readonly number[]) => {
  const why: string[] = []
  const inlined = openInlined(elf, { onLeftOut: (text) => why.push(text) })
  while (addresses.map((address) => inlined.at(address)).includes(undefined)) await setImmediate()
  const found = addresses.map((address) => inlined.at(address)!)
  await inlined.stop()
  return { why, found }
}

commandTest('whatever the debug information says, it ends, and others keep their names', ['clang'], async (t) => {
  const binary = join(temporaryFolder(t), 'inlined')
  inlinedProgram(binary, ['-gdwarf-5', '-no-pie', '-fno-pie'])
  const good = readFileSync(binary)
  const elf = (await openElf(bytesOfMemory(good)))!
  const text = elf.section('.text')!
  const addresses = Array.from({ length: Math.floor(text.size / 8) }, (_, i) => text.address + i * 8)
  t.true((await lookUp(elf, addresses)).found.flat().includes('wait_innermost'))
  // each of these throws, or takes for ever, where something is taken for granted
  for (const name of ['.debug_info', '.debug_abbrev', '.debug_rnglists', '.debug_addr', '.debug_str_offsets']) {
    const section = elf.section(name)
    for (let at = 0; at < (section?.size ?? 0); at++) {
      for (const value of [0xff, good[section!.offset + at]! ^ 0x11]) {
        const bad = Buffer.from(good)
        bad[section!.offset + at] = value
        await lookUp((await openElf(bytesOfMemory(bad)))!, addresses)
      }
    }
  }
})

test('what is too large or packed in another way is left out, and said', async (t) => {
  const packed = async (type: number, size: number) => {
    const content = Buffer.alloc(24)
    content.writeUInt32LE(type, 0)
    content.writeBigUInt64LE(BigInt(size), 8)
    const elf = (await openElf(bytesOfMemory(elfFile([], [['.debug_info', content]]))))!
    const { why, found } = await lookUp(
      { ...elf, section: (name) => ({ ...elf.section(name)!, compressed: true }) },
      [0x401000],
    )
    t.deepEqual(found, [[]])
    return why
  }
  t.deepEqual(await packed(1, 2 ** 30), ['1024 MB of debug information, of more than 64 MB'])
  t.deepEqual(await packed(2, 100), ['debug information not compressed by zlib'])
  t.deepEqual(await packed(1, 100), ['debug information that cannot be read (unexpected end of file)'])
})

test('work in pieces lets others have their turn, and ends when it takes too long', async (t) => {
  const budget = { leftMs: 50 }
  const pause = pauses(budget)
  let turns = 0
  const others = setInterval(() => turns++, 1)
  await t.throwsAsync(
    async () => {
      for (const end = performance.now() + 2000; performance.now() < end;) await pause()
    },
    { message: /too long/ },
  )
  clearInterval(others)
  t.true(turns > 2, `${turns} turns`)
})
