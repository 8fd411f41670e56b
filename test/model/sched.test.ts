// The scheduler's tables and the objects made of them: what was read comes back, and nothing odd comes in.
import test from 'ava'
import { namesIn, namesOf, schedOf } from '../../src/model/sched.ts'
import { schedProcOf, schedProcsWith, schedSum } from '../../src/model/sched-some.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { narrowTables } from '../../src/model/narrow-tables.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import type { SchedData, SchedProc, SchedThread } from '../../src/stream/sched-types.ts'
import { emptyHist } from '../../src/model/base/histogram.ts'

const sums = {
  switches: 3,
  waits: 2,
  waitNs: 5,
  waitMaxNs: 4,
  onCpuNs: 6,
  sleepNs: 7,
  uninterruptibleNs: 8,
  preemptedNs: 1,
}
const proc = (change: Partial<SchedProc>): SchedProc => ({
  ...{ pid: 1, startedMs: 10, comm: 'x', threads: 2 },
  ...sums,
  calls: [],
  ...change,
})
const thread: SchedThread = {
  ...{ pid: 1, tid: 2, comm: 'x-1', state: 'throttled', throttledNs: 9 },
  ...sums,
  calls: [{ call: 'futex', state: 'S', ns: 7 }],
}
const hist = { slots: [3, 2], count: 2, sumNs: 9, maxNs: 5 }
const hists = { runq: hist, sleep: hist, disk: emptyHist(), preempted: emptyHist(), throttled: hist }

const READ: SchedData = {
  ...hists,
  procs: [
    proc({
      calls: [
        { call: 'read', state: 'D', ns: 9 },
        { call: 'read', state: 'S', ns: 8 },
        { call: 'other', state: 'S', ns: 99 },
      ],
      heldIo: { by: 'limit', threads: 1, ns: 3, cgroup: '/batch' },
      throttledNs: 4,
      quota: '/api',
    }),
    proc({ startedMs: 20, comm: 'y', exited: true, signal: 9 }),
  ],
  cpus: [{ cpu: 3, runq: hist, busyNs: 7 }],
  quotas: [{ cgroup: '/api', cpus: 0.5, periods: 10, throttledPeriods: 4, throttledNs: 4 }],
  ioLimits: [
    {
      cgroup: '/batch',
      threads: 1,
      disks: [
        { name: 'vda', writeBytes: 5 },
        { name: 'vdb', reads: 6 },
      ],
    },
    { cgroup: '/unread', threads: 2, disks: [] },
  ],
  target: { of: { is: 'process', pid: 1 }, ...hists, threads: [thread], partial: true },
}

test('what was read comes back', (t) => {
  const back = schedOf(schedTables(READ))
  t.deepEqual(JSON.parse(JSON.stringify(back)), JSON.parse(JSON.stringify(READ)))
})

test('one process by its number and start, with its own calls', (t) => {
  const data = schedTables(READ)
  t.deepEqual(schedProcOf(data, 1, 10), READ.procs[0])
  t.deepEqual(schedProcOf(data, 1, 20), READ.procs[1])
  t.is(schedProcOf(data, 2), undefined)
})

test('those of whom a field says something, as they are among all', (t) => {
  const procs = [...READ.procs, proc({ pid: 2, waitNs: 0, uninterruptibleNs: 0 }), proc({ pid: 3, waitNs: 40 })]
  const data = schedTables({ ...READ, procs })
  const all = schedOf(data).procs
  for (const [field, isSaid] of [
    ['waitNs', ({ waitNs }) => waitNs > 0],
    ['uninterruptibleNs', ({ uninterruptibleNs = 0 }) => uninterruptibleNs > 0],
    ['exited', ({ exited }) => exited],
    ['heldBy', ({ heldIo }) => heldIo],
  ] as [string, (of: SchedProc) => unknown][]) {
    const some = schedProcsWith(data, field)
    t.deepEqual(some, all.filter(isSaid), field)
    t.true(some.length > 0 && some.length < all.length, field)
  }
  t.deepEqual(schedProcsWith(data, 'nobody has it'), [])
  t.is(schedSum(data, 'waitNs'), 50)
  t.is(schedSum(data, 'nobody has it'), 0)
})

test('what nobody has is no column, and what is only counted is unknown', (t) => {
  const { waitMaxNs: _, sleepNs: __, uninterruptibleNs: ___, preemptedNs: ____, ...counted } = proc({})
  const data = schedTables({ ...hists, procs: [counted] })
  t.deepEqual(data.tables['procs']!.columns.slice(0, 8), [
    ...['pid', 'startedMs', 'comm', 'threads', 'switches', 'waits', 'waitNs', 'onCpuNs'],
  ])
  t.deepEqual(schedOf(data).procs, [counted])
})

test('cells that are not what their fields say are not known', (t) => {
  const data = schedTables(READ)
  const { columns, rows } = data.tables['procs']!
  const odd = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? 7 : 'seven')))
  const [first] = schedOf({ ...data, tables: { procs: { columns, rows: odd } } }).procs
  t.like(first, { pid: 0, comm: '', waits: 0, heldIo: undefined, exited: undefined })
  const by = columns.indexOf('heldBy')
  const unheard = rows.map((row) => row.map((cell, at) => (at === by ? '__proto__' : cell)))
  t.is(schedOf({ ...data, tables: { procs: { columns, rows: unheard } } }).procs[0]!.heldIo, undefined)
})

test('of rows that say nothing of whom, number and threads are none', (t) => {
  const tables = { procs: { columns: ['comm', 'waits'], rows: [['x', 4]] } }
  const [first] = schedOf({ tables, hists: {}, totals: {} }).procs
  t.like(first, { pid: 0, threads: 0, comm: 'x', waits: 4, calls: [] })
})

