// Block I/O seen in windows, scaled: disks by the time seen, processes also by how many began before their window.
import test from 'ava'
import { scaled } from '../../../../src/engine/probes/block/scaled.ts'
import type { BlockReading } from '../../../../src/model/block.ts'
import { slotOf } from '../../../../src/model/base/histogram.ts'
import type { Hist } from '../../../../src/stream/stream-types.ts'

const hist = (ns: number, count: number): Hist => ({ slots: [slotOf(ns), count], count, sumNs: ns * count, maxNs: ns })
const proc = (pid: number, reads: number, meanNs: number) => ({
  pid,
  comm: 'fio',
  reads,
  writes: 0,
  otherOps: 0,
  readBytes: reads * 4096,
  writeBytes: 0,
  latencyNs: reads * meanNs,
  latencyMaxNs: meanNs,
  queuedNs: 0,
})
const reading = (procs: ReturnType<typeof proc>[], others?: BlockReading['others']): BlockReading => ({
  disks: [
    {
      dev: '8:0',
      name: 'sda',
      op: 'read',
      ops: 100,
      bytes: 409_600,
      errors: 2,
      total: hist(1e6, 100),
      queued: hist(1000, 100),
      device: hist(999_000, 100),
    },
  ],
  procs,
  inFlight: 3,
  ...(others && { others }),
})

test('disks: operations, bytes, errors and histograms by the time seen; the longest is the longest seen', (t) => {
  const { disks, inFlight } = scaled(reading([]), 5, 20e6)
  const [disk] = disks
  t.like(disk, { ops: 500, bytes: 2_048_000, errors: 10, name: 'sda' })
  t.deepEqual(disk!.total.slots, [slotOf(1e6), 500])
  t.is(disk!.total.count, 500)
  t.true(Math.abs(disk!.total.sumNs / 500e6 - 1) < 1e-9)
  t.is(disk!.total.maxNs, 1e6)
  t.is(inFlight, 3)
})

test('a process whose operations take half a window is known of half of them', (t) => {
  const { procs, others } = scaled(reading([proc(1, 50, 10e6), proc(2, 40, 0)], { ops: 60, bytes: 245_760 }), 5, 20e6)
  t.like(procs[0], { reads: 500, readBytes: 500 * 4096, latencyNs: 500 * 10e6, latencyMaxNs: 10e6 })
  t.like(procs[1], { reads: 200, latencyNs: 0 })
  // what is the process's is nobody else's
  t.deepEqual(others, { ops: 60 * 5 - 250, bytes: (60 * 5 - 250) * 4096 })
})

test('of operations as long as a window not more than four times as many are made, and others are never fewer than none', (t) => {
  const { procs, others } = scaled(reading([proc(1, 10, 30e6)], { ops: 1, bytes: 0 }), 5, 20e6)
  t.is(procs[0]!.reads, 200)
  t.deepEqual(others, { ops: 0, bytes: 0 })
})

test('what is not known stays unknown, and an idle process is no division by nothing', (t) => {
  const unknown = { ...proc(1, 0, 0), reads: null, latencyNs: null }
  t.like(scaled(reading([unknown as never]), 5, 20e6).procs[0], { reads: null, latencyNs: null, writes: 0 })
})

test('what the kernel counts of a disk is its sum; windows say how it is spread, and whose it was', (t) => {
  const counted = [{ dev: '8:0', name: 'sda', op: 'read' as const, ops: 700, bytes: 4_000_000 }]
  const { disks, procs, others } = scaled(reading([proc(1, 50, 0)], { ops: 50, bytes: 204_800 }), 5, 20e6, counted)
  t.like(disks[0], { ops: 700, bytes: 4_000_000, errors: 14 })
  t.deepEqual(disks[0]!.total.slots, [slotOf(1e6), 700])
  t.like(procs[0], { reads: 350, readBytes: 2_000_000 })
  t.deepEqual(others, { ops: 350, bytes: 2_000_000 })
})

test('a disk that the kernel does not count, or not all of it, is scaled by the time seen', (t) => {
  for (const counted of [
    [{ dev: '8:16', name: 'sdb', op: 'read' as const, ops: 700, bytes: 1 }],
    [{ dev: '8:0', name: 'sda', op: 'write' as const, ops: 700, bytes: 1 }],
    [{ dev: '8:0', name: 'sda', op: 'read' as const, ops: 99, bytes: 1 }],
  ])
    t.like(scaled(reading([]), 5, 20e6, counted).disks[0], { ops: 500, bytes: 2_048_000 })
})

test('what all happened between windows is counted, and has no latency', (t) => {
  const counted = [{ dev: '8:0', name: 'sda', op: 'flush' as const, ops: 9, bytes: 0 }]
  const { disks } = scaled(reading([]), 5, 20e6, counted)
  t.is(disks.length, 2)
  t.like(disks[1], { name: 'sda', op: 'flush', ops: 9, bytes: 0 })
  t.is(disks[1]!.total.count, 0)
})
