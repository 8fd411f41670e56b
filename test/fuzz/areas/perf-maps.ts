// Names that run-time compilers write down.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Area } from '../area.ts'
import { openJitMap } from '../../../src/namer/jit.ts'
import { checkName } from '../settled.ts'

const SEED = `7f0000001000 40 LazyCompile:*spinAround file:///app/waiting.mjs:2
7f0000001040 80 JS:~passTime /a b.js:1
0x7f0000001100 0x10 py::wait_for_it:/usr/lib/python3/x.py
7f0000001000 20 Lio/netty/Loop;::run
7f0000001200 8 _ZN4demo5outer17h0123456789abcdefE
7f0000001300 ffffffff half of it
`
const folder = mkdtempSync(join(tmpdir(), 'probetop-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

export const perfMaps: Area = {
  name: 'perf-maps',
  seeds: () => [Buffer.from(SEED), Buffer.from(SEED.repeat(20))],
  words: ['\n', '0x', ' ', '7f0000001000', '\u001b]52;c;', '\0', '_ZN', '\ufeff', '\r\n'],
  async take(input) {
    const path = join(folder, 'perf-1.map')
    writeFileSync(path, input)
    const map = openJitMap(path)
    await map.refresh()
    for (let address = 0x7f0000001000; address < 0x7f0000001400; address += 16) checkName(map.name(address) ?? '')
    map.close()
  },
}
