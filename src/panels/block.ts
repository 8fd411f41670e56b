// Block I/O: how long requests to disks take, queued and in the device, and who sends them.
import { blockProcsOf, disksOf, totalOf, type BlockDisk } from '../model/block.ts'
import { percentileNs } from '../model/histogram.ts'
import { percentOf, perSecond, ratio } from '../model/rates.ts'
import type { BlockProc } from '../stream/specs/block.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import { heldIoNotes } from './held-io.ts'
import type { Cell, Column, Panel, Row } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const PROCESSES: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process that issued the request', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  { id: 'wait', title: 'WAIT%', kind: 'percent', help: 'latency of its requests summed, of clock time', priority: 1 },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'slowest request', priority: 3, rule: 'disk-latency' },
  { id: 'mean', title: 'MEAN', kind: 'duration', help: 'latency by number of requests', priority: 6 },
  { id: 'reads', title: 'READ/s', kind: 'rate', help: 'reads, per second', priority: 4 },
  { id: 'writes', title: 'WRITE/s', kind: 'rate', help: 'writes, per second', priority: 5 },
  { id: 'readBytes', title: 'RD B/s', kind: 'byteRate', help: 'bytes read, per second', priority: 7 },
  { id: 'writeBytes', title: 'WR B/s', kind: 'byteRate', help: 'bytes written, per second', priority: 8 },
  {
    id: 'queued',
    title: 'QUEUE%',
    kind: 'percent',
    help: 'the part of WAIT before the driver got the request',
    priority: 9,
    detail: true,
  },
  {
    id: 'other',
    title: 'OTHER/s',
    kind: 'rate',
    help: 'flushes, discards and the rest, per second',
    priority: 10,
    detail: true,
  },
]

const DISKS: readonly Column[] = [
  { id: 'disk', title: 'DISK', kind: 'text', help: 'block device', priority: 0, width: 8, grow: true },
  { id: 'op', title: 'OP', kind: 'text', help: 'operation', priority: 1, width: 7 },
  { id: 'ops', title: 'OPS/s', kind: 'rate', help: 'operations, per second', priority: 2 },
  { id: 'bytes', title: 'B/s', kind: 'byteRate', help: 'bytes, per second', priority: 5 },
  { id: 'p50', title: 'P50', kind: 'duration', help: 'median latency, queued plus device', priority: 4 },
  {
    id: 'p99',
    title: 'P99',
    kind: 'duration',
    help: '99th percentile, from 100 operations on',
    priority: 3,
    rule: 'disk-latency',
  },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'slowest', priority: 6, rule: 'disk-latency' },
  { id: 'queued99', title: 'QUEUED99', kind: 'duration', help: '99th percentile of the time queued', priority: 7 },
  {
    id: 'device99',
    title: 'DEVICE99',
    kind: 'duration',
    help: '99th percentile of the time in the device',
    priority: 8,
  },
  { id: 'errors', title: 'ERR', kind: 'count', help: 'failed operations', priority: 9 },
]

