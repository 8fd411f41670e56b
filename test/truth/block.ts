// Block I/O: what fio and a process started cold are known to have done, on loop devices of our own, beside the
// kernel's own statistics, fio's latencies, and Little's law on a disk that is slow by a known rate.
import type { Disk } from '../helpers/disks.ts'
import { fio, statistics, withDisks } from '../helpers/disks.ts'
import { startBlock } from '../helpers/block.ts'
import type { BlockDisk, BlockReading } from '../../src/model/block.ts'
import type { BlockOp, BlockProc } from '../../src/stream/specs/block.ts'
import { probeContext } from '../helpers/workload.ts'
import { coldProcess } from './block-cold.ts'
import { slowDisk } from './block-slow.ts'
import { exact } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'

const MEBIBYTES = 32

export const area: Area = {
  name: 'block',
  needs: ['fio', 'losetup', 'perl'],
  bpf: true,
  checks: (scale) =>
    withDisks(
      3,
      async (disks) => [
        ...(await severalDisks(disks, scale)),
        ...(await slowDisk(disks[0]!, scale)),
        ...(await coldProcess(disks[1]!, MEBIBYTES)),
      ],
      MEBIBYTES,
    ),
}

export const rowOf = (data: BlockReading, disk: Disk, op: BlockOp): BlockDisk | undefined =>
  data.disks.find(({ name, op: its }) => name === disk.name && its === op)

const severalDisks = async (disks: Disk[], scale: Scale): Promise<Finding[]> => {
  const ios = scale === 'quick' ? 1000 : 8000
  const [mixed, reading, trimming] = disks as [Disk, Disk, Disk]
  const probe = startBlock(probeContext)
  const before = disks.map((disk) => statistics(disk))
  const [mixedJob, readingJob, trimmingJob] = await fio(
    ['--ioengine=libaio'],
    [
      [`--filename=${mixed.path}`, '--rw=randrw', '--bs=8k', '--iodepth=16', `--number_ios=${ios}`, '--fsync=100'],
      [`--filename=${reading.path}`, '--rw=randread', '--bs=4k', '--iodepth=64', `--number_ios=${2 * ios}`],
      [`--filename=${trimming.path}`, '--rw=trimwrite', '--bs=64k', '--iodepth=4', `--number_ios=${ios / 4}`],
    ],
  )
  const { data } = probe.read()
  const kernel = disks.map((disk, i) => statistics(disk, before[i]))
  probe.close()
  const fios = data.procs.filter(({ comm }) => comm === 'fio')
  const sum = (field: keyof BlockProc): number => fios.reduce((all, proc) => all + Number(proc[field]), 0)

  const beside = (disk: Disk, op: BlockOp, opsTruth: number, bytesTruth: number, fioBytes: number): Finding[] => {
    const row = rowOf(data, disk, op)
    const name = `${disk.name}, ${op}`
    return [
      exact(`${name}: operations, diskstats`, row?.ops ?? 0, opsTruth),
      exact(`${name}: bytes, diskstats`, row?.bytes ?? 0, bytesTruth, 'bytes'),
      exact(`${name}: bytes, fio`, row?.bytes ?? 0, fioBytes, 'bytes'),
    ]
  }
  const syncs = mixedJob!.sync.total_ios
  return [
    ...beside(mixed, 'read', kernel[0]!.reads, kernel[0]!.readBytes, mixedJob!.read.io_bytes),
    // the kernel counts the caller's side of an empty flush as a write
    ...beside(mixed, 'write', kernel[0]!.writes - syncs, kernel[0]!.writeBytes, mixedJob!.write.io_bytes),
    exact(`${mixed.name}, flush: operations, diskstats`, rowOf(data, mixed, 'flush')?.ops ?? 0, kernel[0]!.flushes),
    ...beside(reading, 'read', kernel[1]!.reads, kernel[1]!.readBytes, readingJob!.read.io_bytes),
    ...beside(trimming, 'write', kernel[2]!.writes, kernel[2]!.writeBytes, trimmingJob!.write.io_bytes),
    ...beside(trimming, 'discard', kernel[2]!.discards, kernel[2]!.discardBytes, trimmingJob!.trim.io_bytes),
    exact('processes of fio: writes, diskstats', sum('writes'), kernel[0]!.writes - syncs + kernel[2]!.writes),
    exact(
      'processes of fio: bytes written, fio',
      sum('writeBytes'),
      mixedJob!.write.io_bytes + trimmingJob!.write.io_bytes,
      'bytes',
    ),
    exact('processes of fio: flushes and discards, fio', sum('otherOps'), syncs + trimmingJob!.trim.total_ios),
  ]
}
