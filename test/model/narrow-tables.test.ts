// How the tables of a spec are told by each kind of selection, and which rows are left.
import test from 'ava'
import { breakdownIn, canTellLatency } from '../../src/model/breakdown.ts'
import { narrowTables, pidsWith } from '../../src/model/narrow-tables.ts'
import type { Selection } from '../../src/model/selection.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { Dimension } from '../../src/stream/fields.ts'
import type { Histogram, TableCell, TablesData } from '../../src/stream/tables.ts'

const field = (id: string, dim?: Dimension, more: object = {}) => ({
  id,
  unit: 'id',
  kind: 'label',
  ...(dim && { dim }),
  ...more,
})
const SPEC = {
  id: 'made',
  options: [],
  tables: {
    procs: [
      field('pid', 'pid'),
      field('startedMs', 'start'),
      field('comm', 'comm'),
      field('latency', undefined, { kind: 'histogram' }),
    ],
    threads: [field('pid', 'pid'), field('tid', 'tid')],
    sessions: [field('pid', 'pid'), field('peer', 'peer'), field('port', 'port'), field('other', 'port')],
    groups: [field('cgroup', 'cgroup'), field('user', 'user')],
    disks: [field('disk', 'disk'), field('cpu', 'cpu'), field('call', 'syscall')],
    owners: [field('disk', 'disk', { names: 'names' })],
    names: [field('name')],
    plain: [field('n')],
  },
  hists: [{ id: 'all', unit: 'ns', parts: 'procs.latency' }],
} as unknown as ProbeSpec

const hist = (count: number): Histogram => ({
  scale: 'log8',
  unit: 'ns',
  buckets: [80, count],
  count,
  sum: count,
  max: 9,
})
const ROWS: Record<string, TableCell[][]> = {
  procs: [
    [7, 10, 'a', 'h7'],
    [8, 20, 'b', 'h8'],
    [7, 99_999, 'c', null],
  ],
  threads: [
    [7, 7],
    [7, 71],
    [8, 8],
  ],
  sessions: [
    [7, '::1', 80, 5000],
    [8, '::2', 443, 80],
    [0, '::1', 1, 2],
  ],
  groups: [
    ['/a/b', 0],
    ['/ab', 5],
    ['/a', 5],
  ],
  disks: [
    ['vda', 0, 'read'],
    ['8:0', 1, 'write'],
  ],
  owners: [['vda'], ['vdb']],
  names: [['vda'], ['vdb']],
  plain: [[1]],
}
const DATA: TablesData = {
  tables: Object.fromEntries(
    Object.entries(ROWS).map(([id, rows]) => [id, { columns: SPEC.tables[id]!.map((each) => each.id), rows }]),
  ),
  hists: { h7: hist(2), h8: hist(3), all: hist(9) },
  totals: { n: 1 },
}
const left = (selection: Selection, table: string, pids?: number[]) =>
  narrowTables(DATA, SPEC, selection, pids && new Set(pids)).data.tables[table]!.rows.map((row) => row.join(' '))

test('by its own dimension a row is kept as a whole', (t) => {
  t.deepEqual(left({ is: 'process', pid: 8, comm: '' }, 'threads'), ['8 8'])
  t.deepEqual(left({ is: 'thread', pid: 7, tid: 71, comm: '' }, 'threads'), ['7 71'])
  t.deepEqual(
    left({ is: 'thread', pid: 7, tid: 71, comm: '' }, 'sessions'),
    ['7 ::1 80 5000'],
    'of its process where threads are not known',
  )
  t.deepEqual(left({ is: 'pids', pids: [8, 9] }, 'threads'), ['8 8'])
  t.deepEqual(left({ is: 'comm', comm: 'b' }, 'procs'), ['8 20 b h8'])
  t.deepEqual(left({ is: 'cgroup', path: '/a' }, 'groups'), ['/a/b 0', '/a 5'])
  t.deepEqual(left({ is: 'user', uid: 5, name: '' }, 'groups'), ['/ab 5', '/a 5'])
  t.deepEqual(left({ is: 'peer', address: '::2' }, 'sessions'), ['8 ::2 443 80'])
  t.deepEqual(left({ is: 'port', port: 80 }, 'sessions'), ['7 ::1 80 5000', '8 ::2 443 80'], 'either of its ports')
  t.deepEqual(
    left({ is: 'disk', dev: '8:0', name: 'vda' }, 'disks'),
    ['vda 0 read', '8:0 1 write'],
    'by name or number',
  )
  t.deepEqual(left({ is: 'cpu', cpu: 1 }, 'disks'), ['8:0 1 write'])
  t.deepEqual(left({ is: 'syscall', name: 'read' }, 'disks'), ['vda 0 read'])
})

