// Off-CPU: processes that sleep, read past the page cache, or are preempted, against their own clocks and the kernel's
// schedstat; each within one interval, from its first instant to its last, and over several.
import { startSched, type SchedProbe } from '../helpers/sched.ts'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { withProbe } from '../helpers/workload.ts'
import { besideStolen, exact, within } from './check.ts'
import type { Area, Finding } from './check.ts'
import { rowsOf } from './runq.ts'
import { onCpuNs, prepare, readMeanwhile, total } from './workload.ts'
import type { Work } from './workload.ts'

type Probe = SchedProbe

/** Longer than any of the work: the processes come and go within the interval. */
const ONE_INTERVAL = 60_000

export const area: Area = {
  name: 'offcpu',
  needs: ['clang'],
  bpf: true,
  checks: (scale) =>
    withProbe(startSched, async (probe) => {
      const times = scale === 'full' ? 10 : 1
      const file = join(tmpdir(), `probetop-truth-${process.pid}`)
      const findings: Finding[] = []
      for (const [everyMs, when] of [
        [ONE_INTERVAL, 'in one interval'],
        [110, 'over several'],
      ] as const) {
        for (const call of ['nanosleep', 'futex', 'poll']) {
          const done = prepare(-1, 2, call, 20 * times, 10_000)
          findings.push(...(await blocked(probe, `${call}, ${when}`, await done, everyMs, 'S', new RegExp(call))))
        }
        const reading = prepare(-1, 1, 'direct', 200 * times, file)
        findings.push(...(await blocked(probe, `direct reads, ${when}`, await reading, everyMs, 'D', /^pread64$/)))
        findings.push(...(await preempted(probe, when, 400 * times, everyMs)))
      }
      return findings
    }),
}

/** All the time off CPU of processes that only block in one call. */
const blocked = async (
  probe: Probe,
  title: string,
  work: Work,
  everyMs: number,
  state: 'S' | 'D',
  call: RegExp,
): Promise<Finding[]> => {
  probe.read() // what it waited before does not count
  const { readings, done } = await readMeanwhile(probe, everyMs, work.go())
  const rows = rowsOf(readings, work.pids)
  const truth = total(done, (life) => life.offNs)
  const near = (figure: string, ours: number, note?: string): Finding =>
    besideStolen(done[0]!.stolenNs, within(0.01)(figure, ours, truth, 'ns', note))
  const inCall = rows.flatMap(({ calls }) => calls.filter((one) => one.state === state && call.test(one.call)))
  const beforeGo = total(
    rows.flatMap(({ calls }) => calls),
    (one) => (one.state === state && one.call === 'read' ? one.ns : 0),
  )
  return [
    near(
      `${title}: in ${state}`,
      total(rows, (row) => (state === 'S' ? row.sleepNs : row.uninterruptibleNs)) - beforeGo,
    ),
    near(
      `${title}: in that call`,
      total(inCall, ({ ns }) => ns),
      inCall[0]?.call,
    ),
    exact(`${title}: seen to end`, rows.filter((row) => row.exited).length, done.length),
  ]
}

const preempted = async (probe: Probe, when: string, ms: number, everyMs: number): Promise<Finding[]> => {
  const work = await prepare(0, 2, 'spin', ms)
  probe.read()
  const { readings, done } = await readMeanwhile(probe, everyMs, work.go())
  const rows = rowsOf(readings, work.pids)
  const title = `two share a CPU, ${when}`
  return [
    within(0.01)(
      `${title}: waited`,
      total(rows, (row) => row.waitNs),
      total(done, (life) => life.lifeWaitNs),
      'ns',
      'schedstat',
    ),
    // they never sleep while they work, so they were preempted for each wait
    within(0.01)(
      `${title}: preempted`,
      total(rows, (row) => row.preemptedNs),
      total(done, (life) => life.waitNs),
      'ns',
      'schedstat',
    ),
    within(0.01)(
      `${title}: on CPU`,
      total(rows, (row) => row.onCpuNs),
      total(done, onCpuNs),
      'ns',
      'schedstat',
    ),
  ]
}
