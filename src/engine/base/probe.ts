// What the engine's loop knows of a probe, whichever it is: those that describe themselves (described-probe.ts), and stacks.
import type { ProbeCost, Tier } from '../../stream/cost-message.ts'
import type { ProbeData } from '../../stream/stream-types.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import type { ProbeOptions } from '../../stream/probe-options.ts'
import type { Target } from '../../stream/target.ts'

/** Why a probe cannot run: `unsupported` will not change by itself, `failed` is tried again. */
export class ProbeError extends Error {
  readonly hint: string
  readonly kind: 'unsupported' | 'failed'
  /** Lines of a source that it is about, with a mark under what is wrong. */
  readonly excerpt?: readonly string[]
  constructor(kind: 'unsupported' | 'failed', why: string, hint: string, excerpt?: readonly string[]) {
    super(why)
    this.kind = kind
    this.hint = hint
    this.excerpt = excerpt
  }
}

/** Nothing is wrong with it: it has to wait until there is room, however long that is. */
export class NoRoomError extends ProbeError {
  constructor(why: string, hint: string) {
    super('failed', why, hint)
  }
}

export interface Reading<P extends ProbeId = ProbeId> {
  data: ProbeData[P]
  /** Events seen but not kept in this interval. */
  lost: number
  /** How it was got, where not in full. */
  tier?: HowGot
  /** What the data covers, where that is not the time since the last reading. */
  intervalMs?: number
}

/** A tier; why, where the loop did not choose it. */
export type HowGot = Omit<Tier, 'why' | 'hint' | 'retryMs'> & Partial<Pick<Tier, 'why' | 'hint'>>

/** One program of a probe: how often it ran, and for how long, since it was loaded and while anybody asked for it. */
export interface ProgramRuns {
  /** The kernel's own, never used again. */
  id: number
  iterator: boolean
  /** Where it is, as `sys_enter`; absent where that is not known. */
  hook?: string
  /** Loaded for detail only. */
  detail: boolean
  runs: number
  ns: number
  /** Of the time, what getting to it took; absent in what the kernel says. */
  dispatchNs?: number
}

/** What a probe's numbers cost. */
export interface ProbeWork {
  source: ProbeCost['source']
  programs(): ProgramRuns[]
  /** The bounded map that was fullest since the last call. */
  fullest(): ProbeCost['map']
  /** CPU time of a process of its own. */
  processNs?(): number | undefined
}

/** What probes are told: all of it when they start, and each again when it has changed. */
export type ProbeCommand =
  | { cmd: 'interval'; ms: number }
  | { cmd: 'target'; target?: Target }
  /** Its own, all of them. */
  | { cmd: 'options'; options: ProbeOptions }

/** A running probe. `read` ends the interval and hands it over; it is called once a tick and must be quick. */
export interface RunningProbe<P extends ProbeId = ProbeId> {
  read(): Reading<P>
  /** It has nothing to read yet, and the interval goes on. */
  isLate?(): boolean
  /** A probe takes what concerns it. */
  command?(command: ProbeCommand): void
  /** Goes on in a tier that costs less in the kernel, or in full again (0); a tick follows. Throws as a start does. Absent: it
   * cannot. */
  thin?(level: number): void
  /** Absent: its cost is not known. */
  work?: ProbeWork
  /** Set when the probe died by itself (a killed bpftrace); the loop then closes it and starts it anew. */
  failure?(): ProbeError | undefined
  /** False while a probe that starts in the background has not attached; such a one is not read. Absent: ready. */
  ready?(): boolean
  /** How long ago one that began in the background did so: what it read then is where its first interval begins. 0: not
   * known, as it was not ready at once. */
  begunForMs?(): number
  /** A promise when something outside has to end first (a bpftrace). */
  close(): void | Promise<void>
}

export interface ProbeContext {
  /** Folder with this architecture's compiled objects. */
  objects: string
  /** Folder with the .bt scripts. */
  scripts: string
  intervalMs: number
  /** The stream's clock. */
  nowMs(): number
  /** Other sizes of kernel tables than their own, so that a test can fill them. */
  maxEntries?: Readonly<Record<string, number>>
  log(level: 'info' | 'warn' | 'error', text: string): void
}

/** Loads and attaches; throws ProbeError (or BpfError, reported as failed). */
export type StartProbe<P extends ProbeId = ProbeId> = (context: ProbeContext) => RunningProbe<P>
