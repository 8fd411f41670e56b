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
  t.is(quotas.read([7]).groups.get(7), '/a/b')
  files['/cg/a/cpu.stat'] = 'nr_periods 15\nnr_throttled 6\nthrottled_usec 70\n'
  const { groups, quotas: found } = quotas.read([7])
  t.is(groups.get(7), '/a')
  t.deepEqual(found, [{ cgroup: '/a', cpus: 1.5, periods: 10, throttledPeriods: 5, throttledNs: 60_000 }])
})
