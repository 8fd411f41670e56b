// The panel of block I/O: how long requests take, by process and by disk.
import type { ColumnSpec, FigureSpec, PanelSpec } from '../spec.ts'

export const PROCESSES = [
  { id: 'pid', title: 'PID', help: 'process that issued the request', value: { value: 'pid' }, priority: 2 },
  {
    id: 'command',
    title: 'COMMAND',
    help: 'name of the process',
    value: { value: 'comm' },
    priority: 0,
    width: 8,
    grow: true,
  },
  {
    id: 'wait',
    title: 'WAIT%',
    help: 'latency of its requests summed, of clock time',
    value: { timeShare: 'latencyNs' },
    priority: 1,
  },
  {
    id: 'max',
    title: 'MAX',
    help: 'slowest request',
    value: { value: 'latencyMaxNs' },
    priority: 3,
    rule: 'disk-latency',
  },
  { id: 'mean', title: 'MEAN', help: 'latency by number of requests', value: { named: 'mean', as: 'ns' }, priority: 6 },
  { id: 'reads', title: 'READ/s', help: 'reads, per second', value: { perSecond: 'reads' }, priority: 4 },
  { id: 'writes', title: 'WRITE/s', help: 'writes, per second', value: { perSecond: 'writes' }, priority: 5 },
  { id: 'readBytes', title: 'RD B/s', help: 'bytes read, per second', value: { perSecond: 'readBytes' }, priority: 7 },
  {
    id: 'writeBytes',
    title: 'WR B/s',
    help: 'bytes written, per second',
    value: { perSecond: 'writeBytes' },
    priority: 8,
  },
  {
    id: 'queued',
    title: 'QUEUE%',
    help: 'the part of WAIT before the driver got the request',
    value: { timeShare: 'queuedNs' },
    priority: 9,
    detail: true,
  },
  {
    id: 'other',
    title: 'OTHER/s',
    help: 'flushes, discards and the rest, per second',
    value: { perSecond: 'otherOps' },
    priority: 10,
    detail: true,
  },
] as const satisfies readonly ColumnSpec[]

export const DISKS = [
  { id: 'disk', title: 'DISK', help: 'block device', value: { value: 'name' }, priority: 0, width: 8, grow: true },
  { id: 'op', title: 'OP', help: 'operation', value: { value: 'op' }, priority: 1, width: 7 },
  { id: 'ops', title: 'OPS/s', help: 'operations, per second', value: { perSecond: 'ops' }, priority: 2 },
  { id: 'bytes', title: 'B/s', help: 'bytes, per second', value: { perSecond: 'bytes' }, priority: 5 },
  {
    id: 'p50',
    title: 'P50',
    help: 'median latency, queued plus device',
    value: { percentile: 'total', p: 50 },
    priority: 4,
  },
  {
    id: 'p99',
    title: 'P99',
    help: '99th percentile, from 100 operations on',
    value: { percentile: 'total', p: 99 },
    priority: 3,
    rule: 'disk-latency',
  },
  {
    id: 'max',
    title: 'MAX',
    help: 'slowest',
    value: { percentile: 'total', p: 100 },
    priority: 6,
    rule: 'disk-latency',
  },
  {
    id: 'queued99',
    title: 'QUEUED99',
    help: '99th percentile of the time queued',
    value: { percentile: 'queued', p: 99 },
    priority: 7,
  },
  {
    id: 'device99',
    title: 'DEVICE99',
    help: '99th percentile of the time in the device',
    value: { percentile: 'device', p: 99 },
    priority: 8,
  },
  { id: 'errors', title: 'ERR', help: 'failed operations', value: { value: 'errors' }, priority: 9 },
] as const satisfies readonly ColumnSpec[]

const FIGURES = [
  { label: 'rd', value: { named: 'readRate', as: 'byteRate' }, exact: true },
  { label: 'wr', value: { named: 'writeRate', as: 'byteRate' }, exact: true },
  // whose those are is not known
  { label: 'in flight', value: { value: 'inFlight' }, rare: true, exact: true },
  { label: 'errors', value: { named: 'errors', as: 'count' }, thresholds: { bad: 1 }, rare: true },
] as const satisfies readonly FigureSpec[]

export const BLOCK_PANEL = {
  id: 'block',
  key: '3',
  title: 'block I/O',
  question: 'Which disk is slow, and who waits for it?',
  howToRead:
    'Time from insertion into the queue (or issue, where there is no queue) until completion, every request counted. zram has no requests and is not seen: its work is CPU time of whoever swaps; device mapper and md show up as the disks below them.',
  area: 'disk',
  heatBits: [12, 32],
  tabs: [
    {
      id: 'processes',
      label: 'by process',
      rows: 'processes',
      table: 'procs',
      key: ['pid'],
      hists: ['total'],
      sort: { column: 'wait', descending: true },
      figures: FIGURES,
      columns: PROCESSES,
    },
    {
      id: 'disks',
      label: 'by disk',
      rows: 'disks',
      table: 'disks',
      key: ['dev', 'op'],
      hists: ['total'],
      sort: { column: 'ops', descending: true },
      figures: FIGURES,
      columns: DISKS,
    },
  ],
} as const satisfies PanelSpec
