// A panel made of a spec: its rows, what a row stands for, its figures, and events of many intervals.
import test from 'ava'
import { panelsOfSpec } from '../../src/panels/described.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { Histogram, TableCell, TablesData } from '../../src/stream/tables.ts'
import { sampleOf } from '../helpers/spec-store.ts'

const SPEC = {
  id: 'made',
  kind: 'proc',
  hooks: [],
  options: [],
  tables: {
    rows: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'comm', unit: 'text', kind: 'label', dim: 'comm' },
      { id: 'n', unit: 'count', kind: 'counter' },
      { id: 'level', unit: 'count', kind: 'gauge' },
      { id: 'cpu', unit: 'id', kind: 'label', dim: 'cpu' },
      { id: 'port', unit: 'id', kind: 'label', dim: 'port' },
      { id: 'cgroup', unit: 'text', kind: 'label', dim: 'cgroup' },
      { id: 'disk', unit: 'text', kind: 'label', dim: 'disk' },
      { id: 'peer', unit: 'text', kind: 'label', dim: 'peer' },
      { id: 'call', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'plain', unit: 'text', kind: 'label' },
      { id: 'file', unit: 'text', kind: 'label', dim: 'file' },
      { id: 'errno', unit: 'text', kind: 'label', dim: 'errno' },
      { id: 'sizes', unit: 'bytes', kind: 'histogram' },
    ],
    events: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'age', unit: 'ms', kind: 'gauge' },
    ],
  },
  totals: [{ id: 'refused', unit: 'count', kind: 'counter' }],
  panels: [
    {
      id: 'made',
      key: '8',
      title: 'made',
      question: 'What?',
      howToRead: '',
      tabs: [
        {
          ...{
            id: 'rows',
            label: 'rows',
            table: 'rows',
            key: ['pid', 'plain'],
            sort: { column: 'n', descending: true },
          },
          figures: [{ label: 'refused', value: { value: 'refused' }, thresholds: { warn: 1, bad: 5 } }],
          columns: [
            { id: 'n', title: 'N', help: '', value: { value: 'n' }, priority: 0, thresholds: { warn: 10, bad: 20 } },
            {
              id: 'rate',
              title: 'N/s',
              help: '',
              value: { perSecond: 'n' },
              priority: 1,
              thresholds: { warn: 1 },
              detail: true,
              width: 12,
              grow: true,
            },
            { id: 'grown', title: 'GROWN', help: '', value: { delta: 'level' }, priority: 2 },
          ],
        },
        {
          ...{
            id: 'events',
            label: 'events',
            table: 'events',
            key: ['pid'],
            events: true,
            sort: { column: 'ago', descending: false },
          },
          columns: [{ id: 'ago', title: 'AGO', help: '', value: { ago: 'age' }, priority: 0 }],
        },
        {
          ...{ id: 'sizes', label: 'sizes', table: 'rows', key: ['pid'], sort: { column: 'pid', descending: false } },
          hists: ['own', 'time', 'gone'],
          columns: [{ id: 'pid', title: 'PID', help: '', value: { value: 'pid' }, priority: 0 }],
        },
      ],
    },
  ],
} as unknown as ProbeSpec
const [panel] = panelsOfSpec(SPEC)

type Row = Record<string, TableCell>
const sample = (tick: number, rows: Row[], events: Row[] = [], totals = {}) =>
  sampleOf(SPEC, tick, { rows: { rows, events }, totals })
const rows = (...samples: ReturnType<typeof sample>[]) => panel!.rows(samples as never, 'rows', true)

test('a spec has one panel, made once', (t) => {
  t.is(panelsOfSpec(SPEC)[0], panel)
  t.like(panel, { id: 'made', key: '8', probe: 'made', depth: 120 })
  t.is(panel!.table!('rows'), 'rows')
})

test('a row is known by its key, its process and its name; a change needs the same row before', (t) => {
  const [first, second] = rows(
    sample(1, [
      { pid: 8, plain: 'b', level: 9 },
      { pid: 7, plain: 'a', level: 4 },
    ]),
    sample(2, [
      { pid: 7, plain: 'a', comm: 'node', n: 3, level: 6 },
      { pid: 0, plain: 'b', level: 9 },
    ]),
  )
  t.like(first, { key: '7 a', pid: 7, comm: 'node', cells: [3, 3, 2] })
  t.like(second, { key: '0 b', cells: [undefined, undefined, undefined] })
  t.false('pid' in second!)
  t.deepEqual(rows(), [])
})

