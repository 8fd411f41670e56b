// Control groups: against their own files and a program that is uninterruptible for a known time;
// names as runtimes keep them, and files of both versions, made up.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { groupsBetween, timesWithBelow, withAbove } from '../../../src/engine/probes/containers/decode.ts'
import { findGroups, hierarchiesIn, readGroup } from '../../../src/engine/probes/containers/cgroup-files.ts'
import { groupNames } from '../../../src/engine/probes/containers/container-names.ts'
import { start } from '../../../src/engine/probes/containers/probe.ts'
import { start as startWithout } from '../../../src/engine/probes/containers/without-bpf.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerGroup } from '../../helpers/controller.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, probeContext, sleepMs } from '../../helpers/workload.ts'

const written = (t: ExecutionContext, files: Record<string, unknown>): string => {
  const root = temporaryFolder(t)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return root
}

const ID = 'ab'.repeat(32)
const K8S = {
  annotations: {
    'io.kubernetes.cri.container-type': 'container',
    'io.kubernetes.cri.sandbox-namespace': 'shop',
    'io.kubernetes.cri.sandbox-name': 'web-5d',
    'io.kubernetes.cri.container-name': 'nginx',
  },
}
const NAMES: [path: string, files: Record<string, unknown>, name: string, kind: string][] = [
  [`/docker/${ID}`, { [`var/lib/docker/containers/${ID}/config.v2.json`]: { Name: '/db' } }, 'db', 'docker'],
  [
    `/system.slice/docker-${ID}.scope`,
    { [`var/lib/docker/containers/${ID}/config.v2.json`]: { Name: '/db' } },
    'db',
    'docker',
  ],
  [
    `/machine.slice/libpod-${ID}.scope`,
    { 'var/lib/containers/storage/overlay-containers/containers.json': [{ id: 'x' }, { id: ID, names: ['cache'] }] },
    'cache',
    'podman',
  ],
  [
    `/kubepods.slice/cri-containerd-${ID}.scope`,
    { [`run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`]: K8S },
    'shop/web-5d/nginx',
    'containerd',
  ],
  [
    `/kubepods.slice/crio-${ID}.scope`,
    {
      'var/lib/containers/storage/overlay-containers/containers.json': [
        { id: ID, names: ['k8s_nginx_web-5d_shop_u_0'] },
      ],
    },
    'shop/web-5d/nginx',
    'cri-o',
  ],
  [
    `/kubepods.slice/crio-${ID}.scope`,
    {
      [`run/containers/storage/overlay-containers/${ID}/userdata/config.json`]: {
        annotations: {
          'io.kubernetes.pod.namespace': 'shop',
          'io.kubernetes.pod.name': 'web-5d',
          'io.kubernetes.container.name': 'nginx',
        },
      },
    },
    'shop/web-5d/nginx',
    'cri-o',
  ],
  [`/docker/${ID}`, {}, 'abababababab', 'docker'],
  [
    `/docker/${ID}`,
    { [`var/lib/docker/containers/${ID}/config.v2.json`]: '{"Name":7,"Config":[]}' },
    'abababababab',
    'docker',
  ],
  [`/docker/${ID}`, { [`var/lib/docker/containers/${ID}/config.v2.json`]: '{torn' }, 'abababababab', 'docker'],
  [
    '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice',
    {},
    'pod 0a1b2c3d',
    'pod',
  ],
  ['/system.slice/systemd-fsck@dev-disk-by\\x2duuid.service', {}, 'systemd-fsck@dev-disk-by-uuid.service', 'unit'],
  ['/user.slice', {}, 'user.slice', 'slice'],
  ['/jobs/night', {}, '/jobs/night', 'group'],
]
NAMES.forEach(([path, files, name, kind], index) =>
  test(`name ${index}: ${kind} ${name}`, (t) => t.deepEqual(groupNames(written(t, files))(path), { name, kind })),
)

