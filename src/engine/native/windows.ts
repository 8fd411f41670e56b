// Hooks that are in the kernel for a part of the time only: one short window at a random place in each stretch of time, so
// that what comes and goes regularly is not always seen, or never. What was seen stands for the rest of the time;
// how far the windows differ tells how far the sum may be from the truth. While the hooks are there they make slower what
// they count: whoever does nothing else does less of it, whoever is asked to do something now and then does not. So the
// truth lies between what was seen and what would have been without the time the hooks took: in the middle where that is
// little, at its upper end where it is much of a CPU; what lies between is part of the error. Taking programs from their hooks is what saves:
// a program that returns at once costs nearly as much as one that counts.
import type { HowGot } from '../base/probe.ts'
import { graceOver } from './grace.ts'

/** One window in each stretch: with what it takes to attach and detach it costs a sixth of what all of the time would. */
const STRETCH_MS = 100
const WINDOW_MS = 15
/** A window that is due waits so long for the kernel to be done with the one before, and then begins all the same: an
 * interval without any would say nothing. */
const PATIENCE_MS = 300
/** What the hooks leave of a CPU's time, at least. */
const LEAST_REST = 0.25
/** Between what was seen and what would have been without hooks, where these take hardly anything; from this part of a CPU on
 * it is all of it: who does so much of the same does little else. */
const MIDDLE = 0.5
const SURE_FROM = 0.1
/** What hooks take is itself known to within a fourth. */
const UNSURE = 1.25
const CALIBRATION_PAIRS = 21
/** Where attaching takes long, fewer do. */
const LEAST_PAIRS = 3
const CALIBRATION_MS = 400
const CALIBRATION_TIMES = 1000

interface WindowsOptions {
  /** Puts the programs to their hooks, or takes them away. */
  attach(): void
  detach(): void
  /** What has been counted since the programs were loaded, by CPU: that whose error is told. The array may be reused. */
  count(): ArrayLike<number>
  /** What being counted costs, for each. */
  hookNs: number
  /** A sum over what was counted since the programs were loaded, ns for instance: of which it is told how much there is of it
   * for each. */
  amount?(): number
  steadyMs?(): number
  random?(): number
  /** Resolves once attaching again does not wait for what was detached. */
  settled?(): Promise<void>
}

export interface Windows {
  /** Ends the interval, with a window that is open. Factor for all that was counted in it, how it was got, and the windows.
   * Throws what attaching or detaching threw meanwhile, where nobody could hear it. */
  take(): { factor: number; tier: HowGot; spans: readonly Span[]; each?: Ratio }
  close(): void
}

/** What was seen for each of what is known of all of the time, and half the width of the interval in which that of all of the
 * time lies 95 of 100 times. */
export interface Ratio {
  ratio: number
  halfWidth: number
}

/** From and to, on a steady clock. */
export type Span = readonly [fromMs: number, toMs: number]

interface Counts {
  atMs: number
  counts: number[]
  amount: number
}

interface Seen {
  fromMs: number
  ms: number
  count: number
  /** What it would have been without the time that the hooks took, had everybody used it for more of the same. */
  most: number
  /** What it probably would have been. */
  likely: number
  amount: number
}

