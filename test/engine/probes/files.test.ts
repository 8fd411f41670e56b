// I/O by file: paths from what was made up, and the probe against files that are written and read.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import test from 'ava'
import { mountedIn, pathOf, type Named } from '../../../src/engine/probes/files/file-paths.ts'
import { start } from '../../../src/engine/probes/files/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'
import { blocked } from './blocking.ts'
import { mounted, MOUNT_COMMANDS } from '../../helpers/mounted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { testDirect } from './direct-io.ts'

const named = (more: Partial<Named>): Named => ({
  kind: 'named',
  ino: 7,
  parts: ['wal', 'pg'],
  isCut: false,
  isDeleted: false,
  ...more,
})

test('paths lie below where their file system is mounted', (t) => {
  const data = { path: '/data', type: 'ext4' }
  t.is(pathOf(named({}), data), '/data/pg/wal')
  t.is(pathOf(named({}), { ...data, path: '/' }), '/pg/wal')
  t.is(pathOf(named({ isCut: true }), data), '.../pg/wal')
  t.is(pathOf(named({ isDeleted: true }), data), '/data/pg/wal (deleted)')
  t.is(pathOf(named({ parts: [] }), data), '[inode 7 of /data]')
  t.is(pathOf(named({ kind: 'metadata', parts: [] }), data), '[metadata of ext4 /data]')
  t.is(
    pathOf(named({ kind: 'metadata', parts: [] }), undefined, () => 'vdb'),
    '/dev/vdb',
    'a disk without a file system',
  )
  t.is(pathOf(named({ ino: 1, parts: [] }), { path: '/b', type: 'btrfs' }), '[metadata of btrfs /b]')
  t.is(pathOf(named({ kind: 'swap', parts: [] }), undefined), '[swap]')
  t.is(pathOf(named({ kind: 'unknown', parts: [] }), undefined), '[not known]')
  t.is(pathOf(named({ kind: 'direct' }), data), '/data/pg/wal')
  t.is(
    pathOf(named({}), undefined, () => 'vdb'),
    '[vdb]/pg/wal',
    'mounted where we do not see it',
  )
})

test('of several mounts that of the root is taken', (t) => {
  const text = [
    '25 30 253:0 /sub /mnt/sub rw shared:1 - ext4 /dev/vda rw',
    '26 30 253:0 / /mnt/a\\040b rw - ext4 /dev/vda rw',
    '27 30 253:0 / /later rw - ext4 /dev/vda rw',
  ].join('\n')
  t.is(mountedIn(text).get('253:0')!.path, '/mnt/a b')
})

test('of a file system on another machine it is known what that calls it', (t) => {
  const of = (type: string, from: string) => mountedIn(`25 30 0:50 / /mnt rw - ${type} ${from} rw`).get('0:50')!.remote
  t.is(of('nfs4', '10.0.0.1:/a\\040b'), '10.0.0.1:/a b')
  t.is(of('nfs', '[fe80::1]:/export'), '[fe80::1]:/export')
  t.is(of('cifs', '//server/share'), '//server/share')
  t.is(of('fuse.sshfs', 'me@server:'), 'me@server:')
  for (const here of ['tmpfs', 'none', '/dev/vda', '/a:/b', '']) t.is(of('fuse', here), undefined, here)
})

