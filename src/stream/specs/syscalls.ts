// What the probe of system calls gives. The functions that its panel has besides are in panels/syscalls.ts. Columns of detail (errors, latency) are there while
// it is collected: of all, or of the target alone.
import { COMM, COUNT, PID } from '../fields.ts'
import type { ProbeSpec } from '../spec.ts'
import { SYSCALLS_PANEL } from './syscalls-panel.ts'

export const SYSCALLS = {
  id: 'syscalls',
  kind: 'core',
  hooks: [{ name: 'sys_enter' }, { name: 'sys_exit' }, { name: 'sched_process_exit' }, { name: 'iter/task' }],
  options: ['detail', 'target'],
  cheaper: [{ is: 'sampled', gives: 'calls in windows, a fifth of the time' }],
  tables: {
    calls: [
      // `syscall_NNN` for a number without a name; those of 32-bit callers end in `/32`
      { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' },
      COUNT,
      { id: 'errors', unit: 'count', kind: 'counter' },
      // interrupted by a signal: the kernel made the call again, or its caller got EINTR; no errors
      { id: 'restarted', unit: 'count', kind: 'counter' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
    // `other`: errors for whose names there was no room
    errnos: [
      { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'errno', unit: 'text', kind: 'label', dim: 'errno' },
      COUNT,
    ],
    // of the target: on which path or address calls failed
    failures: [
      { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'errno', unit: 'text', kind: 'label', dim: 'errno' },
      { id: 'about', unit: 'text', kind: 'label' },
      COUNT,
    ],
    procs: [PID, COMM, COUNT, { id: 'errors', unit: 'count', kind: 'counter' }],
    // the most frequent calls of each
    procCalls: [PID, { id: 'name', unit: 'text', kind: 'label', dim: 'syscall' }, COUNT],
  },
  totals: [{ id: 'calls', unit: 'count', kind: 'counter' }],
  hists: [{ id: 'latency', unit: 'ns', parts: 'calls.latency' }],
  rollups: [
    { of: 'calls', from: 'errnos', key: ['name'], says: 'calls that failed with' },
    { of: 'procs', from: 'procCalls', key: ['pid'] },
    { of: 'calls', from: 'procCalls', key: ['name'], rest: { table: 'procs', label: '(other calls)' } },
  ],
  loss: { events: 'calls', why: 'no room in the tables of detail, or no memory for their threads', of: ['calls'] },
  panels: [SYSCALLS_PANEL],
} as const satisfies ProbeSpec
