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

export const viewOf = (store: Store, path: readonly Selection[] = [], atMs?: number): View =>
  new StoreView(store, path, atMs)

/** One is made for every frame: what a class does stays compiled, of closures only as long as one of them lives. */
class StoreView implements View {
  readonly store: Store
  readonly atMs: number | undefined
  readonly #path: readonly Selection[]
  readonly #narrowed: Store

  constructor(store: Store, path: readonly Selection[], atMs: number | undefined) {
    this.store = store
    this.atMs = atMs
    this.#path = path
    this.#narrowed = narrowStore(store, path)
  }

  get whole(): View {
    return this.#path.length === 0 ? this : viewOf(this.store, [], this.atMs)
  }

  at(atMs: number | undefined): View {
    return atMs === this.atMs ? this : viewOf(this.store, this.#path, atMs)
  }

  through(path: readonly Selection[]): View {
    return viewOf(this.store, path, this.atMs)
  }

  directory(): Directory {
    return directoryOf(this.store, this.atMs)
  }

  host(): HostFacts | undefined {
    return this.store.host(this.atMs)
  }

  status(probe: ProbeId): ProbeStatus {
    return this.store.status(probe, this.atMs)
  }

  statusSinceMs(probe: ProbeId): number | undefined {
    return this.store.statusSinceMs(probe, this.atMs)
  }

  samples<P extends ProbeId>(probe: P, count: number): Sample<P>[] {
    return this.#narrowed.samples(probe, count, this.atMs)
  }

  latest<P extends ProbeId>(probe: P): Sample<P> | undefined {
    return this.#narrowed.latest(probe, this.atMs)
  }

  hasRows(sample: AnySample | Sample): boolean {
    return this.#narrowed.hasRows(sample)
  }

  cost(probe?: ProbeId): CostMessage | undefined {
    return this.store.cost(this.atMs, probe)
  }

  process(pid: number, startedMs?: number): ProcessMessage | undefined {
    return this.store.process(pid, this.atMs, startedMs)
  }

  logs(count: number): LogMessage[] {
    return this.store.logs(count, this.atMs)
  }
}
