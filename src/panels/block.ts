// Block I/O: how long requests to disks take, queued and in the device, and who sends them.
import { percentileNs } from '../model/histogram.ts'
import { percentOf, perSecond, ratio } from '../model/rates.ts'
import type { BlockData, BlockDisk, BlockProc, Sample } from '../stream/types.ts'
import { heldIoNotes } from './held-io.ts'
import type { Cell, Column, Panel, Row } from './types.ts'

const PROCESSES: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'process that issued the request', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 8, grow: true },
  { id: 'wait', title: 'WAIT%', kind: 'percent', help: 'latency of its requests summed, of clock time', priority: 1 },
  { id: 'max', title: 'MAX', kind: 'duration', help: 'slowest request', priority: 4, rule: 'disk-latency' },
  { id: 'mean', title: 'MEAN', kind: 'duration', help: 'latency by number of requests', priority: 7 },
  { id: 'reads', title: 'READ/s', kind: 'rate', help: 'reads, per second', priority: 5 },
  { id: 'writes', title: 'WRITE/s', kind: 'rate', help: 'writes, per second', priority: 6 },
  { id: 'readBytes', title: 'RD B/s', kind: 'byteRate', help: 'bytes read, per second', priority: 8 },
  { id: 'writeBytes', title: 'WR B/s', kind: 'byteRate', help: 'bytes written, per second', priority: 9 },
  {
    id: 'queued',
    title: 'QUEUE%',
    kind: 'percent',
    help: 'the part of WAIT before the driver got the request',
    priority: 10,
    detail: true,
  },
  {
    id: 'other',
    title: 'OTHER/s',
    kind: 'rate',
    help: 'flushes, discards and the rest, per second',
    priority: 11,
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
  method:
    'Time from insertion into the queue (or issue, where there is no queue) until completion, every request counted. zram has no requests and is not seen: its work is CPU time of whoever swaps; device mapper and md show up as the disks below them.',
  probe: 'block',
  modes: [
    { id: 'processes', label: 'by process' },
    { id: 'disks', label: 'by disk' },
  ],
  heatBits: [12, 32],
  // of a process that is selected its disks are not told apart
  hists: (data) =>
    data.disks.length === 0 && data.target ? [data.target.total] : data.disks.map((disk) => disk.total),
  columns: (mode, detail) => (mode === 'disks' ? DISKS : PROCESSES).filter((column) => detail || !column.detail),
  defaultSort: (mode) => ({ column: mode === 'disks' ? 'ops' : 'wait', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return mode === 'disks'
      ? sample.data.disks.map((disk) => diskRow(disk, sample.intervalMs))
      : processRows(sample, detail)
  },
  selects: (data, row, mode) => {
    const disk = mode === 'disks' ? data.disks.find((each) => diskKey(each) === row.key) : undefined
    return disk ? [{ is: 'disk', dev: disk.dev, name: disk.name }] : []
  },
  stats: ({ data, intervalMs }) => [
    { label: 'rd', kind: 'byteRate', value: bytesPerSecond(data, 'read', intervalMs) },
    { label: 'wr', kind: 'byteRate', value: bytesPerSecond(data, 'write', intervalMs) },
    { label: 'in flight', kind: 'count', value: data.inFlight },
    ...errorStat(data.disks),
  ],
  notes: ({ data }) => (data.others ? [`${data.others.ops} operations belong to no row (table full)`] : []),
  // it is in no request yet
  heldNotes: heldIoNotes,
}

const processRows = ({ data, intervalMs }: Sample<'block'>, detail: boolean): Row[] =>
  data.procs.map((proc) => {
    const ops = operationsOf(proc)
    const cells: Cell[] = [
      proc.pid,
      proc.comm,
      percentOf(proc.latencyNs, intervalMs),
      proc.latencyMaxNs,
      proc.latencyNs === undefined ? undefined : ratio(proc.latencyNs, ops),
      perSecond(proc.reads, intervalMs),
      perSecond(proc.writes, intervalMs),
      perSecond(proc.readBytes, intervalMs),
      perSecond(proc.writeBytes, intervalMs),
    ]
    if (detail) cells.push(percentOf(proc.queuedNs, intervalMs), perSecond(proc.otherOps, intervalMs))
    return { key: String(proc.pid), pid: proc.pid, cells }
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
      disk.ops > 0 ? disk.total.maxNs || undefined : undefined,
      tail(disk.queued),
      tail(disk.device),
      disk.errors,
    ],
    ...(disk.errors > 0 ? { role: 'bad' as const } : {}),
  }
}

/** Of a process; none where they are not known. */
export const operationsOf = ({ reads = 0, writes = 0, otherOps = 0 }: BlockProc): number => reads + writes + otherOps

const diskKey = ({ dev, op }: BlockDisk): string => `${dev} ${op}`

const bytesPerSecond = ({ disks, procs }: BlockData, op: 'read' | 'write', intervalMs: number): number => {
  const ofDisks = disks.filter((disk) => disk.op === op).reduce((sum, disk) => sum + disk.bytes, 0)
  const ofProcs = procs.reduce((sum, proc) => sum + (op === 'read' ? proc.readBytes : proc.writeBytes), 0)
  return perSecond(disks.length > 0 ? ofDisks : ofProcs, intervalMs)
}

const errorStat = (disks: readonly BlockDisk[]) => {
  const errors = disks.reduce((sum, disk) => sum + disk.errors, 0)
  return errors > 0 ? [{ label: 'errors', kind: 'count' as const, value: errors, role: 'bad' as const }] : []
}