test('who there is, without what they did', (t) => {
  const [first, second, ...more] = namesOf(schedTables(READ))
  t.like(first, { pid: 1, startedMs: 10, comm: 'x', exited: false })
  t.like(second, { pid: 1, startedMs: 20, comm: 'y', exited: true })
  t.is(more.length, 0)
  const tables = { procs: { columns: ['threads'], rows: [[1]] } }
  t.deepEqual(namesOf({ tables, hists: {}, totals: {} }), [{ threads: 1, pid: 0, comm: '', exited: false } as never])
  t.deepEqual(namesOf({ tables: {}, hists: {}, totals: {} }), [])
})

test('where there are no tables there is nobody', (t) => {
  const none = { tables: {}, hists: {}, totals: {} }
  t.deepEqual(schedOf(none).procs, [])
  t.is(schedProcOf(none, 1), undefined)
  t.is(namesIn(none), undefined)
  t.is(schedOf(schedTables(READ)).procs.length, 2)
  const of = { is: 'process', pid: 1 } as const
  const { target } = schedOf({ ...none, target: { of, ...none } })
  t.false('threads' in target!)
  t.is(target!.runq.count, 0)
})

test('calls of one process are not those of another, however few columns there are', (t) => {
  const columns = ['pid', 'call', 'sleepNs']
  const calls = {
    columns,
    rows: [
      [1, 'read', 5],
      [2, 'futex', 6],
      [2, 'read', 7],
      [2, 'poll', 0],
    ],
  }
  const tables = { procs: { columns: ['pid'], rows: [[1], [2], [3]] }, calls }
  const data = { tables, hists: {}, totals: {} }
  const asleep = (call: string, ns: number) => ({ call, state: 'S', ns })
  t.deepEqual(schedProcOf(data, 2)!.calls, [asleep('read', 7), asleep('futex', 6)] as never)
  t.deepEqual(
    schedOf(data).procs.map((each) => each.calls.length),
    [1, 2, 0],
  )
  t.deepEqual(schedProcOf({ ...data, tables: { procs: tables.procs } }, 2)!.calls, [])
})

test('what is not said of names, quotas, limits and the rest is nothing', (t) => {
  const table = (columns: string[], ...row: (string | number)[]) => ({ columns, rows: [row] })
  const tables = {
    procs: { columns: ['comm', 'switches'], rows: [], others: ['others', 4] },
    names: table(['comm', 'waits'], 'w', 3),
    quotas: table(['periods'], 5),
    ioLimits: table(['threads'], 2),
    cpus: table(['busyNs'], 9),
  }
  const data = { tables, hists: {}, totals: {} }
  t.like(namesIn(data)![0], { comm: 'w', threads: 0, waits: 3, switches: 0, onCpuNs: 0, calls: [] })
  const made = schedOf(data)
  t.deepEqual(made.quotas, [{ cgroup: '', cpus: 0, periods: 5, throttledPeriods: 0, throttledNs: 0 }])
  t.deepEqual(made.cpus, [{ cpu: 0, runq: emptyHist(), busyNs: 9 }])
  t.like(made.ioLimits![0], { threads: 2, disks: [] })
  t.deepEqual(made.others, { switches: 4, waits: 0, waitNs: 0, onCpuNs: 0, threads: 0 } as never)
})

/** Two processes that slept throughout, and one that did not. */
const resting = (elapsedNs: number): SchedData => {
  const still = { switches: 0, waits: 0, waitNs: 0, waitMaxNs: 0, onCpuNs: 0, uninterruptibleNs: 0, preemptedNs: 0 }
  const asleep = (pid: number, threads: number): SchedProc => ({
    ...{ pid, startedMs: 10, comm: 'x', threads, ...still },
    sleepNs: threads * elapsedNs,
    calls: [{ call: 'futex', state: 'S', ns: threads * elapsedNs }],
  })
  const awake = proc({
    pid: 3,
    sleepNs: elapsedNs + 7,
    calls: [
      { call: 'futex', state: 'S', ns: elapsedNs },
      { call: 'read', state: 'S', ns: 7 },
    ],
  })
  return { ...hists, elapsedNs, procs: [asleep(1, 1), asleep(2, 4), awake] }
}

test('who slept throughout reads the same in intervals of any length, and comes back with its time', (t) => {
  const [one, other] = [schedTables(resting(1_000_123_456)), schedTables(resting(999_000_001))]
  for (const id of ['procs', 'calls']) t.deepEqual(one.tables[id]!.rows.slice(0, 2), other.tables[id]!.rows.slice(0, 2))
  t.notDeepEqual(one.tables['procs']!.rows[2], other.tables['procs']!.rows[2])
  t.deepEqual(schedOf(one).procs, resting(1_000_123_456).procs)
  t.deepEqual(schedOf(other).procs, resting(999_000_001).procs)
  t.deepEqual(schedProcOf(other, 2, 10), resting(999_000_001).procs[1])
})

test('of a call that is selected, threads that were in it throughout have their time as well', (t) => {
  const narrowed = narrowTables(schedTables(resting(1_000_000_000)), SCHED, { is: 'syscall', name: 'futex' }, undefined)
  t.deepEqual(
    schedOf(narrowed.data).procs.map(({ pid, sleepNs }) => [pid, sleepNs]),
    [
      [1, 1e9],
      [2, 4e9],
      [3, 1e9],
    ],
  )
})

test('threads asleep of a sample without its interval are not believed to have slept', (t) => {
  const { elapsedNs: _, ...data } = schedTables(resting(1_000_000_000))
  t.is(schedOf(data).procs[1]!.sleepNs, 0)
})
