// The memory probe against what the kernel tells the programs themselves; and its arithmetic on readings made up.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { faultsBetween, procRows, type ThreadFaults } from '../../../src/engine/probes/memory/decode.ts'
import { start } from '../../../src/engine/probes/memory/probe.ts'
import { start as startWithout } from '../../../src/engine/probes/memory/without-bpf.ts'
import { readPressure } from '../../../src/engine/proc/vmstat.ts'
import { bpfTest, commandTest, skip } from '../../helpers/bpf.ts'
import { controllerGroup } from '../../helpers/controller.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { probeContext } from '../../helpers/workload.ts'
import { faults, AT_EXIT } from './faulting.ts'

const thread = (tgid: number, tid: number, minor: number, endedMinor = 0): ThreadFaults => ({
  tgid,
  tid,
  minor,
  major: 0,
  endedMinor,
  endedMajor: 0,
  comm: tid === tgid ? 'app' : '',
})
const ended = (tgid: number, tid: number, minor: number, atNs: number) => ({
  tgid,
  tid,
  minor,
  major: 0,
  comm: 'app',
  atNs,
})

test('faults of living threads, of ended ones, and of processes that came and went', (t) => {
  const between = faultsBetween()
  t.deepEqual(between([thread(1, 1, 100)], [], 10), [], 'what was before belongs to no interval')
  t.deepEqual(between([thread(1, 1, 130), thread(1, 2, 5)], [], 20), [{ pid: 1, comm: 'app', minor: 35, major: 0 }])
  // the second thread has ended: the process has its faults now
  t.deepEqual(between([thread(1, 1, 130, 9)], [ended(1, 2, 9, 25)], 30), [{ pid: 1, comm: 'app', minor: 4, major: 0 }])
  // never seen alive
  t.deepEqual(between([thread(1, 1, 130, 9)], [ended(7, 7, 40, 35)], 40), [
    { pid: 7, comm: 'app', minor: 40, major: 0 },
  ])
  // ended after it was read: in this interval what was read, in the next what came after
  t.deepEqual(between([thread(1, 1, 140, 9)], [ended(1, 1, 143, 51)], 50), [
    { pid: 1, comm: 'app', minor: 10, major: 0 },
  ])
  t.deepEqual(between([], [], 60), [{ pid: 1, comm: 'app', minor: 3, major: 0 }])
  t.deepEqual(between([], [], 70), [])
})

test('a number that is used again begins anew', (t) => {
  const between = faultsBetween()
  between([thread(1, 1, 1000)], [], 10)
  t.deepEqual(between([thread(1, 1, 20)], [], 20), [{ pid: 1, comm: 'app', minor: 20, major: 0 }])
})

test('who only stalled has a row, too', (t) => {
  const stalls = {
    pid: 2,
    comm: 'dd',
    reclaims: 3,
    reclaimNs: 9,
    reclaimMaxNs: 4,
    compactions: 0,
    compactionNs: 0,
    oomKills: 0,
  }
  t.deepEqual(
    procRows([{ pid: 1, comm: 'a', minor: 1, major: 0 }], [stalls]).map(({ pid, minor, reclaims }) => [
      pid,
      minor,
      reclaims,
    ]),
    [
      [1, 1, 0],
      [2, 0, 3],
    ],
  )
})

