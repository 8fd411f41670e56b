// The samples of a store, by probe and time, in bounded memory. Tables are the big part; they are dropped after a while,
// histograms and totals live longer.
import { bisector, bisectRight } from 'd3-array'
import type { ProbeSpec } from '../stream/spec.ts'
import { isDescribed, type AnySample } from '../stream/stream-types.ts'
import { isOwnProbe, PROBES, type ProbeId } from '../stream/probe-ids.ts'
import { sizeOf, withoutRows } from './thin.ts'

export interface Retention {
  /** Histograms, counters, statuses and gaps. */
  keepMs?: number
  /** Tables. */
  keepRowsMs?: number
  /** Estimated size above which the oldest goes, tables first. */
  maxBytes?: number
}

export interface KeptSamples {
  /** Makes room for samples of a probe. */
  expect(probe: ProbeId): void
  add(sample: AnySample): void
  /** Forgets what came later. */
  rewind(atMs: number): void
  hold(instants: readonly number[]): void
  probes(): ProbeId[]
  /** The last `count` at or before an instant, oldest first. */
  upTo(probe: ProbeId, count: number, atMs: number): AnySample[]
  /** The last at or before an instant. */
  lastAt(probe: ProbeId, atMs: number): AnySample | undefined
  hasRows(sample: object): boolean
  /** Instants with samples, ascending. */
  ticks(): readonly number[]
  /** Since when there is anything; Infinity of nothing. */
  oldestMs(): number
  bytes(): number
}

interface Entry {
  sample: AnySample
  bytes: number
  thin: boolean
}

/** So many of the newest samples keep their tables longer than others stay at all, when memory is short. */
const LEAST_TABLES = 30

/** What is too old goes once such a part of the time that it is kept has passed: to look each second takes twice as long as to look
 * for several at a time. */
const PARTS = 16

