// Tables told apart by finer ones, by what the kernel told of its target, by what rows name, and by when a process began.
import test from 'ava'
import { narrowTables } from '../../../src/model/narrow-tables.ts'
import { withoutTables } from '../../../src/model/tables/keep.ts'
import type { ProbeSpec } from '../../../src/stream/spec.ts'
import { spec as checkSpec } from '../../../src/stream/spec-check.ts'
import { tablesData } from '../../../src/stream/tables-check.ts'
import type { Histogram, TablesData } from '../../../src/stream/tables.ts'
import type { DescribedSample } from '../../../src/stream/stream-types.ts'

const SPEC: ProbeSpec = {
  id: 'made',
  kind: 'core',
  hooks: [],
  options: ['target'],
  tables: {
    calls: [
      { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'count', unit: 'count', kind: 'counter' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
    procs: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'startedMs', unit: 'ms', kind: 'label', dim: 'start' },
      { id: 'comm', unit: 'text', kind: 'label', dim: 'comm' },
      { id: 'quota', unit: 'text', kind: 'label', names: 'quotas' },
      { id: 'count', unit: 'count', kind: 'counter' },
      { id: 'waitNs', unit: 'ns', kind: 'counter' },
    ],
    procCalls: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'count', unit: 'count', kind: 'counter' },
    ],
    quotas: [
      { id: 'cgroup', unit: 'text', kind: 'label' },
      { id: 'periods', unit: 'count', kind: 'counter' },
    ],
  },
  hists: [{ id: 'latency', unit: 'ns', parts: 'calls.latency' }],
  rollups: [
    { of: 'procs', from: 'procCalls', key: ['pid'] },
    { of: 'calls', from: 'procCalls', key: ['name'], rest: { table: 'procs', label: '(other calls)' } },
  ],
  panels: [],
}

const hist = (slot: number, count: number): Histogram => ({
  scale: 'log8',
  unit: 'ns',
  buckets: [slot, count],
  count,
  sum: count * 100,
  max: 150,
})

const DATA: TablesData = {
  tables: {
    calls: {
      columns: ['name', 'count', 'latency'],
      rows: [
        ['read', 30, 'r'],
        ['futex', 12, 'f'],
      ],
    },
    procs: {
      columns: ['pid', 'startedMs', 'comm', 'quota', 'count', 'waitNs'],
      rows: [
        [7, 100, 'a', '/batch', 25, 9],
        [7, 200, 'b', null, 3, 8],
        [8, 300, 'a', null, 14, 7],
      ],
    },
    procCalls: {
      columns: ['pid', 'name', 'count'],
      rows: [
        [7, 'read', 20],
        [8, 'read', 10],
        [8, 'futex', 4],
      ],
    },
    quotas: {
      columns: ['cgroup', 'periods'],
      rows: [
        ['/batch', 10],
        ['/web', 10],
      ],
    },
  },
  hists: { r: hist(20, 30), f: hist(30, 12) },
  totals: { calls: 42 },
}
const futex = { is: 'syscall', name: 'futex' } as const
const process8 = { is: 'process', pid: 8, comm: 'a' } as const

test('the spec and its sample are accepted; references to what is not there are not', (t) => {
  t.is(checkSpec(SPEC), undefined)
  t.is(tablesData({ ...DATA, target: { of: { is: 'comm', comm: 'a' }, tables: {}, hists: {}, totals: {} } }), undefined)
  t.truthy(tablesData({ ...DATA, target: { of: { is: 'nobody' }, tables: {}, hists: {}, totals: {} } }))
  t.truthy(checkSpec({ ...SPEC, rollups: [{ of: 'procs', from: 'nonesuch', key: ['pid'] }] }))
  t.truthy(checkSpec({ ...SPEC, hists: [{ id: 'latency', unit: 'ns', parts: 'calls.nonesuch' }] }))
})

test('a process by its calls: what these count, and nothing of what they do not', (t) => {
  const { procs } = narrowTables(DATA, SPEC, futex, undefined).data.tables
  t.deepEqual(procs, { columns: ['pid', 'startedMs', 'comm', 'quota', 'count'], rows: [[8, 300, 'a', null, 4]] })
})

