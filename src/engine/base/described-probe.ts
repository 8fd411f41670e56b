// What a probe that describes itself is to the engine: its spec, and its program, which is not even read before it is
// wanted. It gives tables.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { TablesData } from '../../stream/tables.ts'
import type { InKernel } from './in-kernel.ts'
import type { LoadPlan } from './load-plan.ts'
import type { ProbeCommand, ProbeContext, ProbeError, ProbeWork, Reading } from './probe.ts'

/** A running one. `read` ends the interval. */
export interface DescribedProbe {
  read(): TablesData & Pick<Reading, 'lost' | 'tier' | 'intervalMs'>
  command?(command: ProbeCommand): void
  /** Goes on with less cost in the kernel, or in full again; `read` follows. Absent: it costs nothing between readings. */
  thin?(on: boolean): void
  work?: ProbeWork
  /** It has nothing new to say in this interval: it is not read. */
  isLate?(): boolean
  /** As of a RunningProbe: of one that starts in the background, or can die by itself. */
  ready?(): boolean
  failure?(): ProbeError | undefined
  close(): void | Promise<void>
}

/** Loads and attaches; throws ProbeError, or BpfError. `object`: path of its compiled program. */
export type StartDescribed = (context: ProbeContext & { object: string }) => DescribedProbe

/** What `start` loads: the kernel looks through it beforehand, while all else goes on. */
export type PlanDescribed = (context: ProbeContext & { object: string }) => LoadPlan

/** A line of the registry. */
export interface DescribedEntry extends Pick<InKernel, 'events' | 'objects'> {
  spec: ProbeSpec
  load(): Promise<{ start: StartDescribed; plan?: PlanDescribed }>
  /** What runs in its place where it costs too much, by tier; absent where it has a `thin` of its own for that. */
  loadCheaper?: readonly ((() => Promise<{ start: StartDescribed; plan?: PlanDescribed }>) | undefined)[]
  /** What needs neither rights nor programs, for machines where these cannot be had. */
  loadWithout?(): Promise<{ start: StartDescribed }>
}
