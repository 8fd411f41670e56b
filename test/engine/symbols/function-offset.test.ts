// Where a function begins in a file, as a process without rights reads it from a descriptor.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askFunctionOffset } from '../../../src/engine/symbols/function-offset.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const offsetIn = async (path: string, name: string): Promise<number | undefined> => {
  const fd = openSync(path, 'r')
  try {
    return await askFunctionOffset(fd, name)
  } finally {
    closeSync(fd)
  }
}

const LIBC = realpathSync(`/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libc.so.6`)

bpfTest(
  'a function of the C library is where the tables of the file say',
  async (t) => {
    const offset = await offsetIn(LIBC, 'getaddrinfo')
    const symbols = execFileSync('readelf', ['-W', '--dyn-syms', LIBC], { encoding: 'utf8' })
    const address = Number.parseInt(/: ([0-9a-f]+) +\d+ FUNC .* getaddrinfo@/.exec(symbols)![1]!, 16)
    const segments = execFileSync('readelf', ['-Wl', LIBC], { encoding: 'utf8' })
    const loaded = [...segments.matchAll(/LOAD +0x(\w+) 0x(\w+) 0x\w+ 0x\w+ 0x(\w+)/g)]
      .map(([, ...texts]) => texts.map((text) => Number.parseInt(text, 16)) as [number, number, number])
      .find(([, from, size]) => address >= from && address < from + size)!
    t.is(offset, address - loaded[1] + loaded[0])
    t.is(await offsetIn(LIBC, 'getaddrinf'), undefined)
  },
  ['readelf'],
)

bpfTest('of what is no program nothing is told', async (t) => {
  const folder = temporaryFolder(t)
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const whole = readFileSync(LIBC)
  t.is(await offsetIn(file('empty', ''), 'getaddrinfo'), undefined)
  t.is(await offsetIn(file('text', 'getaddrinfo\n'.repeat(9999)), 'getaddrinfo'), undefined)
  t.is(await offsetIn(file('cut', whole.subarray(0, 4000)), 'getaddrinfo'), undefined)
  mkdirSync(join(folder, 'folder'))
  t.is(await offsetIn(join(folder, 'folder'), 'getaddrinfo'), undefined)
})
