// The block probe against the kernel's own disk statistics and fio, on a loop device of our own.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { sum } from 'd3-array'
import { startBlock } from '../../../src/engine/native/block.ts'
import { decodePeaks, withinTopSlot } from '../../../src/engine/native/block-decode.ts'
import { devText, diskNames, isIdle } from '../../../src/engine/native/disks.ts'
import { percentileNs, slotOf, slotStartNs } from '../../../src/model/histogram.ts'
import type { BlockData, BlockDisk } from '../../../src/stream/types.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { probeContext } from '../../helpers/workload.ts'

const COMMANDS = ['fio', 'losetup']

/** A loop device over a file of 64 MiB, past the page cache where the file system allows it. */
const loopDevice = (t: ExecutionContext): string => {
  const file = join(temporaryFolder(t), 'disk')
  writeFileSync(file, Buffer.alloc(64 << 20), { flush: true }) // not sparse: a hole is read without a device
  const device = execFileSync('losetup', ['--find', '--show', '--direct-io=on', file], { encoding: 'utf8' }).trim()
  t.teardown(() => execFileSync('losetup', ['--detach', device]))
  return device
}

/** The kernel's counters: completed and merged operations, bytes. Fields of /sys/block/NAME/stat. */
const statistics = (device: string) => {
  const field = readFileSync(`/sys/block/${basename(device)}/stat`, 'utf8').trim().split(/\s+/).map(Number)
  return {
    read: field[0]!, readBytes: field[2]! * 512, readMs: field[3]!, write: field[4]!, writeBytes: field[6]! * 512,
    discard: field[11]!, discardBytes: field[13]! * 512, flush: field[15]!,
  }
}

/** Runs fio between two readings of the probe. */
const measure = (device: string, words: string[]) => {
  const probe = startBlock(probeContext)
  try {
    const before = statistics(device)
    const text = execFileSync(
      'fio', ['--name=test', `--filename=${device}`, '--output-format=json', '--direct=1', '--allow_mounted_write=0', ...words],
      { encoding: 'utf8' },
    )
    const { data, lost } = probe.read()
    const after = statistics(device)
    const kernel = Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - before[name as keyof typeof before]]),
    ) as typeof before
    return { data, lost, kernel, fio: JSON.parse(text.slice(text.indexOf('{'))).jobs[0] }
  } finally {
    probe.close()
  }
}

const diskOf = (data: BlockData, device: string, op: string): BlockDisk =>
  data.disks.find((disk) => disk.name === basename(device) && disk.op === op)!

const awayFrom = (actual: number, expected: number): number => Math.abs(actual - expected) / expected

bpfTest('operations and bytes of reads, writes and flushes equal the kernel\'s', (t) => {
  const device = loopDevice(t)
  const { data, kernel, fio } = measure(device, [
    '--ioengine=libaio', '--iodepth=16', '--rw=randrw', '--bs=8k', '--number_ios=2000', '--fsync=100',
  ])
  const [read, write, flush] = ['read', 'write', 'flush'].map((op) => diskOf(data, device, op))
  t.is(read!.ops, kernel.read)
  t.is(read!.bytes, kernel.readBytes)
  t.is(read!.bytes, fio.read.io_bytes)
  t.is(write!.bytes, kernel.writeBytes)
  t.is(write!.bytes, fio.write.io_bytes)
  t.is(flush!.ops, kernel.flush)
  // the kernel counts an empty flush as a write as well
  t.is(write!.ops, kernel.write - fio.sync.total_ios)
  t.is(read!.errors + write!.errors + flush!.errors, 0)

  // a process is charged for all disks, and one that is started reads its program from some other disk
  const [proc] = data.procs.filter(({ comm }) => comm === 'fio').sort((a, b) => b.writes - a.writes)
  const elsewhere = data.disks.filter(({ name, op }) => name !== basename(device) && op === 'read')
  t.true(proc!.reads >= read!.ops && proc!.reads <= read!.ops + sum(elsewhere, ({ ops }) => ops))
  t.true(proc!.readBytes >= read!.bytes && proc!.readBytes <= read!.bytes + sum(elsewhere, ({ bytes }) => bytes))
  t.is(proc!.writes, write!.ops)
  t.is(proc!.otherOps, fio.sync.total_ios)
  t.is(proc!.writeBytes, write!.bytes)
  t.true(proc!.latencyMaxNs >= Math.max(read!.total.maxNs, write!.total.maxNs))
  t.true(proc!.latencyNs >= read!.total.sumNs + write!.total.sumNs)
}, COMMANDS)

