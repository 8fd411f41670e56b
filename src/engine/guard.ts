// Keeps the probes, kernel programs and processes of their own, within what they may take: measures for a second now and
// then, sooner when there is cause, and asks overhead.ts what to give up and what to try again. How many events there are is
// known at every tick, so that a load that begins is noticed then. Acts through `onChange`.
import type { ShedDetail, Tier } from '../stream/cost-message.ts'
import type { Budget, Part } from '../stream/want.ts'
import type { Meter, Mark, Runs } from './meter.ts'
import { sum } from './meter.ts'
import {
  covers,
  expected,
  hasMore,
  judge,
  learned,
  levelOf,
  mayFit,
  NOTHING_SHED,
  predicted,
  steady,
  written,
} from './overhead.ts'
import type { Interval, Load, Measured, Overhead, Shed } from './overhead.ts'

/** Beginning to load the probes is not what running costs. */
const FIRST_MS = 1500
const WINDOW_MS = 1000
const EVERY_MS = 30_000
/** As many events a second of a part that had none before are worth a sample. */
const MANY = 1000
/** Between two samples where what is known of costs says each time that one is worth it. It is dear on busy CPUs: to have the
 * statistics and to let go of them the kernel patches itself at each place that runs programs. */
const AGAIN_MS = 4000
/** So many times the limit is no matter of how well costs are known, and does not wait. */
const CLEARLY = 1.25
/** Before the next sample when the last one was above the limit, or something was changed. */
const SOON_MS = 500
/** After another budget, so that tiers it pins have changed. */
const CHANGE_MS = 1500
/** Timers may fire a little early. */
const EARLY_MS = 1

const SHED_HINT = 'allow more with the key b, or with --max-overhead PERCENT (0: any)'
const PINNED: ShedDetail = { why: 'it is pinned there', hint: 'T lets go of it', retryMs: 0 }

interface GuardOptions {
  meter: Meter
  /** What is cheaper than in full, in this order; none: in full whatever it costs. Of parts that are not named there is one, to
   * be off. */
  tiers: ReadonlyMap<Part, readonly Tier['is'][]>
  budget: Budget
  cpus: number
  onChange(nowMs: number): void
  /** There are no statistics. */
  onBlind(why: string): void
}

interface Guard {
  begin(nowMs: number): void
  step(nowMs: number): void
  dueMs(): number
  /** Why a part is given up. */
  shed(part: Part): Shed | undefined
  /** Of its tiers, given up or pinned there: 0 is in full. */
  level(part: Part): number
  /** In the stream's words. */
  why(part: Part, nowMs: number): ShedDetail | undefined
  /** What a part that is given up or pinned would take in full now, of all CPUs; undefined where that is not known. */
  fullPercent(part: Part): number | undefined
  limitPercent(): number
  /** Events a second of each part, in the interval that ended. */
  note(rates: ReadonlyMap<Part, number>, nowMs: number): void
  /** The same again changes nothing. */
  change(budget: Budget, nowMs: number): void
  /** What is looked at needs these. */
  spare(parts: readonly Part[]): void
}

