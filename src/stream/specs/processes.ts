// The directory of processes: whatever knows only the number of one is joined to it.
import { CGROUP, COMM, PID } from '../fields.ts'
import type { ProbeSpec, RowOf } from '../spec.ts'

export const PROCESSES = {
  id: 'processes',
  kind: 'core',
  hooks: [{ name: 'iter/task' }, { name: 'iter/bpf_map' }],
  options: [],
  tables: {
    procs: [
      PID,
      // since the machine was started, in steps of 10 ms: tells processes apart that had the same number
      { id: 'startedMs', unit: 'ms', kind: 'label' },
      COMM,
      // words joined by blanks, cut; unknown until it was read
      { id: 'args', unit: 'text', kind: 'label' },
      { id: 'parent', unit: 'id', kind: 'label' },
      { id: 'uid', unit: 'id', kind: 'label', dim: 'user' },
      { id: 'user', unit: 'text', kind: 'label' },
      { id: 'threads', unit: 'count', kind: 'gauge' },
      // from the root of the default hierarchy (v2)
      CGROUP,
      // what its runtime calls the container it is in, and that one's group
      { id: 'container', unit: 'text', kind: 'label' },
      { id: 'containerGroup', unit: 'text', kind: 'label' },
    ],
  },
  panels: [],
} as const satisfies ProbeSpec

export type ProcessRow = RowOf<typeof PROCESSES.tables.procs>