bpfTest('discards are told apart', (t) => {
  const device = loopDevice(t)
  const { data, kernel } = measure(device, ['--ioengine=psync', '--rw=trim', '--bs=1m', '--size=16m'])
  const discard = diskOf(data, device, 'discard')
  t.is(discard.ops, kernel.discard)
  t.is(discard.bytes, 16 << 20)
}, COMMANDS)

bpfTest('every operation is in the three histograms, and queued plus device is the total', (t) => {
  const device = loopDevice(t)
  const { data, lost } = measure(device, ['--ioengine=libaio', '--iodepth=4', '--rw=randread', '--bs=4k', '--number_ios=2000'])
  const { ops, total, queued, device: inDevice } = diskOf(data, device, 'read')
  t.true(Math.abs(total.count - ops) <= lost)
  t.is(queued.count, total.count)
  t.is(inDevice.count, total.count)
  t.is(queued.sumNs + inDevice.sumNs, total.sumNs)
  t.is(slotOf(total.maxNs), total.slots.at(-2)!)
}, COMMANDS)

bpfTest('total latency is the kernel\'s own sum, and what fio sees but for the time fio takes itself', (t) => {
  const device = loopDevice(t)
  const words = ['--ioengine=libaio', '--iodepth=4', '--rw=randread', '--bs=64k', '--number_ios=4000', '--norandommap', '--lat_percentiles=1']
  const { data, kernel, fio } = measure(device, words)
  const { total } = diskOf(data, device, 'read')
  t.true(awayFrom(total.sumNs / 1e6, kernel.readMs) < 0.02, `${total.sumNs / 1e6} ms, in the kernel ${kernel.readMs} ms`)
  const seen = fio.read.lat_ns
  t.true(total.maxNs <= seen.max)
  t.true(total.sumNs / total.count <= seen.mean)
  t.true(percentileNs(total, 0.5)! <= seen.percentile['50.000000'] * 1.0625)
  t.true(percentileNs(total, 0.5)! >= seen.percentile['50.000000'] * 0.5)
}, COMMANDS)

bpfTest('time in the scheduler is told from time in the device', (t) => {
  const device = loopDevice(t)
  // the device takes 128 at a time, so of 256 half have to wait
  writeFileSync(`/sys/block/${basename(device)}/queue/scheduler`, 'mq-deadline')
  const words = ['--ioengine=libaio', '--rw=randread', '--bs=4k', '--number_ios=4000']
  const deep = diskOf(measure(device, [...words, '--iodepth=256']).data, device, 'read')
  const shallow = diskOf(measure(device, [...words, '--iodepth=64']).data, device, 'read')
  t.true(percentileNs(deep.queued, 0.5)! > 100_000)
  t.true(percentileNs(deep.queued, 0.5)! > 10 * percentileNs(shallow.queued, 0.5)!)
  t.true(percentileNs(shallow.device, 0.5)! > 10 * percentileNs(shallow.queued, 0.5)!)
}, COMMANDS)

