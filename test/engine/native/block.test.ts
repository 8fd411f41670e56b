// The block probe on a loop device of our own: histograms, a target, an idle disk; and its decoding. What it counts is
// held against the kernel's own statistics in test/truth/.
import { execFileSync, spawn } from 'node:child_process'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { startBlock } from '../../../src/engine/native/block.ts'
import { decodePeaks, withinTopSlot } from '../../../src/engine/native/block-decode.ts'
import { devText, diskNames, isIdle } from '../../../src/engine/native/disks.ts'
import { slotOf, slotStartNs } from '../../../src/model/histogram.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { loopDevice } from '../../helpers/disks.ts'
import type { Disk } from '../../helpers/disks.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { probeContext } from '../../helpers/workload.ts'

const COMMANDS = ['losetup']

const diskOf = (t: ExecutionContext): Disk => {
  const disk = loopDevice(temporaryFolder(t), 16)
  t.teardown(disk.detach)
  return disk
}

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
  t.is(
    diskNames(() => {
      throw new Error('ENOENT')
    })(dev),
    '7:300',
  )
  t.is(diskNames(() => 'a/\x1b[31mred')(dev), '?[31mred')
  t.is(names(0), 'others')
  t.true(isIdle(dev, () => '       0        0\n'))
  t.false(isIdle(dev, () => '       0        2\n'))
  t.false(
    isIdle(dev, () => {
      throw new Error('ENOENT')
    }),
  )
})
