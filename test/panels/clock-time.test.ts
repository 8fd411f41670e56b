// The panel of all of the time: exact sums by process, name, control group and all together; and its bars.
import test from 'ava'
import { time, sharesText } from '../../src/panels/clock-time.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { ALONE, type Beside } from '../../src/panels/panel-types.ts'
import { TIME_CLASSES } from '../../src/stream/time-classes.ts'
import { noTimes } from '../../src/model/waits/time-split.ts'
import type { SchedData, SchedProc } from '../../src/stream/sched-types.ts'
import { emptyHist } from '../../src/model/base/histogram.ts'
import type { Sample } from '../../src/stream/stream-types.ts'

const proc = (pid: number, more: Partial<SchedProc>): SchedProc => ({
  pid,
  comm: `p${pid}`,
  threads: 1,
  switches: 1,
  waits: 1,
  waitMaxNs: 0,
  waitNs: 1e8,
  onCpuNs: 2e8,
  userNs: 1.5e8,
  preemptedNs: 0,
  sleepNs: 6e8,
  uninterruptibleNs: 1e8,
  calls: [
    { call: 'epoll_wait', state: 'S', ns: 6e8 },
    { call: 'fsync', state: 'D', ns: 1e8 },
  ],
  ...more,
})
const hists = Object.fromEntries(
  ['runq', 'sleep', 'disk', 'preempted', 'throttled'].map((each) => [each, emptyHist()]),
) as unknown as SchedData
const sampleOf = (data: Partial<SchedData>): Sample<'sched'> => ({
  type: 'sample',
  probe: 'sched',
  atMs: 1000,
  intervalMs: 1000,
  lost: 0,
  data: schedTables({ ...hists, procs: [], ...data }),
})
const cellsOf = (sample: Sample<'sched'>, mode: string) =>
  time
    .rows([sample], mode, true)
    .map((row) => Object.fromEntries(time.columns(mode, true).map(({ id }, index) => [id, row.cells[index]])))
const PARTS = time
  .columns('machine', true)
  .filter(({ kind, id }) => kind === 'percent' && !['busy', 'sampled', 'user', 'system', 'stolen'].includes(id))
  .map(({ id }) => id)
const sum = (cells: Readonly<Record<string, unknown>>): number => PARTS.reduce((all, id) => all + Number(cells[id]), 0)

const OTHERS = {
  threads: 2,
  switches: 2,
  waits: 1,
  waitNs: 3e8,
  onCpuNs: 1e8,
  sleepNs: 2e8,
  uninterruptibleNs: 0,
  preemptedNs: 0,
}

const sample = sampleOf({
  procs: [
    proc(1, { cgroup: '/a' }),
    proc(2, { cgroup: '/a', stolenNs: 1e7 }),
    proc(3, { cgroup: '/b', sleepNs: 2e9, throttledNs: 5e8, frozenNs: 1e8 }),
    proc(4, {}),
  ],
  names: [{ ...proc(0, { comm: 'worker', threads: 3 }) }],
  others: OTHERS,
})
const LIVED = 100 + 100 + 300 + 100 + 60

test('all modes add up to what threads lived', (t) => {
  for (const mode of ['all', 'groups', 'machine']) {
    const all = cellsOf(sample, mode).reduce((each, cells) => each + sum(cells), 0)
    t.true(Math.abs(all - LIVED) < 1e-6, `${mode} ${all}`)
  }
  t.is(cellsOf(sample, 'machine').length, 1)
  t.like(cellsOf(sample, 'machine')[0]!, { machine: 'machine', threads: 6 })
})

test('by control group, with those of none; entered by their paths', (t) => {
  const rows = cellsOf(sample, 'groups')
  t.deepEqual(
    rows.map(({ cgroup, threads }) => [cgroup, threads]),
    [
      ['/a', 2],
      ['/b', 1],
      ['no group', 1],
      ['others', 2],
    ],
  )
  t.like(rows[1]!, { throttled: 50, stopped: 10, other: 140 })
  const [a, , none] = time.rows([sample], 'groups', true)
  t.deepEqual(time.selects!(sample.data, a!, 'groups'), [{ is: 'cgroup', path: '/a' }])
  t.deepEqual(time.selects!(sample.data, none!, 'groups'), [])
})

