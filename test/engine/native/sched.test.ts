// Run queue and off-CPU figures against programs that sleep, spin and compete for a known time.
import { startSched } from '../../../src/engine/native/sched.ts'
import type { RunningProbe } from '../../../src/engine/probe.ts'
import { mergeHists } from '../../../src/model/histogram.ts'
import type { SchedData, SchedProc } from '../../../src/stream/types.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { loops, loopsPath, probeContext, sleepMs, start } from '../../helpers/workload.ts'

const withProbe = async (body: (probe: RunningProbe<'sched'>) => Promise<void>): Promise<void> => {
  const probe = startSched(probeContext)
  try {
    await body(probe)
  } finally {
    await probe.close()
  }
}

const rowOf = (data: SchedData, pid: number): SchedProc => data.procs.find((proc) => proc.pid === pid)!
const near = (value: number, wanted: number, share: number): boolean => Math.abs(value - wanted) <= wanted * share

bpfTest('sleeps are counted as sleeping, in the call that slept, also for a process that came and went', async (t) => {
  loopsPath()
  await withProbe(async (probe) => {
    probe.read()
    const { pid, nsPerRound } = await loops('sleep', 20, 20)
    const { data, lost } = probe.read()
    const row = rowOf(data, pid)
    t.is(row.comm, 'loops')
    t.true(row.exited)
    t.true(row.switches >= 20 && row.switches <= 40, `${row.switches} switches`)
    t.true(near(row.sleepNs, 400e6, 0.02), `slept ${row.sleepNs} ns`)
    t.true(row.sleepNs + row.waitNs + row.onCpuNs + row.diskNs >= 20 * nsPerRound)
    t.regex(row.calls[0]!.call, /nanosleep/)
    t.is(row.calls[0]!.state, 'S')
    t.true(near(row.calls[0]!.ns, 400e6, 0.02))
    t.is(lost, 0)
  })
}, ['clang'])

bpfTest('a thread that sleeps through whole intervals is accounted for in each', async (t) => {
  await withProbe(async (probe) => {
    const child = start('sleep', ['3'])
    await sleepMs(100)
    probe.read()
    for (let i = 0; i < 3; i++) {
      const before = process.hrtime.bigint()
      await sleepMs(200)
      const row = rowOf(probe.read().data, child.pid!)
      const passed = Number(process.hrtime.bigint() - before)
      t.true(near(row.sleepNs, passed, 0.05), `slept ${row.sleepNs} of ${passed} ns`)
      t.is(row.switches, 0)
    }
    child.kill()
  })
})

bpfTest('two spinners on one CPU run and wait half the time each', async (t) => {
  await withProbe(async (probe) => {
    const child = start(loopsPath(), ['spinners', '2', '1500'])
    await sleepMs(300)
    probe.read()
    await sleepMs(1000)
    const { data } = probe.read()
    const rows = data.procs.filter((proc) => proc.comm === 'loops' && proc.pid !== child.pid)
    t.is(rows.length, 2)
    const life = rows.map((row) => row.onCpuNs + row.waitNs + row.sleepNs + row.diskNs)
    // whatever else ran on that CPU, the two had equal shares, and were always running or waiting
    t.true(near(rows[0]!.onCpuNs, rows[1]!.onCpuNs, 0.15), `${rows[0]!.onCpuNs} and ${rows[1]!.onCpuNs} ns on CPU`)
    for (const [i, row] of rows.entries()) {
      t.true(near(life[i]!, life[0]!, 0.001))
      t.true(row.waitNs >= 0.4 * life[i]!)
      t.true(near(row.preemptedNs, row.waitNs, 0.01))
      t.true(row.sleepNs < 1e6)
      t.true(row.waitMaxNs < 200e6)
    }
    t.true(data.preempted.count > 10)
    t.true(data.runq.count >= data.preempted.count)
  })
}, ['clang'])

bpfTest('the states of every thread add up to the interval', async (t) => {
  await withProbe(async (probe) => {
    probe.read()
    const before = process.hrtime.bigint()
    await sleepMs(500)
    const { data } = probe.read()
    const passed = Number(process.hrtime.bigint() - before)
    const own = rowOf(data, process.pid)
    const life = own.onCpuNs + own.waitNs + own.sleepNs + own.diskNs
    t.true(near(life, passed * own.threads, 0.03), `${life} ns for ${own.threads} threads in ${passed} ns`)
  })
})

bpfTest('histograms agree with the sums, and the target has its own', async (t) => {
  await withProbe(async (probe) => {
    const child = start(loopsPath(), ['sleep', '100', '5'])
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    await sleepMs(50)
    probe.read()
    await sleepMs(300)
    const { data } = probe.read()
    const target = data.target!
    t.deepEqual(target.of, { is: 'process', pid: child.pid! })
    t.true(target.sleep.count > 40 && target.sleep.count <= 62, `${target.sleep.count} sleeps`)
    t.true(target.sleep.maxNs >= 5e6 && target.sleep.sumNs / target.sleep.count >= 5e6)
    // a wake-up may fall between the two readings
    t.true(Math.abs(target.runq.count - rowOf(data, child.pid!).waits) <= 1)
    t.true(mergeHists([data.sleep, data.disk]).count >= target.sleep.count)
    probe.command!({ cmd: 'target' })
    t.is(probe.read().data.target, undefined)
    child.kill()
  })
}, ['clang'])
