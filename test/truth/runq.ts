// Run queue: busy processes that share one CPU against the kernel's own schedstat of each, and every wait of a loaded
// machine against libbpf-tools' runqlat.
import { startSched, type SchedProbe, type SchedReading } from '../helpers/sched.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { percentileNs } from '../../src/model/base/histogram.ts'
import { libbpfTool, thisHost } from '../../src/setup/packages.mjs'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import { withProbe } from '../helpers/workload.ts'
import { exact, skipped, within, withinUnits } from './check.ts'
import type { Area, Finding } from './check.ts'
import { percentileBounds, readLog2 } from './log2.ts'
import { onCpuNs, prepare, readMeanwhile, total } from './workload.ts'

const BUSY = 4
/** Beside a bucket of theirs: half a slot of ours, and what the two read the clock apart, one being called after the
 * other. */
const OWN_SLOT = 0.0625
const APART_NS = 500

export const area: Area = {
  name: 'runq',
  needs: ['clang', 'stdbuf'],
  bpf: true,
  checks: (scale) =>
    withProbe(startSched, async (probe) => [
      ...(await sharing(probe, scale === 'full' ? 5000 : 800)),
      ...(await besideRunqlat(probe, scale === 'full' ? 10 : 1)),
    ]),
}

/** Rows of these processes in all readings. */
export const rowsOf = (readings: readonly SchedReading[], pids: readonly number[]): SchedProc[] =>
  readings.flatMap(({ data }) => data.procs.filter(({ pid }) => pids.includes(pid)))

const sharing = async (probe: SchedProbe, ms: number): Promise<Finding[]> => {
  const work = await prepare(0, BUSY, 'spin', ms)
  probe.read()
  const { readings, done } = await readMeanwhile(probe, ms / 5, work.go())
  const rows = rowsOf(readings, work.pids)
  const slices = total(done, (life) => life.lifeSlices)
  const title = `${BUSY} busy on one CPU`
  return [
    within(0.01)(
      `${title}: waited`,
      total(rows, (row) => row.waitNs),
      total(done, (life) => life.lifeWaitNs),
      'ns',
      'schedstat',
    ),
    // they never sleep while they work, so each wait of that time followed a preemption
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
    // of a thread in the middle of a switch while it is read, one event may be missing
    withinUnits(BUSY + Math.ceil(slices * 0.005))(
      `${title}: times on CPU`,
      total(rows, (row) => row.waits),
      slices,
      '',
      'schedstat',
    ),
    exact(
      'lost meanwhile',
      total(readings, ({ lost }) => lost),
      0,
    ),
  ]
}

const besideRunqlat = async (probe: SchedProbe, seconds: number): Promise<Finding[]> => {
  const title = 'beside runqlat under stress-ng'
  const host = thisHost()
  const command = libbpfTool(host, 'runqlat')
  if (command === undefined) return [skipped(title, 'not installed: runqlat')]
  if (!host.has('stress-ng')) return [skipped(title, 'not installed: stress-ng')]
  // line by line, as it says that it traces once it does
  const runqlat = spawn('stdbuf', ['-oL', command, '3600'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  const tracing = once(runqlat.stdout, 'data')
  runqlat.stdout.on('data', (data: Buffer) => (printed += data.toString()))
  await tracing
  probe.read()
  const load = spawn('stress-ng', ['--cpu', '4', '--switch', '2', '--poll', '2', '--timeout', `${seconds}s`], {
    stdio: 'ignore',
  })
  await once(load, 'exit')
  const closed = once(runqlat, 'close')
  runqlat.kill('SIGINT')
  const ours = probe.read().data.runq
  await closed
  const theirs = readLog2(printed)
  const count = total(theirs, (bucket) => bucket.count)
  if (count === 0) return [skipped(title, 'runqlat printed nothing')]
  return [
    within(0.02)(`${title}: waits`, ours.count, count),
    ...[0.5, 0.9, 0.99].map((p) => {
      const { lowNs, highNs } = percentileBounds(theirs, p)
      const said = percentileNs(ours, p)!
      const nearest = Math.min(Math.max(said, lowNs), highNs)
      return within(OWN_SLOT + APART_NS / nearest)(
        `${title}: p${p * 100}`,
        said,
        nearest,
        'ns',
        `its bucket: ${lowNs / 1000} to ${highNs / 1000} us`,
      )
    }),
  ]
}
