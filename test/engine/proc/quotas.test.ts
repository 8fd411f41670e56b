// Which group's CPU quota holds a process back, from files as the kernel has them.
import test from 'ava'
import { controllerHierarchy, quotaReader } from '../../../src/engine/proc/quotas.ts'

const V1 = 'cgroup /cg/cpu cgroup rw,cpu,cpuacct 0 0\ncgroup2 /cg/unified cgroup2 rw 0 0\n'
const V2 = 'cgroup2 /cg cgroup2 rw,nsdelegate 0 0\n'

const reader = (files: Record<string, string>) => quotaReader((path) => files[path])

test('the hierarchy that has the controller', (t) => {
  t.is(controllerHierarchy('cpu', V1)!.root, '/cg/cpu')
  t.is(controllerHierarchy('cpu', V1)!.line.exec('3:cpuset:/s\n2:cpu,cpuacct:/a\n1:cpuacct:/b\n0::/c\n')![1], '/a')
  t.is(controllerHierarchy('cpu', V2)!.line.exec('0::/c/d\n')![1], '/c/d')
  t.is(controllerHierarchy('cpu', ''), undefined)
})

test('version 1: periods and time between two readings, of the group above that has the quota', (t) => {
  const files: Record<string, string> = {
    '/proc/self/mounts': V1,
    '/proc/7/cgroup': '4:cpu,cpuacct:/batch/job\n0::/x\n',
    '/cg/cpu/batch/job/cpu.cfs_quota_us': '-1\n',
    '/cg/cpu/batch/job/cpu.cfs_period_us': '100000\n',
    '/cg/cpu/batch/cpu.cfs_quota_us': '20000\n',
    '/cg/cpu/batch/cpu.cfs_period_us': '100000\n',
    '/cg/cpu/batch/cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 500\n',
  }
  const quotas = reader(files)
  t.deepEqual(quotas.read([7, 8]), { groups: new Map([[7, '/batch']]), quotas: [] })
  files['/cg/cpu/batch/cpu.stat'] = 'nr_periods 20\nnr_throttled 13\nthrottled_time 900\n'
  t.deepEqual(quotas.read([7]).quotas, [
    { cgroup: '/batch', cpus: 0.2, periods: 10, throttledPeriods: 9, throttledNs: 400 },
  ])
})

test('version 2: of two groups with a quota the one that ran out', (t) => {
  const files: Record<string, string> = {
    '/proc/self/mounts': V2,
    '/proc/7/cgroup': '0::/a/b\n',
    '/cg/a/b/cpu.max': '100000 100000\n',
    '/cg/a/b/cpu.stat': 'nr_periods 5\nnr_throttled 0\nthrottled_usec 0\n',
    '/cg/a/cpu.max': '150000 100000\n',
    '/cg/a/cpu.stat': 'nr_periods 5\nnr_throttled 1\nthrottled_usec 10\n',
  }
  const quotas = reader(files)
  t.is(quotas.read([7]).groups.get(7), '/a', 'the other has never run out')
  files['/cg/a/cpu.stat'] = 'nr_periods 15\nnr_throttled 6\nthrottled_usec 70\n'
  const { groups, quotas: found } = quotas.read([7])
  t.is(groups.get(7), '/a')
  t.deepEqual(found, [{ cgroup: '/a', cpus: 1.5, periods: 10, throttledPeriods: 5, throttledNs: 60_000 }])
})

const stat = (throttled: number, us: number): string =>
  `nr_periods 100\nnr_throttled ${throttled}\nthrottled_usec ${us}\n`

/** Three groups within one another, of which the one in the middle has no quota, and a process in the innermost. */
const nested = (outer: string, inner: string): Record<string, string> => ({
  '/proc/self/mounts': V2,
  '/proc/7/cgroup': '0::/a/b/c\n',
  '/cg/a/cpu.max': '20000 100000\n',
  '/cg/a/cpu.stat': outer,
  '/cg/a/b/cpu.max': 'max 100000\n',
  '/cg/a/b/cpu.stat': stat(0, 0),
  '/cg/a/b/c/cpu.max': '50000 100000\n',
  '/cg/a/b/c/cpu.stat': inner,
})

test('of several groups that have run out at some time none is named before their accounts tell', (t) => {
  const files = nested(stat(5, 500), stat(9, 900))
  const quotas = reader(files)
  t.deepEqual(quotas.read([7]), { groups: new Map(), quotas: [] })
  files['/cg/a/cpu.stat'] = stat(8, 800)
  t.is(quotas.read([7]).groups.get(7), '/a')
  // a queue that is still throttled is in none of them: it is the same as long as nothing else is seen
  t.is(quotas.read([7]).groups.get(7), '/a')
  files['/cg/a/b/c/cpu.stat'] = stat(12, 1200)
  t.is(quotas.read([7]).groups.get(7), '/a/b/c')
  // both did
  files['/cg/a/cpu.stat'] = stat(9, 1000)
  files['/cg/a/b/c/cpu.stat'] = stat(13, 1300)
  t.is(quotas.read([7]).groups.get(7), '/a')
})

test('a group that is new beside one that is known is not named for that alone, nor passed over', (t) => {
  const files = nested(stat(5, 500), stat(0, 0))
  files['/proc/8/cgroup'] = '0::/a\n'
  const quotas = reader(files)
  t.is(quotas.read([8]).groups.get(8), '/a')
  files['/cg/a/b/c/cpu.stat'] = stat(1, 50)
  t.is(quotas.read([7, 8]).groups.get(7), '/a/b/c', 'the other did not run out')
  const again = reader(files)
  again.read([8])
  files['/cg/a/cpu.stat'] = stat(6, 600)
  t.is(again.read([7, 8]).groups.get(7), undefined)
  files['/cg/a/cpu.stat'] = stat(7, 700)
  t.is(again.read([7, 8]).groups.get(7), '/a')
})

test('groups that have not run out yet, as far as their accounts go: the only one that may, else none', (t) => {
  const files = nested(stat(0, 0), stat(0, 0))
  t.is(reader(files).read([7]).groups.get(7), undefined)
  files['/cg/a/b/c/cpu.max'] = 'max 100000\n'
  t.is(reader(files).read([7]).groups.get(7), '/a')
})
