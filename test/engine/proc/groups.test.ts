// Which control group a process is said to be in, and where that group is, on machines with hierarchies of both versions.
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import {
  groupIn,
  otherGroupsIn,
  hierarchiesOfOne,
  hierarchyRanks,
  isGroup,
  placeOfGroup,
  processGroups,
  RANKED,
  ROOT_RANK,
} from '../../../src/engine/proc/groups.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const BOTH = '9:name=systemd:/\n4:memory:/box/7\n2:cpu,cpuacct:/\n0::/\n'

test('the group is that of version 2, unless it is the root and another says more', (t) => {
  const cases: [string, string | undefined][] = [
    ['0::/a/b\n', '/a/b'],
    ['4:memory:/m\n0::/a\n', '/a'],
    ['0::/\n', '/'],
    [BOTH, '/box/7'],
    ['4:memory:/m\n3:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/\n', '/s'],
    ['4:memory:/m\n3:cpu,cpuacct:/c\n1:name=systemd:/\n0::/\n', '/c'],
    ['7:pids:/p:q\n4:memory:/\n0::/\n', '/p:q'],
    ['4:memory:/m\n', '/m'],
    ['4:memory:/\n', '/'],
    ['', undefined],
  ]
  for (const [text, group] of cases) t.is(groupIn(text), group, JSON.stringify(text))
})

