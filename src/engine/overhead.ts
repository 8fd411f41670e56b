// What to give up when the probes cost more than they may, and when to try again. Two samples in a row above
// the limit decide; detail goes first, then sampled stacks, then the costliest probes, what is looked at last, until the
// rest fits. A probe that has a lower tier goes on in it. What it would cost in full is known from what it took for each event, and from how many
// there are now: it comes back once that fits, and not before. Where that is not known each comes back alone after a
// while, which doubles as long as it has to go again. Pure: the caller measures, acts, has the time.
import type { Part } from '../stream/want.ts'

/** Share of all CPUs that a part took in a sample. */
export interface Load {
  part: Part
  percent: number
}

export interface Shed {
  part: Part
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
  /** Of all CPUs, for one event a second, in full. */
  each: ReadonlyMap<Part, number>
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
  /** Never given up. */
  isFixed?(part: Part): boolean
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

/** What a part would take in full, of all CPUs, with as many events as there are; undefined: not known. */
export const predicted = (
  { each }: Pick<Overhead, 'each'>,
  part: Part,
  rates: ReadonlyMap<Part, number> | undefined,
): number | undefined => {
  const [one, rate] = [each.get(part), rates?.get(part)]
  return one === undefined || rate === undefined ? undefined : one * rate
}

/** What all of it takes now, of all CPUs: by the events there are, else as in the last sample. */
export const expected = (state: Overhead, rates: ReadonlyMap<Part, number>): number => {
  const given = givenUp(state)
  let total = 0
  for (const [part, percent] of state.taken)
    total += (given.has(part) ? undefined : predicted(state, part, rates)) ?? percent
  return total
}

/** Something took a part of that which could be given up. */
export const hasMore = (state: Overhead, isFixed: (part: Part) => boolean): boolean => {
  const given = givenUp(state)
  return [...state.taken.keys()].some((part) => !given.has(part) && !isFixed(part))
}

/** One that was given up would probably fit by now: worth a sample. */
export const mayFit = (state: Overhead, rates: ReadonlyMap<Part, number>, limitPercent: number): boolean =>
  state.shed.some(
    ({ part }) => expected(state, rates) + (predicted(state, part, rates) ?? Infinity) <= limitPercent * CALM,
  )

const givenUp = ({ shed }: Pick<Overhead, 'shed'>): ReadonlySet<Part> => new Set(shed.map(({ part }) => part))

/** Events a second while parts were measured. */
export interface Interval {
  fromMs: number
  toMs: number
  rates: ReadonlyMap<Part, number>
}

/** Parts in full, and when they took that. */
export interface Measured {
  fromMs: number
  toMs: number
  loads: readonly Load[]
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
  for (const { part, percent } of loads) {
    const rate = rates.get(part) ?? 0
    if (percent > 0 && rate >= LEAST_RATE) each.set(part, percent / rate)
  }
  return { ...state, each }
}

/** The next state, after one sample. */
export const judge = (before: Overhead, sampled: Judged): Overhead => {
  const judged = { ...sampled, loads: withoutGoing(before, sampled) }
  const after = decided(before, judged)
  // what goes now took what it does in full
  const [gone, going] = [givenUp(before), givenUp(after)]
  const stay = judged.loads.filter(({ part, percent }) => percent > 0 && (gone.has(part) || !going.has(part)))
  return { ...after, taken: new Map(stay.map(({ part, percent }) => [part, percent])) }
}

const decided = (state: Overhead, judged: Judged): Overhead => {
  const total = sum(judged.loads)
  if (total <= judged.limitPercent) return giveBack({ ...state, over: 0 }, total, judged)
  const over = state.over + 1
  const waiting = { ...state, over, fits: 0, shed: state.shed.map((shed) => later(shed, judged.nowMs)) }
  return over < SAMPLES ? waiting : giveUp({ ...waiting, over: 0 }, total, judged)
}

/** One that was given up and still takes what it does in full is on its way: nothing else need go for it. */
const withoutGoing = (state: Overhead, { loads, rates }: Judged): readonly Load[] => {
  const given = givenUp(state)
  return loads.filter(
    ({ part, percent }) => !given.has(part) || !(percent > HARDLY_LESS * (predicted(state, part, rates) ?? Infinity)),
  )
}

const giveUp = (state: Overhead, total: number, judged: Judged): Overhead => {
  const { limitPercent, cpus, nowMs } = judged
  const why = `probes took ${written(total)} % of ${cpus} CPUs, more than ${written(limitPercent)} %`
  const shed = goingOf(state, total, judged).map(({ part }): Shed => {
    const waitMs = waitOf(state.returned.get(part), nowMs)
    return { part, why, waitMs, untilMs: nowMs + waitMs }
  })
  return { ...state, shed: [...state.shed, ...shed] }
}

/** In their order, until the rest fits. Where even one that is looked at has to go, none goes that it makes room for. */
const goingOf = (state: Overhead, total: number, { loads, limitPercent, isFixed, last = NONE }: Judged): Load[] => {
  const given = givenUp(state)
  const going: Load[] = []
  let rest = total
  for (const load of inOrder(loads, last)) {
    if (rest <= limitPercent) break
    if (given.has(load.part) || isFixed?.(load.part)) continue
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
  const fitting = state.shed.findLast(({ part }) => {
    const percent = predicted(state, part, rates)
    const now = loads.find((load) => load.part === part)?.percent ?? 0
    return percent !== undefined && total - now + percent <= limitPercent * CALM
  })
  const fits = fitting ? state.fits + 1 : 0
  if (fitting && fits >= SAMPLES) return returned({ ...state, fits: 0 }, fitting, nowMs)
  const due = state.shed.findLast(
    ({ part, untilMs }) => untilMs <= nowMs && predicted(state, part, rates) === undefined,
  )
  if (!due) return { ...state, fits }
  if (total > limitPercent * CALM) return { ...state, fits, shed: state.shed.map((shed) => later(shed, nowMs)) }
  return returned({ ...state, fits }, due, nowMs)
}

const returned = (state: Overhead, back: Shed, nowMs: number): Overhead => ({
  ...state,
  shed: state.shed.filter((shed) => shed !== back).map((shed) => later(shed, nowMs)),
  returned: new Map([...state.returned, [back.part, { atMs: nowMs, waitMs: back.waitMs }]]),
})

/** What is due waits once more. */
const later = (shed: Shed, nowMs: number): Shed =>
  shed.untilMs <= nowMs ? { ...shed, untilMs: nowMs + shed.waitMs } : shed

const waitOf = (last: { atMs: number; waitMs: number } | undefined, nowMs: number): number =>
  last && nowMs - last.atMs < FORGIVEN_MS ? Math.min(LONGEST_WAIT_MS, last.waitMs * 2) : FIRST_WAIT_MS

const inOrder = (loads: readonly Load[], last: ReadonlySet<Part>): Load[] => {
  const rank = (part: Part): number => (last.has(part) ? LAST : part === 'detail' ? 0 : part === 'stacks' ? 1 : 2)
  return loads.filter(({ percent }) => percent > 0).sort((a, b) => rank(a.part) - rank(b.part) || b.percent - a.percent)
}

const LAST = 3

const sum = (loads: readonly Load[]): number => loads.reduce((total, { percent }) => total + percent, 0)

export const written = (percent: number): string => String(Number(percent.toPrecision(2)))
