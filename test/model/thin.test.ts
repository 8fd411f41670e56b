// What a sample weighs, part by part; what is left when its tables go.
import { schedOf } from '../../src/model/sched.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { editedSched } from '../helpers/sched.ts'
import { blockTables } from '../../src/model/block.ts'
import { asBlock } from '../helpers/block.ts'
import test from 'ava'
import { syscallTables } from '../../src/model/syscalls.ts'
import { asHist } from '../../src/model/tables/histograms.ts'
import { sizeOf, withoutRows } from '../../src/model/thin.ts'
import { SYSCALLS } from '../../src/stream/specs/syscalls.ts'
import type { AnySample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { fakeTick, type FakeOptions } from '../helpers/stream.ts'

const TARGET = { is: 'process', pid: 812 } as const

const sampleOf = <P extends ProbeId>(probe: P, options: FakeOptions = {}): AnySample & { probe: P } =>
  fakeTick(1, { exec: true, detail: true, targetPid: 812, cpus: true, stacks: true, ...options }).find(
    (message): message is AnySample & { probe: P } => message.type === 'sample' && message.probe === probe,
  )!

test('thinned samples keep totals and are smaller', (t) => {
  for (const probe of ['sched', 'block', 'tcp', 'syscalls', 'stacks'] as const) {
    const sample = sampleOf(probe)
    const thin = withoutRows(sample)
    t.true(sizeOf(thin) < sizeOf(sample), probe)
    t.is(thin.atMs, sample.atMs)
    t.is(sizeOf(withoutRows(thin)), sizeOf(thin), `${probe}: nothing more to drop`)
  }
})

test('the threads of the target weigh, and go with the tables', (t) => {
  const sample = sampleOf('sched')
  const { target } = schedOf(sample.data)
  const [thread] = target!.threads!
  const threads = Array.from({ length: 1000 }, () => thread!)
  const crowded: AnySample = { ...sample, data: editedSched(sample.data, () => ({ target: { ...target!, threads } })) }
  t.true(sizeOf(crowded) - sizeOf(sample) > 900 * 250)
  const thin = schedOf((withoutRows(crowded, SCHED) as typeof sample).data)
  t.deepEqual(thin.target!.threads, [])
  t.deepEqual(thin.target!.runq, target!.runq, 'its latency stays')
  t.is(sizeOf(withoutRows(crowded, SCHED)), sizeOf(withoutRows(sample, SCHED)))
})

test('how the target ended stays; other processes go', (t) => {
  const sample = sampleOf('sched')
  const data = editedSched(sample.data, ({ procs }) => ({ procs: procs.map((proc) => ({ ...proc, exited: true })) }))
  const thin = schedOf((withoutRows({ ...sample, data }, SCHED) as typeof sample).data)
  t.deepEqual(
    thin.procs.map(({ pid, exited }) => ({ pid, exited })),
    [{ pid: TARGET.pid, exited: true }],
  )
})

test('stacks by their frames, and each with its waker or thread', (t) => {
  const refs = { user: [0], kernel: [0, 0] }
  const own = { pid: 1, comm: 'x', state: 'S', ns: 1, count: 1, ...refs } as const
  const size = (more: object): number =>
    sizeOf({
      ...{ type: 'sample', probe: 'stacks', atMs: 1, intervalMs: 1, lost: 0 },
      data: { mode: 'offcpu', thresholdNs: 0, frames: [], stacks: [], ...more },
    } as unknown as AnySample)
  t.is(size({}), 200)
  t.is(size({ frames: [{ name: 'main' }, { name: 'x' }] }), 200 + 2 * 100 + 2 * 5)
  t.is(size({ stacks: [own] }), 200 + 240 + 3 * 8)
  t.is(size({ stacks: [{ ...own, waker: { pid: 2, comm: 'w', user: [], kernel: [0] } }] }), 200 + 264 + 248)
  t.is(size({ threads: [own, own] }), 200 + 2 * 264)
})

test('so do the waits of each CPU', (t) => {
  const sample = sampleOf('sched')
  t.true(sizeOf(sample) > sizeOf({ ...sample, data: editedSched(sample.data, () => ({ cpus: undefined })) }))
  t.deepEqual(schedOf((withoutRows(sample, SCHED) as typeof sample).data).cpus, [])
})

test("and the target's own calls, whose total stays", (t) => {
  const calls = Array.from({ length: 200 }, (_, i) => ({
    name: `call${i}`,
    count: 2,
    latency: { slots: [40, 2], count: 2, sumNs: 1000, maxNs: 600 },
  }))
  const whole = { calls: [], procs: [], detail: true }
  const sample = { ...sampleOf('syscalls'), data: syscallTables({ ...whole, target: { of: TARGET, calls } }) }
  t.true(sizeOf(sample) - sizeOf({ ...sample, data: syscallTables(whole) }) > 200 * 100)
  const thin = (withoutRows(sample, SYSCALLS) as typeof sample).data.target!
  t.deepEqual(asHist(thin.hists['latency']!), { count: 400, slots: [40, 400], sumNs: 200_000, maxNs: 600 })
  t.is(thin.totals['calls'], 400)
  t.is(thin.tables['calls']!.rows.length, 0)
})

test("and the target's block I/O", (t) => {
  const sample = sampleOf('block')
  const { target: _, ...data } = sample.data
  const total = { slots: Array.from({ length: 100 }, (_, i) => i), count: 1, sumNs: 1, maxNs: 1 }
  const withTarget = blockTables({ ...asBlock(data), target: { of: TARGET, total } })
  t.true(sizeOf({ ...sample, data: withTarget }) - sizeOf({ ...sample, data }) >= 800)
})
