import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { stampNow, writeWhole } from '../../src/setup/stamp.mjs'
import { temporaryFolder } from '../helpers/temporary.ts'

test('the stamp changes with every file that is built from, and with nothing else', (t) => {
  const root = temporaryFolder(t)
  mkdirSync(join(root, 'src/deep'), { recursive: true })
  mkdirSync(join(root, 'test'))
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  write('src/deep/a.ts', 'one')
  write('package.json', '{}')
  const first = stampNow(root)
  t.is(stampNow(root), first)

  write('test/a.test.ts', 'not part of the build')
  t.is(stampNow(root), first)
  write('src/deep/b.ts', '')
  const added = stampNow(root)
  t.not(added, first)
  utimesSync(join(root, 'src/deep/a.ts'), 1, 1)
  t.not(stampNow(root), added)
})

test('a file is written whole: nothing temporary stays, the old one is replaced', (t) => {
  const folder = temporaryFolder(t)
  writeWhole(join(folder, 'new/file'), 'one')
  writeWhole(join(folder, 'new/file'), 'two')
  t.deepEqual(readdirSync(join(folder, 'new')), ['file'])
  t.is(readFileSync(join(folder, 'new/file'), 'utf8'), 'two')
})
