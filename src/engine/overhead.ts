// What to give up when the probes cost more than they may, and when to try again. Two samples in a row above
// the limit decide; detail goes first, then sampled stacks, then the costliest probes, what is looked at last, until the
// rest fits. A probe that has a cheaper tier goes on in it, and then in the next. What it would cost in the one before is
// known from what it took there for each event, and from how many there are now: it comes back once that fits, and not
// before. Where that is not known each comes back alone after a while, which doubles as long as it has to go again. Pure:
// the caller measures, acts, has the time.
import type { Part } from '../stream/want.ts'

/** Share of all CPUs that a part took in a sample. */
export interface Load {
  part: Part
  percent: number
}

export interface Shed {
  part: Part
  /** Its tier: 0 would be in full, the first that is cheaper 1. */
  level: number
  why: string
  untilMs: number
  waitMs: number
}

export interface Overhead {
  /** Samples above the limit, in a row. */
  over: number
  /** Samples in a row in which what was given up last would have fitted. */
  fits: number
  shed: readonly Shed[]
  /** Parts that came back: when, and how long they had been away. */
  returned: ReadonlyMap<Part, { atMs: number; waitMs: number }>
  /** Of all CPUs, for one event a second, by level. */
  each: ReadonlyMap<Part, ReadonlyMap<number, number>>
  /** What parts took in the last sample, of all CPUs, in the tier that they have since. */
  taken: ReadonlyMap<Part, number>
}

interface Judged {
  nowMs: number
  loads: readonly Load[]
  limitPercent: number
  cpus: number
  /** Events a second of those that are known. */
  rates?: ReadonlyMap<Part, number>
  /** It has no cheaper tier than that, or is to stay in it. */
  isFixed?(part: Part, level: number): boolean
  /** Given up after all others. */
  last?: ReadonlySet<Part>
}

export const NOTHING_SHED: Overhead = {
  over: 0,
  fits: 0,
  shed: [],
  returned: new Map(),
  each: new Map(),
  taken: new Map(),
}

const SAMPLES = 2
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 16 * 60_000
/** Back for so long, a part starts anew with the shortest wait. */
const FORGIVEN_MS = 5 * 60_000
/** Nothing comes back while it and the rest would take more than this part of the limit. */
const CALM = 0.8
/** Of what it takes in full, one in a cheaper tier takes less. */
const HARDLY_LESS = 0.6
/** Of fewer events a second the cost of one is not told. */
const LEAST_RATE = 100
/** Of what was measured an interval has so much, and is at most so many times as long. */
const MOSTLY = 0.8
const TIMES_AS_LONG = 2
/** Events a second of two intervals that differ by no more than this factor: so it was in between, too. */
const STEADY = 1.25

/** What a part would take in a tier, of all CPUs, with as many events as there are; undefined: not known. */
export const predicted = (
  { each }: Pick<Overhead, 'each'>,
  part: Part,
  level: number,
  rates: ReadonlyMap<Part, number> | undefined,
): number | undefined => {
  const [one, rate] = [each.get(part)?.get(level), rates?.get(part)]
  return one === undefined || rate === undefined ? undefined : one * rate
}

/** What all of it takes now, of all CPUs: by the events there are, else as in the last sample. */
export const expected = (state: Overhead, rates: ReadonlyMap<Part, number>): number => {
  let total = 0
  for (const [part, percent] of state.taken) total += predicted(state, part, levelOf(state, part), rates) ?? percent
  return total
}

/** Something took a part of that which could be given up. */
export const hasMore = (state: Overhead, isFixed: NonNullable<Judged['isFixed']>): boolean =>
  [...state.taken.keys()].some((part) => !isFixed(part, levelOf(state, part)))

/** One that was given up would probably fit by now: worth a sample. */
export const mayFit = (state: Overhead, rates: ReadonlyMap<Part, number>, limitPercent: number): boolean =>
  state.shed.some(({ part, level }) => {
    const percent = predicted(state, part, level - 1, rates) ?? Infinity
    return expected(state, rates) - (state.taken.get(part) ?? 0) + percent <= limitPercent * CALM
  })

/** Of one that was not given up 0. */
export const levelOf = ({ shed }: Pick<Overhead, 'shed'>, part: Part): number =>
  shed.find((each) => each.part === part)?.level ?? 0

/** Events a second while parts were measured. */
export interface Interval {
  fromMs: number
  toMs: number
  rates: ReadonlyMap<Part, number>
}

/** What parts took in their tiers, and when. */
export interface Measured {
  fromMs: number
  toMs: number
  loads: readonly (Load & { level: number })[]
}

/** An interval has nearly all of what was measured, and little else. */
export const covers = (interval: Interval, measured: Measured): boolean => {
  const both = Math.min(interval.toMs, measured.toMs) - Math.max(interval.fromMs, measured.fromMs)
  const lastedMs = measured.toMs - measured.fromMs
  return both >= MOSTLY * lastedMs && interval.toMs - interval.fromMs <= TIMES_AS_LONG * lastedMs
}

/** Events a second of those that had about as many in both intervals. */
export const steady = (one: Interval, other: Interval): ReadonlyMap<Part, number> => {
  const rates = new Map<Part, number>()
  for (const [part, rate] of one.rates) {
    const then = other.rates.get(part) ?? 0
    if (Math.max(rate, then) <= STEADY * Math.min(rate, then)) rates.set(part, (rate + then) / 2)
  }
  return rates
}

/** With what one event takes, of those whose events are known. */
export const learned = (state: Overhead, { loads }: Measured, rates: ReadonlyMap<Part, number>): Overhead => {
  const each = new Map(state.each)
  for (const { part, percent, level } of loads) {
    const rate = rates.get(part) ?? 0
    if (percent > 0 && rate >= LEAST_RATE) each.set(part, new Map([...(each.get(part) ?? []), [level, percent / rate]]))
  }
  return { ...state, each }
}

