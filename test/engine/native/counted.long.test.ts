// What is counted of two programs that share a CPU.
import { startSched } from '../../helpers/sched.ts'
import { start as startCounted } from '../../../src/engine/probes/sched/hookless.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { probeContext, sleepMs, startEndless } from '../../helpers/workload.ts'
import { schedstat } from '../../helpers/schedstat.ts'

bpfTest(
  'two that share a CPU: what they waited, as schedstat has it; no distribution',
  async (t) => {
    const probe = startSched(probeContext, startCounted)
    t.teardown(() => void probe.close())
    const children = [1, 2].map(() => startEndless('taskset', ['-c', '0', 'sh', '-c', 'while :; do :; done']))
    t.teardown(() => children.forEach((child) => child.kill()))
    await sleepMs(100)
    const before = children.map(({ pid }) => schedstat(pid!))
    probe.read()
    await sleepMs(500)
    const after = children.map(({ pid }) => schedstat(pid!))
    const { data, tier } = probe.read()
    t.is(tier?.is, 'counted')
    t.deepEqual(data.runq.slots, [])
    t.true(data.runq.count > 0 && data.runq.sumNs >= 300e6, `${data.runq.sumNs} ns waited by all`)
    children.forEach(({ pid }, i) => {
      const own = data.procs.find((proc) => proc.pid === pid)!
      const waited = after[i]![1]! - before[i]![1]!
      t.true(Math.abs(own.waitNs - waited) < 30e6, `waited ${own.waitNs} of ${waited} ns`)
      t.is(own.uninterruptibleNs, undefined)
    })
  },
  ['taskset'],
)