/** Begins at once, with hooks that are not attached. */
export const openWindows = ({
  attach,
  detach,
  count,
  hookNs,
  amount,
  steadyMs = () => performance.now(),
  random = Math.random,
  settled = graceOver,
}: WindowsOptions): Windows => {
  let begunMs = steadyMs()
  let seen: Seen[] = []
  let open: Counts | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  /** Counted when the interval began. */
  let countedBefore = total(count())
  let failure: { thrown: unknown } | undefined
  /** The last time that hooks were taken away, until the kernel is done with it. */
  let unsettled: object | undefined
  /** A window is due and waits for that. */
  let isDue = false
  /** Begin of the stretch that has the next window. */
  let stretchMs = steadyMs() - STRETCH_MS

  const beginOrWait = (): void => {
    if (!unsettled) return begin()
    isDue = true
    timer = setTimeout(orFail(begin), PATIENCE_MS)
  }

  const begin = (): void => {
    isDue = false
    attach()
    open = countsNow()
    timer = setTimeout(end, WINDOW_MS)
  }

  /** While the hooks are there: somewhere in the calls that attach and detach they begin and end, and these may take a tenth of
   * a window. */
  const countsNow = (): Counts => {
    const before = steadyMs()
    const counts = Array.from(count())
    return { atMs: (before + steadyMs()) / 2, counts, amount: amount?.() ?? 0 }
  }

  const shut = (): void => {
    if (!open) return
    const { atMs: fromMs, counts: before, amount: amountBefore } = open
    open = undefined
    let now: Counts
    try {
      now = countsNow()
    } finally {
      detach()
    }
    const { atMs: toMs, counts } = now
    const ms = toMs - fromMs
    const one: Seen = { fromMs, ms, count: 0, most: 0, likely: 0, amount: now.amount - amountBefore }
    for (let cpu = 0; cpu < counts.length; cpu++) {
      const count = counts[cpu]! - before[cpu]!
      const taken = (count * hookNs) / (ms * 1e6)
      const more = count / Math.max(LEAST_REST, 1 - taken) - count
      one.count += count
      one.most += count + more
      one.likely += count + more * Math.min(1, MIDDLE + taken * (MIDDLE / SURE_FROM))
    }
    seen.push(one)
    settle()
  }

  const settle = (): void => {
    const last = (unsettled = {})
    void settled().then(() => {
      if (unsettled !== last) return
      unsettled = undefined
      if (!isDue || closed) return
      clearTimeout(timer)
      orFail(begin)()
    })
  }

  /** In a timer, where what is thrown would end the engine. */
  const orFail = (act: () => void) => (): void => {
    try {
      act()
    } catch (thrown) {
      failure = { thrown }
    }
  }

  const end = orFail(() => {
    shut()
    next()
  })

  /** A window begins in the next stretch, anywhere: so any two instants may be in windows, however far apart they are.
   * Stretches that were slept through are over. */
  const next = (): void => {
    const nowMs = steadyMs()
    stretchMs = Math.max(stretchMs + STRETCH_MS, nowMs - WINDOW_MS)
    const atMs = stretchMs + random() * STRETCH_MS
    if (!closed) timer = setTimeout(orFail(beginOrWait), Math.max(0, atMs - nowMs))
  }
  next()

  return {
    take() {
      if (failure) throw failure.thrown
      const isOpen = open !== undefined
      shut()
      const nowMs = steadyMs()
      const lastedMs = nowMs - begunMs
      const windows = seen
      seen = []
      begunMs = nowMs
      if (isOpen) {
        clearTimeout(timer)
        next()
      }
      const seenMs = sum(windows, ({ ms }) => ms)
      const observed = lastedMs > 0 ? Math.min(1, seenMs / lastedMs) : 0
      // with what came while hooks were attached and taken away
      const counted = total(count()) - countedBefore
      countedBefore += counted
      const seenInThem = sum(windows, (one) => one.count)
      /** All there was, where outside of windows it was as frequent as that. */
      const all = (inThem: number): number => seenInThem + inThem * (1 / observed - 1)
      const likely = all(sum(windows, (one) => one.likely))
      const least = all(seenInThem)
      const most = all(sum(windows, (one) => one.most))
      const spread = errorOf(
        windows.map((one) => [one.ms, one.count]),
        observed,
      )
      const error =
        spread === undefined ? undefined : spread + (UNSURE * Math.max(most - likely, likely - least)) / likely
      const each =
        amount &&
        ratioOf(
          windows.map((one) => [one.count, one.amount]),
          observed,
        )
      return {
        spans: windows.map(({ fromMs, ms }): Span => [fromMs, fromMs + ms]),
        factor: seenInThem > 0 ? Math.max(1, likely / counted) : observed > 0 ? 1 / observed : 0,
        tier: {
          is: 'sampled',
          observed: rounded(observed),
          windows: windows.length,
          ...(error !== undefined && { error: rounded(error) }),
        },
        ...(each && { each }),
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
      shut()
    },
  }
}

/** Of each window what is known of all of the time, its length for instance, and what was seen in it: a ratio estimate, with
 * Student's t as windows are few. Undefined for fewer than three, or where nothing is known. */
const ratioOf = (windows: readonly (readonly [known: number, seen: number])[], observed: number): Ratio | undefined => {
  const n = windows.length
  const known = sum(windows, (each) => each[0])
  if (n < 3 || !(known > 0)) return undefined
  const ratio = sum(windows, (each) => each[1]) / known
  const variance = sum(windows, (each) => (each[1] - ratio * each[0]) ** 2) / (n - 1)
  return { ratio, halfWidth: (studentT(n - 1) * Math.sqrt(variance * (1 - observed) * n)) / known }
}

/** Half that width, relative to the total. Undefined also where nothing was seen. */
export const errorOf = (...args: Parameters<typeof ratioOf>): number | undefined => {
  const found = ratioOf(...args)
  return found && found.ratio > 0 ? found.halfWidth / found.ratio : undefined
}

const total = (counts: ArrayLike<number>): number => sum(Array.from(counts), (each) => each)

const sum = <T>(windows: readonly T[], value: (seen: T) => number): number =>
  windows.reduce((total, seen) => total + value(seen), 0)

/** What hooks add to something that passes them, ns of a CPU's time: the middle of several pairs of measurements, without and
 * with them. Time on the clock would have that of others in it: who attaches hooks is the one to be interrupted next. */
export const measureHook = ({ attach, detach }: Pick<WindowsOptions, 'attach' | 'detach'>, act: () => void): number => {
  const takes = (): number => {
    const before = process.cpuUsage()
    for (let i = 0; i < CALIBRATION_TIMES; i++) act()
    const { user, system } = process.cpuUsage(before)
    return 1000 * (user + system)
  }
  const added: number[] = []
  const beganMs = performance.now()
  while (
    added.length < LEAST_PAIRS ||
    (added.length < CALIBRATION_PAIRS && performance.now() - beganMs < CALIBRATION_MS)
  ) {
    const bareNs = takes()
    attach()
    const hookedNs = takes()
    detach()
    added.push((hookedNs - bareNs) / CALIBRATION_TIMES)
  }
  return Math.max(0, added.sort((a, b) => a - b)[added.length >> 1]!)
}

/** 97.5 % quantile by degrees of freedom; within 1 % from three on. */
const studentT = (freedom: number): number =>
  freedom === 2 ? 4.303 : 1.96 + 2.44 / (freedom - 0.6) + 1.3 / (freedom - 0.6) ** 2

/** As errors and parts of the time are told. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