test('through the processes that are meant, where it has no dimension of its own; else nothing is kept', (t) => {
  t.deepEqual(left({ is: 'comm', comm: 'b' }, 'threads', [8]), ['8 8'])
  t.deepEqual(left({ is: 'comm', comm: 'b' }, 'threads'), [])
  t.deepEqual(left({ is: 'comm', comm: 'x' }, 'sessions', [0, 8]), ['8 ::2 443 80'], '0 is no process')
  t.deepEqual(left({ is: 'cpu', cpu: 1 }, 'threads', [8]), [])
  t.deepEqual(left({ is: 'process', pid: 7, comm: '' }, 'plain', [7]), [])
  t.deepEqual(left({ is: 'process', pid: 7, comm: '' }, 'threads', [8]), [], 'another process had its number then')
})

test('a number used again: the rows of the process that was started then', (t) => {
  t.deepEqual(left({ is: 'process', pid: 7, comm: '', startedMs: 10 }, 'procs'), ['7 10 a h7'])
  t.deepEqual(left({ is: 'process', pid: 7, comm: '' }, 'procs').length, 2)
})

test('rows that others name are kept with these', (t) => {
  t.deepEqual(left({ is: 'disk', dev: '', name: 'vdb' }, 'names'), ['vdb'])
})

test('histograms: of the rows left, and of the whole their sum', (t) => {
  const { data, measured } = narrowTables(DATA, SPEC, { is: 'process', pid: 7, comm: '' }, undefined)
  t.true(measured)
  t.deepEqual(
    Object.keys(data.hists).sort(),
    ['all', 'h7', 'h8'].filter((name) => name !== 'h8'),
  )
  t.deepEqual(data.totals, {})
  const other = narrowTables(DATA, SPEC, { is: 'cpu', cpu: 1 }, undefined)
  t.deepEqual([other.measured, Object.keys(other.data.hists)], [false, []])
})

test('how a table is told by a selection', (t) => {
  const of = (table: string, selection: Selection) => {
    const found = breakdownIn(SPEC, table, selection)
    return found && [found.dim, found.joined, found.fields.length]
  }
  t.deepEqual(of('sessions', { is: 'port', port: 1 }), ['port', false, 2])
  t.deepEqual(of('threads', { is: 'thread', pid: 1, tid: 1, comm: '' }), ['tid', false, 1])
  t.deepEqual(of('threads', { is: 'cgroup', path: '/' }), ['pid', true, 1])
  t.is(of('plain', { is: 'process', pid: 1, comm: '' }), undefined)
  t.is(of('nonesuch', { is: 'process', pid: 1, comm: '' }), undefined)
})

test('latency can be told where rows with the dimension have histograms, or the kernel is told', (t) => {
  const process: Selection = { is: 'process', pid: 1, comm: '' }
  t.true(canTellLatency(SPEC, [process]))
  t.false(canTellLatency(SPEC, [{ is: 'cpu', cpu: 1 }]))
  t.false(canTellLatency(SPEC, [process, { is: 'cpu', cpu: 1 }]))
  t.false(canTellLatency({ ...SPEC, hists: [] }, [process]))
  const told = { ...SPEC, hists: [], options: ['target'] } as unknown as ProbeSpec
  t.true(canTellLatency(told, [process]))
  t.false(canTellLatency(told, [{ is: 'cpu', cpu: 1 }]))
})

test('processes of the rows that a selection keeps of itself', (t) => {
  t.deepEqual([...pidsWith(DATA, SPEC, { is: 'peer', address: '::1' })], [7])
  t.deepEqual([...pidsWith(DATA, SPEC, { is: 'port', port: 80 })], [7, 8])
  t.deepEqual([...pidsWith(DATA, SPEC, { is: 'disk', dev: '', name: 'vda' })], [])
  t.deepEqual([...pidsWith(DATA, undefined, { is: 'port', port: 80 })], [])
})

test('rows of stacks are told by themselves, other tables by the processes that have them, where these are said', (t) => {
  const spec = {
    ...SPEC,
    tables: { ...SPEC.tables, stacks: [field('pid', 'pid'), field('stack', 'stack'), field('user', 'userStack')] },
  } as ProbeSpec
  const frame = { name: 'f', kind: 'user' } as const
  const of = (table: string, more: object = {}) => {
    const selection = {
      is: 'function',
      frame,
      of: { probe: 'made', table: 'stacks', pids: true, ...more },
    } as unknown as Selection
    const found = breakdownIn(spec, table, selection)
    return found && [found.dim, found.joined, found.fields.map(({ id }) => id).join(' ')]
  }
  t.deepEqual(of('stacks'), ['stack', false, 'stack user'])
  t.deepEqual(of('threads'), ['pid', true, 'pid'])
  t.deepEqual(of('stacks', { probe: 'other' }), ['pid', true, 'pid'])
  t.deepEqual(of('stacks', { table: 'threads' }), ['pid', true, 'pid'])
  t.deepEqual(of('threads', { table: 'threads' }), ['pid', true, 'pid'], 'it has none')
  t.is(of('threads', { pids: false }), undefined)
  t.is(of('plain'), undefined)
  t.deepEqual(breakdownIn(spec, 'threads', { is: 'function', frame }), {
    ...{ fields: [SPEC.tables['threads']![0]!], dim: 'pid', joined: true },
  })
})

