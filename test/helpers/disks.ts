// Loop devices of our own, what the kernel counts of a disk, and fio, which makes a known number of requests.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Disk {
  /** As in /sys/block. */
  name: string
  path: string
  detach(): void
}

/** A loop device over a file in `folder`, past the page cache where the file system allows it; no requests are merged. */
export const loopDevice = (folder: string, mebibytes = 64): Disk => {
  const file = join(mkdtempSync(join(folder, 'disk-')), 'disk')
  writeFileSync(file, Buffer.alloc(mebibytes << 20), { flush: true }) // not sparse: a hole is read without a device
  const path = execFileSync('losetup', ['--find', '--show', '--direct-io=on', file], { encoding: 'utf8' }).trim()
  const disk: Disk = {
    name: path.slice('/dev/'.length),
    path,
    detach: () => execFileSync('losetup', ['--detach', path]),
  }
  setQueue(disk, 'nomerges', '2')
  return disk
}

/** Some loop devices while `work` runs. */
export const withDisks = async <T>(
  count: number,
  work: (disks: Disk[]) => Promise<T>,
  mebibytes?: number,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-'))
  const disks: Disk[] = []
  try {
    while (disks.length < count) disks.push(loopDevice(folder, mebibytes))
    return await work(disks)
  } finally {
    for (const disk of disks) disk.detach()
    rmSync(folder, { recursive: true })
  }
}

const setQueue = ({ name }: Disk, what: string, value: string): void =>
  writeFileSync(`/sys/block/${name}/queue/${what}`, value)

/** The driver gets at most so many requests at a time, the others wait in a queue: the number of tags can be lowered
 * only while there is no scheduler, and stays when there is one again. */
export const limitDepth = (disk: Disk, depth: number): void => {
  setQueue(disk, 'scheduler', 'none')
  setQueue(disk, 'nr_requests', String(depth))
  setQueue(disk, 'scheduler', 'mq-deadline')
}

type Statistics = Record<(typeof FIELDS)[number], number>

/** /sys/block/NAME/stat: operations, merges, sectors and ms of each kind. */
const FIELDS = [
  'reads',
  'readMerges',
  'readBytes',
  'readMs',
  'writes',
  'writeMerges',
  'writeBytes',
  'writeMs',
  'inFlight',
  'busyMs',
  'queueMs',
  'discards',
  'discardMerges',
  'discardBytes',
  'discardMs',
  'flushes',
  'flushMs',
] as const

/** The kernel's own counters; the difference to an earlier reading where there is one. */
export const statistics = ({ name }: Disk, before?: Statistics): Statistics => {
  const values = readFileSync(`/sys/block/${name}/stat`, 'utf8').trim().split(/\s+/)
  return Object.fromEntries(
    FIELDS.map((field, i) => {
      const now = Number(values[i]) * (field.endsWith('Bytes') ? 512 : 1)
      return [field, now - (before?.[field] ?? 0)]
    }),
  ) as Statistics
}

interface FioSide {
  total_ios: number
  io_bytes: number
  lat_ns: { mean: number; max: number; percentile: Record<string, number> }
}

/** One job of fio's report; of `sync` only the number. */
export interface FioJob {
  read: FioSide
  write: FioSide
  trim: FioSide
  sync: { total_ios: number }
}

/** Runs fio: options for all jobs, those of each, and perhaps the words before it. */
export const fio = async (
  options: readonly string[],
  jobs: readonly (readonly string[])[],
  enter: readonly string[] = [],
): Promise<FioJob[]> => {
  const words = [
    ...enter,
    'fio',
    '--output-format=json',
    '--direct=1',
    '--allow_mounted_write=0',
    '--lat_percentiles=1',
    '--percentile_list=50:98.5:99:99.5',
    ...options,
  ]
  jobs.forEach((job, i) => words.push(`--name=job${i}`, ...job))
  const { stdout } = await run(words[0]!, words.slice(1))
  return JSON.parse(stdout.slice(stdout.indexOf('{'))).jobs
}
