// Which parts of a process may be given back, and that its memory of files shrinks by it.
import { readFileSync } from 'node:fs'
import test from 'ava'
import { cleanParts, giveBack } from '../../src/source/settled.ts'

const part = (head: string, anonymous = 0, swap = 0): string =>
  `${head}\nSize: 100 kB\nRss: 100 kB\nAnonymous: ${anonymous} kB\nSwap: ${swap} kB\nVmFlags: rd mr mw me\n`

test('only parts of files that nobody can have written to', (t) => {
  const smaps = [
    part('00400000-00b6f000 r--p 00000000 fe:00 260689                             /usr/bin/node'),
    part('00b72000-025fe000 r-xp 00772000 fe:00 260689                             /usr/bin/node'),
    part('0563a000-0563e000 r--p 05239000 fe:00 260689                             /usr/bin/node', 8),
    part('0563e000-0565d000 r--p 0523d000 fe:00 260689                             /usr/bin/node', 0, 4),
    part('0565d000-0566d000 rw-p 0523d000 fe:00 260689                             /usr/bin/node'),
    part('7f0000000000-7f0000400000 r--s 00000000 00:0e 12                         anon_inode:bpf-map'),
    part('7f0000400000-7f0000500000 r--s 00000000 fe:00 12                         /shared'),
    part('7f0000500000-7f0000600000 r--p 00000000 00:00 0 '),
    '7f0000600000-7f0000700000 r--p 00000000 fe:00 12                         /unsaid\nRss: 4 kB\n',
    part('7ffd0000-7ffe0000 r-xp 00000000 00:00 0                                  [vdso]'),
  ].join('')
  t.deepEqual(cleanParts(smaps), [
    { from: 0x400000, to: 0xb6f000 },
    { from: 0xb72000, to: 0x25fe000 },
  ])
  t.deepEqual(cleanParts(''), [])
})

test('what only starting needed no longer counts', async (t) => {
  const fileKb = (): number => Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1])
  const before = fileKb()
  await giveBack()
  const after = fileKb()
  t.true(after < before - 5_000, `${before} kB, then ${after}`)
})