const files = (root: string, texts: Record<string, string>): void => {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
const mountsOf = (root: string): string =>
  ['memory cgroup rw,memory', 'cpu cgroup rw,cpu,cpuacct', 'sys cgroup rw,name=systemd', 'two cgroup2 rw']
    .map((line) => {
      const [name, ...rest] = line.split(' ')
      return `x ${root}/${name} ${rest.join(' ')} 0 0\n`
    })
    .join('')
const CONTROLLERS = () =>
  new Map([
    ['cpu', 1],
    ['memory', 4],
  ])

test('a group is known by its number in version 2, then in the hierarchy of a controller, else by its processes', (t) => {
  const root = temporaryFolder(t)
  files(root, {
    'two/a/cgroup.procs': '',
    'cpu/a/cgroup.procs': '',
    'memory/b/cgroup.procs': '',
    'sys/b/cgroup.procs': '1\n',
    'sys/c/cgroup.procs': '12\n7\n',
    'sys/c/below/cgroup.procs': '9\n',
  })
  const mounts = mountsOf(root)
  const place = (path: string) => placeOfGroup(path, CONTROLLERS, mounts)
  t.is(place('/a')?.by, 'number')
  t.like(place('/b'), { by: 'controller', controller: 4 })
  t.deepEqual(place('/c'), { by: 'processes', pids: [7, 9, 12] })
  t.is(place('/d'), undefined)
  t.is(placeOfGroup('/b', () => new Map(), mounts)?.by, 'processes', 'where no controller is known')
  t.deepEqual(
    ['/a', '/c/below', '/d'].map((path) => isGroup(path, mounts)),
    [true, true, false],
  )
  t.deepEqual(
    hierarchiesOfOne(mounts).map(({ root: at }) => at.slice(root.length + 1)),
    ['sys', 'cpu', 'memory'],
  )
})

const setUp = (mounts: string, proc: string) => {
  const clock = { ms: 0 }
  const of = processGroups(() => clock.ms, {
    mounts,
    proc,
    paths: (id) => (id === 1 ? '/' : id === 2 ? '/two' : undefined),
  })
  return { clock, of }
}

test('files of processes are read where version 2 says nothing; one that is moved is followed', (t) => {
  const root = temporaryFolder(t)
  files(root, { '7/cgroup': BOTH, '8/cgroup': '4:memory:/m\n0::/\n' })
  const { clock, of } = setUp(mountsOf(root), root)
  t.is(of(7, 100, 2), '/two')
  t.is(of(7, 100, 1), '/box/7')
  t.is(of(9, 100, 1), '/', 'it has ended')
  files(root, { '7/cgroup': '4:memory:/moved\n0::/\n' })
  t.is(of(7, 100, 1), '/box/7')
  clock.ms += 600
  t.is(of(7, 100, 1), '/moved', 'a new one is looked at again soon')
  files(root, { '7/cgroup': '4:memory:/again\n0::/\n' })
  clock.ms += 1000
  t.is(of(7, 100, 1), '/moved')
  t.is(of(7, 200, 1), '/again', 'another process with that number')
  t.is(of(8, 100, 1), '/m')
  clock.ms += 60_000
  t.is(of(8, 100, 1), '/m')
})

test('where its set of groups is told, a file is read again at once when that changes, and else seldom', (t) => {
  const root = temporaryFolder(t)
  files(root, { '7/cgroup': '4:memory:/a\n0::/\n' })
  const { clock, of } = setUp(mountsOf(root), root)
  t.is(of(7, 100, 1, 11), '/a')
  files(root, { '7/cgroup': '4:memory:/b\n0::/\n' })
  clock.ms += 30_000
  for (; clock.ms < 50_000; clock.ms += 1000) t.is(of(7, 100, 1, 11), '/a')
  t.is(of(7, 100, 1), '/a', 'who does not know the set asks for what is known of it')
  t.is(of(7, 100, 1, 12), '/b')
  files(root, { '7/cgroup': '4:memory:/c\n0::/\n' })
  for (const endMs = clock.ms + 61_000; clock.ms < endMs; clock.ms += 1000) of(7, 100, 1, 12)
  t.is(of(7, 100, 1, 12), '/c', 'a place in memory may be used again')
})

test('no file of a process is read where there is version 2 alone', (t) => {
  const root = temporaryFolder(t)
  files(root, { '7/cgroup': BOTH })
  const { of } = setUp('x /cg cgroup2 rw 0 0\n', root)
  t.is(of(7, 100, 1), '/')
})

test('of many processes only so many are looked at within a second', (t) => {
  const root = temporaryFolder(t)
  for (let pid = 1; pid <= 1100; pid++) files(root, { [`${pid}/cgroup`]: BOTH })
  const { clock, of } = setUp(mountsOf(root), root)
  const found = (): number =>
    Array.from({ length: 1100 }, (_, i) => of(i + 1, 5, 1)).filter((path) => path !== '/').length
  t.is(found(), 1000)
  clock.ms += 1000
  t.is(found(), 1100)
})

test('of who has ended the group is known by its number in a hierarchy of version 1', (t) => {
  const root = temporaryFolder(t)
  files(root, { 'memory/m/cgroup.procs': '', 'sys/s/cgroup.procs': '' })
  const { of } = setUp(mountsOf(root), join(root, 'proc'))
  const numberOf = (path: string): number => statSync(join(root, path)).ino
  // in the order in which they are asked
  t.is(of(5, 100, 1 * RANKED + numberOf('sys/s')), '/s')
  t.is(of(5, 100, 3 * RANKED + numberOf('memory/m')), '/m')
  t.is(of(5, 100, 3 * RANKED + numberOf('sys/s')), undefined, 'a group that is not there any more')
  t.is(of(5, 100, 9 * RANKED + numberOf('sys/s')), undefined)
  files(root, { 'proc/5/cgroup': BOTH })
  t.is(of(5, 100, ROOT_RANK * RANKED + 1), '/', 'nothing of it is read')
  t.is(of(5, 100, 2), '/two')
})

test('the kernel is told in which order hierarchies are asked, where there is version 2 as well', (t) => {
  const mounts = mountsOf('/cg')
  const own = '9:name=systemd:/\n7:pids:/\n4:memory:/box/7\n2:cpu,cpuacct:/\n0::/\n'
  t.deepEqual([...hierarchyRanks(mounts, own)].sort(), [
    [2, 2],
    [4, 3],
    [9, 1],
  ])
  t.is(hierarchyRanks(mounts.replace(/.*cgroup2.*\n/, ''), own).size, 0)
  t.is(hierarchyRanks('x /cg cgroup2 rw 0 0\n', '0::/\n').size, 0)
})

test('beside the group that is shown those of other hierarchies, but their roots', (t) => {
  const text = '9:name=systemd:/s\n5:pids:/\n4:memory:/m\n3:blkio:/m\n2:cpu,cpuacct:/c\n0::/two\n'
  t.deepEqual(otherGroupsIn(text, '/two'), [
    { of: 'name=systemd', cgroup: '/s' },
    { of: 'memory,blkio', cgroup: '/m' },
    { of: 'cpu,cpuacct', cgroup: '/c' },
  ])
  t.deepEqual(otherGroupsIn(text, '/s').at(-1), { of: 'version 2', cgroup: '/two' })
  t.deepEqual(otherGroupsIn(BOTH, '/box/7'), [])
  t.deepEqual(otherGroupsIn('0::/a\n', '/a'), [])
  t.is(otherGroupsIn(Array.from({ length: 20 }, (_, i) => `${i + 1}:x${i}:/g${i}`).join('\n'), '/').length, 8)
})
