// What flows from the engine to everything that shows, stores or prints: newline-delimited JSON, one message a line.
// Samples carry what happened in one interval, never how it is shown. Recordings hold these lines unchanged, so a
// change that an old reader would misread raises SCHEMA. Units end each name: Ns, Ms, Us; counts and bytes are plain.

import type { CostMessage, ShedDetail, Tier } from './cost-message.ts'
import type { StacksData } from './stack-types.ts'
import type { HooksMessage } from './hooks.ts'
import type { ProcessMessage } from './process-message.ts'
import type { ScriptPlan } from './script.ts'
import type { ProbeMessage } from './spec.ts'
import type { TablesData } from './tables.ts'
import type { Want } from './want.ts'
import type { DescribedId, OwnProbeId, ProbeId } from './probe-ids.ts'

/** No release has written an earlier one, so none is read. */
export const SCHEMA = 7

/**
 * Log-linear histogram of durations, sparse: `slots` is [slot, count, slot, count, ...] with slots ascending.
 * Slot bounds come from model/base/histogram.ts (8 per power of two, so a percentile is within 6.25 %);
 * `maxNs` and `sumNs` are exact.
 */
export interface Hist {
  slots: number[]
  count: number
  sumNs: number
  maxNs: number
}

export interface ProbeData {
  sched: TablesData
  stacks: StacksData
  block: TablesData
  tcp: TablesData
  syscalls: TablesData
  execsnoop: TablesData
  processes: TablesData
  [probe: `${string} described`]: TablesData
}

/** One interval of one probe. `lost` counts events the probe saw but could not keep. */
export interface Sample<P extends ProbeId = ProbeId> {
  type: 'sample'
  probe: P
  /** End of the interval, wall clock. All probes of one tick carry the same atMs. */
  atMs: number
  intervalMs: number
  lost: number
  data: ProbeData[P]
  /** Set while detail is wanted and not collected. */
  shed?: ShedDetail
  /** Set while it is not in full. */
  tier?: Tier
  /** On its way: time of the probe's sample whose rows its tables keep (delta.ts). */
  base?: number
}

export type OwnSample = { [P in OwnProbeId]: Sample<P> }[OwnProbeId]
export type DescribedSample = Sample<DescribedId>
export type AnySample = OwnSample | DescribedSample

/** By what it is, whatever its probe is called. */
export const isDescribed = (sample: AnySample | Sample): sample is DescribedSample => 'tables' in sample.data

/** First line of every stream. */
export interface Hello {
  type: 'hello'
  schema: number
  version: string
  host: string
  kernel: string
  arch: string
  cpus: number
  atMs: number
  intervalMs: number
}

/** Once a tick, before the samples of that tick. */
export interface HostFacts {
  type: 'host'
  atMs: number
  intervalMs: number
  uptimeS: number
  load: [number, number, number]
  /** Since boot, all CPUs together: what the hypervisor gave to others while there was work here. Such time is within
   * every latency, and within time on CPU. In steps of 10 ms; absent in recordings of older versions. */
  stolenMs?: number
  /** Online; absent in recordings of older versions. */
  cpus?: number
  /** The samples of this interval are whole: a stream can be read from here on (delta.ts). */
  key?: true
  /** The wall clock's word for `atMs`, which is on a clock that never steps; absent in recordings of older versions. */
  wallMs?: number
}

export interface StartAgain {
  why: string
  attempt: number
  of: number
}

export type ProbeStatus =
  | { is: 'off' }
  /** `again`: it failed before and why; `attempt` of `of` times that it is tried. */
  | { is: 'starting'; again?: StartAgain }
  | { is: 'live' }
  /** Cannot work on this kernel or installation. `hint` is what the user can do, one sentence or command. */
  | { is: 'unsupported'; why: string; hint: string; excerpt?: readonly string[] }
  /** Tried and failed; `retryMs` when another attempt is due; `silent`: it may go on at any time. `excerpt`: lines of a
   * script, the last marks the place. */
  | { is: 'failed'; why: string; hint: string; retryMs?: number; silent?: boolean; excerpt?: readonly string[] }
  /** Taken out because it cost too much; comes back after `retryMs`, if there is room. */
  | { is: 'shed'; why: string; hint: string; retryMs: number }

export interface StatusMessage {
  type: 'status'
  atMs: number
  probe: ProbeId
  status: ProbeStatus
}

/** The engine was away: nothing was measured since the last sample. Written by whoever restarted it. */
export interface Gap {
  type: 'gap'
  atMs: number
  why: string
}

export interface LogMessage {
  type: 'log'
  atMs: number
  level: 'info' | 'warn' | 'error'
  text: string
}

export type Message =
  | Hello
  | HostFacts
  | ProbeMessage
  | ProcessMessage
  | HooksMessage
  | AnySample
  | StatusMessage
  | CostMessage
  | Gap
  | LogMessage

/** Screen to engine, one JSON line each. Unknown commands are ignored. */
export type Command =
  | ({ cmd: 'want' } & Want)
  /** A script to be a probe from now on; whether it runs, the wanted probes say. */
  | { cmd: 'script'; plan: ScriptPlan }
  | { cmd: 'stop' }

/** Live child, remote child, recording or fake: equal to their reader. */
export interface Source {
  /** Called once; messages arrive in order. `onDrained`: all that was there has been handed over; of a source that cannot
   * tell it is never called. */
  start(onMessage: (message: Message) => void, onDrained?: () => void): void
  send(command: Command): void
  /** Resolves when everything it started is gone. */
  stop(): Promise<void>
}
