// Measures what the probes' kernel programs take. The kernel's statistics cost some time at each run, so they are on
// only while somebody holds them: the screen while it shows them, the guard for a moment now and then.
import type { CostMessage, ProbeCost } from '../stream/cost-message.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeWork, ProgramRuns } from './probe.ts'
import { toMicroseconds } from './supervise.ts'

/** Somebody who holds the statistics. */
export type Holder = 'screen' | 'guard'

/** A point in time to measure from. */
export interface Mark {
  atMs: number
  programs: ReadonlyMap<number, ProgramRuns>
}

/** What ran since a mark, by probe. */
export interface Runs {
  lastedMs: number
  byProbe: ReadonlyMap<ProbeId, readonly ProgramRuns[]>
}

export interface MeterOptions {
  probes: readonly { readonly id: ProbeId; work(): ProbeWork | undefined }[]
  /** Switches the statistics on and gives what lets go of them; throws where that may not be. */
  statistics(): () => void
  steadyMs(): number
}

export interface Meter {
  /** Undefined, or why there are no statistics. */
  hold(holder: Holder): string | undefined
  drop(holder: Holder): void
  mark(): Mark
  since(mark: Mark): Runs
  /** All of it in words of the stream. */
  costs(mark: Mark): Pick<CostMessage, 'intervalMs' | 'probes'>
}

export const createMeter = ({ probes, statistics, steadyMs }: MeterOptions): Meter => {
  const holders = new Set<Holder>()
  const processNs = new Map<ProbeId, number>()
  let release: (() => void) | undefined

  const programsOf = (work: ProbeWork | undefined): ProgramRuns[] => work?.programs() ?? []

  const since = (mark: Mark): Runs => ({
    lastedMs: steadyMs() - mark.atMs,
    byProbe: new Map(
      probes.map(({ id, work }) => [id, programsOf(work()).map((now) => difference(now, mark.programs.get(now.id)))]),
    ),
  })

  const processOf = (id: ProbeId, nowNs: number | undefined): number | undefined => {
    const beforeNs = processNs.get(id)
    if (nowNs !== undefined) processNs.set(id, nowNs)
    return nowNs === undefined || beforeNs === undefined || nowNs < beforeNs ? undefined : nowNs - beforeNs
  }

  const costOf = (id: ProbeId, work: ProbeWork, runs: readonly ProgramRuns[]): ProbeCost => {
    const map = work.fullest()
    const ownNs = processOf(id, work.processNs?.())
    const iterators = runs.filter(({ iterator }) => iterator).length
    return {
      probe: id,
      source: work.source,
      programs: runs.length - iterators,
      iterators,
      ...(release && {
        runs: sum(runs, 'runs'),
        runNs: sum(runs, 'ns'),
        hookNs: sum(
          runs.filter(({ iterator }) => !iterator),
          'ns',
        ),
      }),
      ...(map && { map }),
      ...(ownNs !== undefined && { processNs: ownNs }),
    }
  }

  return {
    hold(holder) {
      holders.add(holder)
      try {
        release ??= statistics()
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },
    drop(holder) {
      holders.delete(holder)
      if (holders.size > 0) return
      release?.()
      release = undefined
    },
    mark: () => ({
      atMs: steadyMs(),
      programs: new Map(probes.flatMap(({ work }) => programsOf(work())).map((program) => [program.id, program])),
    }),
    since,
    costs(mark) {
      const { lastedMs, byProbe } = since(mark)
      return {
        intervalMs: toMicroseconds(lastedMs),
        probes: probes.flatMap(({ id, work }) => {
          const known = work()
          return known ? [costOf(id, known, byProbe.get(id)!)] : []
        }),
      }
    },
  }
}

/** A program that was not there before began with nothing. */
const difference = (now: ProgramRuns, before: ProgramRuns | undefined): ProgramRuns =>
  before ? { ...now, runs: now.runs - before.runs, ns: now.ns - before.ns } : now

export const sum = (runs: readonly ProgramRuns[], field: 'runs' | 'ns'): number =>
  runs.reduce((total, program) => total + program[field], 0)
