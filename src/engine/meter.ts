// Measures what the probes take: their kernel programs, and processes of their own. The kernel's statistics cost some time
// at each run, so they are on only while somebody holds them: the screen while it shows them, the guard for a moment now
// and then. What they leave out, getting to a program at its hook, is added.
import type { CostMessage, ProbeCost } from '../stream/cost-message.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeWork, ProgramRuns } from './base/probe.ts'
import { isOfCalls, NO_DISPATCH, withDispatch, type DispatchMeter } from './base/dispatch.ts'
import { toMicroseconds } from './base/microseconds.ts'

/** Somebody who holds the statistics. */
type Holder = 'screen' | 'guard'

/** A point in time to measure from. */
export interface Mark {
  atMs: number
  programs: ReadonlyMap<number, ProgramRuns>
  /** CPU time of processes of their own. */
  processNs: ReadonlyMap<ProbeId, number>
}

/** What ran since a mark, by probe; its time with the hooks' own dispatch. */
export interface Runs {
  lastedMs: number
  byProbe: ReadonlyMap<ProbeId, readonly ProgramRuns[]>
  /** Of processes that were there throughout. */
  processNs: ReadonlyMap<ProbeId, number>
}

interface MeterOptions {
  probes: readonly { readonly id: ProbeId; work(): ProbeWork | undefined }[]
  /** Switches the statistics on and gives what lets go of them; throws where that may not be. */
  statistics(): () => void
  dispatch?: DispatchMeter
  steadyMs(): number
}

export interface Meter {
  /** Undefined, or why there are no statistics. */
  hold(holder: Holder): string | undefined
  drop(holder: Holder): void
  /** While it starts; what system calls take with any program there is seen only where none of ours is yet. */
  measureDispatch(): void
  mark(): Mark
  since(mark: Mark): Runs
  /** All of it in words of the stream. */
  costs(mark: Mark): Pick<CostMessage, 'intervalMs' | 'probes'>
}

export const createMeter = ({ probes, statistics, dispatch, steadyMs }: MeterOptions): Meter => {
  const holders = new Set<Holder>()
  let release: (() => void) | undefined
  let isDispatchKnown = false

  const programsOf = (work: ProbeWork | undefined): ProgramRuns[] => work?.programs() ?? []

  const processesNow = (): Map<ProbeId, number> =>
    new Map(
      probes.flatMap(({ id, work }): [ProbeId, number][] => {
        const ns = work()?.processNs?.()
        return ns === undefined ? [] : [[id, ns]]
      }),
    )

  /** Programs that are there only for detail come after the others at a hook. */
  const runsSince = (mark: Mark): ReadonlyMap<ProbeId, readonly ProgramRuns[]> => {
    const seen = probes.map(({ id, work }) => ({
      id,
      programs: programsOf(work()).map((now) => difference(now, mark.programs.get(now.id))),
    }))
    const all = seen.flatMap(({ programs }) => programs).sort((a, b) => Number(a.detail) - Number(b.detail))
    const whole = new Map(withDispatch(all, dispatch?.now() ?? NO_DISPATCH).map((program) => [program.id, program]))
    return new Map(seen.map(({ id, programs }) => [id, programs.map((program) => whole.get(program.id)!)]))
  }

  const since = (mark: Mark): Runs => ({
    lastedMs: steadyMs() - mark.atMs,
    byProbe: runsSince(mark),
    processNs: new Map(
      [...processesNow()].flatMap(([id, ns]): [ProbeId, number][] => {
        const before = mark.processNs.get(id)
        // less than before: another process
        return before === undefined || ns < before ? [] : [[id, ns - before]]
      }),
    ),
  })

  const costOf = (id: ProbeId, work: ProbeWork, runs: readonly ProgramRuns[], ownNs: number | undefined): ProbeCost => {
    const map = work.fullest()
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
        ...(dispatch && { dispatchNs: sum(runs, 'dispatchNs') }),
      }),
      ...(map && { map }),
      ...(ownNs !== undefined && { processNs: ownNs }),
    }
  }

  const mark = (): Mark => ({
    atMs: steadyMs(),
    programs: new Map(probes.flatMap(({ work }) => programsOf(work())).map((program) => [program.id, program])),
    processNs: processesNow(),
  })

  /** Throws as the kernel refuses. */
  const switchOn = (): (() => void) => {
    const off = statistics()
    dispatch?.measureClock()
    return off
  }

  return {
    hold(holder) {
      holders.add(holder)
      try {
        if (!release) {
          dispatch?.measureOthers()
          release = switchOn()
        }
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
    measureDispatch() {
      if (isDispatchKnown) return
      isDispatchKnown = true
      if (!dispatch || [...mark().programs.values()].some(isOfCalls)) return
      dispatch.measureFirst()
      try {
        switchOn()()
      } catch {
        // told to whoever holds them
      }
    },
    mark,
    since,
    costs(mark) {
      const { lastedMs, byProbe, processNs } = since(mark)
      return {
        intervalMs: toMicroseconds(lastedMs),
        probes: probes.flatMap(({ id, work }) => {
          const known = work()
          return known ? [costOf(id, known, byProbe.get(id)!, processNs.get(id))] : []
        }),
      }
    },
  }
}

/** A program that was not there before began with nothing. */
const difference = (now: ProgramRuns, before: ProgramRuns | undefined): ProgramRuns =>
  before ? { ...now, runs: now.runs - before.runs, ns: now.ns - before.ns } : now

export const sum = (runs: readonly ProgramRuns[], field: 'runs' | 'ns' | 'dispatchNs'): number =>
  runs.reduce((total, program) => total + (program[field] ?? 0), 0)
