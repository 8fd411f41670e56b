// Block I/O made up by hand: what a process waited, what a disk did, and blanks for what was only counted.
import test from 'ava'
import { wholeRow } from '../../src/panels/lazy-row.ts'
import { blockTables, type BlockDisk } from '../../src/model/block.ts'
import { emptyHist, slotOf } from '../../src/model/base/histogram.ts'
import { block, operationsOf } from '../../src/panels/block.ts'
import type { BlockProc } from '../../src/stream/specs/block.ts'
import type { Sample } from '../../src/stream/stream-types.ts'

const MIDDLE = 2 ** 20 + 2 ** 16
const hist = (count: number) => ({ slots: [slotOf(2 ** 20), count], count, sumNs: count, maxNs: 2e6 })
const disk = (more: Partial<BlockDisk>): BlockDisk => ({
  ...{ dev: '8:0', name: 'sda', op: 'read', ops: 100, bytes: 8000, errors: 0 },
  ...{ total: hist(100), queued: hist(99), device: hist(100) },
  ...more,
})
const proc = (more: Partial<BlockProc>): BlockProc =>
  ({
    ...{ pid: 7, comm: 'x', reads: 4, writes: 6, otherOps: 2, readBytes: 8000, writeBytes: 4000 },
    ...{ latencyNs: 6e8, latencyMaxNs: 9e7, queuedNs: 2e8 },
    ...more,
  }) as BlockProc
const sampleOf = (procs: BlockProc[], disks: BlockDisk[] = []): Sample<'block'> => ({
  ...{ type: 'sample', probe: 'block', atMs: 1, intervalMs: 2000, lost: 0 },
  data: blockTables({ procs, disks, inFlight: 3 }),
})

test('a process: share of clock time, longest, mean, and what it read and wrote per second', (t) => {
  const [row] = block.rows([sampleOf([proc({})])], 'processes', true)
  t.deepEqual(row!.cells, [7, 'x', 30, 9e7, 5e7, 2, 3, 4000, 2000, 10, 1])
  t.is(block.rows([sampleOf([proc({})])], 'processes', false)[0]!.cells.length, 9)
  t.deepEqual(
    [{}, { reads: null }, { writes: null }, { otherOps: null }].map((more) => operationsOf(proc(more))),
    [12, 8, 6, 10],
  )
})

test('what was only counted has no latency', (t) => {
  const nulls = { reads: null, writes: null, otherOps: null, latencyNs: null, latencyMaxNs: null, queuedNs: null }
  const [row] = block.rows([sampleOf([proc(nulls)])], 'processes', true)
  const none = undefined
  t.deepEqual(row!.cells, [7, 'x', none, none, none, none, none, 4000, 2000, none, none])
})

test('a disk: percentiles of enough, errors in its colour', (t) => {
  const cells = (more: Partial<BlockDisk>) => block.rows([sampleOf([], [disk(more)])], 'disks', true)[0]!
  t.deepEqual(cells({}).cells, ['sda', 'read', 50, 4000, MIDDLE, MIDDLE, 2e6, undefined, MIDDLE, 0])
  t.is(cells({}).role, undefined)
  t.is(cells({ errors: 1 }).role, 'bad')
  const none = cells({ ops: 0, total: emptyHist(), device: hist(99) }).cells
  t.deepEqual(none, ['sda', 'read', 0, 4000, undefined, undefined, undefined, undefined, undefined, 0])
})

test('rows are of the table that the mode is about, and a disk leads to itself', (t) => {
  t.deepEqual(['disks', 'processes'].map(block.table!), ['disks', 'procs'])
  const { data } = sampleOf([proc({})], [disk({}), disk({ op: 'write', dev: '8:1', name: 'sdb' })])
  const leads = (key: string, mode: string) => block.selects!(data, { key, cells: [] }, mode)
  t.deepEqual(leads('8:1 write', 'disks'), [{ is: 'disk', dev: '8:1', name: 'sdb' }])
  t.deepEqual([leads('8:1 read', 'disks'), leads('8:1 write', 'processes')], [[], []])
})

test('what is not known of a process is blank, its number and name, too', (t) => {
  const blank = Object.fromEntries(Object.keys(proc({})).map((id) => [id, null])) as unknown as BlockProc
  const [row] = block.rows([sampleOf([blank])], 'processes', true)
  t.deepEqual(wholeRow(row!), { key: 'null', cells: Array(11).fill(undefined) })
})

test('bytes of all disks, or where none is told apart those of the processes', (t) => {
  const disks = [disk({}), disk({ op: 'write', bytes: 600 }), disk({ name: 'sdb', bytes: 2000 })]
  const figures = (sample: Sample<'block'>) => block.stats(sample, '').map(({ label, value }) => `${label} ${value}`)
  t.deepEqual(figures(sampleOf([proc({})], disks)), ['rd 5000', 'wr 300', 'in flight 3'])
  t.deepEqual(figures(sampleOf([proc({}), proc({ pid: 8, readBytes: null, writeBytes: 600 })])), [
    'rd 4000',
    'wr 2300',
    'in flight 3',
  ])
  t.deepEqual(figures(sampleOf([], [disk({ errors: 2 }), disk({ op: 'write', errors: 3 })])).at(-1), 'errors 5')
})
