// What the probe of block I/O gives: operations of each disk with their latency, and who sent them. Its panel is in
// specs/block-panel.ts, and the functions that has besides in panels/block.ts; all read and make its tables through
// model/block.ts.
import { COMM, PID } from '../fields.ts'
import type { ProbeSpec, RowOf } from '../spec.ts'
import { BLOCK_PANEL } from './block-panel.ts'

export const BLOCK = {
  id: 'block',
  kind: 'core',
  hooks: [
    // before the first one there was, the insertion into the queue stands for it
    { name: 'block_io_start', optional: true },
    { name: 'block_rq_insert' },
    { name: 'block_rq_merge', optional: true },
    { name: 'block_rq_issue' },
    { name: 'block_rq_complete' },
    { name: 'sched_migrate_task', cheaper: true },
    { name: 'sched_process_exit', cheaper: true },
    { name: 'sched_process_free', cheaper: true },
    { name: 'iter/task', cheaper: true },
  ],
  options: ['target'],
  cheaper: [
    {
      is: 'sampled',
      gives: 'latency, and whose it was, in windows, a fifth of the time; operations and bytes of disks exact',
      estimates: 'what processes did',
    },
    { is: 'counted', gives: 'operations and bytes of disks, bytes of processes; no distribution' },
  ],
  tables: {
    disks: [
      // major:minor
      { id: 'dev', unit: 'text', kind: 'label', dim: 'disk' },
      { id: 'name', unit: 'text', kind: 'label' },
      // `read`, `write`, `flush`, `discard` or `other`
      { id: 'op', unit: 'text', kind: 'label' },
      { id: 'ops', unit: 'count', kind: 'counter', exact: true },
      { id: 'bytes', unit: 'bytes', kind: 'counter', exact: true },
      { id: 'errors', unit: 'count', kind: 'counter' },
      // inserted until issued to the driver, issued until completed, and both; only the sum where it is only counted
      { id: 'total', unit: 'ns', kind: 'histogram' },
      { id: 'queued', unit: 'ns', kind: 'histogram' },
      { id: 'device', unit: 'ns', kind: 'histogram' },
    ],
    procs: [
      PID,
      COMM,
      { id: 'readBytes', unit: 'bytes', kind: 'counter' },
      { id: 'writeBytes', unit: 'bytes', kind: 'counter' },
      // the rest is not known while they are only counted
      { id: 'reads', unit: 'count', kind: 'counter' },
      { id: 'writes', unit: 'count', kind: 'counter' },
      // flushes, discards and the rest
      { id: 'otherOps', unit: 'count', kind: 'counter' },
      // queued plus device, summed over operations
      { id: 'latencyNs', unit: 'ns', kind: 'counter' },
      { id: 'latencyMaxNs', unit: 'ns', kind: 'gauge' },
      { id: 'queuedNs', unit: 'ns', kind: 'counter' },
    ],
  },
  // the heat map is made of them
  lasting: ['disks'],
  totals: [
    // issued and not yet completed at the end of the interval
    { id: 'inFlight', unit: 'count', kind: 'gauge' },
    // whose process could not be kept (table full)
    { id: 'othersOps', unit: 'count', kind: 'counter' },
    { id: 'othersBytes', unit: 'bytes', kind: 'counter' },
  ],
  hists: [{ id: 'total', unit: 'ns', parts: 'disks.total' }],
  loss: { events: 'operations have no latency', why: 'their end was missed, or no room', of: ['disks.ops'] },
  panels: [BLOCK_PANEL],
} as const satisfies ProbeSpec

export type BlockOp = 'read' | 'write' | 'flush' | 'discard' | 'other'
export type BlockProc = RowOf<typeof BLOCK.tables.procs>
