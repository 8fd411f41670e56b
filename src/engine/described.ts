// What a probe that describes itself is to the engine: its spec, and its program, which is not even read before it is
// wanted. It gives tables, and is otherwise run, read and supervised like the others.
import { join } from 'node:path'
import type { ProbeSpec } from '../stream/spec.ts'
import type { TablesData } from '../stream/tables.ts'
import type { DescribedId } from '../stream/types.ts'
import { deferred } from './deferred.ts'
import type { ProbeCommand, ProbeContext, ProbeError, ProbeWork, Reading, RunningProbe, StartProbe } from './probe.ts'
import { startChecked } from './reasons.ts'
import { orProc, withThin } from './tiers.ts'

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

/** A line of the registry. */
export interface DescribedEntry {
  spec: ProbeSpec
  load(): Promise<{ start: StartDescribed }>
  /** What runs in its place where it costs too much; absent: it has a `thin` of its own, or costs nothing. */
  loadThin?(): Promise<{ start: StartDescribed }>
  /** What needs neither rights nor programs, for machines where these cannot be had. */
  loadWithout?(): Promise<{ start: StartDescribed }>
}

/** `start` begins at once where `readCode` is done, else when it is, which the supervisor waits for. */
export const startDescribed = ({
  spec,
  load,
  loadThin,
  loadWithout,
}: DescribedEntry): { start: StartProbe<DescribedId>; readCode(): Promise<void> } => {
  let startRead: StartProbe<DescribedId> | undefined
  const readCode = async (): Promise<void> => {
    const [{ start }, thin, without] = await Promise.all([load(), loadThin?.(), loadWithout?.()])
    startRead = (context) => {
      const own = { ...context, object: join(context.objects, `${spec.id}.bpf.o`) }
      const full: StartProbe<DescribedId> = () => asRunning(begun(spec, start, own))
      const tiered = thin ? withThin(full, () => asRunning(thin.start(own))) : full
      return (without ? orProc(tiered, () => asRunning(without.start(own))) : tiered)(context)
    }
  }
  const begin = async (context: ProbeContext): Promise<() => RunningProbe<DescribedId>> => {
    await readCode()
    return () => startRead!(context)
  }
  return { start: (context) => startRead?.(context) ?? deferred(() => begin(context)), readCode }
}

const asRunning = (probe: DescribedProbe): RunningProbe<DescribedId> => ({
  read(): Reading<DescribedId> {
    const { lost, tier, intervalMs, ...data } = probe.read()
    return { data, lost, ...(tier && { tier }), ...(intervalMs !== undefined && { intervalMs }) }
  },
  command: (command) => probe.command?.(command),
  thin: (on) => probe.thin?.(on),
  isLate: () => probe.isLate?.() ?? false,
  ready: () => probe.ready?.() !== false,
  failure: () => probe.failure?.(),
  get work() {
    return probe.work
  },
  close: () => probe.close(),
})

const begun = (spec: ProbeSpec, start: StartDescribed, context: ProbeContext & { object: string }): DescribedProbe => {
  if (spec.kind !== 'core') return start(context)
  const hooks = spec.hooks.filter(({ optional }) => !optional).map(({ name }) => name)
  return startChecked({ object: context.object, hooks }, () => start(context))
}