test('a pod is called by the name that its first container has', (t) => {
  const root = written(t, {
    [`run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`]: K8S,
    [`var/lib/docker/containers/${ID.replace('ab', 'cd')}/config.v2.json`]: { Name: '/a/b/c' },
  })
  const slice = '/kubepods.slice/kubepods-pod0a1b2c3d_1111_2222_3333_444455556666.slice'
  const between = groupsBetween(groupNames(root))
  const namesOf = (...paths: string[]): unknown[] =>
    between(new Map(paths.map((path) => [path, {}])), new Map(), () => false).map(({ name, kind }) => [name, kind])
  t.deepEqual(namesOf(slice), [['pod 0a1b2c3d', 'pod']], 'without a container')
  const inSlice = `${slice}/cri-containerd-${ID}.scope`
  t.deepEqual(namesOf('/kubepods.slice', slice, inSlice), [
    ['kubepods.slice', 'slice'],
    ['shop/web-5d', 'pod'],
    ['shop/web-5d/nginx', 'containerd'],
  ])
  t.deepEqual(namesOf(slice), [['shop/web-5d', 'pod']], 'still, when they are gone')
  const folder = '/kubepods/burstable/pod0a1b2c3d-1111-2222-3333-444455556666'
  t.deepEqual(namesOf(folder, `${folder}/${ID}`)[0], ['shop/web-5d', 'pod'])
  // what is called so and is in no pod
  const other = `/docker/${ID.replace('ab', 'cd')}`
  t.deepEqual(namesOf('/docker', other)[0], ['/docker', 'group'])
})

test('files of version 2', (t) => {
  const root = written(t, {
    'a.slice/b.service/cpu.stat': 'usage_usec 1500\nnr_periods 10\nnr_throttled 4\nthrottled_usec 70\n',
    'a.slice/b.service/cpu.max': '20000 100000\n',
    'a.slice/b.service/memory.current': '4096\n',
    'a.slice/b.service/memory.max': 'max\n',
    'a.slice/b.service/memory.events': 'low 0\nhigh 5\nmax 9\noom 2\noom_kill 1\n',
    'a.slice/b.service/io.stat': '8:0 rbytes=100 wbytes=7 rios=1\n8:16 rbytes=1 wbytes=0\n',
    'a.slice/b.service/cpu.pressure':
      'some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n',
    'a.slice/b.service/io.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=4\n',
  })
  const hierarchies = hierarchiesIn(`cgroup2 ${root} cgroup2 rw,nosuid 0 0\n`)
  const { groups, unread } = findGroups(hierarchies, 10)
  t.deepEqual([[...groups.keys()], unread], [['/a.slice', '/a.slice/b.service'], 0])
  t.is(findGroups(hierarchies, 1).unread, 1)
  t.deepEqual(readGroup(hierarchies, '/a.slice/b.service', groups.get('/a.slice/b.service')!), {
    cpuNs: 1_500_000,
    quota: 20,
    periods: 10,
    throttledPeriods: 4,
    throttledNs: 70_000,
    readBytes: 101,
    writeBytes: 7,
    memoryBytes: 4096,
    limitHits: 9,
    highHits: 5,
    ooms: 2,
    oomKills: 1,
    cpuPressureNs: 12_000,
    cpuFullNs: 3000,
    ioPressureNs: 4000,
  })
})

test('files of version 1, each controller where it is mounted; what is in both is of version 1', (t) => {
  const root = written(t, {
    'cpu/x/cpu.stat': 'nr_periods 5\nnr_throttled 2\nthrottled_time 900\n',
    'cpu/x/cpu.cfs_quota_us': '-1\n',
    'cpu/x/cpu.cfs_period_us': '100000\n',
    'memory/x/memory.usage_in_bytes': '8192\n',
    'memory/x/memory.limit_in_bytes': '9223372036854771712\n',
    'memory/x/memory.failcnt': '6\n',
    'memory/x/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
    'blkio/x/blkio.throttle.io_service_bytes_recursive': '8:0 Read 10\n8:0 Write 20\n8:16 Read 1\nTotal 31\n',
    'unified/x/cpu.stat': 'usage_usec 7\n',
    'unified/y/cpu.stat': 'usage_usec 9\n',
  })
  const hierarchies = hierarchiesIn(
    ['cpu', 'memory', 'blkio'].map((name) => `cgroup ${root}/${name} cgroup rw,${name} 0 0\n`).join('') +
      `cgroup2 ${root}/unified cgroup2 rw 0 0\n`,
  )
  const { groups } = findGroups(hierarchies, 10)
  t.deepEqual(readGroup(hierarchies, '/x', groups.get('/x')!), {
    cpuNs: 7000,
    periods: 5,
    throttledPeriods: 2,
    throttledNs: 900,
    readBytes: 11,
    writeBytes: 20,
    memoryBytes: 8192,
    limitHits: 6,
    oomKills: 3,
  })
  t.deepEqual(readGroup(hierarchies, '/y', groups.get('/y')!), { cpuNs: 9000 })
})

