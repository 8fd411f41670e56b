// What the kernel says of a process's memory: the names in it are the process's own.
import type { Area } from '../area.ts'
import { regionsIn, regionsOf } from '../../../src/namer/regions.ts'
import { checkName } from '../settled.ts'

const SEED = `55e0c0000000-55e0c0001000 r--p 00000000 fe:01 12 /usr/bin/node
55e0c0001000-55e0c0002000 r-xp 00001000 fe:01 12 /usr/bin/my node (deleted)
7f0000000000-7f0000010000 rwxp 00000000 00:00 0 
7f0000020000-7f0000030000 r-xp 00000000 00:00 0 [anon:code]
7f1000000000-7f1000010000 r-xs 00000000 00:05 33 /memfd:doublemapper (deleted)
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`

export const maps: Area = {
  name: 'maps',
  seeds: () => [Buffer.from(SEED)],
  words: [' r-xp ', '\n', ' (deleted)', '\\012', '[vdso]', '/memfd:', 'ffffffffffffffff-', '\u001b[2J', '0-0'],
  take(input) {
    const regions = regionsIn(input.toString('utf8'))
    const table = regionsOf(regions)
    for (const { module, start } of regions) {
      checkName(module)
      table.at(start)
    }
  },
}
