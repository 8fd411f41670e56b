// What is shown of a store: one instant of it, seen through selections. Who is given a view cannot read another instant, or
// more of the machine, by forgetting to say which; who means another says so (`at`, `through`, `whole`).
import type { CostMessage } from '../stream/cost-message.ts'
import type { ProcessMessage } from '../stream/process-message.ts'
import type { AnySample, HostFacts, LogMessage, ProbeStatus, Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { directoryOf, type Directory } from './directory.ts'
import { narrowStore } from './narrow.ts'
import type { Selection } from './selection.ts'
import type { Store } from './store.ts'

/** What a stream said of itself, and of all instants. */
export type Known = Pick<
  Store,
  'version' | 'hello' | 'specs' | 'spec' | 'probes' | 'host' | 'ticks' | 'gaps' | 'hooks' | 'statuses'
>

export interface View {
  readonly store: Known
  /** The same instant of the whole machine. */
  readonly whole: View
  /** Absent: the newest, whatever comes. */
  readonly atMs: number | undefined
  /** The same selections at another instant. */
  at(atMs: number | undefined): View
  /** The same instant through other selections. */
  through(path: readonly Selection[]): View
  directory(): Directory
  host(): HostFacts | undefined
  status(probe: ProbeId): ProbeStatus
  statusSinceMs(probe: ProbeId): number | undefined
  samples<P extends ProbeId>(probe: P, count: number): Sample<P>[]
  latest<P extends ProbeId>(probe: P): Sample<P> | undefined
  hasRows(sample: AnySample | Sample): boolean
  cost(probe?: ProbeId): CostMessage | undefined
  process(pid: number, startedMs?: number): ProcessMessage | undefined
  logs(count: number): LogMessage[]
}

export const viewOf = (store: Store, path: readonly Selection[] = [], atMs?: number): View => {
  const narrowed = narrowStore(store, path)
  const view: View = {
    store,
    get whole() {
      return path.length === 0 ? view : viewOf(store, [], atMs)
    },
    atMs,
    at: (other) => (other === atMs ? view : viewOf(store, path, other)),
    through: (other) => viewOf(store, other, atMs),
    directory: () => directoryOf(store, atMs),
    host: () => store.host(atMs),
    status: (probe) => store.status(probe, atMs),
    statusSinceMs: (probe) => store.statusSinceMs(probe, atMs),
    samples: (probe, count) => narrowed.samples(probe, count, atMs),
    latest: (probe) => narrowed.latest(probe, atMs),
    hasRows: narrowed.hasRows,
    cost: (probe) => store.cost(atMs, probe),
    process: (pid, startedMs) => store.process(pid, atMs, startedMs),
    logs: (count) => store.logs(count, atMs),
  }
  return view
}
