// Keeps the kernel programs within what they may take: measures for a second now and then, sooner when there is cause,
// and asks overhead.ts what to give up and what to try again. Acts through `onChange`.
import type { Meter, Mark, Runs } from './meter.ts'
import { sum } from './meter.ts'
import { judge, NOTHING_SHED } from './overhead.ts'
import type { Load, Part, Shed } from './overhead.ts'

/** Beginning to load the probes is not what running costs. */
const FIRST_MS = 3000
const WINDOW_MS = 1000
const EVERY_MS = 30_000
/** Before the next sample when the last one was above the limit, or something was changed. */
const SOON_MS = 1500
/** Timers may fire a little early. */
const EARLY_MS = 1

export interface GuardOptions {
  meter: Meter
  /** Of all CPUs; 0: no limit. */
  limitPercent: number
  cpus: number
  onChange(nowMs: number): void
  /** There are no statistics. */
  onBlind(why: string): void
}

export interface Guard {
  begin(nowMs: number): void
  step(nowMs: number): void
  dueMs(): number
  shed(part: Part): Shed | undefined
}

export const createGuard = ({ meter, limitPercent, cpus, onChange, onBlind }: GuardOptions): Guard => {
  let overhead = NOTHING_SHED
  let window: Mark | undefined
  let dueMs = Infinity

  const open = (nowMs: number): void => {
    const why = meter.hold('guard')
    if (why !== undefined) {
      dueMs = Infinity
      return onBlind(why)
    }
    window = meter.mark()
    dueMs = nowMs + WINDOW_MS
  }

  const close = (mark: Mark, nowMs: number): void => {
    const runs = meter.since(mark)
    meter.drop('guard')
    window = undefined
    const before = overhead.shed
    overhead = judge(overhead, { nowMs, loads: loadsOf(runs, cpus), limitPercent, cpus })
    const changed = before.length !== overhead.shed.length || before.some((shed, i) => shed !== overhead.shed[i])
    const nextMs = Math.min(EVERY_MS, ...overhead.shed.map(({ untilMs }) => untilMs - WINDOW_MS - nowMs))
    dueMs = nowMs + (changed || overhead.over > 0 ? SOON_MS : Math.max(SOON_MS, nextMs))
    if (changed) onChange(nowMs)
  }

  return {
    begin(nowMs) {
      if (limitPercent > 0) dueMs = nowMs + FIRST_MS
    },
    step(nowMs) {
      if (nowMs < dueMs - EARLY_MS) return
      if (window) close(window, nowMs)
      else open(nowMs)
    },
    dueMs: () => dueMs,
    shed: (part) => overhead.shed.find((shed) => shed.part === part),
  }
}

/** Each probe's share of all CPUs, and that of detail apart. */
const loadsOf = ({ lastedMs, byProbe }: Runs, cpus: number): Load[] => {
  const percent = (ns: number): number => (100 * ns) / (lastedMs * 1e6 * cpus)
  const details = [...byProbe.values()].flat().filter(({ detail }) => detail)
  return [
    { part: 'detail', percent: percent(sum(details, 'ns')) },
    ...[...byProbe].map(([part, runs]) => ({
      part,
      percent: percent(
        sum(
          runs.filter(({ detail }) => !detail),
          'ns',
        ),
      ),
    })),
  ]
}
