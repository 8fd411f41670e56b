// The block probe on a loop device of our own: histograms, a target, an idle disk; and its decoding. What it counts is
// held against the kernel's own statistics in test/truth/.
import { execFileSync, spawn } from 'node:child_process'
import test from 'ava'
import {
  countInFlight,
  decodeProcs,
  diskRows,
  peakNs,
  withinTopSlot,
} from '../../../../src/engine/probes/block/decode.ts'
import { HIST_BYTES, words } from '../../../../src/engine/native/per-cpu.ts'
import { slotOf, slotStartNs } from '../../../../src/model/base/histogram.ts'
import { startBlock } from '../../../helpers/block.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { probeContext } from '../../../helpers/workload.ts'
import { COMMANDS, diskOf } from './working.ts'

bpfTest(
  'every operation is in the three histograms, and queued plus device is the total',
  (t) => {
    const { name, path } = diskOf(t)
    const probe = startBlock(probeContext)
    t.teardown(probe.close)
    execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'iflag=direct', 'bs=4k', 'count=1000'], { stdio: 'ignore' })
    const { data, lost } = probe.read()
    const { ops, total, queued, device } = data.disks.find((disk) => disk.name === name && disk.op === 'read')!
    t.true(ops > 0)
    t.true(Math.abs(total.count - ops) <= lost)
    t.is(queued.count, total.count)
    t.is(device.count, total.count)
    t.is(queued.sumNs + device.sumNs, total.sumNs)
    t.is(slotOf(total.maxNs), total.slots.at(-2)!)
  },
  COMMANDS,
)

bpfTest(
  'the target process has a histogram of its own',
  async (t) => {
    const { path } = diskOf(t)
    const probe = startBlock(probeContext)
    t.teardown(probe.close)
    const read = (words: string[]): void => {
      execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'iflag=direct', 'bs=4k', ...words], { stdio: 'ignore' })
    }
    probe.command!({ cmd: 'target', target: { is: 'process', pid: process.pid } })
    read(['count=10'])
    t.deepEqual(probe.read().data.target, {
      of: { is: 'process', pid: process.pid },
      total: { slots: [], count: 0, sumNs: 0, maxNs: 0 },
    })

    // as the target has to be known before it starts: a shell that becomes dd
    const shell = `read line; exec dd if=${path} of=/dev/null iflag=direct bs=4k count=25 2>/dev/null`
    const child = spawn('sh', ['-c', shell], { stdio: ['pipe', 'ignore', 'ignore'] })
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    t.is(probe.read().data.target, undefined, 'of a part of the interval')
    child.stdin.end('\n')
    await new Promise((resolve) => child.on('exit', resolve))
    const { data } = probe.read()
    const proc = data.procs.find(({ pid }) => pid === child.pid)!
    t.is(proc.comm, 'dd')
    t.true(proc.reads! >= 25)
    t.deepEqual(data.target!.of, { is: 'process', pid: child.pid! })
    t.is(data.target!.total.count, proc.reads!)
    t.is(data.target!.total.sumNs, proc.latencyNs!)
    t.is(data.target!.total.maxNs, proc.latencyMaxNs!)
    probe.command!({ cmd: 'target' })
    t.is(probe.read().data.target, undefined)
  },
  COMMANDS,
)

bpfTest(
  'an idle disk says nothing, and nothing is in flight',
  (t) => {
    const disk = diskOf(t)
    const probe = startBlock(probeContext)
    t.teardown(probe.close)
    const { data } = probe.read()
    t.deepEqual(
      data.disks.filter(({ name }) => name === disk.name),
      [],
    )
  },
  COMMANDS,
)

test('a maximum from the other side of the boundary is brought into its slot', (t) => {
  const slot = slotOf(1_000_000)
  const hist = { slots: [slot, 2], count: 2, sumNs: 2_000_000, maxNs: 5_000_000 }
  t.is(slotOf(withinTopSlot(hist).maxNs), slot)
  t.is(withinTopSlot({ ...hist, maxNs: 0 }).maxNs, slotStartNs(slot))
  t.is(withinTopSlot({ ...hist, maxNs: 1_000_001 }).maxNs, 1_000_001)
  t.is(withinTopSlot({ slots: [], count: 0, sumNs: 0, maxNs: 7 }).maxNs, 0)
})

const packed = (epoch: number, ns: number): bigint => (BigInt(epoch % 2 ** 18) << 46n) | BigInt(ns)

test('a peak is of one epoch, also of a very late one', (t) => {
  const peak = Buffer.alloc(16)
  peak.writeBigUInt64LE(packed(2 ** 18 + 7, 3_600e9 + 1), 8)
  t.is(peakNs(words(peak), 8, 2 ** 18 + 7), 3_600e9 + 1)
  t.is(peakNs(words(peak), 8, 2 ** 18 + 9), 0)
})

