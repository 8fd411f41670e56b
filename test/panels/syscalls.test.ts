// System calls made up by hand: rates, shares, the error that comes most often, and what a row leads to.
import test from 'ava'
import { syscallTables, type SyscallsReading } from '../../src/model/syscalls.ts'
import { slotOf } from '../../src/model/base/histogram.ts'
import { syscalls } from '../../src/panels/syscalls.ts'
import type { Sample } from '../../src/stream/stream-types.ts'

const hist = (count: number) => ({ slots: [slotOf(2 ** 20), count], count, sumNs: count * 2 ** 20, maxNs: 3e6 })
const sampleOf = (reading: Partial<SyscallsReading>, totals: Record<string, number> = {}): Sample<'syscalls'> => {
  const data = syscallTables({ calls: [], procs: [], detail: false, ...reading })
  return { type: 'sample', probe: 'syscalls', atMs: 1, intervalMs: 2000, lost: 0, data: { ...data, totals } }
}
const rows = (sample: Sample<'syscalls'>, mode = 'calls', detail = true) =>
  syscalls.rows([sample], mode, detail).map(({ key, cells, role, pid }) => [key, ...cells, role, pid])

const CALLS = [
  {
    name: 'read',
    count: 300,
    errors: 20,
    restarted: 4,
    errnos: [
      { errno: 'EINTR', count: 4 },
      { errno: 'EAGAIN', count: 15 },
      { errno: 'other', count: 90 },
    ],
    latency: hist(100),
  },
  { name: 'close', count: 100, errors: 0, restarted: 0, errnos: [], latency: hist(99) },
  { name: '(other calls)', count: 0 },
]

test('per second of what was counted, and the share of all there were', (t) => {
  t.deepEqual(rows(sampleOf({ calls: CALLS }), 'calls', false), [
    ['read', 'read', 150, 75, undefined, undefined],
    ['close', 'close', 50, 25, undefined, undefined],
    ['(other calls)', '(other calls)', 0, 0, undefined, undefined],
  ])
  t.is(rows(sampleOf({ calls: CALLS }, { calls: 1200 }), 'calls', false)[0]![3], 25, 'not of those listed alone')
  t.is(rows(sampleOf({ calls: [CALLS[2]!] }), 'calls', false)[0]![3], undefined, 'of nothing')
  const { data, ...head } = sampleOf({ calls: CALLS })
  const narrowed = { ...head, data: { tables: data.tables, hists: {}, totals: {} } }
  t.is(rows(narrowed, 'calls', false)[0]![3], 75, 'of a selection of those listed')
  t.is(syscalls.trend!.value(narrowed), 200)
  t.deepEqual(
    syscalls.stats(sampleOf({ calls: CALLS }), 'calls').map(({ value }) => value),
    [200, 3],
  )
  t.is(syscalls.trend!.value(sampleOf({}, { calls: 50 })), 25)
})

test('in detail: errors, the most frequent of them, latency of enough', (t) => {
  const middle = 2 ** 20 + 2 ** 16
  t.deepEqual(rows(sampleOf({ calls: CALLS, detail: true })), [
    ['read', 'read', 150, 75, 10, 'other', middle, middle, 3e6, 2, undefined, undefined],
    ['close', 'close', 50, 25, 0, undefined, middle, undefined, 3e6, 0, undefined, undefined],
    [
      '(other calls)',
      '(other calls)',
      0,
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ],
  ])
})

test('a call leads to itself and to its errors by name, most frequent first; a rest to nothing', (t) => {
  const sample = sampleOf({ calls: CALLS, detail: true })
  const leads = (key: string, mode = 'calls') =>
    syscalls.selects!(sample.data, { key, cells: [] }, mode).map((each) =>
      'name' in each ? `${each.is} ${each.name}` : '',
    )
  t.deepEqual(leads('read'), ['syscall read', 'error EAGAIN', 'error EINTR'])
  t.deepEqual(leads('close'), ['syscall close'])
  t.deepEqual(leads('(other calls)'), [])
  t.deepEqual(leads('read', 'processes'), [])
  const many = Array.from({ length: 10 }, (_, i) => ({ errno: `E${i}`, count: i }))
  const all = sampleOf({ calls: [{ ...CALLS[0]!, errnos: many }], detail: true })
  t.is(syscalls.selects!(all.data, { key: 'read', cells: [] }, 'calls').length, 9)
})

test('of processes the three calls they make most, and what had no row as others', (t) => {
  const calls = ['a', 'b', 'c', 'd'].map((name, i) => ({ name, count: i + 1 }))
  const procs = [
    { pid: 7, comm: 'x', count: 60, errors: 8, calls },
    { pid: 8, comm: 'y', count: 20, errors: 0, calls: [] },
  ]
  const sample = sampleOf({ procs, detail: true, others: { count: 20, errors: 2 } }, { calls: 100 })
  t.deepEqual(rows(sample, 'processes'), [
    ['7', 7, 'x', 30, 60, 4, 'd c b', undefined, 7],
    ['8', 8, 'y', 10, 20, 0, undefined, undefined, 8],
    ['others', undefined, 'others', 10, 20, 1, undefined, 'dim', undefined],
  ])
  t.regex(syscalls.notes(sample, 'processes').join(), /^20 calls of processes/)
  t.deepEqual(syscalls.notes(sampleOf({ procs }), 'processes'), [])
})

test('rows are of the table that the mode is about', (t) => {
  t.deepEqual(['calls', 'processes'].map(syscalls.table!), ['calls', 'procs'])
})

test('latency is of all calls, or the sum that is left of them', (t) => {
  const counts = (sample: Sample<'syscalls'>) => syscalls.hists(sample.data, 'calls')?.map(({ count }) => count)
  t.deepEqual(counts(sampleOf({ calls: CALLS, detail: true })), [100, 99])
  t.is(counts(sampleOf({ calls: CALLS })), undefined)
})
