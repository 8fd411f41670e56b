// Names of functions: readable, harmless, and from the right place.
import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { lastNotAbove } from '../../src/namer/base/address.ts'
import { openJitMap } from '../../src/namer/jit.ts'
import { readable } from '../../src/namer/function-names.ts'
import { rangeOf, regionsIn, regionsOf } from '../../src/namer/regions.ts'
import { openPlain } from '../../src/namer/plain-file.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { sleepMs } from '../helpers/workload.ts'

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
    rangeOf(regionsIn('00401000-00402000 r-xp 00001000 fe:01 12 /usr/bin/old')[0]!),
    '401000-402000',
    'as map_files has it',
  )
  t.is(regionsOf(regions).at(0x55e0c0001fff)?.offset, 0x1000)
  t.is(regionsOf(regions).at(0x55e0c0002000), undefined)
})

test('maps of run-time compilers grow, and later code takes the place of older', async (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  const map = openJitMap(path)
  await map.refresh()
  t.is(map.name(0x1000), undefined)
  writeFileSync(path, '1000 20 first\n2000 10 JS:~long name /a b.js:1\n1010 8 half')
  await map.refresh()
  t.is(map.name(0x101f), 'first')
  t.is(map.name(0x2005), 'JS:~long name /a b.js:1')
  appendFileSync(path, ' of it\n0x1000 0x10 newer\n')
  await map.refresh()
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

test('a pipe in the place of a map of run-time code is not waited for', async (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  execFileSync('mkfifo', [path])
  const map = openJitMap(path)
  await map.refresh()
  t.is(map.name(0x1000), undefined)
})

test('a map that was written anew is read anew, however long it is', async (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  const map = openJitMap(path)
  let times = 0
  /** Reading all anew may not take all of the time. */
  const write = async (text: string, address: number, name: string, why: string): Promise<void> => {
    writeFileSync(path, text)
    utimesSync(path, ++times, times)
    for (let i = 0; i < 200 && map.name(address) !== name; i++) {
      await sleepMs(10)
      await map.refresh()
    }
    t.is(map.name(address), name, why)
  }
  await write('1000 10 Interpreter_old_method\n', 0x1000, 'Interpreter_old_method', 'first')
  await write('1000 10 hot_new_method\n', 0x1000, 'hot_new_method', 'shorter')
  await write('1000 10 new_hot_method\n', 0x1000, 'new_hot_method', 'as long')
  await write('1000 10 another_method\n2000 10 and_one_more\n', 0x2000, 'and_one_more', 'longer')
  t.is(map.name(0x1000), 'another_method')
  rmSync(path)
  await write('1000 10 another_method\n2000 10 in_another_file\n', 0x2000, 'in_another_file', 'another file')
  map.close()
})

test('links, files of others and what is no plain file are not maps', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'real'), '1000 10 real\n')
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  mkdirSync(join(folder, 'folder'))
  for (const path of ['link', 'pipe', 'folder']
    .map((name) => join(folder, name))
    .concat('/proc/self/maps', '/dev/null')) {
    const map = openJitMap(path)
    await map.refresh()
    t.is(map.name(0x1000), undefined, path)
    t.is(openPlain(path), undefined, path)
  }
  const mine = openJitMap(join(folder, 'real'), { uid: process.getuid!() })
  await mine.refresh()
  t.is(mine.name(0x1000), 'real')
  if (process.getuid!() !== 0) return
  chownSync(join(folder, 'real'), 4321, 4321)
  const others = openJitMap(join(folder, 'real'), { uid: 1234 })
  await others.refresh()
  t.is(others.name(0x1000), undefined)
})

test('many lines: of equal starts the last, in order, within the budget', async (t) => {
  const path = join(temporaryFolder(t), 'perf-1.map')
  const lines = Array.from(
    { length: 150_000 },
    (_, i) => `${(((i * 7919) % 150_000) * 16 + 4096).toString(16)} 10 f${i}\n`,
  )
  writeFileSync(path, lines.join('') + '1000 8 last\n')
  const budget = { lines: 200_000 }
  const map = openJitMap(path, { budget })
  await map.refresh()
  t.is(map.name(0x1000), 'last')
  t.is(map.name(0x1008), undefined)
  for (const i of [1, 77, 149_999]) t.is(map.name(((i * 7919) % 150_000) * 16 + 4096 + 15), `f${i}`)
  const left = budget.lines
  t.true(left >= 50_000 - 1 && left <= 50_000)
  const said: string[] = []
  const second = openJitMap(path, { budget, onLeftOut: (why) => said.push(why) })
  await second.refresh()
  t.deepEqual(said, ['it has too many lines'])
  t.is(second.name(0x1000 + 7919 * 16), 'f1', 'what was read holds')
  second.close()
  t.is(budget.lines, left)
  map.close()
  t.is(budget.lines, 200_000)
})
