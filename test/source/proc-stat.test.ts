// Files of /proc that stay open.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { keptText } from '../../src/source/proc-stat.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('what a file says now, each time, shorter or longer than before', (t) => {
  const path = join(temporaryFolder(t), 'file')
  const read = keptText(path)
  t.is(read(), '', 'not there yet')
  for (const text of ['one', 'x'.repeat(30_000), 'y'.repeat(8192), 'three', '']) {
    writeFileSync(path, text)
    t.is(read(), text)
  }
  const version = keptText('/proc/version')
  for (let i = 0; i < 2; i++) t.is(version(), readFileSync('/proc/version', 'utf8'))
})

test('it stays open: another file at its place is not looked for', (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'file')
  writeFileSync(path, 'first')
  const read = keptText(path)
  t.is(read(), 'first')
  renameSync(path, join(folder, 'moved'))
  rmSync(join(folder, 'moved'))
  t.is(read(), 'first')
})