test('columns of detail are left out where there is no room for them', (t) => {
  t.deepEqual(
    panel!.columns('rows', false).map(({ id }) => id),
    ['n', 'grown'],
  )
  t.is(panel!.rows([sample(1, [{ pid: 7, n: 1 }])] as never, 'rows', false)[0]!.cells.length, 2)
  t.deepEqual(
    panel!.columns('rows', true).map(({ kind }) => kind),
    ['count', 'rate', 'count'],
  )
})

test('a count beyond its thresholds marks the whole row, a rate does not', (t) => {
  t.deepEqual(
    rows(
      sample(1, [
        { pid: 1, n: 9 },
        { pid: 2, n: 10 },
        { pid: 3, n: 20 },
      ]),
    ).map(({ role }) => role),
    [undefined, 'warn', 'bad'],
  )
})

test('what found no room is a row of its own, of no process', (t) => {
  const made = sample(1, [{ pid: 7, n: 1 }])
  const table = made.data.tables.rows!
  const others = { ...made, data: { ...made.data, tables: { rows: { ...table, others: table.rows[0]! } } } }
  t.like(rows(others)[1], { key: 'others', role: 'dim', cells: [1, 1, undefined] })
  t.false('pid' in rows(others)[1]!)
  t.is(panel!.notes!(others as never, 'rows').length, 1)
  t.is(panel!.notes!(made as never, 'rows').length, 0)
})

test('what a row stands for besides its process', (t) => {
  const cells = { pid: 7, plain: 'a', cpu: 0, port: 80, cgroup: '/g', disk: 'vda', peer: '::1', call: 'read' }
  const made = sample(1, [{ pid: 6, plain: 'a', cpu: 9 }, cells, { pid: 8, plain: 'x', cgroup: '' }])
  const of = (at: number, mode = 'rows') => panel!.selects!(made.data as never, rows(made)[at]!, mode)
  t.deepEqual(of(1), [
    { is: 'cpu', cpu: 0 },
    { is: 'port', port: 80 },
    { is: 'cgroup', path: '/g' },
    { is: 'disk', dev: 'vda', name: 'vda' },
    { is: 'peer', address: '::1' },
    { is: 'syscall', name: 'read' },
  ])
  t.deepEqual([of(2), of(1, 'events')], [[], []])
})

test('files by their paths, errors by their names; a file that has none, or a table that is not there, leads to nothing', (t) => {
  const made = sample(1, [
    { pid: 7, file: '/a', errno: 'EIO' },
    { pid: 8, file: '[no name]' },
  ])
  const of = (at: number) => panel!.selects!(made.data as never, rows(made)[at]!, 'rows')
  t.deepEqual(of(0), [
    { is: 'file', path: '/a' },
    { is: 'error', name: 'EIO' },
  ])
  t.deepEqual(of(1), [])
  const none = { tables: {}, hists: {}, totals: {} }
  t.deepEqual(panel!.selects!(none as never, rows(made)[0]!, 'rows'), [])
  t.deepEqual(rows({ ...made, data: none }), [])
})

test('a row whose key is not known has one all the same; process 1 is one', (t) => {
  t.deepEqual(
    rows(sample(1, [{ n: 1 }, { pid: 1, plain: 'x' }])).map(({ key, pid }) => [key, pid]),
    [
      [' ', undefined],
      ['1 x', 1],
    ],
  )
})

test('a mode that the panel has not is its first tab; widths and thresholds are those of the spec', (t) => {
  t.is(panel!.table!('gone'), 'rows')
  const [n, rate] = panel!.columns('rows', true)
  t.deepEqual([n!.thresholds, n!.width, n!.grow], [{ warn: 10, bad: 20 }, undefined, undefined])
  t.like(rate, { width: 12, grow: true })
  t.false(['width', 'grow'].some((each) => each in n!))
  t.false('thresholds' in panel!.columns('rows', true)[2]!)
  t.false('heatBits' in panel!)
  t.is(panel!.key, '8')
})

const made = (change: object, spec: object = {}): ProbeSpec => {
  const [first] = SPEC.panels
  return { ...SPEC, ...spec, panels: [{ ...first!, ...change }] } as ProbeSpec
}