bpfTest(
  'page faults of a process are those getrusage has, while it runs and after it has ended',
  async (t) => {
    const probe = startHere(t, start, 'memory')
    const [pid, minor] = execFileSync(faults(), ['20000'], { encoding: 'utf8' }).split(' ').map(Number) as [
      number,
      number,
    ]
    const [row] = rowsOf(probe.read(), 'procs').filter((each) => each.pid === pid)
    t.is(row?.comm, 'faults')
    t.true(Number(row!.minor) >= minor && Number(row!.minor) <= minor + AT_EXIT, `${row!.minor}, getrusage ${minor}`)

    const child = spawn(faults(), ['30000', 'wait'], { stdio: ['pipe', 'pipe', 'ignore'] })
    t.teardown(() => child.kill())
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const mine = rowsOf(probe.read(), 'procs').filter((each) => each.pid === child.pid)
    const told = Number(String(said).split(' ')[1])
    const ours = Number(mine[0]!.minor)
    t.true(ours >= told && ours <= told + AT_EXIT, `${ours}, getrusage ${told}`)
    child.stdin.end()
    await once(child, 'exit')
    const rest = rowsOf(probe.read(), 'procs').filter((each) => each.pid === child.pid)
    t.true(sumOf(rest, 'minor') <= AT_EXIT)

    probe.thin!(true)
    execFileSync(faults(), ['20000'])
    const thinner = probe.read()
    t.is(thinner.tier?.is, 'counted')
    t.true(sumOf(rowsOf(thinner, 'procs'), 'minor') >= 20000, 'of who has ended also where only counted')
  },
  ['clang'],
)

commandTest(
  'without programs: faults of a process are those getrusage has while it is there; the kernel counts as many at least',
  ['clang'],
  async (t) => {
    const probe = startWithout({ ...probeContext, object: '' })
    const child = spawn(faults(), ['30000', 'wait'], { stdio: ['pipe', 'pipe', 'ignore'] })
    t.teardown(() => child.kill())
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const reading = probe.read()
    t.is(reading.tier?.is, 'counted')
    const told = Number(String(said).split(' ')[1])
    const [row] = rowsOf(reading, 'procs').filter((each) => each.pid === child.pid)
    t.like(row, { comm: 'faults', reclaims: null })
    t.true(Number(row!.minor) >= told && Number(row!.minor) <= told + AT_EXIT, `${row!.minor}, getrusage ${told}`)
    t.true(reading.totals['minor']! >= told)
    t.true(reading.totals['availableBytes']! > 0)
    child.kill()
    await once(child, 'exit')
    t.deepEqual(
      rowsOf(probe.read(), 'procs').filter((each) => each.pid === child.pid),
      [],
    )
  },
)

bpfTest('a group at its limit reclaims in the processes that need memory, and its victims are counted', (t) => {
  const group = controllerGroup(t, 'memory')
  if (!group) return
  const limit = group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max'
  group.write(limit, String(32 * 1024 * 1024))
  // nothing of it is written, as version 1 kills who waits too long for that; all holes, but through the page cache
  const file = join(temporaryFolder(t), 'file')
  execFileSync('truncate', ['--size', '150M', file])
  const probe = startHere(t, start, 'memory')
  const beganMs = performance.now()
  execFileSync('sh', ['-c', `${group.enter}; exec dd if=${file} of=/dev/null bs=1M 2>/dev/null`])
  const tookNs = (performance.now() - beganMs) * 1e6
  const data = probe.read()
  const rows = rowsOf(data, 'procs').filter((row) => row.comm === 'dd')
  const reclaims = sumOf(rowsOf(data, 'procs'), 'reclaims')
  t.true(sumOf(rows, 'reclaims') > 0)
  t.true(sumOf(rows, 'reclaimNs') > 0 && sumOf(rows, 'reclaimNs') < tookNs)
  t.is(data.hists.reclaim!.count, reclaims)
  t.true(sumOf(rows, 'reclaimMaxNs') <= data.hists.reclaim!.max!)

  const killed = spawnSync('sh', ['-c', `${group.enter}; exec ${faults()} 20000`])
  t.is(killed.signal, 'SIGKILL')
  const after = probe.read()
  const victims = rowsOf(after, 'procs').filter((row) => Number(row.oomKills) > 0)
  t.is(sumOf(victims, 'oomKills'), 1)
  t.is(victims[0]!.comm, 'faults')
  t.is(after.totals.oomKills, 1)
})

test('pressure: of both kinds, of one, of none', (t) => {
  t.is(readPressure('/nowhere'), undefined)
  if (!existsSync('/proc/pressure/memory')) return skip(t, 'the kernel keeps no pressure')
  t.true(readPressure('/proc/pressure/memory')!.someNs >= 0)
})
