// What was received, by time, in bounded memory (samples in kept-samples.ts). The only mutable thing on the screen's side,
// with one writer: whoever reads the source calls add(). Reads take an instant: the last sample at or before it, so a
// frozen screen is a read with an older instant.
import { bisectRight } from 'd3-array'
import type { CostMessage } from '../stream/cost-message.ts'
import type {
  AnySample,
  Gap,
  Hello,
  HostFacts,
  LogMessage,
  Message,
  ProbeStatus,
  Sample,
  StatusMessage,
} from '../stream/stream-types.ts'
import { type ProbeId, isOwnProbe } from '../stream/probe-ids.ts'
import type { HooksMessage } from '../stream/hooks.ts'
import type { ProcessMessage } from '../stream/process-message.ts'
import { MOST_SCRIPTS } from '../stream/script.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { createKeptSamples, type Retention } from './kept-samples.ts'
import { sameStart } from './selection.ts'

export interface Store {
  add(message: Message): void
  /** Forgets what came later than an instant; what was said of probes and the machine stays. */
  rewind(atMs: number): void
  /** Keep full tables around these instants until told otherwise. */
  hold(instants: readonly number[]): void
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
  /** What the probes cost in the interval shown, if that was measured; or one of them when that was measured last. */
  cost(atMs?: number, probe?: ProbeId): CostMessage | undefined
  /** What /proc said of a process (that was started then), last at or before an instant. */
  process(pid: number, atMs?: number, startedMs?: number): ProcessMessage | undefined
  /** Names of hooks that were asked for last. */
  hooks(): HooksMessage | undefined
  gaps(fromMs?: number, toMs?: number): Gap[]
  logs(count: number, atMs?: number): LogMessage[]
  /** Estimated size of the samples. */
  bytes(): number
}

/** Of each probe: one that comes and goes must not make the others' be forgotten. */
const MOST_STATUSES = 100
const MOST_GAPS = 200
const MOST_FACTS = 600
const MOST_LOGS = 200
const MOST_COSTS = 600
/** Of probes that come with it, and of all scripts there may be. */
const MOST_SPECS = 64 + MOST_SCRIPTS

export const createStore = (options: Retention = {}): Store => {
  const specs = new Map<ProbeId, ProbeSpec>()
  let specList: readonly ProbeSpec[] = []
  let hello: Hello | undefined
  let hooks: HooksMessage | undefined
  let hosts: HostFacts[] = []
  let facts: ProcessMessage[] = []
  const statuses = new Map<ProbeId, StatusMessage[]>()
  let gaps: Gap[] = []
  let logs: LogMessage[] = []
  let costs: CostMessage[] = []
  let version = 0

  const specOf = (probe: ProbeId): ProbeSpec | undefined => specs.get(probe)
  const kept = createKeptSamples(options, specOf)

  /** One that says the same again (an engine started anew) changes nothing. */
  const addSpec = (spec: ProbeSpec): void => {
    const id = spec.id as ProbeId
    const before = specs.get(id)
    if (isOwnProbe(id) || (!before && specs.size >= MOST_SPECS)) return
    if (before && JSON.stringify(before) === JSON.stringify(spec)) return
    specs.set(id, spec)
    specList = [...specs.values()]
    kept.expect(id)
  }

  /** Of those older than all samples the last stays: it is that of the oldest. */
  const dropHosts = (): void => {
    const oldestMs = kept.oldestMs()
    let from = 0
    while (oldestMs < Infinity && from + 1 < hosts.length && hosts[from + 1]!.atMs < oldestMs) from++
    if (from > 0) hosts = hosts.slice(from)
  }

  const add = (message: Message): void => {
    version++
    if (message.type === 'sample') {
      kept.add(message)
      dropHosts()
    } else if (message.type === 'hello') hello = message
    else if (message.type === 'hooks') hooks = message
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
    kept.rewind(atMs)
    for (const [probe, said] of statuses) statuses.set(probe, said.filter(isKept))
    hosts = hosts.filter(isKept)
    facts = facts.filter(isKept)
    gaps = gaps.filter(isKept)
    costs = costs.filter(isKept)
    logs = logs.filter(isKept)
  }

  const statusMessage = (probe: ProbeId, atMs: number): StatusMessage | undefined => {
    // What the probe was first said to be holds before that, too: better than claiming it was off
    const own = statuses.get(probe)
    return own && (lastUpTo(own, atMs) ?? own[0])
  }
  const status = (probe: ProbeId, atMs = Infinity): ProbeStatus => statusMessage(probe, atMs)?.status ?? { is: 'off' }

  return {
    add,
    rewind,
    hold: kept.hold,
    version: () => version,
    hello: () => hello,
    specs: () => specList,
    spec: specOf,
    probes: () => kept.probes(),
    host: (atMs = Infinity) => lastUpTo(hosts, atMs) ?? hosts[0],
    status,
    statusSinceMs: (probe, atMs = Infinity) => statusMessage(probe, atMs)?.atMs,
    statuses: (atMs) =>
      Object.fromEntries(kept.probes().map((probe) => [probe, status(probe, atMs)])) as Record<ProbeId, ProbeStatus>,
    samples: <P extends ProbeId>(probe: P, count: number, atMs = Infinity) =>
      kept.upTo(probe, count, atMs) as unknown as Sample<P>[],
    latest: <P extends ProbeId>(probe: P, atMs = Infinity) =>
      kept.lastAt(probe, atMs) as unknown as Sample<P> | undefined,
    hasRows: kept.hasRows,
    ticks: kept.ticks,
    cost: (atMs = Infinity, probe) => {
      if (probe !== undefined)
        return costs.findLast((cost) => cost.atMs <= atMs && cost.probes.some((each) => each.probe === probe))
      // it comes after the samples of its tick: until then, and no longer, that of the tick before
      const ticks = kept.ticks()
      const end = bisectRight(ticks, atMs)
      return costs.findLast((cost) => cost.atMs <= atMs && cost.atMs >= (ticks[end - 2] ?? -Infinity))
    },
    process: (pid, atMs = Infinity, startedMs) =>
      facts.findLast((fact) => fact.pid === pid && fact.atMs <= atMs && sameStart(fact.startedMs, startedMs)),
    hooks: () => hooks,
    gaps: (fromMs = -Infinity, toMs = Infinity) => gaps.filter((gap) => gap.atMs >= fromMs && gap.atMs <= toMs),
    logs: (count, atMs = Infinity) => logs.filter((line) => line.atMs <= atMs).slice(-count),
    bytes: kept.bytes,
  }
}

/** Asked for many times with every frame: as a function of its own it is compiled but once. */
const lastUpTo = <T extends { atMs: number }>(items: readonly T[], atMs: number): T | undefined => {
  for (let i = items.length - 1; i >= 0; i--) if (items[i]!.atMs <= atMs) return items[i]
  return undefined
}
