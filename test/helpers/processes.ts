// Samples of the directory of processes, made up.
import { tableOf } from '../../src/stream/spec.ts'
import { PROCESSES, type ProcessRow } from '../../src/stream/specs/processes.ts'
import type { Message } from '../../src/stream/stream-types.ts'

export const processRow = (row: Partial<ProcessRow> & { pid: number }): ProcessRow => ({
  startedMs: null,
  comm: null,
  args: null,
  parent: null,
  uid: null,
  user: null,
  threads: 1,
  cgroup: null,
  container: null,
  containerGroup: null,
  ...row,
})

/** What the probe says of itself, and one reading. */
export const processMessages = (atMs: number, rows: readonly ProcessRow[]): Message[] => [
  { type: 'probe', atMs, spec: PROCESSES },
  {
    type: 'sample',
    probe: 'processes',
    atMs,
    intervalMs: 1000,
    lost: 0,
    data: { tables: { procs: tableOf(PROCESSES.tables.procs, rows) }, hists: {}, totals: {} },
  },
]
