// Which group's limit holds a process's I/O back, from files as the kernel has them.
import test from 'ava'
import { ioLimitReader } from '../../../src/engine/proc/io-limits.ts'

const V1 = 'cgroup /cg/blkio cgroup rw,blkio 0 0\ncgroup2 /cg/unified cgroup2 rw 0 0\n'
const V2 = 'cgroup2 /cg cgroup2 rw,nsdelegate 0 0\n'

const reader = (files: Record<string, string>, links: Record<string, string> = {}) =>
  ioLimitReader(
    (path) => files[path],
    (path) => links[path] ?? '',
  )

test('version 1: the own group, with all its waiting threads', (t) => {
  const limits = reader(
    {
      '/proc/self/mounts': V1,
      '/proc/7/cgroup': '4:blkio:/batch\n0::/x\n',
      '/proc/8/cgroup': '4:blkio:/batch\n0::/x\n',
      '/cg/blkio/batch/blkio.throttle.write_bps_device': '254:0 1048576\n',
      '/cg/blkio/batch/blkio.throttle.read_iops_device': '254:0 10\n8:0 20\n',
    },
    { '/sys/dev/block/254:0': '../../devices/virtual/block/cciss!c0d0\x1b' },
  )
  const { groups, limits: found } = limits.read([
    { pid: 7, level: 0, threads: 2 },
    { pid: 8, level: 0, threads: 1 },
    { pid: 9, level: 0, threads: 1 },
  ])
  t.deepEqual([...groups.keys()], [7, 8])
  t.deepEqual(found, [
    {
      cgroup: '/batch',
      threads: 3,
      disks: [
        { name: 'cciss/c0d0?', writeBytes: 1048576, reads: 10 },
        { name: '8:0', reads: 20 },
      ],
    },
  ])
})

test('version 2: of the group above that has the limit; words that are no limit are left out', (t) => {
  const limits = reader({
    '/proc/self/mounts': V2,
    '/proc/7/cgroup': '0::/a/b/c\n',
    '/cg/a/io.max': '8:16 rbps=max wbps=2097152 riops=max wiops=120\nbad rbps=1\n8:0 rbps=x what=3\n',
  })
  const { groups, limits: found } = limits.read([{ pid: 7, level: 2, threads: 1 }])
  t.is(groups.get(7), '/a')
  t.deepEqual(found, [{ cgroup: '/a', threads: 1, disks: [{ name: '8:16', writeBytes: 2097152, writes: 120 }] }])
})

test('nothing is mounted, or more levels than there are', (t) => {
  t.deepEqual(reader({}).read([{ pid: 7, level: 0, threads: 1 }]).limits, [])
  const files = { '/proc/self/mounts': V2, '/proc/7/cgroup': '0::/a\n' }
  t.deepEqual(reader(files).read([{ pid: 7, level: 15, threads: 1 }]).limits, [{ cgroup: '/', threads: 1, disks: [] }])
})
