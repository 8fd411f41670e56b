// What the probe of new processes gives: each program that was run, each process that ended. Its panel is
// panels/execsnoop.ts.
import { COMM, PID } from '../fields.ts'
import type { ProbeSpec, RowOf } from '../spec.ts'

export const EXECSNOOP = {
  id: 'execsnoop',
  kind: 'bpftrace',
  hooks: [],
  options: [],
  cheaper: { is: 'counted', gives: 'processes that live at the end of an interval; not how others ended' },
  tables: {
    events: [
      // on the stream's clock
      { id: 'atMs', unit: 'ms', kind: 'label' },
      // `exec` or `exit`
      { id: 'kind', unit: 'text', kind: 'label' },
      // what concerns a process is what it does and what it starts
      PID,
      { id: 'ppid', unit: 'id', kind: 'label', dim: 'pid' },
      COMM,
      // of an exec: the command line, words joined by blanks
      { id: 'args', unit: 'text', kind: 'label' },
      // of an exit: the life of the process, where its exec or fork was seen, and how it ended
      { id: 'lifeNs', unit: 'ns', kind: 'gauge' },
      { id: 'exitCode', unit: 'id', kind: 'label' },
      { id: 'signal', unit: 'id', kind: 'label' },
    ],
  },
  lasting: ['events'],
  totals: [
    { id: 'execs', unit: 'count', kind: 'counter' },
    { id: 'exits', unit: 'count', kind: 'counter' },
  ],
  loss: { events: 'events', why: 'bpftrace could not hand them over in time', of: ['events'], uncounted: true },
  panels: [],
} as const satisfies ProbeSpec

export type ExecEvent = RowOf<typeof EXECSNOOP.tables.events>
