// Through selections: what has lost its rows is known to, what latency is of, and whose stacks are kept.
import test from 'ava'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { lacksLatency, lacksStacks, narrowStore } from '../../src/model/narrow.ts'
import { schedOf } from '../../src/model/sched.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import type { Selection } from '../../src/model/selection.ts'
import { createStore } from '../../src/model/store.ts'
import { tableOf } from '../../src/stream/spec.ts'
import { PROCESSES } from '../../src/stream/specs/processes.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import type { Stack, StacksData } from '../../src/stream/stack-types.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { Target } from '../../src/stream/target.ts'
import { processRow } from '../helpers/processes.ts'

const hist = emptyHist()
const procs = [1, 7, 8].map((pid) => ({
  ...{ pid, comm: pid === 8 ? 'b' : 'a', threads: 1, switches: 1, waits: 1, waitNs: 1, onCpuNs: 1, calls: [] },
}))
const cpus = [{ cpu: 0, runq: hist, busyNs: 1 }]
const sched = schedTables({ runq: hist, sleep: hist, disk: hist, preempted: hist, procs, cpus })
const stack = (pid: number, name: string): Stack => ({
  ...{ pid, comm: name, state: 'S', ns: 10, count: 1, user: [], kernel: [0] },
})
const stacks = (of?: Target): StacksData => ({
  ...{ mode: 'offcpu', thresholdNs: 0, frames: [{ name: '__x64_sys_read', kind: 'kernel' }] },
  stacks: [stack(0, 'idle'), stack(1, 'a'), stack(7, 'a'), stack(8, 'b')],
  others: { ns: 5, count: 1 },
  ...(of ? { of } : {}),
})
const filled = (of?: Target) => {
  const store = createStore({ keepRowsMs: 1500 })
  for (const spec of [SCHED, PROCESSES]) store.add({ type: 'probe', atMs: 1, spec })
  const rows = procs.map(({ pid, comm }) => processRow({ pid, comm, startedMs: 10 * pid }))
  const directory = { tables: { procs: tableOf(PROCESSES.tables.procs, rows) }, hists: {}, totals: {} }
  for (const atMs of [1000, 2000, 3000])
    for (const [probe, data] of Object.entries({ processes: directory, sched, stacks: stacks(of) }))
      store.add({ type: 'sample', probe, atMs, intervalMs: 1000, lost: 0, data } as unknown as Message)
  return store
}
const A: Selection = { is: 'comm', comm: 'a' }
const SEVEN: Selection = { is: 'process', pid: 7, comm: 'a' }
const READ: Selection = { is: 'function', frame: { name: '__x64_sys_read', kind: 'kernel' } }

test('a sample that has lost its rows is known to, however often it was narrowed', (t) => {
  const store = filled()
  for (const path of [[A], [A, SEVEN], [A, READ]]) {
    const narrowed = narrowStore(store, path)
    const [old, , last] = narrowed.samples('sched', 3)
    t.deepEqual([narrowed.hasRows(old!), narrowed.hasRows(last!)], [false, true])
    const [whole] = store.samples('sched', 3)
    t.false(narrowed.hasRows(whole!), 'the whole one, too')
    t.is(narrowed.samples('sched', 3)[0], old, 'made once')
  }
  t.is(narrowStore(store, []), store)
})

test('latency that could not be told apart is none, in stacks there is none', (t) => {
  const store = filled()
  const lacks = (...path: Selection[]) =>
    (['sched', 'stacks'] as const).map((probe) => lacksLatency(narrowStore(store, path).latest(probe)!))
  t.deepEqual(lacks(SEVEN), [true, true])
  t.deepEqual(lacks({ is: 'cpu', cpu: 0 }), [false, true], 'CPUs have histograms of their own')
  t.deepEqual(lacks({ is: 'cpu', cpu: 0 }, SEVEN), [true, true])
})

const pids = (path: Selection[], of?: Target): string => {
  const data = narrowStore(filled(of), path).latest('stacks')!.data
  return `${data.stacks.map(({ pid }) => pid).join(' ')}${data.others ? ' others' : ''}`
}

test('whose stacks are kept', (t) => {
  t.is(pids([]), '0 1 7 8 others')
  t.is(pids([SEVEN]), '7')
  t.is(pids([A]), '1 7')
  t.is(pids([{ is: 'pids', pids: [8, 1] }]), '1 8')
  t.is(pids([{ is: 'pids', pids: [8, 1], startsMs: { 8: 80, 1: 11 } }]), '8', 'another process had the number')
  t.is(pids([{ ...SEVEN, startedMs: 70 }]), '7')
  t.is(pids([{ ...SEVEN, startedMs: 71 }]), '')
  t.is(pids([{ is: 'syscall', name: 'read' }]), '0 1 7 8')
  t.is(pids([{ is: 'syscall', name: 'write' }]), '')
  t.is(pids([{ is: 'thread', pid: 7, tid: 7, comm: 'a' }]), '7')
  t.is(pids([{ is: 'thread', pid: 7, tid: 7, comm: 'other' }]), '')
  for (const selection of [
    { is: 'disk', dev: '8:0', name: 'sda' },
    { is: 'cpu', cpu: 0 },
    { is: 'error', name: 'EIO' },
    { is: 'port', port: 80 },
  ] as const)
    t.is(pids([selection]), '', selection.is)
  t.is(pids([READ]), '0 1 7 8')
  t.is(pids([A, READ]), '1 7')
  t.is(pids([SEVEN], { is: 'process', pid: 7 }), '0 1 7 8 others', 'what was collected of it alone')
  t.is(pids([SEVEN, READ], { is: 'process', pid: 7 }), '0 1 7 8')
})

test('who has such stacks, by those of the same interval, as far as there are any', (t) => {
  const of = (path: Selection[], atMs?: number) => {
    const sample = narrowStore(filled(), path).latest('sched', atMs)!
    return [
      schedOf(sample.data)
        .procs.map(({ pid }) => pid)
        .join(' '),
      lacksStacks(sample),
    ]
  }
  t.deepEqual(of([READ]), ['0 1 7 8', false])
  t.deepEqual(of([READ, A]), ['1 7', false])
  t.deepEqual(of([A, READ]), ['1 7', false])
  t.deepEqual(of([READ], 1000), ['', true], 'those of then are gone')
})