export const createKeptSamples = (
  { keepMs = 600_000, keepRowsMs = 120_000, maxBytes = 12_000_000 }: Retention,
  specOf: (probe: ProbeId) => ProbeSpec | undefined,
): KeptSamples => {
  const series = new Map<ProbeId, Entry[]>(PROBES.map((probe) => [probe, []]))
  const thinned = new WeakSet<object>()
  let ticks: number[] = []
  let bytes = 0
  let held: readonly number[] = []
  /** What was held may have become too old while it was. */
  let wasHeld = false
  const pruneEveryMs = Math.min(keepMs, keepRowsMs) / PARTS
  let prunedMs = -Infinity

  const isHeld = (atMs: number): boolean => held.some((heldMs) => atMs <= heldMs && atMs >= heldMs - keepRowsMs)

  const thin = (entry: Entry): void => {
    const sample = withoutRows(entry.sample, specOf(entry.sample.probe))
    entry.sample = sample
    entry.thin = true
    weigh(entry)
    thinned.add(sample)
  }

  /** `next`: the sample that follows it. */
  const weigh = (entry: Entry, next?: AnySample): void => {
    bytes -= entry.bytes
    entry.bytes = sizeOf(entry.sample, next)
    bytes += entry.bytes
  }

  /** What both have was weighed with the one before, and weighs here from now on: of hundreds of rows most. */
  const follow = (entry: Entry, before: Entry): void => {
    const whole = before.bytes
    weigh(before, entry.sample)
    entry.bytes = sizeOf(entry.sample, before.sample) + whole - before.bytes
    bytes += entry.bytes
  }

  const dropOldest = (entries: Entry[], isOld: (entry: Entry) => boolean): void => {
    let drop = 0
    while (drop < entries.length - 1 && isOld(entries[drop]!)) bytes -= entries[drop++]!.bytes
    if (drop > 0) entries.splice(0, drop)
  }

  const oldestMs = (): number => {
    let oldest = Infinity
    for (const entries of series.values()) if (entries.length > 0) oldest = Math.min(oldest, entries[0]!.sample.atMs)
    return oldest
  }

  const prune = (nowMs: number): void => {
    for (const entries of series.values()) {
      dropOldest(entries, (entry) => entry.sample.atMs < nowMs - keepMs && !isHeld(entry.sample.atMs))
      let at = byTime.left(entries, nowMs - keepRowsMs) - 1
      // what is older than one that has lost its rows has lost them, too
      for (; at >= 0 && (wasHeld || !entries[at]!.thin || isHeld(entries[at]!.sample.atMs)); at--)
        if (!entries[at]!.thin && !isHeld(entries[at]!.sample.atMs)) thin(entries[at]!)
    }
    wasHeld = held.length > 0
    ticks = ticks.slice(bisectRight(ticks, oldestMs() - 1))
  }

  /** Of those that have their tables, but for the last ones of each probe. */
  const oldestFull = (spare: number): Entry | undefined => {
    let oldest: Entry | undefined
    for (const entries of series.values()) {
      const end = entries.length - spare
      for (let i = firstFull(entries); i < end; i++) {
        const entry = entries[i]!
        if (oldest && entry.sample.atMs >= oldest.sample.atMs) break
        if (entry.thin || held.includes(entry.sample.atMs)) continue
        oldest = entry
        break
      }
    }
    return oldest
  }

  /** What is before it has no tables. */
  const firstFull = (entries: readonly Entry[]): number => {
    // those that were held have, among others without
    if (held.length > 0 || wasHeld) return 0
    let from = 0
    let to = entries.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (entries[middle]!.thin) from = middle + 1
      else to = middle
    }
    return from
  }

  /** Of probes with more samples than that. */
  const beginsFirst = (least: number): Entry[] | undefined => {
    let first: Entry[] | undefined
    for (const entries of series.values())
      if (entries.length > least && !(first && first[0]!.sample.atMs <= entries[0]!.sample.atMs)) first = entries
    return first
  }

  /** Over budget: old tables go first, then old samples, then the newer tables; the newest sample always stays. */
  const shrink = (): boolean => {
    const old = oldestFull(LEAST_TABLES)
    const long = beginsFirst(LEAST_TABLES)
    if (old) thin(old)
    else if (long) dropFirst(long)
    else {
      const newer = oldestFull(1)
      const oldest = beginsFirst(1)
      if (newer) thin(newer)
      else if (oldest) dropFirst(oldest)
      else return false
    }
    return true
  }

  /** What a frozen screen shows stays, and what it is compared with. */
  const dropFirst = (entries: Entry[]): void => {
    const first = entries.findIndex(({ sample }) => !held.includes(sample.atMs))
    bytes -= entries.splice(first < entries.length - 1 ? Math.max(0, first) : 0, 1)[0]!.bytes
  }

  return {
    expect(probe) {
      if (!series.has(probe)) series.set(probe, [])
    },
    add(sample) {
      const entries = series.get(sample.probe)
      // what nothing describes cannot be shown
      if (!entries || isDescribed(sample) === isOwnProbe(sample.probe)) return
      // A clock set back, or a recording opened anew: what lies in the new past would hide what comes now
      while (entries.length > 0 && entries.at(-1)!.sample.atMs >= sample.atMs) bytes -= entries.pop()!.bytes
      const entry = { sample, bytes: 0, thin: false }
      const before = entries.at(-1)
      entries.push(entry)
      if (before && !before.thin) follow(entry, before)
      else weigh(entry)
      while (ticks.length > 0 && ticks.at(-1)! > sample.atMs) ticks.pop()
      if (ticks.at(-1) !== sample.atMs) {
        ticks.push(sample.atMs)
        if (Math.abs(sample.atMs - prunedMs) >= pruneEveryMs) {
          prunedMs = sample.atMs
          prune(sample.atMs)
        }
      }
      while (bytes > maxBytes && shrink()) continue
    },
    rewind(atMs) {
      for (const entries of series.values()) {
        while (entries.length > 0 && entries.at(-1)!.sample.atMs > atMs) bytes -= entries.pop()!.bytes
        if (entries.length > 0) weigh(entries.at(-1)!)
      }
      ticks = ticks.slice(0, bisectRight(ticks, atMs))
    },
    hold(instants) {
      wasHeld ||= held.length > 0
      held = instants
    },
    probes: () => [...series.keys()],
    upTo(probe, count, atMs) {
      const entries = series.get(probe) ?? []
      const end = indexAfter(entries, atMs)
      // asked for many times with every frame
      const samples: AnySample[] = []
      for (let i = Math.max(0, end - count); i < end; i++) samples.push(entries[i]!.sample)
      return samples
    },
    lastAt(probe, atMs) {
      const entries = series.get(probe)
      return entries && entries[indexAfter(entries, atMs) - 1]?.sample
    },
    hasRows: (sample) => !thinned.has(sample),
    ticks: () => ticks,
    oldestMs,
    bytes: () => bytes,
  }
}

/** Of the first that is later. */
const indexAfter = (entries: readonly Entry[], atMs: number): number =>
  (entries.at(-1)?.sample.atMs ?? 0) <= atMs ? entries.length : byTime.right(entries, atMs)

const byTime = bisector<Entry, number>(({ sample }) => sample.atMs)