test('times are of a group with those below; counters are differences, a group made again counts anew', (t) => {
  t.deepEqual(withAbove('/a/b'), ['/a/b', '/a'])
  const own = { cpuNs: 1, waitNs: 2, uninterruptibleNs: 3 }
  t.deepEqual(
    [
      ...timesWithBelow(
        new Map([
          ['/a/b', own],
          ['/a', own],
        ]),
      ),
    ],
    [
      ['/a/b', own],
      ['/a', { cpuNs: 2, waitNs: 4, uninterruptibleNs: 6 }],
    ],
  )
  const between = groupsBetween((path) => ({ name: path, kind: 'group' }))
  const read = (cpuNs: number, timed = true) => between(new Map([['/a', { cpuNs }]]), new Map(), () => timed)[0]!
  t.like(read(100), { cpuNs: 0, waitNs: 0, quota: null })
  t.like(read(150), { cpuNs: 50 })
  t.like(read(20, false), { cpuNs: 20, waitNs: null })
})

bpfTest(
  'uninterruptible time is that of who was so for a known time, also while it still is',
  async (t) => {
    const group = controllerGroup(t, 'cpu')
    if (!group) return
    const probe = startHere(t, start, 'containers')
    const program = compiled('vfork', 'test/engine/probes/fixtures')
    // who enters a group may be uninterruptible itself, for a grace period: that is over, and read, before
    const child = spawn('sh', ['-c', `${group.enter}; sleep 0.4; exec ${program} 600`], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('exit', resolve))
    await sleepMs(300)
    probe.read()
    await sleepMs(350)
    const of = (): number =>
      Number(rowsOf(probe.read(), 'groups').find((each) => each.cgroup === group.path)?.uninterruptibleNs ?? 0)
    const during = of()
    await ended
    const whole = during + of()
    t.true(during > 50e6 && during <= 600e6, `${during}`)
    t.true(Math.abs(whole - 600e6) <= 15e6, `${whole}`)
  },
  ['clang'],
)

bpfTest('memory against its limit is what the group says', (t) => {
  const group = controllerGroup(t, 'memory')
  if (!group) return
  group.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(64 * 1024 * 1024))
  const probe = startHere(t, start, 'containers')
  spawnSync('sh', ['-c', `${group.enter}; head -c 8000000 /dev/zero | sort -z > /dev/null`])
  const used = (): number => Number(group.read(group.version === 1 ? 'memory.usage_in_bytes' : 'memory.current'))
  // the kernel still gives back what the program had
  const before = used()
  const row = rowsOf(probe.read(), 'groups').find((each) => each.cgroup === group.path)!
  const after = used()
  t.is(row.memoryLimitBytes, 64 * 1024 * 1024)
  t.true(
    Number(row.memoryBytes) >= Math.min(before, after) && Number(row.memoryBytes) <= Math.max(before, after),
    `${before} ${row.memoryBytes} ${after}`,
  )
  t.is(row.kind, 'group')
})

test('without programs: what the files of a group say; not what its threads waited for', (t) => {
  if (process.getuid?.() !== 0) return skip(t, 'only root may make a group')
  const group = controllerGroup(t, 'memory')
  if (!group) return
  group.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(64 * 1024 * 1024))
  const reading = startWithout({ ...probeContext, object: '' }).read()
  t.is(reading.tier?.is, 'counted')
  const row = rowsOf(reading, 'groups').find((each) => each.cgroup === group.path)
  t.like(row, { memoryLimitBytes: 64 * 1024 * 1024, waitNs: null, uninterruptibleNs: null, kind: 'group' })
})
