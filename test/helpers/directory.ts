// A store whose directory of processes has these.
import { createStore, type Store } from '../../src/model/store.ts'
import { tableOf } from '../../src/stream/spec.ts'
import { PROCESSES, type ProcessRow } from '../../src/stream/specs/processes.ts'
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

export const directoryStore = (procs: readonly Partial<ProcessRow>[]): Store => {
  const rows = procs.map((proc) => ({ ...NO_PROCESS, ...proc }))
  const data = { tables: { procs: tableOf(PROCESSES.tables.procs, rows) }, hists: {}, totals: {} }
  const store = createStore()
  store.add({ type: 'probe', atMs: START_MS, spec: PROCESSES })
  store.add({ type: 'sample', probe: 'processes', atMs: START_MS, intervalMs: 1000, lost: 0, data })
  return store
}
