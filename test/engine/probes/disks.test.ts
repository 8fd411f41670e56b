// The disks probe: its arithmetic on lines made up, and what it says of a disk that is written to.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { diskLines, disksBetween, mountPlaces, type DiskFacts } from '../../../src/engine/probes/disks/decode.ts'
import { start } from '../../../src/engine/probes/disks/probe.ts'
import { depthHist } from '../../../src/engine/probes/disks/depth.ts'
import { factsOf, start as startWithout } from '../../../src/engine/probes/disks/without-bpf.ts'
import { diskLimits } from '../../../src/engine/proc/disk-limits.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const FACTS: DiskFacts = { kind: 'disk', below: '', scheduler: 'none', most: 256, writebackLimit: '' }
const line = (name: string, numbers: readonly number[]): string => ` 253       0 ${name} ${numbers.join(' ')}`
const numbers = (more: Record<number, number>): number[] => Array.from({ length: 17 }, (_, i) => more[i + 1] ?? 0)

test('what happened between two readings', (t) => {
  const between = disksBetween()
  const read = (more: Record<number, number>, name = 'vda') =>
    between(
      diskLines(line(name, numbers(more))),
      () => FACTS,
      () => 'ext4 /',
    )
  t.like(read({ 1: 100, 5: 10, 10: 50 })[0], { busyNs: 0, reads: 0 }, 'what was before belongs to no interval')
  t.like(read({ 1: 110, 2: 10, 3: 80, 4: 30, 5: 30, 7: 160, 9: 2, 10: 450, 11: 900, 16: 3, 17: 6 })[0], {
    disk: 'vda',
    mounts: 'ext4 /',
    reads: 10,
    writes: 20,
    merged: 10,
    requests: 40,
    readBytes: 40960,
    writeBytes: 81920,
    readNs: 30e6,
    inFlight: 2,
    busyNs: 400e6,
    queuedNs: 900e6,
    flushes: 3,
    flushNs: 6e6,
  })
  t.like(read({ 1: 5 })[0], { reads: 0 }, 'counters that fall are a new one of that number')
  t.like(read({ 1: 500 }, 'vdb')[0], { reads: 0 }, 'another disk with that number')
})

test('devices that never did anything and have nothing on them are left out', (t) => {
  t.deepEqual(
    disksBetween()(
      diskLines(line('loop3', numbers({}))),
      () => FACTS,
      () => '',
    ),
    [],
  )
  t.deepEqual(
    disksBetween()(
      diskLines('\ngarbage\n'),
      () => FACTS,
      () => '',
    ),
    [],
  )
})

test('where a device is mounted', (t) => {
  const text = [
    '25 30 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '26 25 253:0 /a /mnt/with\\040blank rw - ext4 /dev/vda rw',
    '27 25 253:0 /b /b rw - ext4 /dev/vda rw',
    '28 25 253:0 /c /c rw - ext4 /dev/vda rw',
    '29 25 0:22 / /proc rw - proc proc rw',
  ].join('\n')
  t.deepEqual([...mountPlaces(text)], [['253:0', 'ext4 / /mnt/with blank /b and 1 more']])
})

bpfTest('what is written to a disk is counted there', (t) => {
  const folder = temporaryFolder(t)
  const probe = startHere(t, start, 'disks')
  const of = execFileSync('stat', ['-c', '%Hd:%Ld', folder], { encoding: 'utf8' }).trim()
  if (of.startsWith('0:')) return skip(t, 'the folder for temporary files is on no disk')
  probe.read()
  const bytes = 8 * 1024 * 1024
  const dd = ['if=/dev/zero', `of=${join(folder, 'file')}`, 'bs=1M', 'count=8', 'conv=fsync']
  const rows: ReturnType<typeof rowsOf> = []
  // the kernel counts busy time by the tick of its clock, within which all may have been written
  for (let tries = 0; tries < 20 && sumOf(rows, 'busyNs') === 0; tries++) {
    execFileSync('dd', dd, { stdio: 'ignore' })
    rows.push(...rowsOf(probe.read(), 'disks'))
  }
  t.true(sumOf(rows, 'writeBytes') >= bytes, `${sumOf(rows, 'writeBytes')} bytes`)
  t.true(sumOf(rows, 'busyNs') > 0)
  t.true(rows.some(({ mounts }) => String(mounts) !== ''))
})

test('without rights, too', (t) => {
  const data = startHere(t, startWithout, 'disks').read()
  t.deepEqual(data.tier, { is: 'counted' })
  t.true(rowsOf(data, 'disks').length > 0)
  t.deepEqual(data.hists, {})
})

test('time by how many requests there were, without the time in which there was none', (t) => {
  t.is(depthHist([5e9]), undefined)
  t.deepEqual(depthHist([5e9, 1e6, 0, 2e6, 3e6, 4e6, 5e6]), {
    scale: 'ranges',
    unit: 'count',
    buckets: [1, 2, 1000, 3, 4, 2000, 4, 6, 3000, 6, 8, 4000, 8, 12, 5000],
    count: 15_000,
  })
})

test('what a disk is made of, down to what is made of nothing else', (t) => {
  const root = temporaryFolder(t)
  const slave = (above: string, name: string): void => {
    mkdirSync(join(root, above, 'slaves'), { recursive: true })
    mkdirSync(join(root, name), { recursive: true })
    symlinkSync(join(root, name), join(root, above, 'slaves', name))
  }
  slave('dm-0', 'md0')
  slave('md0', 'sda1')
  slave('md0', 'sdb1')
  t.is(factsOf('dm-0', root).below, 'md0 (sda1 sdb1)')
  t.is(factsOf('sda1', root).below, '')
  mkdirSync(join(root, 'loop0/loop'), { recursive: true })
  writeFileSync(join(root, 'loop0/loop/backing_file'), '/var/disk image\n')
  t.like(factsOf('loop0', root), { kind: 'loop', below: '/var/disk image' })
})

test('limits of control groups by disk', (t) => {
  const root = temporaryFolder(t)
  for (const [group, file, text] of [
    ['', 'io.latency', '8:0 target=0'],
    ['batch', 'io.max', '8:0 rbps=max wbps=1572864 riops=max wiops=100\n8:16 rbps=2048 wbps=max riops=max wiops=max'],
    ['batch', 'io.latency', '8:0 target=10000'],
    ['batch/inner', 'io.max', ''],
    ['web', 'io.latency', '8:0 target=500\ngarbage'],
  ] as const) {
    mkdirSync(join(root, group), { recursive: true })
    writeFileSync(join(root, group, file), text)
  }
  const limits = diskLimits({ root })
  t.deepEqual([...limits.get('8:0')!.split('; ')].sort(), [
    '/batch write 1.5M/s, 100 writes/s, latency 10ms',
    '/web latency 0.5ms',
  ])
  t.is(limits.get('8:16'), '/batch read 2K/s')
})
