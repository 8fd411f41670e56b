import { chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { giveBack } from '../../src/setup/ownership.mjs'
import { skip } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test("what root makes in a user's checkout belongs to the user; links are not followed", (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'needs root')
  const root = temporaryFolder(t)
  const outside = join(temporaryFolder(t), 'outside')
  writeFileSync(outside, '')
  mkdirSync(join(root, '.build/deep'), { recursive: true })
  writeFileSync(join(root, '.build/deep/file'), '')
  writeFileSync(join(root, 'other'), '')
  symlinkSync(outside, join(root, '.build/link'))
  chownSync(root, 4321, 4322)
  giveBack(['.build', 'absent'], root)
  const owner = (path: string) => lstatSync(path).uid
  t.deepEqual(
    ['.build', '.build/deep/file', '.build/link'].map((name) => owner(join(root, name))),
    [4321, 4321, 4321],
  )
  t.is(owner(join(root, 'other')), 0)
  t.is(owner(outside), 0)
})
