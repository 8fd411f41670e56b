// What the kernel counts anyway, against what /proc says of the same: of a process of known work, of one whose thread has
// ended, and of disks.
import { once } from 'node:events'
import test from 'ava'
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { start as startBlockCounted } from '../../../src/engine/probes/block/hookless.ts'
import type { CountedProc } from '../../../src/engine/base/counted-source.ts'
import { openCounted, surelyWaitedNs } from '../../../src/engine/native/counted.ts'
import { startBlock } from '../../helpers/block.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, loopsPath, probeContext, sleepMs, start } from '../../helpers/workload.ts'
import { schedstat } from '../../helpers/schedstat.ts'

const run = promisify(execFile)
const BYTES = 4 << 20
const switchesOf = (pid: number): number =>
  [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/ctxt_switches:\s+(\d+)/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )

bpfTest(
  'switches, waits and CPU time are those of /proc',
  async (t) => {
    const child = start(loopsPath(), ['sleep', '2000', '1'])
    t.teardown(() => child.kill())
    await sleepMs(100)
    const counted = openCounted(probeContext.objects)
    t.teardown(counted.close)
    const [cpuBefore, waitBefore, ranBefore] = schedstat(child.pid!)
    const switchesBefore = switchesOf(child.pid!)
    counted.read()
    await sleepMs(500)
    const [cpu, wait, ran] = schedstat(child.pid!)
    const switches = switchesOf(child.pid!)
    const own = counted.read().find(({ pid }) => pid === child.pid)!
    const near = (value: number, truth: number, allowed: number): boolean => Math.abs(value - truth) <= allowed
    t.true(near(own.switches, switches - switchesBefore, 20), `${own.switches} of ${switches - switchesBefore}`)
    t.true(near(own.waits, ran! - ranBefore!, 20), `${own.waits} of ${ran! - ranBefore!}`)
    t.true(near(own.cpuNs, cpu! - cpuBefore!, 3e6), `${own.cpuNs} of ${cpu! - cpuBefore!}`)
    t.true(near(own.waitNs, wait! - waitBefore!, 5e6), `${own.waitNs} of ${wait! - waitBefore!}`)
  },
  ['clang'],
)

test('a wait that may have been sleep is as long as the others of its thread', (t) => {
  t.is(surelyWaitedNs({ waits: 10, wait_ns: 1000 }, 0, 0), 1000)
  t.is(surelyWaitedNs({ waits: 10, wait_ns: 9000 }, 1, 8100), 1000)
  // but for less than it may have been itself
  t.is(surelyWaitedNs({ waits: 10, wait_ns: 950 }, 1, 50), 950)
  // nothing is known where it had no others
  t.is(surelyWaitedNs({ waits: 1, wait_ns: 5e9 }, 1, 5e9), 0)
})

/** Not that of programs which other tests run. */
const COMM = 'counted'

for (const [which, before] of [
  ['that began and ended between two readings', false],
  ['that was there and has ended', true],
] as const)
  bpfTest(
    `a process ${which}: all that it did`,
    async (t) => {
      const counted = openCounted(probeContext.objects)
      t.teardown(counted.close)
      const trips = 20_000
      const ended = run(compiled('loops', 'test/bench', ['-pthread'], COMM), ['pingpong', String(trips)])
      let of: CountedProc[] = []
      const read = (): void => void (of = [...of, ...counted.read().filter(({ comm }) => comm === COMM)])
      if (before) {
        await sleepMs(20)
        read()
      }
      const wanted = Number((await ended).stderr)
      t.true(wanted >= 2 * trips)
      const sum = (one: (proc: CountedProc) => number): number => of.reduce((total, proc) => total + one(proc), 0)
      const switches = (): number => sum((proc) => proc.switches)
      // before the kernel lets go of them, and once it has
      for (const waitedMs of [0, 200]) {
        await sleepMs(waitedMs)
        read()
        t.true(Math.abs(switches() / wanted - 1) < 0.01, `${switches()} of ${wanted}`)
      }
      t.true(sum(({ cpuNs }) => cpuNs) > trips * 1000)
      // two processes, and what they did before is not told again
      const told = switches()
      read()
      t.is(switches(), told)
    },
    ['clang'],
  )

/** `told`: how often the first thread was switched out until another took its number. */
const startExecs = (sleeps: number): { child: ChildProcess; told(): number } => {
  const child = spawn(compiled('loops', 'test/bench', ['-pthread'], COMM), ['execs', String(sleeps)])
  let text = ''
  child.stderr.on('data', (more) => (text += more))
  return { child, told: () => Number(text) }
}

bpfTest(
  'a thread whose number another takes with exec() is counted once',
  async (t) => {
    const counted = openCounted(probeContext.objects)
    t.teardown(counted.close)
    const { child, told } = startExecs(3000)
    let [isOver, switches] = [false, 0]
    child.once('close', () => (isOver = true))
    for (let overFor = 0; overFor < 4; overFor += isOver ? 1 : 0) {
      await sleepMs(50)
      switches += counted.read().find(({ pid }) => pid === child.pid)?.switches ?? 0
    }
    t.is(child.exitCode, 0)
    t.true(Math.abs(switches / told() - 1) < 0.02, `${switches} of ${told()}`)
  },
  ['clang'],
)

bpfTest(
  'one that takes a number with exec() and ends at once leaves the sums of who had it',
  async (t) => {
    const counted = openCounted(probeContext.objects)
    t.teardown(counted.close)
    const { child, told } = startExecs(1000)
    await once(child, 'close')
    const rows = counted.read().filter(({ pid }) => pid === child.pid)
    t.is(rows.length, 1)
    t.true(rows[0]!.switches >= told(), `${rows[0]!.switches} of ${told()}`)
  },
  ['clang'],
)

bpfTest('block I/O: bytes and operations of the disk, and bytes of who wrote', async (t) => {
  const probe = startBlock(probeContext, startBlockCounted)
  t.teardown(() => void probe.close())
  const folder = temporaryFolder(t)
  probe.read()
  writeFileSync(`${folder}/f`, Buffer.alloc(BYTES))
  await run('sync', [`${folder}/f`])
  const { data, tier } = probe.read()
  t.is(tier?.is, 'counted')
  const written = data.disks.filter(({ op }) => op === 'write').reduce((sum, { bytes }) => sum + bytes, 0)
  if (data.disks.length === 0) return t.log('skipped: no disk below the folder for temporary files')
  t.true(written >= BYTES, `${written} bytes`)
  const own = data.procs.find(({ pid }) => pid === process.pid)
  t.true(own!.writeBytes! >= BYTES, `${own!.writeBytes} bytes of the process`)
  // what a child wrote is the child's alone, also once it was waited for
  await run('dd', ['if=/dev/zero', `of=${folder}/g`, 'bs=64k', `count=${(2 * BYTES) / 65536}`, 'conv=fsync'])
  await sleepMs(100)
  const { procs } = probe.read().data
  const parent = procs.find(({ pid }) => pid === process.pid)
  // which has ended
  const child = procs.find(({ comm }) => comm === 'dd')
  t.true(child!.writeBytes! >= 2 * BYTES, `${child?.writeBytes} bytes of the child`)
  t.true((parent?.writeBytes ?? 0) < BYTES, `${parent?.writeBytes} bytes of the parent`)
  t.true(data.disks.every(({ total, ops }) => total.count === ops && total.slots.length === 0))
})