export const createGuard = ({ meter, tiers, budget: first, cpus, onChange, onBlind }: GuardOptions): Guard => {
  let overhead: Overhead = NOTHING_SHED
  let window: Mark | undefined
  let dueMs = Infinity
  /** When the last sample ended; -Infinity until it begins. */
  let closedMs = -Infinity
  let isBlind = false
  /** Tiers change with the next tick: a sample before would be one of both, and of the statistics in what is measured then. */
  let isChanging = false
  let budget = first
  let last: ReadonlySet<Part> = new Set()
  /** After a sample, how long those that had many events and were not known wait for the next. */
  const patience = new Map<Part, number>()
  let interval: Interval = { fromMs: -Infinity, toMs: -Infinity, rates: new Map() }
  /** Until it is known how many events there were meanwhile. */
  let unlearned: Measured | undefined

  const open = (): void => {
    const why = meter.hold('guard')
    if (why !== undefined) {
      dueMs = Infinity
      isBlind = true
      return onBlind(why)
    }
    window = meter.mark()
    dueMs = window.atMs + WINDOW_MS
  }

  const end = (): void => {
    if (window) meter.drop('guard')
    window = undefined
  }

  const close = (mark: Mark, nowMs: number): void => {
    const runs = meter.since(mark)
    end()
    const before = overhead.shed
    const { limitPercent } = budget
    const loads = loadsOf(runs, cpus)
    unlearned = { fromMs: mark.atMs, toMs: nowMs, loads: loads.flatMap(inItsTier) }
    learnFrom(interval)
    overhead = judge(overhead, { nowMs, loads, limitPercent, cpus, rates: interval.rates, isFixed, last })
    const levels = (all: readonly Shed[]): string => all.map((each) => `${each.part} ${each.level}`).join()
    isChanging = levels(before) !== levels(overhead.shed)
    const changed = isChanging || before.some((shed, i) => shed !== overhead.shed[i])
    closedMs = nowMs
    // the others come back when they fit
    const tried = overhead.shed.filter(
      (each) => predicted(overhead, each.part, each.level - 1, interval.rates) === undefined,
    )
    const nextMs = Math.min(EVERY_MS, ...tried.map(({ untilMs }) => untilMs - WINDOW_MS - nowMs))
    const isUrgent = overhead.over > 0 || overhead.fits > 0
    dueMs = isChanging ? Infinity : nowMs + (isUrgent ? SOON_MS : Math.max(SOON_MS, nextMs))
    if (changed) onChange(nowMs)
  }

  /** What is counted anyway does not cost more for more events. */
  const inItsTier = (load: Load): Measured['loads'] => {
    const at = level(load.part)
    return at > 0 && tiers.get(load.part)?.[at - 1] === 'counted' ? [] : [{ ...load, level: at }]
  }

  const isFixed = (part: Part, at: number): boolean =>
    budget.pins[part] !== undefined || at >= (tiers.get(part)?.length ?? 1)

  const learnFrom = (one: Interval): void => {
    if (!unlearned || !covers(one, unlearned)) return
    overhead = learned(overhead, unlearned, one.rates)
    unlearned = undefined
  }

  /** In a long interval a moment may have been anything, unless the next one is as the one before it. */
  const learn = (ended: Interval): void => {
    learnFrom(ended)
    if (unlearned) overhead = learned(overhead, unlearned, steady(interval, ended))
    unlearned = undefined
    interval = ended
  }

  const shed = (part: Part): Shed | undefined => overhead.shed.find((each) => each.part === part)

  /** 0: in full, or the budget says. */
  const pinnedTo = (part: Part): number => {
    const pin = budget.pins[part]
    return pin === undefined || pin === 'full' ? 0 : 1 + (tiers.get(part)?.indexOf(pin) ?? 0)
  }

  const level = (part: Part): number => pinnedTo(part) || levelOf(overhead, part)

  const fullPercent = (part: Part): number | undefined => {
    const percent = shed(part) || budget.pins[part] ? predicted(overhead, part, 0, interval.rates) : undefined
    return percent === undefined ? undefined : Number(written(percent))
  }

  /** What the many events of a part take is not known: worth a sample, less and less often where none tells, as in bursts that
   * are shorter than one, or of a part that is off. */
  const isUnknown = (nowMs: number): boolean => {
    let isAny = false
    for (const [part, rate] of interval.rates) {
      const waitMs = patience.get(part) ?? AGAIN_MS
      if (rate < MANY || overhead.each.has(part) || nowMs < closedMs + waitMs) continue
      patience.set(part, Math.min(EVERY_MS, 2 * waitMs))
      isAny = true
    }
    return isAny
  }

  return {
    begin(nowMs) {
      closedMs = nowMs + FIRST_MS - AGAIN_MS
      if (budget.limitPercent > 0) dueMs = nowMs + FIRST_MS
    },
    step(nowMs) {
      if (nowMs < dueMs - EARLY_MS) return
      if (window) close(window, nowMs)
      else open()
    },
    dueMs: () => dueMs,
    shed,
    level,
    why(part, nowMs) {
      if (pinnedTo(part) > 0) return PINNED
      const given = shed(part)
      if (!given) return undefined
      const percent = fullPercent(part)
      const isKnown = predicted(overhead, part, given.level - 1, interval.rates) !== undefined
      return {
        why: given.why,
        hint: SHED_HINT,
        // by what it would take, where that is known
        retryMs: isKnown ? 0 : Math.round(Math.max(0, given.untilMs - nowMs)),
        ...(percent !== undefined && { fullPercent: percent }),
      }
    },
    fullPercent,
    limitPercent: () => budget.limitPercent,
    note(rates, nowMs) {
      learn({ fromMs: interval.toMs, toMs: nowMs, rates: new Map(rates) })
      if (window) return
      if (isChanging) {
        isChanging = false
        dueMs = nowMs + SOON_MS
        return
      }
      if (dueMs === Infinity) return
      const { limitPercent } = budget
      // begun with an interval, a sample is told by it
      const isRested = nowMs >= closedMs + AGAIN_MS
      const percent = hasMore(overhead, isFixed) ? expected(overhead, rates) : 0
      if (percent > limitPercent) {
        // one sample that confirms it is enough
        overhead = { ...overhead, over: Math.max(1, overhead.over) }
        if (isRested || percent > limitPercent * CLEARLY) dueMs = Math.min(dueMs, nowMs)
      } else if (isRested && (mayFit(overhead, rates, limitPercent) || isUnknown(nowMs))) dueMs = Math.min(dueMs, nowMs)
    },
    spare(parts) {
      last = new Set(parts)
    },
    change(wanted, nowMs) {
      if (JSON.stringify(wanted) === JSON.stringify(budget)) return
      budget = wanted
      const { limitPercent, pins } = wanted
      const left = limitPercent > 0 ? overhead.shed.filter(({ part }) => pins[part] !== 'full') : []
      // under another limit each may be tried again at once
      overhead = { ...overhead, over: 0, shed: left.map((each) => ({ ...each, untilMs: nowMs })) }
      end()
      isChanging = false
      if (closedMs > -Infinity) dueMs = limitPercent > 0 && !isBlind ? nowMs + CHANGE_MS : Infinity
      onChange(nowMs)
    },
  }
}

/** Each probe's share of all CPUs, and that of detail apart. What a script's own process takes is its cost as well: a flood
 * costs most there. */
const loadsOf = ({ lastedMs, byProbe, processNs }: Runs, cpus: number): Load[] => {
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
        ) + (processNs.get(part) ?? 0),
      ),
    })),
  ]
}