test('keys 8 and 9 are for panels of specs; two intervals are enough where there are no events', (t) => {
  const key = (of: string | undefined) => panelsOfSpec(made({ key: of }))[0]!.key
  t.deepEqual(['8', '9', '7', 'a', undefined].map(key), ['8', '9', '', '', ''])
  const tabs = SPEC.panels[0]!.tabs.filter(({ events }) => !events)
  t.is(panelsOfSpec(made({ tabs }))[0]!.depth, 2)
  t.deepEqual(panelsOfSpec(made({ heatBits: [10, 20] }))[0]!.heatBits, [10, 20])
  t.like(panelsOfSpec(made({ area: 'disk', ofSelection: true }))[0], { area: 'disk', ofSelection: true })
  t.is(panelsOfSpec(made({ area: 'gardening' as never }))[0]!.area, 'others', 'of a newer version')
})

test('histograms of times are one picture, those in ranges another: own ones, or what is left of the rows', (t) => {
  const inRanges = (count: number): Histogram => ({ scale: 'ranges', unit: 'bytes', buckets: [0, 8, count], count })
  const log2: Histogram = { scale: 'log2', unit: 'ns', buckets: [10, 3], count: 3 }
  const data = (hists: TablesData['hists'], names: (string | null)[] = []) =>
    ({
      ...sample(
        1,
        names.map((sizes) => ({ pid: 1, sizes })),
      ).data,
      hists,
    }) as never
  const ranges = (...of: Parameters<typeof data>) => panel!.ranges!(data(...of), 'sizes')?.buckets
  t.deepEqual(
    panel!.hists(data({ time: log2, own: inRanges(1) }), 'sizes')!.map(({ count }) => count),
    [3],
  )
  t.is(panel!.hists(data({ own: inRanges(1) }), 'sizes'), undefined)
  t.is(panel!.hists(data({ time: log2 }), 'rows'), undefined)
  t.deepEqual(ranges({ time: log2, own: inRanges(5), row: inRanges(1) }, ['row']), [0, 8, 5])
  t.deepEqual(ranges({ a: inRanges(1), b: inRanges(2), time: log2 }, ['a', 'b', null]), [0, 8, 3])
  t.is(ranges({ time: log2 }, ['time']), undefined)
  t.is(panel!.ranges!(data({ a: inRanges(1) }, ['a']), 'rows'), undefined, 'a tab that shows none')
  t.deepEqual(['sizes', 'rows'].map(panel!.hasRanges!), [true, false])
  t.false(panelsOfSpec(made({ heatBits: [10, 20] }))[0]!.hasRanges!('sizes'), 'its picture is a heat map')
})

test('figures are marked from their thresholds on', (t) => {
  const role = (refused: number) => panel!.stats!(sample(1, [], [], { refused }) as never, 'rows')[0]!.role
  t.deepEqual([0, 1, 4, 5].map(role), [undefined, 'warn', 'warn', 'bad'])
})

test('a tab without figures shows those of the first, but where each is a map of a script', (t) => {
  const labels = (of: ProbeSpec) =>
    panelsOfSpec(of)[0]!
      .stats(sample(1, [], [], { refused: 2 }) as never, 'events')
      .map(({ label }) => label)
  t.deepEqual(labels({ ...SPEC, kind: 'core' }), ['refused'])
  t.deepEqual(labels({ ...SPEC, kind: 'bpftrace' }), [])
})

test('paths, groups and peers are cut in their middle: their ends tell them apart', (t) => {
  const [first] = SPEC.panels[0]!.tabs
  const column = (id: string) => ({ id, title: id, help: '', value: { value: id }, priority: 0 })
  const tab = { ...first!, columns: ['file', 'cgroup', 'peer', 'plain', 'n'].map(column) }
  const [made] = panelsOfSpec({ ...SPEC, panels: [{ ...SPEC.panels[0]!, tabs: [tab] }] })
  t.deepEqual(
    made!.columns('rows', true).map(({ middle }) => middle),
    [true, true, true, undefined, undefined],
  )
})

test('events of all intervals, newest first, with their age now', (t) => {
  const samples = [1, 2].map((tick) =>
    sample(
      tick,
      [],
      [
        { pid: 10 * tick, age: 100 },
        { pid: 10 * tick + 1, age: 50 },
      ],
    ),
  )
  t.deepEqual(
    panel!.rows(samples as never, 'events', true).map(({ pid, cells }) => [pid, cells[0]]),
    [
      [21, 50],
      [20, 100],
      [11, 1050],
      [10, 1100],
    ],
  )
  const many = [1, 2].map((tick) =>
    sample(
      tick,
      [],
      Array.from({ length: 700 }, () => ({ pid: tick, age: 0 })),
    ),
  )
  const shown = panel!.rows(many as never, 'events', true)
  t.deepEqual([shown.length, shown.filter(({ pid }) => pid === 2).length], [1000, 700])
  t.is(new Set(shown.map(({ key }) => key)).size, 1000)
})