test('by name of thread: those that were asked for, and that none were', (t) => {
  t.deepEqual(
    cellsOf(sample, 'names').map(({ name, threads, user, disk, busy }) => [name, threads, user, disk, busy]),
    [
      ['worker', 3, 15, 10, 40],
      ['others', 2, 0, 0, 60],
    ],
  )
  t.regex(time.notes(sampleOf({}), 'names')[0]!, /next interval/)
  t.deepEqual(time.notes(sample, 'names'), [])
})

test('only counted: no rows, and why', (t) => {
  const { sleepNs: _, uninterruptibleNs: __, ...counted } = proc(1, {})
  const only = { ...sampleOf({ procs: [counted as SchedProc] }), tier: { is: 'counted' } } as never
  t.deepEqual(time.rows([only], 'all', true), [])
  t.regex(time.notes(only, 'all')[0]!, /only counted/)
})

test('of the whole machine are those, too, for whom there was no room, were there no others', (t) => {
  const only = sampleOf({ others: OTHERS })
  t.like(cellsOf(only, 'machine')[0]!, { threads: 2, runq: 30, busy: 60 })
  t.is(time.times!(only, 'all', ALONE)!.runq, 3e8)
  t.deepEqual(time.times!(sampleOf({ procs: [proc(1, {})] }), 'all', ALONE)!.runq, 1e8)
})

test('how much of it was told by what was seen, and that other rules or other looks tell otherwise', (t) => {
  const calls = [{ call: 'read', state: 'S' as const, ns: 3e8 }]
  const read = sampleOf({ procs: [proc(1, { calls })] })
  const looks = (found: string) => [
    {
      atMs: 900,
      data: { tables: { seen: { columns: ['pid', 'call', 'state', 'class'], rows: [[1, 'read', 'S', found]] } } },
    },
  ]
  const cells = (beside: Beside) =>
    Object.fromEntries(
      time.columns('all', true).map(({ id }, i) => [id, time.rows([read], 'all', true, beside)[0]!.cells[i]]),
    )
  t.like(cells(ALONE), { other: 70, sampled: 0, local: 0 })
  t.like(cells({ samples: looks('local'), rules: [] }), { other: 40, local: 30, sampled: 30 })
  t.like(cells({ samples: looks('local'), rules: [{ text: 'read', class: 'network' }] }), { network: 30, sampled: 0 })
  const times = (beside: Beside) => time.times!(read, 'all', beside)!
  const [local, network] = [looks('local'), looks('network')]
  const rules = [{ text: 'read', class: 'memory' as const }]
  t.like(times({ samples: local, rules: [] }), { local: 3e8, network: 0 })
  t.like(times({ samples: network, rules: [] }), { local: 0, network: 3e8 })
  t.like(times({ samples: network, rules }), { network: 0, memory: 3e8 })
  const { sleepNs: _, uninterruptibleNs: __, ...counted } = proc(1, {})
  t.is(time.times!(sampleOf({ procs: [counted as SchedProc] }), 'all', ALONE), undefined)
  const idle = proc(1, { waitNs: 0, onCpuNs: 0, userNs: 0, sleepNs: 0, uninterruptibleNs: 0, calls: [] })
  t.is(cellsOf(sampleOf({ procs: [idle] }), 'all')[0]!['sampled'], undefined)
})

test('a bar is a hundred letters, in the order of classes', (t) => {
  const ns = { ...noTimes(), user: 3e9, lock: 1e9, idle: 6e9 }
  t.is(sharesText(ns, TIME_CLASSES), 'u'.repeat(30) + 'l'.repeat(10) + '.'.repeat(60))
  t.is(sharesText(ns, ['user', 'lock']), 'u'.repeat(75) + 'l'.repeat(25))
  t.is(sharesText(noTimes(), TIME_CLASSES), '')
  const odd = { ...noTimes(), user: 1e9, lock: -3e9, idle: 1e9, disk: NaN, other: Infinity }
  t.is(sharesText(odd, ['user', 'lock', 'disk', 'other', 'idle']), 'u'.repeat(50) + '.'.repeat(50))
  t.is(sharesText({ ...noTimes(), user: 1e308, lock: 1e308 }, ['user', 'lock']), '')
})