test('calls by process: the frequent ones and the rest, which add up', (t) => {
  const { data, measured } = narrowTables(DATA, SPEC, process8, undefined)
  t.deepEqual(data.tables.calls, {
    columns: ['name', 'count'],
    rows: [
      ['read', 10],
      ['futex', 4],
    ],
  })
  t.false(measured)
  const seven = narrowTables(DATA, SPEC, { is: 'process', pid: 7, comm: 'a', startedMs: 100 }, undefined).data.tables
  t.deepEqual(seven.calls!.rows, [
    ['read', 20],
    ['(other calls)', 5],
  ])
})

test('another process of the same number is nobody; what its row names stays with it', (t) => {
  const of = (startedMs: number) => narrowTables(DATA, SPEC, { is: 'process', pid: 7, comm: '', startedMs }, undefined)
  t.deepEqual(of(200).data.tables.procs!.rows, [[7, 200, 'b', null, 3, 8]])
  t.deepEqual(of(200).data.tables.quotas!.rows, [])
  t.deepEqual(of(100).data.tables.quotas!.rows, [['/batch', 10]])
})

test('what the kernel told of its target is told in place of the rest, unless it became it within the interval', (t) => {
  const target = {
    of: { is: 'process', pid: 8 } as const,
    tables: { calls: { columns: ['name', 'count', 'latency'], rows: [['read', 10, 'own']] } },
    hists: { own: hist(25, 10) },
    totals: { calls: 10 },
  }
  const step = { own: true, isLast: true }
  const { data, measured } = narrowTables({ ...DATA, target }, SPEC, process8, undefined, step)
  t.true(measured)
  t.deepEqual(data.tables.calls, target.tables.calls)
  t.deepEqual(data.hists, target.hists)
  t.deepEqual(data.totals, { calls: 10 })
  const partial = narrowTables({ ...DATA, target: { ...target, partial: true } }, SPEC, process8, undefined, step)
  t.false(partial.measured)
  t.deepEqual(partial.data.totals, {})
  const others = narrowTables({ ...DATA, target }, SPEC, process8, undefined, { own: false, isLast: true })
  t.false(others.measured)
  t.is(others.data.target, undefined)
})

test('when rows go, the histogram they were parts of stays, and the row of the process looked at', (t) => {
  const target = { of: { is: 'process', pid: 8 } as const, tables: {}, hists: {}, totals: {} }
  const sample = { type: 'sample', probe: 'made', atMs: 1, intervalMs: 1, lost: 0, data: { ...DATA, target } }
  const { tables, hists, totals } = withoutTables(sample as unknown as DescribedSample, SPEC).data
  t.deepEqual(hists, { latency: { ...hist(20, 30), buckets: [20, 30, 30, 12], count: 42, sum: 4200 } })
  t.deepEqual(tables.procs!.rows, [[8, 300, 'a', null, 14, 7]])
  t.deepEqual([tables.calls!.rows, tables.procCalls!.rows], [[], []])
  t.deepEqual(totals, { calls: 42 })
})

test('a rest is what the finer table leaves out; where that is not there it is all of it', (t) => {
  const { procCalls: _, ...tables } = DATA.tables
  const calls = (of: TablesData['tables']) =>
    narrowTables({ ...DATA, tables: of }, SPEC, { is: 'process', pid: 7, comm: '' }, undefined).data.tables['calls']!
      .rows
  t.deepEqual(calls(tables), [['(other calls)', 28]])
  const less = { columns: ['pid', 'startedMs', 'comm', 'quota', 'count', 'waitNs'], rows: [[7, 1, 'a', null, 20, 1]] }
  t.deepEqual(calls({ ...DATA.tables, procs: less }), [['read', 20]], 'nothing is left')
  t.deepEqual(calls({ ...DATA.tables, procs: { columns: ['pid'], rows: [[7]] } }), [['read', 20]], 'not counted')
})

test('the finer table may have its columns in any order, and not all of them', (t) => {
  const calls = (columns: string[], ...rows: (string | number | null)[][]) => {
    const tables = { ...DATA.tables, procCalls: { columns, rows } }
    return narrowTables({ ...DATA, tables }, SPEC, process8, undefined).data.tables['calls']!.rows
  }
  t.deepEqual(calls(['count', 'pid', 'name'], [4, 8, 'read'], [5, 8, 'read'], [9, 7, 'read']), [
    ['read', 9],
    ['(other calls)', 5],
  ])
  t.deepEqual(calls(['name', 'pid'], ['read', 8]), [
    ['read', 30],
    ['(other calls)', 14],
  ])
  t.deepEqual(calls(['name', 'pid', 'count'], [null, 8, 14]), [[null, 14]])
})
