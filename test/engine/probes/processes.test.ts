// The directory of processes against /proc, and what it says of groups, containers and command lines.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { commandLines } from '../../../src/engine/probes/processes/command-lines.ts'
import { containerOf } from '../../../src/engine/probes/processes/container.ts'
import { hiddenParents, isStill, readHidden, type Hidden } from '../../../src/engine/probes/processes/hidden.ts'
import { start } from '../../../src/engine/probes/processes/probe.ts'
import { groupNames } from '../../../src/engine/probes/containers/container-names.ts'
import { mountsNow } from '../../../src/engine/proc/cgroups.ts'
import { groupIn, hierarchiesOfOne } from '../../../src/engine/proc/groups.ts'
import { startedMsOf } from '../../../src/engine/proc/selected-process.ts'
import { userNames } from '../../../src/engine/proc/users.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { testGroup } from '../../helpers/control-group.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'

const statusOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(':\t') as [string, string]),
  )

bpfTest('all processes are there, each as /proc has it', async (t) => {
  const probe = startHere(t, start, 'processes')
  const before = new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  const rows = rowsOf(probe.read(), 'procs')
  const after = new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  const pids = new Set(rows.map(({ pid }) => String(pid)))
  t.deepEqual(
    // the first one too, which some sandboxes hide from iterators
    [...before].filter((pid) => after.has(pid) && !pids.has(pid) && !isDead(pid)),
    [],
  )
  t.is(pids.size, rows.length)
  // kernel threads have longer names there
  const compared = rows
    .filter(({ pid, parent }) => pid !== 2 && parent !== 2)
    .flatMap((row) => {
      try {
        const { Name, PPid, Uid, Threads } = statusOf(Number(row.pid))
        const cgroup = groupIn(readFileSync(`/proc/${row.pid}/cgroup`, 'utf8'))
        return [
          [
            [row.comm, row.parent, row.uid, row.threads, row.cgroup, row.startedMs],
            [Name, Number(PPid), Number(Uid!.split('\t')[0]), Number(Threads), cgroup, startedMsOf(Number(row.pid))],
          ],
        ]
      } catch {
        return [] // it has ended
      }
    })
  t.true(compared.length > 3)
  // names, parents and numbers of threads may change between the two readings
  const differ = compared.filter(([ours, theirs]) => String(ours) !== String(theirs))
  t.true(differ.length <= Math.max(2, compared.length / 10), JSON.stringify(differ))
  const own = rows.find(({ pid }) => pid === process.pid)!
  t.is(own.uid, process.getuid!())
  t.is(own.user, userNames(() => 0)(process.getuid!()) ?? null)
})

