// The same static probes in another program: offered where a process runs it, and where nobody else can have written it.
import { chmodSync, copyFileSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { execa } from 'execa'
import { libraryScript } from '../../src/app/library.ts'
import type { LibraryScript } from '../../src/app/state-types.ts'
import { elsewhere } from '../../src/cli/usdt-elsewhere.ts'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { usdtNote } from '../helpers/usdt-note.ts'

const TEXT = `// title: collections
usdt:/gone/bin/one:one:begin { @b[tid] = nsecs; }
usdt:/gone/bin/one:one:done /@b[tid]/ { @us = hist(nsecs - @b[tid]); }
`
const SCRIPT = libraryScript('one', TEXT, () => 'usdt:/gone/bin/one:one:begin is not on this machine')

const build = async (t: ExecutionContext, names: readonly string[]): Promise<string> => {
  const path = join(temporaryFolder(t), 'libone.so.1.0')
  await execa('as', ['-o', path, '-'], { input: names.map((name) => usdtNote('one', name)).join('') })
  chmodSync(path, 0o755)
  return path
}

const offered = (path: string, { script = SCRIPT, inode = statSync(path).ino } = {}): LibraryScript[] =>
  elsewhere([script], () => [{ path, inode }])

commandTest('a script for it, which is the same but for the place and its title', ['as'], async (t) => {
  const path = await build(t, ['begin', 'done', 'more'])
  const [found, ...others] = offered(path)
  t.is(others.length, 0)
  t.is(found!.text, TEXT.replaceAll('/gone/bin/one', path).replace('collections', 'libone: collections'))
  t.like(found, {
    name: 'one',
    title: 'libone: collections',
    hooks: [`usdt:${path}:one:begin`, `usdt:${path}:one:done`],
    lacks: undefined,
  })
})

commandTest('not one that lacks a probe, that is found anyway, that is another file by now', ['as'], async (t) => {
  t.deepEqual(offered(await build(t, ['begin'])), [])
  const path = await build(t, ['begin', 'done'])
  t.is(offered(path).length, 1)
  t.deepEqual(offered(path, { inode: 1 }), [])
  const at = (place: string): LibraryScript => libraryScript('one', TEXT.replaceAll('/gone/bin/one', place))
  t.deepEqual(offered(path, { script: at(path) }), [])
  t.deepEqual(offered(path, { script: at(path.replace(/[^/]+$/, '*')) }), [])
  const link = join(temporaryFolder(t), 'link')
  symlinkSync(path, link)
  t.deepEqual(offered(path, { script: at(link) }), [])
})

commandTest('nor one that others can have written', ['as'], async (t) => {
  const path = await build(t, ['begin', 'done'])
  chmodSync(path, 0o777)
  t.deepEqual(offered(path), [])
  chmodSync(path, 0o755)
  const open = join(temporaryFolder(t), 'open')
  mkdirSync(open)
  const copy = join(open, basename(path))
  copyFileSync(path, copy)
  t.is(offered(copy).length, 1)
  chmodSync(open, 0o777)
  t.deepEqual(offered(copy), [])
})

test('where no script asks for static probes of one place nobody looks for programs', (t) => {
  const scripts = ['tracepoint:a:b { @ = count(); }', 'usdt:/a:b:* { @ = count(); }', 'usdt:/a:b:c, usdt:/b:b:c { }']
  const asked = (): never => t.fail() as never
  t.deepEqual(
    elsewhere(
      scripts.map((text) => libraryScript('x', text)),
      asked,
    ),
    [],
  )
})
