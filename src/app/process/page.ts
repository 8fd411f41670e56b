// The process page as lines: what one process waits for, from all five probes, now and over time.
import { percentileNs } from '../../model/base/histogram.ts'
import { percentOf, perSecond, stuckNs } from '../../model/base/rates.ts'
import { operationsOf } from '../../panels/block.ts'
import { nextOfName, processFacts, type ProcessFacts } from '../../panels/process-samples.ts'
import { quotaText } from '../../panels/offcpu.ts'
import { endpoint } from '../../panels/tcp-rows.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Tier } from '../../stream/cost-message.ts'
import type { Hist } from '../../stream/stream-types.ts'
import { isOfStacks } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import { formatAge, formatBytes, formatCount, formatDuration, formatPercent, formatRate } from '../format.ts'
import { sanitize } from '../../stream/harmless.ts'
import { syscallLines } from './system-calls.ts'
import { factLines, threadLines } from './head.ts'
import { historyOf } from './history.ts'
import { roomOf, THREE_COLUMNS } from './room.ts'
import { mean, timeLines } from './time-states.ts'
import { splitLines, splitsOf } from './split.ts'
import { waitLines } from './held-up.ts'
import { sectionsOf } from './sections.ts'
import { shownMs } from '../late.ts'
import { liveWord, probeStatus, statusRole, statusText } from '../probes/status.ts'
import { selectedProcess, selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { knowsWaits } from '../waits.ts'
import { fit, fitLeft } from '../width.ts'
import { LEAST_FOR_P99 } from '../figures.ts'
import { besides, type Line, type Piece } from '../lines.ts'

interface ProcessPage {
  title: string
  status: Piece
  lines: Line[]
}

/** From these widths on the page has two columns, and three. */
const SIDE_BY_SIDE = [116, THREE_COLUMNS] as const
/** A column that has room for addresses, rates and latency of a session. */
const LEAST_FOR_TCP = 78

/** `filled`: so many lines are its own, and series over time take what is left of them. */
export const processPage = (
  state: AppState,
  view: View,
  width: number,
  nowMs: number,
  unicode: boolean,
  filled?: number,
): ProcessPage => {
  const page = selectedProcess(state) ?? { pid: 0, comm: '', startedMs: undefined }
  const columns = 1 + SIDE_BY_SIDE.filter((least) => width >= least).length
  const room = roomOf(state.height, width)
  const column = columns > 1 ? Math.floor(width / columns) - 2 : width
  const shown = shownMs(state, view, nowMs)
  const section = sectionsOf(state, view, nowMs, column)
  const facts = processFacts(view, page, column - 26)
  const history = historyOf(state, view, page.pid, column - 26, nowMs)
  const splits = splitsOf(view, facts, history, state.classRules)
  const tier = view.latest('sched')?.tier?.is
  const timeIn = (rows: number): Line[] => section('sched', timeLines(facts, history, splits, { unicode, rows }))
  const blocked = section('sched', blockedLines(facts, tier === 'counted', room.blocked))
  const block = section('block', blockLines(facts))
  const latency = section('sched', histLines(facts, state, tier))
  const calls = section(
    'syscalls',
    syscallLines(facts, view, { width: column, most: room.calls, failures: room.failures, unicode }),
  )
  const isTcpBeside = columns > 1 && column >= LEAST_FOR_TCP
  const tcp = section('tcp', tcpLines(facts, isTcpBeside ? column : width))
  const right = isTcpBeside ? [calls, tcp] : [calls]
  const partsIn = (time: Line[]): Line[][][] =>
    columns === 3
      ? [[time], [latency, blocked, block], right]
      : columns === 2
        ? [
            [time, blocked, block],
            [latency, ...right],
          ]
        : [[time, blocked, block, latency, calls]]
  const linesIn = (time: Line[]): Line[] => [
    ...head,
    ...partsIn(time)
      .map(apart)
      .reduce((left, right, index) => besides(left, right, index * (column + 2))),
    ...(isTcpBeside ? [] : [[], ...tcp]),
  ]
  const head = [
    ...stackLines(state),
    ...factLines(view.process(page.pid, page.startedMs), width, shown, state.intervalMs, room),
    ...section('sched', threadLines(view, state, width, room.threads)),
    ...(knowsWaits(state) ? [...section(WAITS, waitLines(view, page.pid, width, room.chains)), []] : []),
    ...(tier === 'counted' ? [] : section('sched', splitLines(splits, width))),
  ]
  const time = timeIn(room.series)
  const lines = linesIn(time)
  const taller = filled === undefined ? room.series : tallerSeries(filled - lines.length, time.length, room.series)
  return {
    title: `${sanitize(facts.comm || page.comm) || '?'}  pid ${page.pid}${facts.sched ? `  ${facts.sched.threads} thread${facts.sched.threads === 1 ? '' : 's'}` : ''}`,
    status: statusOf(facts, shown, state, view, nowMs),
    lines: taller > room.series ? linesIn(timeIn(taller)) : lines,
  }
}

/** Higher ones say no more. */
const TALLEST = 8

/** Of each series, where so many lines are left; nearly all of `lines` are one of a series. */
const tallerSeries = (left: number, lines: number, now: number): number =>
  Math.min(TALLEST, now + Math.max(0, Math.floor(left / Math.max(1, lines / now))))

/** With a line between them. */
const apart = (sections: readonly Line[][]): Line[] =>
  sections.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]))

