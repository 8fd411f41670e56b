// Every table of the block probe filled on purpose, by making it small: operations, bytes and the disks' sums stay exact,
// what belongs to no process or disk is named as others', and operations without a latency are said to be lost.
import { readdirSync } from 'node:fs'
import { startBlock } from '../helpers/block.ts'
import { block } from '../../src/panels/block.ts'
import { blockTables, type BlockDisk, type BlockReading } from '../../src/model/block.ts'
import type { BlockProc } from '../../src/stream/specs/block.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { Disk } from '../helpers/disks.ts'
import { fio, limitDepth, statistics, withDisks } from '../helpers/disks.ts'
import { probeContext } from '../helpers/workload.ts'
import { atLeast, exact, within, withinUnits } from './check.ts'
import type { Area, Finding } from './check.ts'

export const area: Area = {
  name: 'block-loss',
  needs: ['fio', 'losetup'],
  bpf: true,
  checks: () =>
    withDisks(
      3,
      async (disks) => [...(await requests(disks[0]!)), ...(await processes(disks[0]!)), ...(await manyDisks(disks))],
      16,
    ),
}

const READS = ['--ioengine=libaio', '--bs=4k', '--rw=randread']

/** Runs fio between two readings of a probe with small tables. */
const overflow = async (maxEntries: Record<string, number>, disks: Disk[], options: string[], jobs: string[][]) => {
  const probe = startBlock({ ...probeContext, maxEntries })
  try {
    const before = disks.map((disk) => statistics(disk))
    await fio(options, jobs)
    const reading = probe.read()
    return { ...reading, kernel: disks.map((disk, i) => statistics(disk, before[i])) }
  } finally {
    probe.close()
  }
}

const ofDisks = (data: BlockReading, field: 'ops' | 'bytes', ops: readonly string[]): number =>
  data.disks.filter(({ op }) => ops.includes(op)).reduce((sum, disk) => sum + disk[field], 0)

const ofProcesses = ({ procs }: BlockReading, ...fields: (keyof BlockProc)[]): number =>
  procs.reduce((sum, proc) => sum + fields.reduce((all, field) => all + Number(proc[field]), 0), 0)

const reads = (data: BlockReading, { name }: Disk): BlockDisk | undefined =>
  data.disks.find((disk) => disk.name === name && disk.op === 'read')

/** Processes and others together did what the disks did; requests of others may end while a reading is taken. */
const sum = (table: string, data: BlockReading): Finding =>
  within(0.02)(
    `${table} full: bytes of processes and others, all disks`,
    ofProcesses(data, 'readBytes', 'writeBytes') + (data.others?.bytes ?? 0),
    ofDisks(data, 'bytes', ['read', 'write']),
    'bytes',
  )

const panel = (table: string, data: BlockReading): Finding =>
  exact(`${table} full: operations the panel says belong to no row`, saidByPanel(data), data.others?.ops ?? 0)

const saidByPanel = (data: BlockReading): number => {
  const sample: Sample<'block'> = {
    type: 'sample',
    probe: 'block',
    atMs: 0,
    intervalMs: 1000,
    lost: 0,
    data: blockTables(data),
  }
  return Number(/^(\d+) operations/.exec(block.notes(sample, 'processes').join('\n'))?.[1] ?? 0)
}

const requests = async (disk: Disk): Promise<Finding[]> => {
  limitDepth(disk, 8) // slow, so that many are under way
  const { data, lost, kernel } = await overflow(
    { starts: 1, more_starts: 16 },
    [disk],
    [...READS, '--iodepth=64', '--number_ios=2000'],
    [[`--filename=${disk.path}`]],
  )
  const row = reads(data, disk)
  const timed = data.disks.reduce((sum, { total }) => sum + total.count, 0)
  return [
    exact('requests full: operations, diskstats', row?.ops ?? 0, kernel[0]!.reads),
    exact('requests full: bytes, diskstats', row?.bytes ?? 0, kernel[0]!.readBytes, 'bytes'),
    withinUnits(10)(
      'requests full: operations with a latency, and lost',
      timed + lost,
      ofDisks(data, 'ops', ['read', 'write', 'flush', 'discard', 'other']),
    ),
    atLeast('requests full: lost', lost, 500),
    sum('requests', data),
    panel('requests', data),
  ]
}

const processes = async (disk: Disk): Promise<Finding[]> => {
  const jobs = Array.from({ length: 6 }, () => [`--filename=${disk.path}`])
  const { data, kernel } = await overflow(
    { procs: 1, procs_even: 3, procs_odd: 3 },
    [disk],
    [...READS, '--iodepth=4', '--number_ios=200'],
    jobs,
  )
  return [
    exact('processes full: operations, diskstats', reads(data, disk)?.ops ?? 0, kernel[0]!.reads),
    atLeast('processes full: operations of others', data.others?.ops ?? 0, 600),
    sum('processes', data),
    panel('processes', data),
  ]
}

const manyDisks = async (disks: Disk[]): Promise<Finding[]> => {
  const jobs = disks.map((disk) => [`--filename=${disk.path}`])
  const all = readdirSync('/sys/block').map((name) => ({ ...disks[0]!, name }))
  // five are taken by the others', one for each operation
  const { data, lost, kernel } = await overflow(
    { disk_ids: 7, disks: 7 },
    all,
    ['--ioengine=libaio', '--bs=4k', '--rw=randrw', '--iodepth=4', '--number_ios=500'],
    jobs,
  )
  const rest = data.disks.filter(({ dev }) => dev === '0:0')
  return [
    atLeast(
      'disks full: operations of the row "others"',
      rest.reduce((sum, { ops }) => sum + ops, 0),
      500,
    ),
    exact(
      'disks full: operations of others without a latency, beyond the lost',
      Math.max(0, rest.reduce((sum, { ops, total: { count } }) => sum + ops - count, 0) - lost),
      0,
    ),
    within(0.02)(
      'disks full: bytes of all rows, diskstats of all disks',
      ofDisks(data, 'bytes', ['read', 'write']),
      kernel.reduce((sum, { readBytes, writeBytes }) => sum + readBytes + writeBytes, 0),
      'bytes',
    ),
    sum('disks', data),
  ]
}
