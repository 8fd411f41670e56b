import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { snapshotFolders, snapshotName, writeSnapshot } from '../../src/screen/snapshot.ts'
import { writeBundle } from '../../src/screen/write-files.ts'
import { skip } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const bundle = (name = 'shot') => ({
  name,
  files: [
    { extension: '.json', text: '{}\n' },
    { extension: '.txt', text: 'screen\n' },
  ],
})

test('both files, private, nothing beside them', async (t) => {
  const folder = temporaryFolder(t)
  const paths = await writeBundle([folder], bundle())
  t.deepEqual(paths, [join(folder, 'shot.json'), join(folder, 'shot.txt')])
  t.deepEqual(readdirSync(folder).sort(), ['shot.json', 'shot.txt'])
  for (const path of paths) t.is(statSync(path).mode & 0o777, 0o600)
  t.is(readFileSync(paths[1]!, 'utf8'), 'screen\n')
})

test('never over another file: both get the next number', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'shot.txt'), 'mine')
  t.deepEqual(
    (await writeBundle([folder], bundle())).map((path) => path.slice(folder.length + 1)),
    ['shot-1.json', 'shot-1.txt'],
  )
  t.deepEqual(
    (await writeBundle([folder], bundle())).map((path) => path.slice(folder.length + 1)),
    ['shot-2.json', 'shot-2.txt'],
  )
  t.is(readFileSync(join(folder, 'shot.txt'), 'utf8'), 'mine')
  t.false(existsSync(join(folder, 'shot.json')))
})

test('a symbolic link of that name is not followed', async (t) => {
  const folder = temporaryFolder(t)
  symlinkSync(join(folder, 'victim'), join(folder, 'shot.json'))
  symlinkSync(join(folder, 'victim'), join(folder, `.shot-1.json.${process.pid}`))
  const [path] = await writeBundle([folder], bundle())
  t.is(path, join(folder, 'shot-1.json'))
  t.false(existsSync(join(folder, 'victim')))
})

test('many at once do not meet', async (t) => {
  const folder = temporaryFolder(t)
  const all = []
  for (let i = 0; i < 10; i++) all.push(...(await writeBundle([folder], bundle())))
  t.is(new Set(all).size, 20)
  t.is(readdirSync(folder).length, 20)
})

test('where the first folder cannot be written to, the next', async (t) => {
  const folder = temporaryFolder(t)
  const next = join(folder, 'state/probetop')
  const paths = await writeBundle([join(folder, 'gone'), next], bundle())
  t.is(paths[0], join(next, 'shot.json'))
  t.is(statSync(next).mode & 0o777, 0o700)
})

test('nowhere: the first reason, and nothing left', async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const error = await t.throwsAsync(writeBundle([join(folder, 'gone'), join(file, 'below')], bundle()))
  t.is((error as NodeJS.ErrnoException).code, 'ENOENT')
  t.deepEqual(readdirSync(folder), ['file'])
})

test('the name says host and time, whatever the host is called', (t) => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  t.is(snapshotName('db-7.example', at), 'probetop-db-7.example-20260102T030405Z')
  t.is(snapshotName('../..\n/x', at), 'probetop-_.._x-20260102T030405Z')
  t.is(snapshotName('', at), 'probetop-unknown-20260102T030405Z')
})

test('folders: here, then the state folder', (t) => {
  t.deepEqual(snapshotFolders({ XDG_STATE_HOME: '/state' }), [process.cwd(), '/state/probetop'])
  t.regex(snapshotFolders({ XDG_STATE_HOME: 'relative' })[1]!, /\/\.local\/state\/probetop$/)
})

const mounted = async (t: import('ava').ExecutionContext, options: string): Promise<string | undefined> => {
  const folder = join(temporaryFolder(t), 'mount')
  mkdirSync(folder)
  const { failed } = await execa('mount', ['-t', 'tmpfs', '-o', options, 'probetop-test', folder], { reject: false })
  if (failed) return undefined
  t.teardown(() => execa('umount', ['-l', folder]))
  return folder
}

const snapshotIn = async (folder: string, env: NodeJS.ProcessEnv, text = 'x') => {
  const before = process.cwd()
  process.chdir(folder)
  try {
    return await writeSnapshot({ host: 'h', atMs: 0, data: { text }, text }, env)
  } finally {
    process.chdir(before)
  }
}

test.serial('a full disk: said so, nothing half-written', async (t) => {
  const folder = await mounted(t, 'size=64k')
  if (!folder) return skip(t, 'mounting a small disk takes root')
  const error = await t.throwsAsync(snapshotIn(folder, { XDG_STATE_HOME: temporaryFolder(t) }, 'x'.repeat(200_000)))
  t.regex(error!.message, /^no space left on the disk/)
  t.deepEqual(readdirSync(folder), [])
})

test.serial('a read-only disk: the state folder, or said so', async (t) => {
  const folder = await mounted(t, 'ro')
  if (!folder) return skip(t, 'mounting a read-only disk takes root')
  const state = temporaryFolder(t)
  const [path] = await snapshotIn(folder, { XDG_STATE_HOME: state })
  t.is(path, join(state, 'probetop/probetop-h-19700101T000000Z.json'))
  const error = await t.throwsAsync(snapshotIn(folder, { XDG_STATE_HOME: folder }))
  t.regex(error!.message, /^the file system is read-only/)
})

test.serial("root on behalf of a user: the files are the user's", async (t) => {
  if (process.getuid!() !== 0) return skip(t, 'giving files away takes root')
  const folder = temporaryFolder(t)
  const paths = await snapshotIn(folder, { SUDO_UID: '1234', SUDO_GID: '4321' })
  for (const path of paths) t.deepEqual([statSync(path).uid, statSync(path).gid], [1234, 4321])
})

test.serial('a folder without permission', async (t) => {
  if (process.getuid!() === 0) return skip(t, 'root may write anywhere')
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o500)
  const state = temporaryFolder(t)
  const [path] = await snapshotIn(folder, { XDG_STATE_HOME: state })
  t.true(path!.startsWith(state))
})
