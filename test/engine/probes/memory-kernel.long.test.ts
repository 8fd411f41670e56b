// Compaction, swap and pressure of the memory probe: against the kernel's tracer, its counters and what programs know.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/memory/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerGroup, type ControllerGroup } from '../../helpers/controller.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { tracing } from '../../helpers/traced.ts'

const PAGE = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))
const LIMIT = 32 * 1024 * 1024

/** As /proc/vmstat and /proc/pressure/memory have it now. */
const counters = (): Map<string, number> => {
  const vmstat = [...readFileSync('/proc/vmstat', 'utf8').matchAll(/^(\w+) (\d+)$/gm)]
  let pressure = ''
  try {
    pressure = readFileSync('/proc/pressure/memory', 'utf8')
  } catch {
    // the kernel keeps none
  }
  return new Map([
    ...vmstat.map(([, name, value]): [string, number] => [name!, Number(value)]),
    ...[...pressure.matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, name, us]): [string, number] => [
      `pressure ${name}`,
      Number(us) * 1000,
    ]),
  ])
}

/** What happened during some work; `isWithin`: the kernel counted so many, by its inner and outer readings. */
const measured = (t: ExecutionContext, work: () => void) => {
  const probe = startHere(t, start, 'memory')
  const outer = counters()
  probe.read()
  const inner = counters()
  work()
  const innerEnd = counters()
  const data = probe.read()
  const outerEnd = counters()
  const isWithin = (name: string, ours: number | undefined): void => {
    const least = innerEnd.get(name)! - inner.get(name)!
    const most = outerEnd.get(name)! - outer.get(name)!
    t.true(ours !== undefined && ours >= least && ours <= most, `${name}: ${ours}, between ${least} and ${most}`)
  }
  for (const { counter, count } of rowsOf(data, 'kernel')) isWithin(String(counter), Number(count))
  const kernelCount = (name: string): number =>
    Number(rowsOf(data, 'kernel').find(({ counter }) => counter === name)?.count)
  return { data, isWithin, kernelCount, hasPressure: outerEnd.has('pressure some') }
}

bpfTest(
  'compaction is as often and as long as the tracer has it, and goes through as many pages as vmstat says',
  (t) => {
    const trace = tracing(['compaction/mm_compaction_begin', 'compaction/mm_compaction_end'])
    if (typeof trace === 'string') return skip(t, trace)
    t.teardown(() => trace.remove())
    let pid = 0
    const { data, kernelCount } = measured(t, () => {
      pid = spawnSync('sh', ['-c', 'echo 1 > /proc/sys/vm/compact_memory']).pid
    })
    const marks = trace.events()?.filter(({ tid }) => tid === pid)
    if (!marks) return skip(t, 'the tracer lost some')
    if (marks.length === 0) return skip(t, 'this kernel compacts nothing when told to')
    const [begins, ends] = ['begin', 'end'].map((what) => marks.filter(({ name }) => name === `mm_compaction_${what}`))
    const truthNs = ends!.reduce((sum, { atNs }, i) => sum + atNs - begins![i]!.atNs, 0)
    const row = rowsOf(data, 'procs').find((each) => each.pid === pid)
    t.log(`${row?.compactions} of ${ends!.length}, ${row?.compactionNs} of ${truthNs} ns`)
    t.is(row?.compactions, ends!.length)
    t.true(
      Math.abs(Number(row!.compactionNs) - truthNs) <= 0.01 * truthNs + 100_000,
      `${row!.compactionNs} of ${truthNs}`,
    )
    t.true(kernelCount('compact_migrate_scanned') > 0)
  },
)

/** Touches so many pages twice, one after the other; prints its number and its major faults. */
const TWICE = `
import mmap, os, resource, sys
pages, size = int(sys.argv[1]), mmap.PAGESIZE
memory = mmap.mmap(-1, pages * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for turn in (1, 2):
    for page in range(pages):
        memory[page * size] = turn
print(os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_majflt, flush=True)
os._exit(0)
`

/** Room to swap to for the length of the test; or why there can be none. */
const swap = (t: ExecutionContext, megabytes: number): string | undefined => {
  const file = join(temporaryFolder(t), 'swap')
  execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', `count=${megabytes}`], { stdio: 'ignore' })
  chmodSync(file, 0o600)
  execFileSync('mkswap', [file], { stdio: 'ignore' })
  const { status, stderr } = spawnSync('swapon', [file], { encoding: 'utf8' })
  if (status !== 0) return `no swap can be made here: ${stderr.trim()}`
  t.teardown(() => execFileSync('swapoff', [file]))
  return undefined
}

const limited = (t: ExecutionContext): ControllerGroup | undefined => {
  const group = controllerGroup(t, 'memory')
  group?.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(LIMIT))
  return group
}

bpfTest(
  'what a group swaps out and in is what vmstat counts, and at least what does not fit; its major faults are those it has itself',
  (t) => {
    const group = limited(t)
    if (!group) return
    const pages = (2 * LIMIT) / PAGE
    const why = swap(t, 128)
    if (why !== undefined) return skip(t, why)
    let told = ''
    const { data, isWithin, hasPressure } = measured(t, () => {
      told = execFileSync('sh', ['-c', `${group.enter}; exec python3 -c '${TWICE}' ${pages}`], { encoding: 'utf8' })
    })
    const { swapInBytes, swapOutBytes, someNs, fullNs, swapFreeBytes } = data.totals
    isWithin('pswpin', swapInBytes! / PAGE)
    isWithin('pswpout', swapOutBytes! / PAGE)
    // half of it fits, of both turns
    t.true(swapOutBytes! >= LIMIT && swapInBytes! >= LIMIT, `out ${swapOutBytes}, in ${swapInBytes}`)
    t.true(swapFreeBytes! > 0)
    const [pid, truth] = told.split(' ').map(Number) as [number, number]
    const ours = Number(rowsOf(data, 'procs').find((each) => each.pid === pid)?.major)
    t.log(`out ${swapOutBytes}, in ${swapInBytes}, major ${ours} of ${truth}, PSI ${someNs} ${fullNs}`)
    // what it takes to say so and to end was swapped out, too
    t.true(truth > 0 && ours >= truth && ours <= truth * 1.1, `${ours} major faults, ${truth} by its own count`)
    if (hasPressure) isWithin('pressure some', someNs)
  },
  ['mkswap', 'swapon', 'python3'],
)

bpfTest('a group at its limit makes pressure, which is as long as the kernel says', (t) => {
  const group = limited(t)
  if (!group) return
  const file = join(temporaryFolder(t), 'file')
  execFileSync('truncate', ['--size', '400M', file])
  const { data, isWithin, hasPressure } = measured(t, () => {
    execFileSync('sh', ['-c', `${group.enter}; exec dd if=${file} of=/dev/null bs=1M 2>/dev/null`])
  })
  const { someNs, fullNs } = data.totals
  if (!hasPressure) return skip(t, 'the kernel keeps no pressure')
  t.log(`some ${someNs}, full ${fullNs}`)
  isWithin('pressure some', someNs)
  isWithin('pressure full', fullNs)
  t.true(someNs! > 0 && fullNs! <= someNs!)
})