/** The next state, after one sample. */
export const judge = (before: Overhead, sampled: Judged): Overhead => {
  const judged = { ...sampled, loads: withoutGoing(before, sampled) }
  const after = decided(before, judged)
  // what goes now took what it does in a dearer tier
  const stay = judged.loads.filter(({ part, percent }) => percent > 0 && levelOf(before, part) >= levelOf(after, part))
  return { ...after, taken: new Map(stay.map(({ part, percent }) => [part, percent])) }
}

const decided = (state: Overhead, judged: Judged): Overhead => {
  const total = sum(judged.loads)
  if (total <= judged.limitPercent) return giveBack({ ...state, over: 0 }, total, judged)
  const over = state.over + 1
  const waiting = { ...state, over, fits: 0, shed: state.shed.map((shed) => later(shed, judged.nowMs)) }
  return over < SAMPLES ? waiting : giveUp({ ...waiting, over: 0 }, total, judged)
}

/** One that was given up and still takes what it does in the tier before is on its way: nothing else need go for it. */
const withoutGoing = (state: Overhead, { loads, rates }: Judged): readonly Load[] =>
  loads.filter(({ part, percent }) => {
    const level = levelOf(state, part)
    return level === 0 || !(percent > HARDLY_LESS * (predicted(state, part, level - 1, rates) ?? Infinity))
  })

const giveUp = (state: Overhead, total: number, judged: Judged): Overhead => {
  const { limitPercent, cpus, nowMs } = judged
  const why = `probes took ${written(total)} % of ${cpus} CPUs, more than ${written(limitPercent)} %`
  const going = goingOf(state, total, judged).map(({ part }): Shed => {
    const waitMs = waitOf(state.returned.get(part), nowMs)
    return { part, level: levelOf(state, part) + 1, why, waitMs, untilMs: nowMs + waitMs }
  })
  const stay = state.shed.filter(({ part }) => !going.some((each) => each.part === part))
  return { ...state, shed: [...stay, ...going] }
}

/** In their order, until the rest fits. Where even one that is looked at has to go, none goes that it makes room for. */
const goingOf = (state: Overhead, total: number, { loads, limitPercent, isFixed, last = NONE }: Judged): Load[] => {
  const going: Load[] = []
  let rest = total
  for (const load of inOrder(loads, last, state)) {
    if (rest <= limitPercent) break
    const level = levelOf(state, load.part)
    if (isFixed ? isFixed(load.part, level) : level > 0) continue
    rest -= load.percent
    going.push(load)
  }
  if (!going.some(({ part }) => last.has(part))) return going
  const spared = new Set<Load>()
  for (const load of going.toReversed()) {
    if (rest + load.percent > limitPercent) continue
    rest += load.percent
    spared.add(load)
  }
  return going.filter((load) => !spared.has(load))
}

const NONE: ReadonlySet<Part> = new Set()

/** One at a time, so that the next sample tells whether it was too much; the one that went last comes first. */
const giveBack = (state: Overhead, total: number, { limitPercent, nowMs, rates, loads }: Judged): Overhead => {
  const fitting = state.shed.findLast(({ part, level }) => {
    const percent = predicted(state, part, level - 1, rates)
    const now = loads.find((load) => load.part === part)?.percent ?? 0
    return percent !== undefined && total - now + percent <= limitPercent * CALM
  })
  const fits = fitting ? state.fits + 1 : 0
  if (fitting && fits >= SAMPLES) return returned({ ...state, fits: 0 }, fitting, nowMs)
  const due = state.shed.findLast(
    ({ part, level, untilMs }) => untilMs <= nowMs && predicted(state, part, level - 1, rates) === undefined,
  )
  if (!due) return { ...state, fits }
  if (total > limitPercent * CALM) return { ...state, fits, shed: state.shed.map((shed) => later(shed, nowMs)) }
  return returned({ ...state, fits }, due, nowMs)
}

/** One tier dearer. */
const returned = (state: Overhead, back: Shed, nowMs: number): Overhead => ({
  ...state,
  shed: state.shed
    .flatMap((shed) => {
      if (shed !== back) return [shed]
      return back.level > 1 ? [{ ...back, level: back.level - 1, untilMs: nowMs + back.waitMs }] : []
    })
    .map((shed) => later(shed, nowMs)),
  returned: new Map([...state.returned, [back.part, { atMs: nowMs, waitMs: back.waitMs }]]),
})

/** What is due waits once more. */
const later = (shed: Shed, nowMs: number): Shed =>
  shed.untilMs <= nowMs ? { ...shed, untilMs: nowMs + shed.waitMs } : shed

const waitOf = (last: { atMs: number; waitMs: number } | undefined, nowMs: number): number =>
  last && nowMs - last.atMs < FORGIVEN_MS ? Math.min(LONGEST_WAIT_MS, last.waitMs * 2) : FIRST_WAIT_MS

const inOrder = (loads: readonly Load[], last: ReadonlySet<Part>, state: Overhead): Load[] => {
  const rank = (part: Part): number => (last.has(part) ? LAST : part === 'detail' ? 0 : part === 'stacks' ? 1 : 2)
  const level = (part: Part): number => levelOf(state, part)
  return loads
    .filter(({ percent }) => percent > 0)
    .sort((a, b) => rank(a.part) - rank(b.part) || b.percent - a.percent || level(a.part) - level(b.part))
}

const LAST = 3

const sum = (loads: readonly Load[]): number => loads.reduce((total, { percent }) => total + percent, 0)

export const written = (percent: number): string => String(Number(percent.toPrecision(2)))
