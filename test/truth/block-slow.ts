// A disk that serves a few reads at a time and a known number a second: the others wait in its queue. The truth is
// Little's law (requests at a time = rate x latency, and how many there are is known), diskstats, fio and biolatency; fio
// counts what it takes itself to submit and reap as well, which is nothing beside the milliseconds here.
import { tmpdir } from 'node:os'
import { startBlock } from '../helpers/block.ts'
import { mergeHists, percentileNs } from '../../src/model/base/histogram.ts'
import type { BlockDisk } from '../../src/model/block.ts'
import type { Disk, FioJob } from '../helpers/disks.ts'
import { fio, limitDepth, statistics } from '../helpers/disks.ts'
import { until } from '../helpers/programs.ts'
import { missingCommand } from '../helpers/rights.ts'
import { throttledReads } from '../helpers/throttle.ts'
import { probeContext, sleepMs } from '../helpers/workload.ts'
import { besideBucket, countOf, startBiolatency } from './biolatency.ts'
import type { Biolatency, Bucket } from './biolatency.ts'
import { rowOf } from './block.ts'
import { skipped, within } from './check.ts'
import type { Finding, Scale } from './check.ts'

const DEPTH = 64
const DEVICE_DEPTH = 8
const PER_SECOND = 250
const READS = ['--ioengine=libaio', `--iodepth=${DEPTH}`, '--rw=randread', '--bs=4k', '--norandommap', '--time_based']

export const slowDisk = async (disk: Disk, scale: Scale): Promise<Finding[]> => {
  const throttle = throttledReads(tmpdir(), PER_SECOND)
  if (!throttle) return [skipped('slow disk', 'reads of a control group cannot be throttled here')]
  limitDepth(disk, DEVICE_DEPTH)
  const noPeer = missingCommand(['biolatency', 'stdbuf'])
  const peers = noPeer ? [] : await Promise.all([startBiolatency(disk.name, true), startBiolatency(disk.name, false)])
  const probe = startBlock(probeContext)
  try {
    const findings = await measure(probe, peers, disk, throttle.enter, scale)
    return noPeer ? [...findings, skipped('slow disk: biolatency', noPeer)] : findings
  } finally {
    probe.close()
    for (const peer of peers) peer.stop()
    throttle.remove()
  }
}

const measure = async (
  probe: ReturnType<typeof startBlock>,
  peers: readonly Biolatency[],
  disk: Disk,
  enter: readonly string[],
  scale: Scale,
): Promise<Finding[]> => {
  const before = statistics(disk)
  const ms = scale === 'quick' ? 1500 : 12_000
  const running = fio([...READS, `--runtime=${ms}ms`], [[`--filename=${disk.path}`]], enter)
  await until(() => statistics(disk, before).reads > DEPTH)
  const start = probe.read().data
  const startMs = performance.now()
  const atStart = statistics(disk)
  await sleepMs(ms * 0.6)
  const steady = probe.read().data
  const steadyMs = performance.now() - startMs
  const kernelDepth = statistics(disk, atStart).readMs / steadyMs
  const [job] = await running
  const rows = [start, steady, probe.read().data].flatMap((data) => rowOf(data, disk, 'read') ?? [])
  const kernel = statistics(disk, before)
  const [total, device] = await Promise.all(peers.map((peer) => peer.end()))
  return [
    ...littlesLaw(rowOf(steady, disk, 'read')!, steadyMs, kernelDepth, scale),
    ...wholeRun(rows, kernel.readMs, job!, scale),
    ...(total && device ? besidePeer(rows, total, device) : []),
  ]
}

/** Reads come in bursts, ten a second: a short run has few of them. */
const nearAt = (scale: Scale) => within(scale === 'quick' ? 0.25 : 0.1)

const littlesLaw = (row: BlockDisk, ms: number, kernelDepth: number, scale: Scale): Finding[] => {
  const near = nearAt(scale)
  const atATime = (sumNs: number): number => sumNs / ms / 1e6
  return [
    near('slow disk: reads per second, throttle', (row.ops / ms) * 1000, PER_SECOND),
    near('slow disk: reads at a time, diskstats', atATime(row.total.sumNs), kernelDepth),
    ...(scale === 'full' ? [near('slow disk: reads at a time, depth of fio', atATime(row.total.sumNs), DEPTH)] : []),
    near('slow disk: of these queued', atATime(row.queued.sumNs), kernelDepth - DEVICE_DEPTH),
    near('slow disk: of these in the device', atATime(row.device.sumNs), DEVICE_DEPTH),
  ]
}

const whole = (rows: readonly BlockDisk[], kind: 'total' | 'device') => mergeHists(rows.map((row) => row[kind]))

const wholeRun = (rows: readonly BlockDisk[], kernelMs: number, job: FioJob, scale: Scale): Finding[] => {
  const total = whole(rows, 'total')
  const { percentile } = job.read.lat_ns
  const near = nearAt(scale)
  return [
    within(0.02)('slow disk: sum of latencies, diskstats', total.sumNs, kernelMs * 1e6, 'ns'),
    near('slow disk: p50, fio', percentileNs(total, 0.5)!, percentile['50.000000']!, 'ns'),
    // latencies come in steps of 100 ms, a burst each: a few reads more or less, and p99 is on the next one
    near(
      'slow disk: p99, fio (of its p98.5 to p99.5)',
      percentileNs(total, 0.99)!,
      clamp(percentileNs(total, 0.99)!, percentile['98.500000']!, percentile['99.500000']!),
      'ns',
    ),
  ]
}

/** The nearest to it from `low` to `high`. */
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

const besidePeer = (rows: readonly BlockDisk[], total: readonly Bucket[], device: readonly Bucket[]): Finding[] => [
  within(0.002)('slow disk: operations, biolatency', whole(rows, 'total').count, countOf(total)),
  besideBucket('slow disk: p50, biolatency -Q', whole(rows, 'total'), 0.5, total),
  besideBucket('slow disk: p99, biolatency -Q', whole(rows, 'total'), 0.99, total),
  besideBucket('slow disk: p50 in the device, biolatency', whole(rows, 'device'), 0.5, device),
  besideBucket('slow disk: p99 in the device, biolatency', whole(rows, 'device'), 0.99, device),
]
