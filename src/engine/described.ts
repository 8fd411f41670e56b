// A probe that describes itself, run, read and supervised like the others.
import { join } from 'node:path'
import type { ProbeSpec } from '../stream/spec.ts'
import type { DescribedId, ProbeId } from '../stream/probe-ids.ts'
import type { DescribedEntry, DescribedProbe, PlanDescribed, StartDescribed } from './base/described-probe.ts'
import type { LoadPlan } from './base/load-plan.ts'
import type { ProbeContext, Reading, RunningProbe, StartProbe } from './base/probe.ts'
import { deferred, type Prepared } from './deferred.ts'
import { loadAhead } from './native/load.ts'
import { startChecked } from './reasons.ts'
import { orProc, withTiers } from './tiers.ts'

/** Its code is read and its object loaded in the background, which the supervisor waits for. */
export const startDescribed =
  ({ spec, load, loadCheaper = [], loadWithout }: DescribedEntry): StartProbe<DescribedId> =>
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
      const [prepared, without, ...cheaper] = await Promise.all([
        full(),
        loadWithout?.(),
        ...loadCheaper.map((loadOne) => loadOne?.()),
      ])
      const tiered: StartProbe<DescribedId> =
        cheaper.length > 0
          ? withTiers([prepared.start, ...cheaper.map((one) => (one ? () => thinner(one, own) : prepared.start))], () =>
              deferred(full),
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
  thin: (level) => probe.thin?.(level > 0),
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