bpfTest('files that are written and read, buffered and directly, with their bytes', (t) => {
  const folder = temporaryFolder(t)
  const of = execFileSync('stat', ['-c', '%Hd', folder], { encoding: 'utf8' }).trim()
  if (of === '0') return skip(t, 'the folder for temporary files is on no disk')
  const file = join(folder, 'one')
  const probe = startHere(t, start, 'files')
  const dd = (...words: string[]): unknown => execFileSync('dd', words, { stdio: 'ignore' })
  const bytes = 4 * 1024 * 1024
  dd('if=/dev/zero', `of=${file}`, 'bs=1M', 'count=4', 'conv=fsync')
  const written = rowsOf(probe.read(), 'files').filter((row) => row.file === file && row.op === 'write')
  t.is(sumOf(written, 'bytes'), bytes)
  t.true(sumOf(written, 'ns') > 0)

  dd(`if=${file}`, 'of=/dev/null', 'bs=64k', 'iflag=direct')
  const direct = rowsOf(probe.read(), 'files').filter((row) => row.file === file && row.op === 'read')
  t.is(sumOf(direct, 'bytes'), bytes)
  t.true(direct.every(({ comm, how }) => comm === 'dd' && how === 'request'))

  execFileSync('sync')
  dd(`of=${file}`, 'if=/dev/null', 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0')
  probe.read()
  dd(`if=${file}`, 'of=/dev/null', 'bs=64k')
  const cached = rowsOf(probe.read(), 'files').filter((row) => row.file === file && row.op === 'read')
  t.true(sumOf(cached, 'bytes') === bytes || sumOf(cached, 'bytes') === 0, 'from the disk once, or from the cache')
  t.true(cached.every(({ how }) => how === 'page cache'))
})

testDirect('libaio')

testDirect('io_uring')

bpfTest(
  'pages of a mapping that are read when they are touched',
  async (t) => {
    const folder = temporaryFolder(t)
    if (execFileSync('stat', ['-c', '%Hd', folder], { encoding: 'utf8' }).trim() === '0')
      return skip(t, 'the folder for temporary files is on no disk')
    const file = join(folder, 'mapped')
    writeFileSync(file, Buffer.alloc(64 * 4096, 1), { flush: true })
    const probe = startHere(t, start, 'files')
    const program = compiled('pages', 'test/engine/probes/fixtures')
    const { pid } = await blocked(t, [program, 'fault', file])
    probe.read()
    await sleepMs(300)
    // a thread may issue what another one queued, too
    const rows = rowsOf(probe.read(), 'files').filter((row) => row.pid === pid && row.file === file)
    t.deepEqual(
      rows.map(({ op, how }) => [op, how]),
      [['read', 'page cache']],
    )
    t.true(Number(rows[0]!.bytes) > 0)
  },
  ['clang'],
)

for (const type of ['xfs', 'btrfs'] as const)
  bpfTest(
    `${type}: files that are written, by their paths, and blocks of its own`,
    async (t) => {
      const on = await mounted(t, type)
      if (!on) return skip(t, `this kernel has no ${type}`)
      const probe = startHere(t, start, 'files')
      const file = join(on.folder, 'one')
      writeFileSync(file, Buffer.alloc(1 << 20, 1), { flush: true })
      execFileSync('sync', ['--file-system', file])
      const rows = rowsOf(probe.read(), 'files').filter(({ disk }) => disk === on.disk)
      t.is(
        sumOf(
          rows.filter((row) => row.file === file),
          'bytes',
        ),
        1 << 20,
      )
      const others = new Set(rows.map((row) => row.file).filter((each) => each !== file))
      t.deepEqual(
        [...others].filter(
          (each) => ![`[metadata of ${type} ${on.folder}]`, `/dev/${on.disk}`, '[not known]'].includes(String(each)),
        ),
        [],
      )
      t.log([...others])
    },
    [...MOUNT_COMMANDS, `mkfs.${type}`],
  )

bpfTest('what a worker of the kernel writes back is charged to who made it dirty', (t) => {
  const folder = temporaryFolder(t)
  const of = execFileSync('stat', ['-c', '%Hd', folder], { encoding: 'utf8' }).trim()
  if (of === '0') return skip(t, 'the folder for temporary files is on no disk')
  const probe = startHere(t, start, 'files')
  const write = (name: string, seek: number): number => {
    const words = [
      '-c',
      'exec dd if=/dev/zero "of=$0" bs=1M count=4 conv=notrunc status=none seek=$1',
      join(folder, name),
      String(seek),
    ]
    return spawnSync('sh', words).pid
  }
  const pids = [write('one', 0), write('two', 0), write('two', 4)]
  // it asks workers of the kernel to write, where fsync() writes itself
  execFileSync('sync')
  const rows = rowsOf(probe.read(), 'files').filter((row) => row.op === 'write' && String(row.file).startsWith(folder))
  const writers = (name: string) =>
    rows.filter(({ file }) => file === join(folder, name)).map(({ pid, comm, how }) => [pid, comm, how])
  if (writers('one').every(([, comm]) => comm === 'sync')) return skip(t, 'sync wrote itself, no worker of the kernel')
  t.deepEqual(writers('one'), [[pids[0], 'dd', 'its only writer']])
  for (const [pid, comm, how] of writers('two')) {
    t.true(pid === pids[1] || pid === pids[2])
    t.deepEqual([comm, how], ['dd', 'its main writer'])
  }
  t.true(writers('two').length > 0)
})
