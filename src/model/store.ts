// What was received, by time, in bounded memory. The only mutable thing on the screen's side, with one writer: whoever
// reads the source calls add(). Reads take an instant: the last sample at or before it, so a frozen screen is a read
// with an older instant. Tables are the big part; they are dropped after a while, histograms and counters live longer.
import { bisectRight } from 'd3-array'
import type { CostMessage } from '../stream/cost.ts'
import type {
  AnySample,
  Gap,
  Hello,
  HostFacts,
  LogMessage,
  Message,
  ProbeId,
  ProbeStatus,
  Sample,
  StatusMessage,
} from '../stream/types.ts'
import type { ProcessMessage } from '../stream/process.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { isDescribed, isOwnProbe, PROBES } from '../stream/types.ts'
import { sameStart } from './selection.ts'
import { sizeOf, withoutRows } from './thin.ts'

export interface StoreOptions {
  /** Histograms, counters, statuses and gaps. */
  keepMs?: number
  /** Tables. */
  keepRowsMs?: number
  /** Estimated size above which the oldest goes, tables first. */
  maxBytes?: number
}

export interface Store {
  /** Of a store seen through selections: the whole one. */
  readonly whole?: Store
  add(message: Message): void
  /** Forgets what came later than an instant; what was said of probes and the machine stays. */
  rewind(atMs: number): void
  /** Keep full tables around this instant until told otherwise. */
  hold(atMs?: number): void
  /** Rises with every message. */
  version(): number
  hello(): Hello | undefined
  /** Of the probes that described themselves, in that order. */
  specs(): readonly ProbeSpec[]
  spec(probe: ProbeId): ProbeSpec | undefined
  /** All that there can be samples of. */
  probes(): readonly ProbeId[]
  host(atMs?: number): HostFacts | undefined
  status(probe: ProbeId, atMs?: number): ProbeStatus
  /** Since when it has it, as far as that is known. */
  statusSinceMs(probe: ProbeId, atMs?: number): number | undefined
  statuses(atMs?: number): Record<ProbeId, ProbeStatus>
  /** The last `count` samples at or before an instant, oldest first. */
  samples<P extends ProbeId>(probe: P, count: number, atMs?: number): Sample<P>[]
  latest<P extends ProbeId>(probe: P, atMs?: number): Sample<P> | undefined
  /** False when the tables of this sample have been dropped. */
  hasRows(sample: AnySample | Sample): boolean
  /** Instants with samples, ascending. */
  ticks(): readonly number[]
  /** What the probes cost in the interval shown, if that was measured. */
  cost(atMs?: number): CostMessage | undefined
  /** What /proc said of a process (that was started then), last at or before an instant. */
  process(pid: number, atMs?: number, startedMs?: number): ProcessMessage | undefined
  gaps(fromMs?: number, toMs?: number): Gap[]
  logs(count: number, atMs?: number): LogMessage[]
  /** Estimated size of the samples. */
  bytes(): number
}

/** So many of the newest samples keep their tables longer than others stay at all, when memory is short. */
const LEAST_TABLES = 30
/** Of each probe: one that comes and goes must not make the others' be forgotten. */
const MOST_STATUSES = 100
const MOST_GAPS = 200
const MOST_FACTS = 600
const MOST_LOGS = 200
const MOST_COSTS = 600
const MOST_SPECS = 64

