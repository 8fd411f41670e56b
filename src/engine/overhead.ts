// What to give up when the kernel programs cost more than they may, and when to try again. Two samples in a row above
// the limit decide; detail goes first, then sampled stacks, then the costliest probes, until the rest fits. A probe that
// has a lower tier goes on in it. Each comes back in full alone after a while, which doubles as long as it has to go
// again. Pure: the caller measures, acts, has the time.
import type { ProbeId } from '../stream/types.ts'

/** What can be given up: a probe in full, or the detail of one. */
export type Part = ProbeId | 'detail'

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
  shed: readonly Shed[]
  /** Parts that came back: when, and how long they had been away. */
  returned: ReadonlyMap<Part, { atMs: number; waitMs: number }>
}

export interface Judged {
  nowMs: number
  loads: readonly Load[]
  limitPercent: number
  cpus: number
}

export const NOTHING_SHED: Overhead = { over: 0, shed: [], returned: new Map() }

const SAMPLES = 2
export const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 16 * 60_000
/** Back for so long, a part starts anew with the shortest wait. */
const FORGIVEN_MS = 5 * 60_000
/** Nothing comes back while the rest takes more than this part of the limit. */
const CALM = 0.8

/** The next state, after one sample. */
export const judge = (state: Overhead, judged: Judged): Overhead => {
  const total = sum(judged.loads)
  if (total <= judged.limitPercent) return giveBack({ ...state, over: 0 }, total, judged)
  const over = state.over + 1
  const waiting = { ...state, over, shed: state.shed.map((shed) => later(shed, judged.nowMs)) }
  return over < SAMPLES ? waiting : giveUp({ ...waiting, over: 0 }, total, judged)
}

const giveUp = (state: Overhead, total: number, { loads, limitPercent, cpus, nowMs }: Judged): Overhead => {
  const why = `kernel programs took ${written(total)} % of ${cpus} CPUs, more than ${written(limitPercent)} %`
  const shed: Shed[] = []
  let rest = total
  const given = new Set(state.shed.map(({ part }) => part))
  for (const { part, percent } of inOrder(loads)) {
    if (rest <= limitPercent) break
    if (given.has(part)) continue
    rest -= percent
    const waitMs = waitOf(state.returned.get(part), nowMs)
    shed.push({ part, why, waitMs, untilMs: nowMs + waitMs })
  }
  return { ...state, shed: [...state.shed, ...shed] }
}

/** One at a time, so that the next sample tells whether it was too much; the one that went last comes first. */
const giveBack = (state: Overhead, total: number, { limitPercent, nowMs }: Judged): Overhead => {
  const due = state.shed.findLast(({ untilMs }) => untilMs <= nowMs)
  if (!due) return state
  if (total > limitPercent * CALM) return { ...state, shed: state.shed.map((shed) => later(shed, nowMs)) }
  return {
    ...state,
    shed: state.shed.filter((shed) => shed !== due).map((shed) => later(shed, nowMs)),
    returned: new Map([...state.returned, [due.part, { atMs: nowMs, waitMs: due.waitMs }]]),
  }
}

/** What is due waits once more. */
const later = (shed: Shed, nowMs: number): Shed =>
  shed.untilMs <= nowMs ? { ...shed, untilMs: nowMs + shed.waitMs } : shed

const waitOf = (last: { atMs: number; waitMs: number } | undefined, nowMs: number): number =>
  last && nowMs - last.atMs < FORGIVEN_MS ? Math.min(LONGEST_WAIT_MS, last.waitMs * 2) : FIRST_WAIT_MS

const inOrder = (loads: readonly Load[]): Load[] =>
  loads.filter(({ percent }) => percent > 0).sort((a, b) => rank(a.part) - rank(b.part) || b.percent - a.percent)

const rank = (part: Part): number => (part === 'detail' ? 0 : part === 'stacks' ? 1 : 2)

const sum = (loads: readonly Load[]): number => loads.reduce((total, { percent }) => total + percent, 0)

const written = (percent: number): string => String(Number(percent.toPrecision(2)))
