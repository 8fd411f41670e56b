// Threads of who is selected while not every switch is followed: each as /proc has it, and where it was found off the CPU.
import test from 'ava'
import { readdirSync, readFileSync } from 'node:fs'
import { openCounted } from '../../../../src/engine/native/counted.ts'
import { SOON_MS } from '../../../../src/engine/native/epochs.ts'
import { openProcCounted } from '../../../../src/engine/proc/counted.ts'
import { schedFrom } from '../../../../src/engine/probes/sched/counted.ts'
import { start as startSampled } from '../../../../src/engine/probes/sched/sampled.ts'
import { MOST_THREADS, threadsFrom } from '../../../../src/engine/probes/sched/target-threads.ts'
import { wantedTarget } from '../../../../src/engine/probes/sched/wanted-target.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { startSched } from '../../../helpers/sched.ts'
import { loopsPath, probeContext, sleepMs, start, withProbe } from '../../../helpers/workload.ts'

const RACERS = 3
const tidsOf = (pid: number): number[] => readdirSync(`/proc/${pid}/task`).map(Number)
/** CPU time and time waited, ns, by thread. */
const accounts = (pid: number): Map<number, number[]> =>
  new Map(
    tidsOf(pid).map((tid) => [tid, readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ').map(Number)]),
  )
/** What the kernel leaves out of a wait, on average: some 2 us here. */
const SHORT_NS = 5000
const near = (value: number, truth: number): boolean => Math.abs(value - truth) <= Math.max(20e6, 0.05 * truth)

for (const [tier, from] of [
  ['counted', () => schedFrom(openCounted(probeContext.objects))],
  ['sampled', startSampled],
  ['by /proc', () => schedFrom(openProcCounted())],
] as const)
  bpfTest(`${tier}: threads of a process, as /proc has each`, async (t) => {
    const children = [0, 1].map(() => start(loopsPath(), ['racers', String(RACERS), '20000']))
    t.teardown(() => children.forEach((child) => child.kill()))
    await sleepMs(300)
    const pid = children[0]!.pid!
    await withProbe(
      (context) => startSched(context, from),
      async (probe) => {
        probe.command!({ cmd: 'target', target: { is: 'process', pid } })
        const first = accounts(pid)
        probe.read()
        const second = accounts(pid)
        await sleepMs(400)
        const third = accounts(pid)
        const { data } = probe.read()
        const fourth = accounts(pid)
        const threads = data.target!.threads!
        t.deepEqual(data.target!.of, { is: 'process', pid })
        t.deepEqual(
          threads.map(({ tid }) => tid).sort((a, b) => a - b),
          tidsOf(pid).sort((a, b) => a - b),
        )
        for (const { tid, onCpuNs, waitNs, waits, comm } of threads) {
          for (const [at, ns] of [onCpuNs, waitNs].entries()) {
            const [least, most] = [
              third.get(tid)![at]! - second.get(tid)![at]!,
              fourth.get(tid)![at]! - first.get(tid)![at]!,
            ]
            const unsure = tier === 'sampled' && at === 1 ? waits * SHORT_NS : 0
            t.true(
              ns >= least - unsure && ns <= most + unsure,
              `${tid}: ${['ran', 'waited'][at]} ${ns} of ${least} to ${most} ns, ${waits} waits`,
            )
          }
          t.is(comm, readFileSync(`/proc/${pid}/task/${tid}/comm`, 'utf8').trim())
        }
        const waits = threads.reduce((sum, thread) => sum + thread.waits, 0)
        t.true(
          data.target!.runq.count > 0.3 * waits && data.target!.runq.count < data.runq.count,
          `${data.target!.runq.count} of ${waits}`,
        )
        probe.command!({ cmd: 'target' })
        t.is(probe.read().data.target, undefined)
      },
    )
  })

bpfTest('sampled: what each thread is blocked in', async (t) => {
  const child = start(loopsPath(), ['threads', '3', '20000'])
  t.teardown(() => child.kill())
  await sleepMs(300)
  const pid = child.pid!
  await withProbe(
    (context) => startSched(context, startSampled),
    async (probe) => {
      probe.command!({ cmd: 'target', target: { is: 'process', pid } })
      probe.read()
      await sleepMs(1000)
      const { data } = probe.read()
      for (const { tid, sleepNs, onCpuNs, waitNs, calls } of data.target!.threads!) {
        t.true(near(sleepNs! + onCpuNs + waitNs, 1e9), `${tid}: ${sleepNs} + ${onCpuNs} + ${waitNs}`)
        t.true(calls.length > 0 && calls[0]!.ns > 8e8, `${tid}: ${JSON.stringify(calls)}`)
      }
    },
  )
})

const thread = (tid: number, cpuNs: number) => ({ pid: 1, tid, comm: 't', switches: 2, waits: 1, waitNs: 5, cpuNs })

test('the busiest first, and no more than can be read', (t) => {
  const all = threadsFrom(Array.from({ length: MOST_THREADS + 5 }, (_, i) => thread(i + 1, i)))
  t.is(all.length, MOST_THREADS)
  t.deepEqual([all[0]!.tid, all.at(-1)!.tid], [MOST_THREADS + 5, 6])
  t.deepEqual(all[0]!, {
    ...{ pid: 1, tid: MOST_THREADS + 5, comm: 't', switches: 2, waits: 1, waitNs: 5 },
    ...{ onCpuNs: MOST_THREADS + 4, calls: [] },
  })
})

test('where it was found off the CPU is its own, and counts as much', (t) => {
  const nothing = { sleepNs: 0, uninterruptibleNs: 0, preemptedNs: 0, calls: [] }
  const all = threadsFrom([thread(1, 10), thread(2, 0)], (tid) => ({
    ...nothing,
    uninterruptibleNs: tid === 2 ? 100 : 0,
  }))
  t.deepEqual(
    all.map(({ tid, uninterruptibleNs, onCpuNs }) => [tid, uninterruptibleNs, onCpuNs]),
    [
      [2, 100, 0],
      [1, 0, 10],
    ],
  )
})

test('an interval is of one target from its beginning to its end, or only in part', (t) => {
  let now = 1000
  const whose = wantedTarget(() => now)
  const of = { is: 'process', pid: 7 } as const
  now += SOON_MS
  whose.set(of)
  t.deepEqual(whose.take(), { of })
  now += SOON_MS + 1
  whose.set({ ...of, pid: 8 })
  t.deepEqual(whose.take(), { of: { ...of, pid: 8 }, partial: true })
  t.deepEqual(whose.take(), { of: { ...of, pid: 8 } })
  whose.set(undefined)
  t.deepEqual(whose.take(), {})
})