export const block: Panel<'block'> = {
  id: 'block',
  key: '3',
  title: 'block I/O',
  question: 'Which disk is slow, and who waits for it?',
  area: 'disk',
  method:
    'Time from insertion into the queue (or issue, where there is no queue) until completion, every request counted. zram has no requests and is not seen: its work is CPU time of whoever swaps; device mapper and md show up as the disks below them.',
  probe: 'block',
  table: (mode) => (mode === 'disks' ? 'disks' : 'procs'),
  modes: [
    { id: 'processes', label: 'by process', rows: 'processes' },
    { id: 'disks', label: 'by disk', rows: 'disks' },
  ],
  heatBits: [12, 32],
  hists: (data) => {
    const total = totalOf(data)
    return total ? [total] : disksOf(data).map((disk) => disk.total)
  },
  columns: (mode, detail) => columnsOf(mode === 'disks' ? DISKS : PROCESSES, detail),
  defaultSort: (mode) => ({ column: mode === 'disks' ? 'ops' : 'wait', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return mode === 'disks'
      ? disksOf(sample.data).map((disk) => diskRow(disk, sample.intervalMs))
      : processRows(sample, detail)
  },
  selects: (data, row, mode) => {
    const disk = mode === 'disks' ? disksOf(data).find((each) => diskKey(each) === row.key) : undefined
    return disk ? [{ is: 'disk', dev: disk.dev, name: disk.name }] : []
  },
  // what the kernel counts of a disk does not say whose it was
  emptyText: ({ data, tier }) =>
    tier?.is === 'counted' && disksOf(data).length > 0
      ? 'whose I/O it was is not known while it is only counted'
      : undefined,
  stats: ({ data, intervalMs }) => [
    { label: 'rd', kind: 'byteRate', value: bytesPerSecond(data, 'read', intervalMs) },
    { label: 'wr', kind: 'byteRate', value: bytesPerSecond(data, 'write', intervalMs) },
    // whose those are is not known
    ...('inFlight' in data.totals
      ? [{ label: 'in flight', kind: 'count' as const, value: data.totals['inFlight'] }]
      : []),
    ...errorStat(disksOf(data)),
  ],
  notes: ({ data: { totals } }) =>
    totals['othersOps'] ? [`${totals['othersOps']} operations belong to no row (table full)`] : [],
  // it is in no request yet
  heldNotes: heldIoNotes,
}

const processRows = ({ data, intervalMs }: Sample<'block'>, detail: boolean): Row[] =>
  blockProcsOf(data).map((proc) => {
    const share = (ns: number | null) => (ns === null ? undefined : percentOf(ns, intervalMs))
    const rate = (count: number | null) => (count === null ? undefined : perSecond(count, intervalMs))
    const cells: Cell[] = [
      proc.pid ?? undefined,
      proc.comm ?? undefined,
      share(proc.latencyNs),
      proc.latencyMaxNs ?? undefined,
      proc.latencyNs === null ? undefined : ratio(proc.latencyNs, operationsOf(proc)),
      rate(proc.reads),
      rate(proc.writes),
      rate(proc.readBytes),
      rate(proc.writeBytes),
    ]
    if (detail) cells.push(share(proc.queuedNs), rate(proc.otherOps))
    return { key: String(proc.pid), ...(proc.pid === null ? {} : { pid: proc.pid }), cells }
  })

const diskRow = (disk: BlockDisk, intervalMs: number): Row => {
  const tail = (hist: BlockDisk['total']) => (hist.count >= 100 ? percentileNs(hist, 0.99) : undefined)
  return {
    key: diskKey(disk),
    cells: [
      disk.name,
      disk.op,
      perSecond(disk.ops, intervalMs),
      perSecond(disk.bytes, intervalMs),
      percentileNs(disk.total, 0.5),
      tail(disk.total),
      disk.total.maxNs || undefined,
      tail(disk.queued),
      tail(disk.device),
      disk.errors,
    ],
    ...(disk.errors > 0 ? { role: 'bad' as const } : {}),
  }
}

/** Of a process; none where they are not known. */
export const operationsOf = ({ reads, writes, otherOps }: BlockProc): number =>
  [reads, writes, otherOps].reduce<number>((sum, count) => sum + (count ?? 0), 0)

const diskKey = ({ dev, op }: BlockDisk): string => `${dev} ${op}`

const bytesPerSecond = (data: TablesData, op: 'read' | 'write', intervalMs: number): number => {
  const disks = disksOf(data)
  const ofDisks = disks.filter((disk) => disk.op === op).reduce((sum, disk) => sum + disk.bytes, 0)
  const ofProcs = blockProcsOf(data).reduce(
    (sum, { readBytes, writeBytes }) => sum + ((op === 'read' ? readBytes : writeBytes) ?? 0),
    0,
  )
  return perSecond(disks.length > 0 ? ofDisks : ofProcs, intervalMs)
}

const errorStat = (disks: readonly BlockDisk[]) => {
  const errors = disks.reduce((sum, disk) => sum + disk.errors, 0)
  return errors > 0 ? [{ label: 'errors', kind: 'count' as const, value: errors, role: 'bad' as const }] : []
}