bpfTest('the target process has a histogram of its own', async (t) => {
  const device = loopDevice(t)
  const probe = startBlock(probeContext)
  t.teardown(probe.close)
  const read = (words: string[]): void => {
    execFileSync('dd', [`if=${device}`, 'of=/dev/null', 'iflag=direct', 'bs=4k', ...words], { stdio: 'ignore' })
  }
  probe.command!({ cmd: 'target', target: { is: 'process', pid: process.pid } })
  read(['count=10'])
  t.deepEqual(probe.read().data.target, { of: { is: 'process', pid: process.pid }, total: { slots: [], count: 0, sumNs: 0, maxNs: 0 } })

  // as the target has to be known before it starts: a shell that becomes dd
  const shell = `read line; exec dd if=${device} of=/dev/null iflag=direct bs=4k count=25 2>/dev/null`
  const child = spawn('sh', ['-c', shell], { stdio: ['pipe', 'ignore', 'ignore'] })
  probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
  child.stdin.end('\n')
  await new Promise((resolve) => child.on('exit', resolve))
  const { data } = probe.read()
  const proc = data.procs.find(({ pid }) => pid === child.pid)!
  t.is(proc.comm, 'dd')
  t.true(proc.reads >= 25)
  t.deepEqual(data.target!.of, { is: 'process', pid: child.pid! })
  t.is(data.target!.total.count, proc.reads)
  t.is(data.target!.total.sumNs, proc.latencyNs)
  t.is(data.target!.total.maxNs, proc.latencyMaxNs)
  probe.command!({ cmd: 'target' })
  t.is(probe.read().data.target, undefined)
}, COMMANDS)

bpfTest('an idle disk says nothing, and nothing is in flight', (t) => {
  const device = loopDevice(t)
  const probe = startBlock(probeContext)
  t.teardown(probe.close)
  const { data } = probe.read()
  t.deepEqual(data.disks.filter(({ name }) => name === basename(device)), [])
}, COMMANDS)

test('a maximum from the other side of the boundary is brought into its slot', (t) => {
  const slot = slotOf(1_000_000)
  const hist = { slots: [slot, 2], count: 2, sumNs: 2_000_000, maxNs: 5_000_000 }
  t.is(slotOf(withinTopSlot(hist).maxNs), slot)
  t.is(withinTopSlot({ ...hist, maxNs: 0 }).maxNs, slotStartNs(slot))
  t.is(withinTopSlot({ ...hist, maxNs: 1_000_001 }).maxNs, 1_000_001)
  t.is(withinTopSlot({ slots: [], count: 0, sumNs: 0, maxNs: 7 }).maxNs, 0)
})

test('peaks are the largest over CPUs, of the epoch asked for', (t) => {
  const entry = (max: number[], epochs: number[]): Buffer => {
    const buffer = Buffer.alloc(56)
    max.forEach((value, i) => buffer.writeBigUInt64LE(BigInt(value), i * 8))
    epochs.forEach((value, i) => buffer.writeUInt32LE(value, 48 + i * 4))
    return buffer
  }
  const values = Buffer.concat([entry([1, 2, 3, 40, 50, 60], [4, 5]), entry([100, 0, 9, 70, 80, 90], [2, 5])])
  const keys = Buffer.alloc(8)
  t.deepEqual([...decodePeaks({ count: 1, keys, values }, 2, 4).values()], [[1, 2, 3]])
  t.deepEqual([...decodePeaks({ count: 1, keys, values }, 2, 5).values()], [[70, 80, 90]])
})

test('disks: number, name, name of one that is gone, hostile name, idleness', (t) => {
  const dev = (7 << 20) | 300
  t.is(devText(dev), '7:300')
  let link: string | undefined = '../../devices/virtual/block/cciss!c0d0'
  const names = diskNames((path) => {
    t.is(path, '/sys/dev/block/7:300')
    if (!link) throw new Error('ENOENT')
    return link
  })
  t.is(names(dev), 'cciss/c0d0')
  link = undefined
  t.is(names(dev), 'cciss/c0d0')
  t.is(diskNames(() => { throw new Error('ENOENT') })(dev), '7:300')
  t.is(diskNames(() => 'a/\x1b[31mred')(dev), '?[31mred')
  t.is(names(0), 'others')
  t.true(isIdle(dev, () => '       0        0\n'))
  t.false(isIdle(dev, () => '       0        2\n'))
  t.false(isIdle(dev, () => { throw new Error('ENOENT') }))
})