const isDead = (pid: string): boolean => {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

bpfTest('a process that is moved in a hierarchy of version 1 is in its new group at the next reading', async (t) => {
  const [first] = hierarchiesOfOne(mountsNow())
  if (!first) return skip(t, 'no hierarchy of version 1 is mounted')
  const group = testGroup(t, first.root, 'hierarchy of version 1', () => {})
  if (!group) return
  const child = spawn('sleep', ['60'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  const probe = startHere(t, start, 'processes')
  const now = () => rowsOf(probe.read(), 'procs').find(({ pid }) => pid === child.pid)?.cgroup
  const before = now()
  t.not(before, group.path)
  t.is(now(), before)
  writeFileSync(join(first.root, group.path, 'cgroup.procs'), String(child.pid))
  t.is(now(), group.path)
})

bpfTest('command lines come with the next reading; what stays is the same row, what changes another', async (t) => {
  const probe = startHere(t, start, 'processes')
  const child = spawn('sh', ['-c', 'read go; exec sleep 7.25'], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  const cellsOf = () => probe.read().tables.procs!.rows.find(([pid]) => pid === child.pid)!
  const rowOf = () => rowsOf(probe.read(), 'procs').find(({ pid }) => pid === child.pid)!
  await until(() => rowOf()?.args === 'sh -c read go; exec sleep 7.25')
  const [first, second] = [cellsOf(), cellsOf()]
  t.is(first, second)
  t.like(rowOf(), { comm: 'sh', parent: process.pid, threads: 1 })
  child.stdin!.write('\n')
  await until(() => rowOf()?.args === 'sleep 7.25')
  t.like(rowOf(), { comm: 'sleep', parent: process.pid })
  t.not(cellsOf(), first)
})

bpfTest(
  'while nothing changes the whole table is the same; not once somebody comes, or has another name',
  async (t) => {
    const probe = startHere(t, start, 'processes')
    const procs = () => probe.read().tables.procs!
    const settled = () => until(() => procs() === procs())
    await settled()
    const before = procs()
    const child = spawn('sleep', ['60'])
    t.teardown(() => child.kill('SIGKILL'))
    await once(child, 'spawn')
    t.true(procs().rows.some(([pid]) => pid === child.pid))
    t.not(procs(), before)
    await settled()
    const own = process.title
    t.teardown(() => (process.title = own))
    process.title = 'another name'
    t.true(procs().rows.some(([pid, , comm]) => pid === process.pid && comm === 'another name'))
  },
)

test('a command line that has come is to be looked at', async (t) => {
  const lines = commandLines(
    () => 0,
    () => {},
    () => Promise.resolve('line'),
  )
  lines.of(1, 5, false)
  lines.keep(() => true)
  await sleepMs(5)
  t.false(lines.isQuiet())
  lines.keep(() => true)
  t.true(lines.isQuiet())
})

test('a command line that never comes holds up nothing', async (t) => {
  let nowMs = 0
  const said: string[] = []
  const asked: number[] = []
  const lines = commandLines(
    () => nowMs,
    (_, text) => said.push(text),
    (pid) => {
      asked.push(pid)
      return pid === 2 ? new Promise(() => {}) : Promise.resolve(`line ${pid}`)
    },
  )
  t.true(lines.isQuiet())
  for (const pid of [1, 2, 3]) t.is(lines.of(pid, 5, false), undefined)
  t.false(lines.isQuiet())
  lines.keep(() => true)
  await sleepMs(5)
  t.is(lines.of(1, 5, true), 'line 1')
  nowMs = 4000
  lines.keep(() => true)
  t.true(lines.isQuiet())
  lines.keep(() => true)
  t.deepEqual(said, ['no more command lines are read: a process does not let its own be read'])
  t.is(lines.of(4, 5, false), undefined)
  t.is(lines.of(1, 5, true), 'line 1')
  t.is(lines.of(1, 6, true), undefined, 'another process')
  t.deepEqual(asked, [1, 2])
})

test('parents that the iterator does not show are read, theirs too, and none twice or without end', async (t) => {
  const asked: number[] = []
  const hidden = (pid: number, parent: number): Hidden => ({ pid, parent, startedMs: 0, comm: 'x', uid: 0, threads: 1 })
  const all = new Map([hidden(1, 0), hidden(5, 1), hidden(6, 7), hidden(7, 6)].map((one) => [one.pid, one]))
  const read = (pid: number): Hidden | undefined => {
    asked.push(pid)
    return all.get(pid)
  }
  const found = hiddenParents([0, 20, 5, 5, 6, 30], (pid) => pid === 20, read)
  t.deepEqual(
    found.map(({ pid }) => pid),
    [5, 6, 1, 7],
  )
  t.deepEqual(asked, [5, 6, 30, 1, 7])
  asked.length = 0
  t.deepEqual(
    hiddenParents(
      Array.from({ length: 500 }, (_, i) => 1000 + i),
      () => false,
      read,
    ),
    [],
  )
  t.is(asked.length, 50)
  t.like(readHidden(process.pid), {
    pid: process.pid,
    parent: process.ppid,
    uid: process.getuid!(),
    startedMs: startedMsOf(process.pid)!,
  })
  t.is(readHidden(2 ** 22 + 7), undefined)
  const shell = spawn('sh', ['-c', 'read go; exec sleep 7.5'], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => shell.kill('SIGKILL'))
  await once(shell, 'spawn')
  const shown = readHidden(shell.pid!)!
  t.true(isStill(shown))
  for (const other of [{ comm: 'x' }, { parent: 1 }, { threads: 2 }, { startedMs: 0 }, { pid: 2 ** 22 + 7 }])
    t.false(isStill({ ...shown, ...other }))
})

test('a container is the innermost group that a runtime made', (t) => {
  const id = 'f'.repeat(64)
  const of = containerOf(groupNames(temporaryFolder(t)))
  t.deepEqual(of(`/system.slice/docker-${id}.scope/init/worker`), {
    container: 'ffffffffffff',
    containerGroup: `/system.slice/docker-${id}.scope`,
  })
  for (const group of ['/system.slice/nginx.service', '/', null]) {
    t.deepEqual(of(group), { container: null, containerGroup: null })
  }
})

test('names of users, also of those that came later', (t) => {
  const path = join(temporaryFolder(t), 'passwd')
  let nowMs = 0
  const nameOf = userNames(() => nowMs, path)
  t.is(nameOf(33), undefined)
  writeFileSync(path, 'root:x:0:0\nwww-data:x:33:33\nbad\n:x:5:5\nother:x:33:1\n')
  nowMs = 6000
  t.deepEqual([0, 33, 5].map(nameOf), ['root', 'www-data', undefined])
})