test('rows of disks: summed over their places, and the largest of their maxima', (t) => {
  const layout = { untimed: 0, bytes: 8, errors: 16, peaks: 24, hists: 72, size: 72 + 3 * HIST_BYTES }
  const ids = Buffer.alloc(6 * 8)
  ids.writeUInt32LE((8 << 20) | 16, 40)
  ids.writeUInt32LE(1, 44)
  const values = Buffer.alloc(6 * 2 * layout.size)
  const slot = slotOf(5000)
  const note = (row: number, place: number, count: number, maxNs: number, untimed: number): void => {
    const at = (row * 2 + place) * layout.size
    values.writeBigUInt64LE(BigInt(untimed), at)
    values.writeBigUInt64LE(BigInt(count + untimed) * 512n, at + layout.bytes)
    for (const kind of [0, 1, 2]) {
      values.writeBigUInt64LE(packed(4, maxNs), at + layout.peaks + kind * 8)
      values.writeBigUInt64LE(BigInt(count), at + layout.hists + kind * HIST_BYTES + slot * 8)
      const sumNs = BigInt(count) * [0n, 4000n, 1000n][kind]!
      values.writeBigUInt64LE(sumNs, at + layout.hists + (kind + 1) * HIST_BYTES - 8)
    }
  }
  note(5, 0, 3, 5001, 0)
  note(5, 1, 4, 5002, 2)
  note(2, 1, 0, 0, 1)
  const rows = diskRows(layout, 2, (dev) => `disk ${dev >>> 20}`)
  const valuesOf = (row: number): Buffer => values.subarray(2 * row * layout.size, 2 * (row + 1) * layout.size)
  const hist = (ns: number) => ({ slots: [slot, 7], count: 7, sumNs: 7 * ns, maxNs: 5002 })
  const none = { slots: [], count: 0, sumNs: 0, maxNs: 0 }
  t.deepEqual(rows(words(ids), valuesOf, 4), [
    { dev: '0:0', name: 'disk 0', op: 'flush', ops: 1, bytes: 512, errors: 0, total: none, queued: none, device: none },
    {
      dev: '8:16',
      name: 'disk 8',
      op: 'write',
      ops: 9,
      bytes: 4608,
      errors: 0,
      total: hist(5000),
      queued: hist(4000),
      device: hist(1000),
    },
  ])
  t.deepEqual(rows(words(ids), valuesOf, 5), [])
})

test('processes: of one epoch, summed over CPUs and over those whose place was taken', (t) => {
  const layout = {
    ...{ epoch: 0, tgid: 4, reads: 8, writes: 16, other_ops: 24, read_bytes: 32, write_bytes: 40, latency_ns: 48 },
    ...{ latency_max_ns: 56, queued_ns: 64, last_ns: 72, comm: 80, size: 96 },
  }
  const proc = (epoch: number, tgid: number, reads: number, lastNs: number, comm: string): Buffer => {
    const bytes = Buffer.alloc(layout.size)
    bytes.writeUInt32LE(epoch, 0)
    bytes.writeUInt32LE(tgid, 4)
    for (const at of [layout.reads, layout.latency_max_ns]) bytes.writeBigUInt64LE(BigInt(reads), at)
    bytes.writeBigUInt64LE(BigInt(lastNs), layout.last_ns)
    bytes.write(comm, layout.comm)
    return bytes
  }
  const places = Buffer.concat([
    ...[proc(4, 7, 1, 10, 'old'), proc(5, 7, 100, 11, 'later')],
    ...[proc(4, 7, 2, 20, 'new'), proc(3, 8, 100, 9, 'earlier')],
    ...[proc(2, 9, 100, 1, 'gone'), proc(5, 9, 100, 12, 'later')],
  ])
  const keys = Buffer.alloc(4)
  keys.writeUInt32LE(7)
  const values = Buffer.concat([proc(0, 0, 4, 15, 'mid'), proc(0, 0, 8, 0, '')])
  const rows = decodeProcs(layout, places, 4, { count: 1, keys, values }, 2)
  t.is(rows.length, 1)
  t.like(rows[0], { pid: 7, comm: 'new', reads: 15, latencyMaxNs: 8, writes: 0 })
})

test('in flight are the requests issued, not those of a disk that has none', (t) => {
  const layout = { rq: 0, issued_ns: 8, dev: 16, op: 20, size: 24 }
  const request = (rq: number, issuedNs: number, dev: number, op: number): Buffer => {
    const place = Buffer.alloc(layout.size)
    place.writeUInt32LE(rq, 4)
    place.writeUInt32LE(issuedNs, 8)
    place.writeUInt32LE(dev, 16)
    place.writeUInt16LE(op, 20)
    place.writeUInt16LE(3, 22) // what else is known
    return place
  }
  const places = words(
    Buffer.concat([
      request(0, 50, 1, 0), // free
      request(1, 0, 1, 0), // queued
      request(2, 50, 1, 0), // missed
      request(3, 50, 1, 2), // a flush
      request(4, 50, 2, 1), // long with a disk that has some
      request(5, 101, 1, 1), // new
    ]),
  )
  const asked: number[] = []
  const isIdle = (dev: number): boolean => {
    asked.push(dev)
    return dev === 1
  }
  t.is(countInFlight(layout, places, 100, isIdle), 3)
  t.deepEqual(asked, [1, 2])
  t.is(countInFlight(layout, places, 100, isIdle, Uint8Array.of(1, 1, 1)), 3)
  t.is(countInFlight(layout, places, 100, isIdle, Uint8Array.of(0, 1, 0)), 1, 'two places a page')
})