const stackLines = (state: AppState): Line[] =>
  selectionsOf(state).some(isOfStacks)
    ? [[[' Time off-CPU is of waits in this stack that ended; nothing else can be split by stack.', 'warn']], []]
    : []

const statusOf = (facts: ProcessFacts, shown: number, state: AppState, view: View, nowMs: number): Piece => {
  if (facts.ended) {
    const next = nextOfName(view, facts)?.pid
    const { signal, exitCode } = facts.ended
    const how = signal ? `ended by signal ${signal}` : `exited${exitCode === undefined ? '' : ` with ${exitCode}`}`
    return [next === undefined ? how : `${how}; n: next ${sanitize(facts.comm)}, ${next}`, 'warn']
  }
  // Whether it does anything is known from the scheduler: nothing else sees every process
  const status = probeStatus(state, view, 'sched', nowMs)
  if (status.is !== 'live' && status.is !== 'reduced') return [statusText(status, state), statusRole(status)]
  if (facts.sched || facts.syscalls || facts.block) return [liveWord(state), 'good']
  return facts.seenMs === undefined
    ? ['nothing seen of it', 'dim']
    : [`quiet for ${formatAge(shown - facts.seenMs)}`, 'dim']
}

const blockedLines = ({ sched, quota, intervalMs }: ProcessFacts, isCounted: boolean, most: number): Line[] => {
  const calls = [...(sched?.calls ?? [])].sort(
    (a, b) => Number(b.state === 'D') - Number(a.state === 'D') || b.ns - a.ns,
  )
  const stuckShare = sched && percentOf(stuckNs(sched), intervalMs)
  const stuck: Piece =
    stuckShare === undefined
      ? ['']
      : [
          `  stuck (${sched?.throttledNs ? 'D, preempted, throttled' : 'D and preempted'}) ${formatPercent(stuckShare)}%`,
          'dim',
        ]
  return [
    [['Blocked in', 'title'], stuck],
    ...(quota ? [[[` ${sanitize(quotaText(quota))}`, 'bad']] as Line] : []),
    ...(calls.length === 0
      ? [[[isCounted ? ' not known while time is only counted' : ' nothing in this interval', 'dim']] as Line]
      : []),
    ...calls
      .slice(0, most)
      .map((call): Line => [
        [` ${fit(sanitize(call.call), 20)}`],
        [call.state === 'D' ? 'D ' : 'S ', call.state === 'D' ? 'bad' : 'dim'],
        [fitLeft(`${formatPercent(percentOf(call.ns, intervalMs))}%`, 9)],
      ]),
    ...(calls.length > most ? [[[` and ${calls.length - most} more`, 'dim']] as Line] : []),
  ]
}

const blockLines = ({ block, blockMs: intervalMs }: ProcessFacts): Line[] => {
  if (!block) return [[['Block I/O', 'title']], [[' none in this interval', 'dim']]]
  const { reads, writes, otherOps, readBytes, writeBytes, latencyNs, latencyMaxNs, queuedNs } = block
  const rate = (count: number | null): string =>
    count === null ? '' : `${formatRate(perSecond(count, intervalMs))}/s `
  const bytes = (count: number | null): string => `${formatBytes(perSecond(count ?? 0, intervalMs))}/s`
  const transfers: Line = [
    [' reads ', 'label'],
    [rate(reads) + bytes(readBytes)],
    ['  writes ', 'label'],
    [rate(writes) + bytes(writeBytes)],
    ...(otherOps === null ? [] : ([['  other ', 'label'], [rate(otherOps).trimEnd()]] as Line)),
  ]
  if (latencyNs === null)
    return [[['Block I/O', 'title']], transfers, [[' only counted: how long it waited is not known', 'dim']]]
  return [
    [['Block I/O', 'title']],
    transfers,
    [
      [' mean ', 'label'],
      [mean(latencyNs, operationsOf(block))],
      ['  longest ', 'label'],
      [formatDuration(latencyMaxNs ?? 0)],
      ['  of that queued ', 'label'],
      [latencyNs > 0 ? `${formatPercent(((queuedNs ?? 0) * 100) / latencyNs)}%` : '-'],
    ],
  ]
}