export const createStore = (options: StoreOptions = {}): Store => {
  const { keepMs = 600_000, keepRowsMs = 120_000, maxBytes = 12_000_000 } = options
  const series = new Map<ProbeId, Entry[]>(PROBES.map((probe) => [probe, []]))
  const thinned = new WeakSet<object>()
  let specs: readonly ProbeSpec[] = []
  let hello: Hello | undefined
  let hosts: HostFacts[] = []
  let facts: ProcessMessage[] = []
  const statuses = new Map<ProbeId, StatusMessage[]>()
  let gaps: Gap[] = []
  let logs: LogMessage[] = []
  let costs: CostMessage[] = []
  let ticks: number[] = []
  let version = 0
  let bytes = 0
  let heldMs: number | undefined

  const isHeld = (atMs: number): boolean => heldMs !== undefined && atMs <= heldMs && atMs >= heldMs - keepRowsMs

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

  const dropOldest = (entries: Entry[], isOld: (entry: Entry) => boolean): void => {
    let drop = 0
    while (drop < entries.length - 1 && isOld(entries[drop]!)) bytes -= entries[drop++]!.bytes
    if (drop > 0) entries.splice(0, drop)
  }

  const prune = (nowMs: number): void => {
    for (const entries of series.values()) {
      dropOldest(entries, (entry) => entry.sample.atMs < nowMs - keepMs && !isHeld(entry.sample.atMs))
      for (const entry of entries) {
        if (entry.sample.atMs >= nowMs - keepRowsMs) break
        if (!entry.thin && !isHeld(entry.sample.atMs)) thin(entry)
      }
    }
    const oldestMs = Math.min(...[...series.values()].map((entries) => entries[0]?.sample.atMs ?? Infinity))
    ticks = ticks.slice(bisectRight(ticks, oldestMs - 1))
    const hostFrom = bisectRight(
      hosts.map((host) => host.atMs),
      oldestMs - 1,
    )
    if (hostFrom > 1) hosts = hosts.slice(hostFrom - 1)
  }

  /** Over budget: old tables go first, then old samples, then the newer tables; the newest sample always stays. */
  const shrink = (): boolean => {
    const all = [...series.values()].filter((entries) => entries.length > 1)
    const oldestFull = (spare: number): Entry | undefined =>
      minBy(
        all.flatMap(
          (entries) => entries.slice(0, -spare).find((entry) => !entry.thin && entry.sample.atMs !== heldMs) ?? [],
        ),
        (entry) => entry.sample.atMs,
      )
    const old = oldestFull(LEAST_TABLES)
    const long = minBy(
      all.filter((entries) => entries.length > LEAST_TABLES),
      (entries) => entries[0]!.sample.atMs,
    )
    if (old) thin(old)
    else if (long) dropFirst(long)
    else {
      const newer = oldestFull(1)
      const oldest = minBy(all, (entries) => entries[0]!.sample.atMs)
      if (newer) thin(newer)
      else if (oldest) dropFirst(oldest)
      else return false
    }
    return true
  }

  /** What a frozen screen shows stays. */
  const dropFirst = (entries: Entry[]): void => {
    bytes -= entries.splice(entries[0]!.sample.atMs === heldMs && entries.length > 2 ? 1 : 0, 1)[0]!.bytes
  }

  const specOf = (probe: ProbeId): ProbeSpec | undefined => specs.find(({ id }) => id === probe)

  /** One that says the same again (an engine started anew) changes nothing. */
  const addSpec = (spec: ProbeSpec): void => {
    const before = specs.findIndex(({ id }) => id === spec.id)
    if (isOwnProbe(spec.id) || (before < 0 && specs.length >= MOST_SPECS)) return
    if (before >= 0 && JSON.stringify(specs[before]) === JSON.stringify(spec)) return
    specs = before < 0 ? [...specs, spec] : specs.with(before, spec)
    const id = spec.id as ProbeId
    if (!series.has(id)) series.set(id, [])
  }

  const addSample = (sample: AnySample): void => {
    const entries = series.get(sample.probe)
    // what nothing describes cannot be shown
    if (!entries || isDescribed(sample) === isOwnProbe(sample.probe)) return
    // A clock set back, or a recording opened anew: what lies in the new past would hide what comes now
    while (entries.length > 0 && entries.at(-1)!.sample.atMs >= sample.atMs) bytes -= entries.pop()!.bytes
    const before = entries.at(-1)
    if (before) weigh(before, sample)
    entries.push({ sample, bytes: 0, thin: false })
    weigh(entries.at(-1)!)
    while (ticks.length > 0 && ticks.at(-1)! > sample.atMs) ticks.pop()
    if (ticks.at(-1) !== sample.atMs) {
      ticks.push(sample.atMs)
      prune(sample.atMs)
    }
    while (bytes > maxBytes && shrink()) continue
  }

  const add = (message: Message): void => {
    version++
    if (message.type === 'sample') addSample(message)
    else if (message.type === 'hello') hello = message
    else if (message.type === 'probe') addSpec(message.spec)
    else if (message.type === 'host') hosts.push(message)
    else if (message.type === 'process') facts = [...facts.slice(1 - MOST_FACTS), message]
    else if (message.type === 'status' && (isOwnProbe(message.probe) || statuses.size < 2 * MOST_SPECS))
      statuses.set(message.probe, [...(statuses.get(message.probe) ?? []).slice(1 - MOST_STATUSES), message])
    else if (message.type === 'gap') gaps = [...gaps.slice(1 - MOST_GAPS), message]
    else if (message.type === 'cost') {
      costs = [...costs.filter(({ atMs }) => atMs < message.atMs).slice(1 - MOST_COSTS), message]
    } else if (message.type === 'log') logs = [...logs.slice(1 - MOST_LOGS), message]
  }

  const rewind = (atMs: number): void => {
    const isKept = (item: { atMs: number }): boolean => item.atMs <= atMs
    version++
    for (const entries of series.values()) {
      while (entries.length > 0 && entries.at(-1)!.sample.atMs > atMs) bytes -= entries.pop()!.bytes
      if (entries.length > 0) weigh(entries.at(-1)!)
    }
    for (const [probe, said] of statuses) statuses.set(probe, said.filter(isKept))
    ticks = ticks.slice(0, bisectRight(ticks, atMs))
    hosts = hosts.filter(isKept)
    facts = facts.filter(isKept)
    gaps = gaps.filter(isKept)
    costs = costs.filter(isKept)
    logs = logs.filter(isKept)
  }

  const upTo = (probe: ProbeId, atMs: number): { entries: Entry[]; end: number } => {
    const entries = series.get(probe) ?? []
    const isNewest = (entries.at(-1)?.sample.atMs ?? 0) <= atMs
    return {
      entries,
      end: isNewest
        ? entries.length
        : bisectRight(
            entries.map((entry) => entry.sample.atMs),
            atMs,
          ),
    }
  }

  const statusMessage = (probe: ProbeId, atMs: number): StatusMessage | undefined => {
    // What the probe was first said to be holds before that, too: better than claiming it was off
    const own = statuses.get(probe) ?? []
    return own.findLast((message) => message.atMs <= atMs) ?? own[0]
  }
  const status = (probe: ProbeId, atMs = Infinity): ProbeStatus => statusMessage(probe, atMs)?.status ?? { is: 'off' }

  return {
    add,
    rewind,
    hold: (atMs) => {
      heldMs = atMs
    },
    version: () => version,
    hello: () => hello,
    specs: () => specs,
    spec: specOf,
    probes: () => [...series.keys()],
    host: (atMs = Infinity) => hosts.findLast((host) => host.atMs <= atMs) ?? hosts[0],
    status,
    statusSinceMs: (probe, atMs = Infinity) => statusMessage(probe, atMs)?.atMs,
    statuses: (atMs) =>
      Object.fromEntries([...series.keys()].map((probe) => [probe, status(probe, atMs)])) as Record<
        ProbeId,
        ProbeStatus
      >,
    samples: <P extends ProbeId>(probe: P, count: number, atMs = Infinity) => {
      const { entries, end } = upTo(probe, atMs)
      return entries.slice(Math.max(0, end - count), end).map((entry) => entry.sample) as unknown as Sample<P>[]
    },
    latest: <P extends ProbeId>(probe: P, atMs = Infinity) => {
      const { entries, end } = upTo(probe, atMs)
      return entries[end - 1]?.sample as unknown as Sample<P> | undefined
    },
    hasRows: (sample) => !thinned.has(sample),
    ticks: () => ticks,
    cost: (atMs = Infinity) => {
      // it comes after the samples of its tick: until then, and no longer, that of the tick before
      const end = bisectRight(ticks, atMs)
      return costs.findLast((cost) => cost.atMs <= atMs && cost.atMs >= (ticks[end - 2] ?? -Infinity))
    },
    process: (pid, atMs = Infinity, startedMs) =>
      facts.findLast((fact) => fact.pid === pid && fact.atMs <= atMs && sameStart(fact.startedMs, startedMs)),
    gaps: (fromMs = -Infinity, toMs = Infinity) => gaps.filter((gap) => gap.atMs >= fromMs && gap.atMs <= toMs),
    logs: (count, atMs = Infinity) => logs.filter((line) => line.atMs <= atMs).slice(-count),
    bytes: () => bytes,
  }
}

interface Entry {
  sample: AnySample
  bytes: number
  thin: boolean
}

const minBy = <T>(items: readonly T[], value: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>(
    (least, item) => (least === undefined || value(item) < value(least) ? item : least),
    undefined,
  )
