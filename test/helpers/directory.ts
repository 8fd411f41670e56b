// A store whose directory of processes has these, and the messages that make one.
import { createStore, type Store } from '../../src/model/store.ts'
import { tableOf } from '../../src/stream/spec.ts'
import { PROCESSES, type ProcessRow } from '../../src/stream/specs/processes.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { START_MS } from './stream.ts'

const NO_PROCESS: ProcessRow = {
  pid: null,
  startedMs: null,
  comm: null,
  args: null,
  parent: null,
  uid: null,
  user: null,
  threads: null,
  cgroup: null,
  container: null,
  containerGroup: null,
}

export const directoryMessages = (procs: readonly Partial<ProcessRow>[]): Message[] => {
  const rows = procs.map((proc) => ({ ...NO_PROCESS, ...proc }))
  const data = { tables: { procs: tableOf(PROCESSES.tables.procs, rows) }, hists: {}, totals: {} }
  return [
    { type: 'probe', atMs: START_MS, spec: PROCESSES },
    { type: 'sample', probe: 'processes', atMs: START_MS, intervalMs: 1000, lost: 0, data },
  ]
}

export const directoryStore = (procs: readonly Partial<ProcessRow>[]): Store => {
  const store = createStore()
  for (const message of directoryMessages(procs)) store.add(message)
  return store
}
