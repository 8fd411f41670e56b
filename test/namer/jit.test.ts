// Names of functions: readable, harmless, and from the right place.
import { execFileSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { lastNotAbove } from '../../src/namer/address.ts'
import { openJitMap } from '../../src/namer/jit.ts'
import { readable } from '../../src/namer/names.ts'
import { regionAt, regionsIn } from '../../src/namer/regions.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('names are harmless and not too long', (t) => {
  t.is(readable('evil\u001b[2J\nname'), 'evil?[2J?name')
  t.is(readable('x'.repeat(1000)).length, 300)
})

test('memory: what can be executed, and what of it was made at run time', (t) => {
  const regions = regionsIn(
    [
      '55e0c0000000-55e0c0001000 r--p 00000000 fe:01 12 /usr/bin/node',
      '55e0c0001000-55e0c0002000 r-xp 00001000 fe:01 12 /usr/bin/my node (deleted)',
      '7f0000000000-7f0000010000 rwxp 00000000 00:00 0 ',
      '7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]',
      '',
    ].join('\n'),
  )
  t.deepEqual(
    regions.map(({ module, jit }) => [module, jit]),
    [
      ['my node', false],
      ['[anon]', true],
      ['[vdso]', false],
    ],
  )
  t.is(
    regionsIn('00401000-00402000 r-xp 00001000 fe:01 12 /usr/bin/old')[0]?.range,
    '401000-402000',
    'as map_files has it',
  )
  t.is(regionAt(regions, 0x55e0c0001fff)?.offset, 0x1000)
  t.is(regionAt(regions, 0x55e0c0002000), undefined)
})

test('maps of run-time compilers grow, and later code takes the place of older', (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  const map = openJitMap(path)
  map.refresh()
  t.is(map.name(0x1000), undefined)
  writeFileSync(path, '1000 20 first\n2000 10 JS:~long name /a b.js:1\n1010 8 half')
  map.refresh()
  t.is(map.name(0x101f), 'first')
  t.is(map.name(0x2005), 'JS:~long name /a b.js:1')
  appendFileSync(path, ' of it\n0x1000 0x10 newer\n')
  map.refresh()
  t.is(map.name(0x1001), 'newer')
  t.is(map.name(0x1012), 'half of it')
  t.is(map.name(0x1020), undefined)
})

test('the last that is not above', (t) => {
  t.deepEqual(
    [0, 1, 2, 5, 9].map((wanted) => lastNotAbove([1, 3, 5], wanted)),
    [-1, 0, 0, 2, 2],
  )
  t.is(lastNotAbove([], 1), -1)
})

test('a pipe in the place of a map of run-time code is not waited for', (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  execFileSync('mkfifo', [path])
  const map = openJitMap(path)
  map.refresh()
  t.is(map.name(0x1000), undefined)
})