const histLines = ({ hists, blockHist }: ProcessFacts, state: AppState, tier: Tier['is'] | undefined): Line[] => {
  const head: Line = [
    ['Own latency', 'title'],
    ['         p50     p90     p99     max      n', 'label'],
  ]
  const seen = tier === 'counted' ? undefined : hists
  const own: [string, Hist | undefined][] = [
    ['run queue', seen?.runq],
    ['preempted', seen?.preempted],
    ['throttled', seen?.throttled?.count ? seen.throttled : undefined],
    ['uninterruptible', seen?.disk],
    ['sleeping', seen?.sleep],
    ['block I/O', blockHist],
  ]
  const known = own.filter((entry): entry is [string, Hist] => entry[1] !== undefined)
  if (selectionsOf(state).some(isOfStacks)) return [head, [[' cannot be split by stack', 'dim']]]
  const lacking = ` time of threads is only ${tier}: no distribution of its own`
  const thinner: Line[] = tier ? [[[seen ? ' estimated, from short windows' : lacking, 'dim']]] : []
  if (known.length === 0 && tier) return [head, ...thinner]
  if (known.length === 0) return [head, [[` ${lackOf(state)}`, 'dim']]]
  return [
    head,
    ...thinner,
    ...known.map(([label, hist]): Line => [
      [` ${fit(label, 15)}`, 'label'],
      ...[0.5, 0.9, 0.99].map((p): Piece => [fitLeft(p === 0.99 && hist.count < LEAST_FOR_P99 ? '-' : at(hist, p), 8)]),
      [fitLeft(hist.count > 0 ? formatDuration(hist.maxNs) : '-', 8)],
      [fitLeft(formatCount(hist.count), 7)],
    ]),
  ]
}

const at = (hist: Hist, p: number): string => {
  const ns = percentileNs(hist, p)
  return ns === undefined ? '-' : formatDuration(ns)
}

const bytesOf = ({ inBytes, outBytes }: TcpSession): number => (inBytes ?? 0) + (outBytes ?? 0)

const tcpLines = ({ sessions, listeners, tcpMs: intervalMs }: ProcessFacts, width: number): Line[] => {
  const title: Line = [
    ['TCP', 'title'],
    [
      `  ${sessions.length} session${sessions.length === 1 ? '' : 's'}, ${listeners.length} listener${listeners.length === 1 ? '' : 's'}`,
      'dim',
    ],
  ]
  if (sessions.length === 0 && listeners.length === 0) return [title]
  const address = Math.max(15, Math.min(32, Math.floor((width - 50) / 2)))
  const head: Line = [
    [
      ` ${fit('LOCAL', address)} ${fit('REMOTE', address)} ${fit('STATE', 11)}${['IN/s', 'OUT/s', 'RTT', 'RETR/s'].map((name) => name.padStart(7)).join(' ')}`,
      'label',
    ],
  ]
  const sorted = [...sessions].sort((a, b) => bytesOf(b) - bytesOf(a) || ((a.id ?? '') < (b.id ?? '') ? -1 : 1))
  return [
    title,
    head,
    ...sorted.map((session): Line => [
      [
        ` ${fit(sanitize(endpoint(session.family, session.local, session.localPort)), address)} ` +
          `${fit(sanitize(endpoint(session.family, session.remote, session.remotePort)), address)} ${fit(sanitize(session.closed ?? session.state ?? ''), 11)}` +
          [
            formatBytes(perSecond(session.inBytes ?? 0, intervalMs)),
            formatBytes(perSecond(session.outBytes ?? 0, intervalMs)),
            session.rttNs ? formatDuration(session.rttNs) : '-',
            formatRate(perSecond(session.retransmits ?? 0, intervalMs)),
          ]
            .map((text) => text.padStart(7))
            .join(' '),
        session.closed ? 'dim' : 'text',
      ],
    ]),
    ...listeners.map((listener): Line => [
      [
        ` ${fit(sanitize(endpoint(listener.family, listener.local, listener.localPort)), address)} ${fit('', address)} LISTEN     backlog ${listener.backlog ?? '-'}/${listener.backlogMax ?? '-'}`,
      ],
    ]),
  ]
}

/** Why there is no latency of its own. */
const lackOf = ({ replay, page }: AppState): string =>
  replay
    ? 'not in this recording'
    : page.is === 'process' && page.beside
      ? 'Enter measures this process alone'
      : 'from the next interval on'
