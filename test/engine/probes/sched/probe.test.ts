// What the scheduler's probe says of every interval and of a target; whether it is true is asked in test/truth.
import { startSched } from '../../../helpers/sched.ts'
import { cpus } from 'node:os'
import { mergeHists } from '../../../../src/model/base/histogram.ts'
import type { SchedData, FollowedProc } from '../../../../src/stream/sched-types.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { loopsPath, sleepMs, start, withProbe } from '../../../helpers/workload.ts'

const rowOf = (data: SchedData, pid: number): FollowedProc =>
  data.procs.find((proc) => proc.pid === pid) as FollowedProc
const near = (value: number, wanted: number, share: number): boolean => Math.abs(value - wanted) <= wanted * share

bpfTest('a thread that sleeps through whole intervals is accounted for in each', async (t) => {
  await withProbe(startSched, async (probe) => {
    const child = start('sleep', ['3'])
    await sleepMs(100)
    // an interval ends when reading it begins
    let before = process.hrtime.bigint()
    probe.read()
    for (let i = 0; i < 3; i++) {
      await sleepMs(200)
      const now = process.hrtime.bigint()
      const row = rowOf(probe.read().data, child.pid!)
      const passed = Number(now - before)
      before = now
      t.true(near(row.sleepNs, passed, 0.05), `slept ${row.sleepNs} of ${passed} ns`)
      t.is(row.switches, 0)
    }
    child.kill()
  })
})

/** No thread number has a place of its own: all have storage. */
const withoutSlots: typeof startSched = (context) => startSched({ ...context, maxEntries: { slots: 1 } })

for (const [start, where] of [
  [startSched, 'in its slot'],
  [withoutSlots, 'in storage'],
] as const)
  bpfTest(`the states of every thread add up to the interval, ${where}`, async (t) => {
    await withProbe(start, async (probe) => {
      const before = process.hrtime.bigint()
      probe.read()
      await sleepMs(500)
      const passed = Number(process.hrtime.bigint() - before)
      const { data } = probe.read()
      const own = rowOf(data, process.pid)
      const life = own.onCpuNs + own.waitNs + own.sleepNs + own.uninterruptibleNs
      t.true(near(life, passed * own.threads, 0.03), `${life} ns for ${own.threads} threads in ${passed} ns`)
    })
  })

bpfTest(
  'histograms agree with the sums, and the target has its own',
  async (t) => {
    await withProbe(startSched, async (probe) => {
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
  },
  ['clang'],
)

bpfTest(
  'by CPU, while asked for: what they add up to, and how long each was busy',
  async (t) => {
    await withProbe(startSched, async (probe) => {
      t.is(probe.read().data.cpus, undefined)
      probe.command!({ cmd: 'options', options: { cpus: true } })
      t.is(probe.read().data.cpus, undefined, 'of a part of an interval nothing is said')
      const child = start(loopsPath(), ['sleep', '300', '1'])
      let before = process.hrtime.bigint()
      probe.read()
      const differences: number[] = []
      for (let i = 0; i < 5; i++) {
        await sleepMs(100)
        const passed = Number(process.hrtime.bigint() - before)
        before = process.hrtime.bigint()
        const { data } = probe.read()
        const each = data.cpus!
        t.deepEqual(
          each.map(({ cpu }) => cpu),
          cpus().map((_, cpu) => cpu),
        )
        t.deepEqual(mergeHists(each.map(({ runq }) => runq)), data.runq)
        for (const { busyNs } of each) t.true(busyNs >= 0 && busyNs <= passed * 1.02)
        const [busy, ran] = [
          each.reduce((sum, { busyNs }) => sum + busyNs, 0),
          data.procs.reduce((sum, { onCpuNs }) => sum + onCpuNs, 0),
        ]
        differences.push(Math.abs(busy - ran) / (passed * each.length))
      }
      // whoever attaches to the same hooks meanwhile makes the kernel skip some switches
      t.true(Math.min(...differences) < 0.01, `busy, and ran: differ by ${differences.join()}`)
      child.kill()
      probe.command!({ cmd: 'options', options: {} })
      t.is(probe.read().data.cpus, undefined)
    })
  },
  ['clang'],
)
