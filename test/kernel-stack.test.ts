// Stack of kernel programs: Linux before 6.13 refuses one whose functions, within one another, take more than 512 bytes; later
// ones give each its own, so there it is not seen.
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { PROBES_BUILT } from '../src/paths.ts'
import { commandTest } from './helpers/bpf.ts'
import { stacksOf } from './helpers/bpf-stack.ts'
import { temporaryFolder } from './helpers/temporary.ts'

const MOST_BYTES = 512
const MOST_FUNCTIONS = 8

const folder = dirname(PROBES_BUILT)
const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.bpf.o'))

test('the stack of every program is enough on older kernels', (t) => {
  t.true(objects.length > 20)
  for (const object of objects) {
    const chains = stacksOf(join(folder, object))
    t.true(chains.length > 0, object)
    for (const { bytes, functions } of chains) {
      t.true(bytes <= MOST_BYTES, `${object}: ${bytes} bytes: ${functions.join(', ')}`)
      t.true(functions.length <= MOST_FUNCTIONS, `${object}: ${functions.join(', ')}`)
    }
  }
})

const SOURCE = `
#define NOINLINE __attribute__((noinline, section(".text")))
static NOINLINE int innermost(int a) { volatile int x[10]; x[a & 7] = a; return x[1]; }
NOINLINE int middle(int a) { volatile char x[96]; x[a & 63] = a; x[95] = innermost(a); return x[1]; }
__attribute__((section("tp_btf/one"))) int outer(void *context) { volatile long x = middle(1); return x; }
__attribute__((section("tp_btf/two"))) int other(void *context) { return 1; }
`

commandTest('frames are rounded up, and added from the program to the function that calls none', ['clang'], (t) => {
  const [source, object] = ['c', 'o'].map((end) => join(temporaryFolder(t), `stack.${end}`)) as [string, string]
  writeFileSync(source, SOURCE)
  execFileSync('clang', ['-target', 'bpf', '-O2', '-c', source, '-o', object])
  t.deepEqual(stacksOf(object).slice(0, 2), [
    { bytes: 32 + 96 + 64, functions: ['outer 8', 'middle 96', 'innermost 40'] },
    { bytes: 96 + 64, functions: ['middle 96', 'innermost 40'] },
  ])
  t.deepEqual(stacksOf(object).at(-1), { bytes: 32, functions: ['other 0'] })
})