test('what has not the columns of its spec, or is none of its tables, keeps no rows; what does not say when keeps all', (t) => {
  const data = (tables: TablesData['tables']): TablesData => ({ tables, hists: {}, totals: {} })
  const process: Selection = { is: 'process', pid: 7, comm: '', startedMs: 10 }
  const of = (tables: TablesData['tables'], selection: Selection = process) =>
    Object.values(narrowTables(data(tables), SPEC, selection, undefined).data.tables).map(({ rows }) => rows)
  t.deepEqual(of({ threads: { columns: ['tid'], rows: [[7]] } }), [[]])
  t.deepEqual(of({ unknown: { columns: ['pid'], rows: [[7]] } }), [[]])
  const columns = ['startedMs', 'pid']
  const rows = [
    [10, 7],
    [11, 7],
    [null, 7],
  ] as TableCell[][]
  t.deepEqual(of({ procs: { columns, rows } }), [[rows[0], rows[2]]])
  t.deepEqual(of({ procs: { columns: ['pid'], rows: [[7]] } }), [[[7]]])
  t.deepEqual(of({ procs: { columns, rows } }, { is: 'comm', comm: 'a' }), [[]])
  t.deepEqual(narrowTables(data({ x: { columns: ['pid'], rows: [[7]] } }), undefined, process, undefined), {
    ...{ data: { tables: { x: { columns: ['pid'], rows: [] } }, hists: {}, totals: {} }, measured: false },
  })
  t.deepEqual([...pidsWith(data({}), SPEC, { is: 'port', port: 80 })], [])
  t.deepEqual(of({ names: { columns: ['name'], rows: [['vda']] } }, { is: 'disk', dev: 'vda', name: '' }), [[]])
})

test('only the column that names them names rows', (t) => {
  const spec = {
    ...SPEC,
    tables: {
      owners: [field('disk', 'disk'), field('like'), field('of', undefined, { names: 'names' })],
      names: [field('name')],
    },
  } as unknown as ProbeSpec
  const tables = {
    owners: {
      columns: ['disk', 'like', 'of'],
      rows: [
        ['vda', 'b', 'a'],
        ['vdb', 'a', 'b'],
      ],
    },
    names: { columns: ['name'], rows: [['a'], ['b'], ['vda']] },
  }
  const found = narrowTables({ tables, hists: {}, totals: {} }, spec, { is: 'disk', dev: 'vda', name: '' }, undefined)
  t.deepEqual(found.data.tables['names']!.rows, [['a']])
})

test('a file and an error by their names; a stack by no cell', (t) => {
  const spec = {
    ...SPEC,
    hists: [],
    tables: { x: [field('file', 'file'), field('errno', 'errno'), field('pid', 'pid')] },
  } as ProbeSpec
  const tables = {
    x: {
      columns: ['file', 'errno', 'pid'],
      rows: [
        ['/a', 'EIO', 7],
        ['/b', 'EPERM', 8],
      ],
    },
  }
  const of = (selection: Selection, pids?: number[]) =>
    narrowTables({ tables, hists: {}, totals: {} }, spec, selection, pids && new Set(pids)).data.tables['x']!.rows.map(
      ([file]) => file,
    )
  t.deepEqual(of({ is: 'file', path: '/b' }), ['/b'])
  t.deepEqual(of({ is: 'error', name: 'EIO' }), ['/a'])
  t.deepEqual(of({ is: 'tree', top: 1, comm: '' }, [8]), ['/b'])
  t.deepEqual(of({ is: 'tree', top: 1, comm: '' }), [])
})

test('what the kernel told of its target stays for the selections that follow', (t) => {
  const target = { of: { is: 'process', pid: 7 } as const, tables: {}, hists: {}, totals: { n: 5 } }
  const of = (own: boolean, isLast: boolean) =>
    'target' in
    narrowTables({ ...DATA, target }, SPEC, { is: 'process', pid: 7, comm: '' }, undefined, { own, isLast }).data
  t.deepEqual([of(true, true), of(true, false), of(false, false), of(false, true)], [true, true, true, false])
  t.false('target' in narrowTables({ ...DATA, target }, SPEC, { is: 'process', pid: 7, comm: '' }, undefined).data)
})
