// The disks probe: its arithmetic on lines made up, and what it says of a disk that is written to.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'ava'
import { diskLines, disksBetween, mountPlaces, type DiskFacts } from '../../../src/engine/probes/disks/decode.ts'
import { start } from '../../../src/engine/probes/disks/probe.ts'
import { skip } from '../../helpers/bpf.ts'
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

test('what is written to a disk is counted there', (t) => {
  const folder = temporaryFolder(t)
  const probe = startHere(t, start, 'disks')
  const of = execFileSync('stat', ['-c', '%Hd:%Ld', folder], { encoding: 'utf8' }).trim()
  if (of.startsWith('0:')) return skip(t, 'the folder for temporary files is on no disk')
  probe.read()
  const bytes = 8 * 1024 * 1024
  execFileSync('dd', ['if=/dev/zero', `of=${join(folder, 'file')}`, 'bs=1M', 'count=8', 'conv=fsync'], {
    stdio: 'ignore',
  })
  const rows = rowsOf(probe.read(), 'disks')
  t.true(sumOf(rows, 'writeBytes') >= bytes, `${sumOf(rows, 'writeBytes')} bytes`)
  t.true(sumOf(rows, 'busyNs') > 0)
  t.true(rows.some(({ mounts }) => String(mounts) !== ''))
})
