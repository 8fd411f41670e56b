// What a probe that describes itself is to the engine: its spec, and its program, which is not even read before it is
// wanted. It gives tables, and is otherwise run, read and supervised like the others.
import { join } from 'node:path'
import type { ProbeSpec } from '../stream/spec.ts'
import type { TablesData } from '../stream/tables.ts'
import type { DescribedId, ProbeId } from '../stream/probe-ids.ts'
import { deferred, type Prepared } from './deferred.ts'
import { loadAhead, type LoadPlan } from './native/load.ts'
import type { InKernel } from './base/in-kernel.ts'
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

/** What `start` loads: the kernel looks through it beforehand, while all else goes on. */
export type PlanDescribed = (context: ProbeContext & { object: string }) => LoadPlan

/** A line of the registry. */
export interface DescribedEntry extends Pick<InKernel, 'events' | 'objects'> {
  spec: ProbeSpec
  load(): Promise<{ start: StartDescribed; plan?: PlanDescribed }>
  /** What runs in its place where it costs too much; absent: it has a `thin` of its own, or costs nothing. */
  loadThin?(): Promise<{ start: StartDescribed; plan?: PlanDescribed }>
  /** What needs neither rights nor programs, for machines where these cannot be had. */
  loadWithout?(): Promise<{ start: StartDescribed }>
}

/** Its code is read and its object loaded in the background, which the supervisor waits for. */
export const startDescribed =
  ({ spec, load, loadThin, loadWithout }: DescribedEntry): StartProbe<DescribedId> =>
  (context) => {
    const own = { ...context, object: join(context.objects, `${spec.id}.bpf.o`) }
    const full = async (): Promise<Prepared<DescribedId>> => {
      const { start, plan } = await load()
      return aheadOf(
        () => plan?.(own),
        () => asRunning(begun(spec, start, own)),
      )
    }
    return deferred(async () => {
      const [prepared, thin, without] = await Promise.all([full(), loadThin?.(), loadWithout?.()])
      const tiered: StartProbe<DescribedId> = thin
        ? withThin(
            prepared.start,
            () => thinner(thin, own),
            () => deferred(full),
          )
        : prepared.start
      const start = without ? orProc(tiered, () => asRunning(without.start(own))) : tiered
      return { ...prepared, start: () => start(context) }
    })
  }

/** Loaded in the background where it has a plan, while what is dearer goes on. */
const thinner = (
  { start, plan }: { start: StartDescribed; plan?: PlanDescribed },
  context: Parameters<StartDescribed>[0],
): RunningProbe<DescribedId> => {
  const running = (): RunningProbe<DescribedId> => asRunning(start(context))
  return plan ? deferred(() => aheadOf(() => plan(context), running)) : running()
}

/** What `start` needs is loaded by then, or it hears why it cannot be. */
export const aheadOf = async <P extends ProbeId>(
  plan: () => LoadPlan | undefined,
  start: () => RunningProbe<P>,
): Promise<Prepared<P>> => {
  const drop = await loadedFor(plan)
  return {
    start() {
      try {
        return start()
      } finally {
        drop()
      }
    },
    drop,
  }
}

const loadedFor = async (plan: () => LoadPlan | undefined): Promise<() => void> => {
  try {
    const wanted = plan()
    if (wanted) return await loadAhead(wanted)
  } catch {
    // what is missing is found again, and said, when it starts
  }
  return () => {}
}

const asRunning = (probe: DescribedProbe): RunningProbe<DescribedId> => ({
  read(): Reading<DescribedId> {
    const { lost, tier, intervalMs, ...data } = probe.read()
    return { data, lost, ...(tier && { tier }), ...(intervalMs !== undefined && { intervalMs }) }
  },
  command: (command) => probe.command?.(command),
  thin: (on) => probe.thin?.(on),
  isLate: () => probe.isLate?.() ?? false,
  // absent where it has none: it need not be looked at between ticks
  ready: probe.ready && (() => probe.ready!()),
  failure: probe.failure && (() => probe.failure!()),
  get work() {
    return probe.work
  },
  close: () => probe.close(),
})

const begun = (spec: ProbeSpec, start: StartDescribed, context: ProbeContext & { object: string }): DescribedProbe => {
  if (spec.kind !== 'core') return start(context)
  const hooks = spec.hooks.filter(({ optional, cheaper }) => !optional && !cheaper).map(({ name }) => name)
  return startChecked({ object: context.object, hooks }, () => start(context))
}
