// The scheduler seen in windows, beside one that follows every switch: the same counts and distribution within what it says
// itself, and what threads are blocked in.
import { besideSampled, type SchedReading } from '../../../helpers/sched.ts'
import { mergeHists, percentileNs } from '../../../../src/model/base/histogram.ts'
import type { Hist } from '../../../../src/stream/stream-types.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { loopsPath, sleepMs, start } from '../../../helpers/workload.ts'

const SECONDS = 4
/** The kernel counts how many there are: what two readings, one after the other, may differ by; and threads that end, which
 * leave the CPU of their own accord, too. */
const COUNTED = { runq: 0.02, sleep: 0.08 }
/** What a middle may be off beside other tests; how far it is off alone, the long one asks. */
const MIDDLE = 1.5

const merged = (readings: readonly SchedReading[], kind: 'runq' | 'sleep' | 'preempted'): Hist =>
  mergeHists(readings.map(({ data }) => data[kind]))

bpfTest('waits and sleeps seen in windows are as many and as long as all of them, within what is said', async (t) => {
  const children = [
    start(loopsPath(), ['sleep', '20000', '1']),
    start(loopsPath(), ['sleep', '1000', '30']),
    start(loopsPath(), ['spin', '9000']),
  ]
  t.teardown(() => children.forEach((child) => child.kill()))
  await besideSampled(async (full, sampled) => {
    await sleepMs(500)
    full.read()
    sampled.read()
    const [followed, seen]: SchedReading[][] = [[], []]
    for (let i = 0; i < SECONDS; i++) {
      await sleepMs(1000)
      followed!.push(full.read())
      seen!.push(sampled.read())
    }
    for (const { tier } of seen!) {
      t.is(tier?.is, 'sampled')
      t.true(tier!.observed! > 0.05 && tier!.observed! < 1, String(tier!.observed))
    }
    const said = seen!.reduce((sum, { tier }) => sum + tier!.error!, 0) / SECONDS
    for (const kind of ['runq', 'sleep'] as const) {
      const [all, part] = [merged(followed!, kind), merged(seen!, kind)]
      t.true(Math.abs(part.count / all.count - 1) < COUNTED[kind], `${kind}: ${part.count} of ${all.count}`)
      const [wanted, got] = [percentileNs(all, 0.5)!, percentileNs(part, 0.5)!]
      const ratio = Math.max(wanted / got, got / wanted)
      t.true(ratio < MIDDLE * (1 + said), `${kind}: middle ${got} of ${wanted} ns`)
    }
    const waits = seen!.at(-1)!.data.procs.find(({ pid }) => pid === children[1]!.pid)!
    t.is(waits.calls[0]?.call, 'clock_nanosleep')
    t.true(waits.sleepNs! > 6e8, `slept ${waits.sleepNs} ns of a second`)
    const busy = seen!.at(-1)!.data.procs.find(({ pid }) => pid === children[2]!.pid)!
    t.true(busy.onCpuNs + busy.waitNs > 8e8, `ran ${busy.onCpuNs}, waited ${busy.waitNs} ns`)
  })
})
