// Which group's limit on memory has no room left, from files as the kernel has them.
import test from 'ava'
import { memoryLimitReader } from '../../../src/engine/proc/memory-limits.ts'

const V1 = 'cgroup /cg/memory cgroup rw,memory 0 0\ncgroup2 /cg/unified cgroup2 rw 0 0\n'
const V2 = 'cgroup2 /cg cgroup2 rw,nsdelegate 0 0\n'
const MIB = 2 ** 20

const limitOf = (files: Record<string, string>) => memoryLimitReader(2, (path) => files[path])(7)

test('version 1: the one above, where the own group has none', (t) => {
  const files = {
    '/proc/self/mounts': V1,
    '/proc/7/cgroup': '5:memory:/pod/app\n0::/x\n',
    '/cg/memory/pod/app/memory.usage_in_bytes': `${60 * MIB}\n`,
    '/cg/memory/pod/app/memory.limit_in_bytes': '9223372036854771712\n',
    '/cg/memory/pod/memory.usage_in_bytes': `${64 * MIB - 8192}\n`,
    '/cg/memory/pod/memory.limit_in_bytes': `${64 * MIB}\n`,
  }
  t.deepEqual(limitOf(files), { group: '/pod', limitBytes: 64 * MIB, file: 'memory.limit_in_bytes' })
})

test('version 2: the innermost that is full, by the limit that is', (t) => {
  const files = (current: number) => ({
    '/proc/self/mounts': V2,
    '/proc/7/cgroup': '0::/pod/app\n',
    '/cg/pod/app/memory.current': `${current * MIB}\n`,
    '/cg/pod/app/memory.high': `${100 * MIB}\n`,
    '/cg/pod/app/memory.max': `${200 * MIB}\n`,
    '/cg/pod/memory.current': `${950 * MIB}\n`,
    '/cg/pod/memory.high': 'max\n',
    '/cg/pod/memory.max': `${1000 * MIB}\n`,
  })
  t.deepEqual(limitOf(files(101)), { group: '/pod/app', limitBytes: 100 * MIB, file: 'memory.high' })
  t.deepEqual(limitOf(files(20)), { group: '/pod', limitBytes: 1000 * MIB, file: 'memory.max' })
})

test('nobody where there is room, no group, or no controller', (t) => {
  const full = { '/cg/a/memory.current': `${MIB}\n`, '/cg/a/memory.max': `${MIB}\n` }
  t.is(limitOf({ '/proc/self/mounts': V2, '/proc/7/cgroup': '0::/\n', ...full }), undefined)
  t.is(limitOf({ '/proc/self/mounts': V2, ...full }), undefined)
  t.is(limitOf({ '/proc/self/mounts': '', '/proc/7/cgroup': '0::/a\n', ...full }), undefined)
  t.is(
    limitOf({
      '/proc/self/mounts': V2,
      '/proc/7/cgroup': '0::/a\n',
      '/cg/a/memory.current': `${90 * MIB}\n`,
      '/cg/a/memory.max': `${100 * MIB}\n`,
    }),
    undefined,
  )
})
