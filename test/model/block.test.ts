// The tables of block I/O: made and read again, thinned, and narrowed to what they tell and to what they do not.
import test from 'ava'
import { blockProcsOf, blockTables, disksOf, totalOf, type BlockReading } from '../../src/model/block.ts'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { narrowTables } from '../../src/model/narrow-tables.ts'
import { withoutRows } from '../../src/model/thin.ts'
import { decodeLine, encode } from '../../src/stream/codec.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { asBlock } from '../helpers/block.ts'
import { fakeTick } from '../helpers/stream.ts'

const DISK = { is: 'disk', dev: '259:0', name: 'nvme0n1' } as const
const PROCESS = { is: 'process', pid: 812, comm: 'postgres' } as const
const OWN = { own: true, isLast: true }

const full = (): Sample<'block'> =>
  fakeTick(5, { targetPid: 812 }).find((message) => 'probe' in message && message.probe === 'block') as Sample<'block'>

test('what is read of the tables is what they were made of, also after a line', (t) => {
  const sample = full()
  const again = decodeLine(encode(sample), 0) as Sample<'block'>
  t.deepEqual(asBlock(again.data), asBlock(sample.data))
  t.deepEqual(asBlock(blockTables(asBlock(sample.data))), asBlock(sample.data))
  t.true(asBlock(sample.data).target!.total.count > 0)
})

test('only counted: sums without a distribution, and nothing where nothing is known', (t) => {
  const disk = { dev: '8:0', name: 'sda', op: 'read', ops: 3, bytes: 9, errors: 0 } as const
  const reading: BlockReading = {
    disks: [{ ...disk, total: { ...emptyHist(), count: 3, sumNs: 7 }, queued: emptyHist(), device: emptyHist() }],
    procs: [],
    inFlight: 0,
  }
  const data = blockTables(reading)
  t.deepEqual(Object.keys(data.hists), ['8:0 read total'])
  t.deepEqual(disksOf(data), reading.disks)
})

test('names from outside are names of histograms only where there are such', (t) => {
  const data = blockTables({ disks: [], procs: [], inFlight: 0 })
  data.tables['disks']!.rows.push(['8:0', 'sda', 'read', 1, 1, 0, 'toString', '__proto__', 'none'])
  t.like(disksOf(data), [{ total: emptyHist(), queued: emptyHist(), device: emptyHist() }])
})

test('what is not known of a disk is nothing, of an operation nobody knows another one', (t) => {
  const columns = BLOCK.tables.disks.map(({ id }) => id)
  const tables = { disks: { columns, rows: [columns.map(() => null)] } }
  t.deepEqual(disksOf({ tables, hists: {}, totals: {} }), [
    {
      ...{ dev: '', name: '', op: 'other', ops: 0, bytes: 0, errors: 0 },
      ...{ total: emptyHist(), queued: emptyHist(), device: emptyHist() },
    },
  ])
  t.deepEqual(disksOf({ tables: {}, hists: {}, totals: {} }), [])
})

test('thinned: disks stay with their histograms, processes go but the target', (t) => {
  const sample = full()
  const { data } = withoutRows(sample, BLOCK) as typeof sample
  t.deepEqual(disksOf(data), disksOf(sample.data))
  t.deepEqual(
    blockProcsOf(data).map(({ pid }) => pid),
    [812],
  )
  t.deepEqual(data.hists, sample.data.hists)
  t.deepEqual(asBlock(data).target, asBlock(sample.data).target)
})

test('narrowed: a disk by its rows, a process by what the kernel told apart, both together by nothing', (t) => {
  const { data } = full()
  const ofDisk = narrowTables(data, BLOCK, DISK, undefined)
  t.true(ofDisk.measured)
  t.deepEqual(
    disksOf(ofDisk.data),
    disksOf(data).filter(({ dev }) => dev === DISK.dev),
  )
  t.deepEqual([blockProcsOf(ofDisk.data), ofDisk.data.totals], [[], {}])

  const ofProcess = narrowTables(data, BLOCK, PROCESS, undefined, OWN)
  t.true(ofProcess.measured)
  t.deepEqual(totalOf(ofProcess.data), asBlock(data).target!.total)
  t.deepEqual(
    blockProcsOf(ofProcess.data).map(({ pid }) => pid),
    [812],
  )
  t.deepEqual(disksOf(ofProcess.data), [])
  t.false(narrowTables(data, BLOCK, PROCESS, undefined).measured, 'the target was another')
})
