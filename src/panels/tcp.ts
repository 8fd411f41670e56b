// TCP: every session with its owner, traffic, round-trip time and retransmits; listeners with their backlog.
import { perSecond } from '../model/rates.ts'
import { recordsOf } from '../model/tables/records.ts'
import { TCP, type TcpListener, type TcpSession } from '../stream/specs/tcp.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/types.ts'
import type { Column, Panel, Row, Stat } from './types.ts'

const SESSIONS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'owner; none for orphaned and kernel sockets', priority: 6 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the owner', priority: 0, width: 8 },
  { id: 'local', title: 'LOCAL', kind: 'text', help: 'own address and port', priority: 8, width: 16, middle: true },
  {
    id: 'direction',
    title: '',
    kind: 'text',
    help: '> connected by us, < accepted, blank: older than the probe',
    priority: 9,
    width: 1,
  },
  {
    id: 'remote',
    title: 'REMOTE',
    kind: 'text',
    help: 'peer address and port',
    priority: 1,
    width: 18,
    grow: true,
    middle: true,
  },
  {
    id: 'state',
    title: 'STATE',
    kind: 'text',
    help: 'TCP state, or how it ended in this interval',
    priority: 5,
    width: 8,
  },
  { id: 'in', title: 'IN/s', kind: 'byteRate', help: 'payload received, per second', priority: 2 },
  { id: 'out', title: 'OUT/s', kind: 'byteRate', help: 'payload sent, per second', priority: 3 },
  { id: 'rtt', title: 'RTT', kind: 'duration', help: 'smoothed round-trip time', priority: 4 },
  {
    id: 'retransmits',
    title: 'RETR/s',
    kind: 'rate',
    help: 'segments retransmitted, per second',
    priority: 7,
    rule: 'retransmits',
  },
  {
    id: 'age',
    title: 'AGE',
    kind: 'age',
    help: 'since established; blank for sessions older than the probe',
    priority: 10,
  },
  { id: 'inTotal', title: 'IN', kind: 'bytes', help: 'payload received since it began', priority: 11 },
  { id: 'outTotal', title: 'OUT', kind: 'bytes', help: 'payload sent since it began', priority: 12 },
  {
    id: 'retransmitsTotal',
    title: 'RETR',
    kind: 'count',
    help: 'segments retransmitted since it began',
    priority: 13,
    detail: true,
  },
  { id: 'cwnd', title: 'CWND', kind: 'count', help: 'congestion window, segments', priority: 14, detail: true },
]

/** What the sessions wait for: the queues at both ends. */
const QUEUES: readonly Column[] = [
  ...SESSIONS.filter(({ id }) => ['pid', 'command', 'remote', 'state'].includes(id)),
  {
    id: 'waits',
    title: 'WAITS FOR',
    kind: 'text',
    help: 'what holds up the bytes in its queues',
    priority: 2,
    width: 16,
  },
  { id: 'unread', title: 'UNREAD', kind: 'bytes', help: 'received and not fetched by the program', priority: 3 },
  { id: 'unsent', title: 'UNSENT', kind: 'bytes', help: 'written by the program and not yet sent', priority: 3 },
  { id: 'unacked', title: 'UNACKED', kind: 'bytes', help: 'sent and not yet acknowledged', priority: 4 },
  {
    id: 'window',
    title: 'WINDOW',
    kind: 'bytes',
    help: 'what the peer takes beyond what it acknowledged',
    priority: 6,
  },
  {
    id: 'congestion',
    title: 'STATE',
    kind: 'text',
    help: 'of congestion control: open, disorder, cwr, recovery, loss',
    priority: 7,
    width: 8,
  },
  { id: 'cwnd', title: 'CWND', kind: 'count', help: 'congestion window, segments', priority: 8 },
  {
    id: 'reordered',
    title: 'REORD',
    kind: 'count',
    help: 'times that segments came out of order, since it began',
    priority: 9,
  },
]

const LISTENERS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'owner', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the owner', priority: 0, width: 8 },
  { id: 'local', title: 'LOCAL', kind: 'text', help: 'address and port', priority: 1, width: 12, grow: true },
  { id: 'backlog', title: 'BACKLOG', kind: 'count', help: 'connections waiting to be accepted', priority: 3 },
  { id: 'backlogMax', title: 'MAX', kind: 'count', help: 'most that may wait', priority: 4 },
]

export const tcp: Panel<'tcp'> = {
  id: 'tcp',
  key: '4',
  title: 'TCP',
  question: 'Which sessions carry what, to whom, and how well?',
  method: 'All sockets read once an interval from the kernel (exact bytes); opening and ending traced by state change.',
  probe: 'tcp',
  table: (mode) => (mode === 'listeners' ? 'listeners' : 'sessions'),
  modes: [
    { id: 'sessions', label: 'sessions' },
    { id: 'listeners', label: 'listeners' },
    { id: 'queues', label: 'queues, and what they wait for' },
  ],
  hists: () => undefined,
  columns: (mode, detail) =>
    (mode === 'listeners' ? LISTENERS : mode === 'queues' ? QUEUES : SESSIONS).filter(
      (column) => detail || !column.detail,
    ),
  defaultSort: (mode) =>
    mode === 'listeners'
      ? { column: 'backlog', descending: true }
      : { column: mode === 'queues' ? 'unsent' : 'in', descending: true },
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    if (mode === 'listeners') return listenersOf(sample.data).map(listenerRow)
    if (mode === 'queues')
      return sessionsOf(sample.data)
        .filter(({ unread }) => unread !== null)
        .map(queuesRow)
    return sessionsOf(sample.data).map((session) => sessionRow(session, sample, detail))
  },
  selects: (data, row, mode) => {
    if (mode === 'listeners')
      return listenersOf(data)
        .filter((each) => listenerKey(each) === row.key)
        .flatMap(({ localPort }) => (localPort === null ? [] : [{ is: 'port' as const, port: localPort }]))
    const session = sessionsOf(data).find(({ id }) => id === row.key)
    if (!session) return []
    // the port that says which service it is: of who was connected to, else the smaller one
    const { direction, localPort, remotePort } = session
    const [local, remote] = [localPort ?? Infinity, remotePort ?? Infinity]
    const port = direction === 'in' ? local : direction === 'out' ? remote : Math.min(local, remote)
    return [
      ...(session.remote === null ? [] : [{ is: 'peer' as const, address: session.remote }]),
      ...(Number.isFinite(port) ? [{ is: 'port' as const, port }] : []),
    ]
  },
  stats: ({ data, atMs, intervalMs }) => {
    const sessions = sessionsOf(data)
    const count = (fits: (session: TcpSession) => boolean): number => sessions.filter(fits).length
    const isNew = (session: TcpSession): boolean => (ageOf(session, atMs) ?? Infinity) <= intervalMs
    // of a selection: from the sessions listed; who sent a reset is not known of each
    const totals: Record<string, number | undefined> = data.totals
    const event = (label: string, number: number, role?: Stat['role']): Stat => ({
      label,
      kind: 'rate',
      value: perSecond(number, intervalMs),
      role,
    })
    return [
      { label: 'sessions', kind: 'count', value: count(({ closed }) => closed === null) },
      event('opened/s', totals.opened ?? count((session) => session.direction === 'out' && isNew(session))),
      event('accepted/s', totals.accepted ?? count((session) => session.direction === 'in' && isNew(session))),
      event('closed/s', totals.closed ?? count(({ closed }) => closed === 'closed')),
      event('refused/s', totals.refused ?? count(({ closed }) => closed === 'refused'), 'warn'),
      event('reset/s', (totals.resetIn ?? count(({ closed }) => closed === 'reset')) + (totals.resetOut ?? 0), 'warn'),
      event('retr/s', totals.retransmits ?? sumOf(sessions, ({ retransmits }) => retransmits), 'warn'),
    ]
  },
  trend: {
    label: 'bytes in and out',
    kind: 'byteRate',
    value: ({ data, intervalMs }) =>
      perSecond(
        sumOf(sessionsOf(data), ({ inBytes, outBytes }) => (inBytes ?? 0) + (outBytes ?? 0)) +
          (data.totals.othersIn ?? 0) +
          (data.totals.othersOut ?? 0),
        intervalMs,
      ),
  },
  notes: ({ data: { totals } }) => [
    ...(totals.timeWait ? [`${totals.timeWait} in TIME_WAIT`] : []),
    ...(totals.others ? [`${totals.others} ended sessions belong to no row (table full)`] : []),
  ],
}

export const sessionsOf = ({ tables }: TablesData): TcpSession[] => recordsOf(TCP.tables.sessions, tables.sessions)

export const listenersOf = ({ tables }: TablesData): TcpListener[] => recordsOf(TCP.tables.listeners, tables.listeners)

const sumOf = (sessions: readonly TcpSession[], value: (session: TcpSession) => number | null): number =>
  sessions.reduce((sum, session) => sum + (value(session) ?? 0), 0)

/** Undefined for sessions older than the probe. */
const ageOf = ({ establishedMs, endedMs }: TcpSession, atMs: number): number | undefined =>
  establishedMs === null ? undefined : Math.max(0, (endedMs ?? atMs) - establishedMs)

/** IPv6 in brackets; addresses of the v4-mapped kind arrive as IPv4. */
export const endpoint = (family: number | null, address: string | null, port: number | null): string =>
  family === 6 ? `[${address}]:${port || '*'}` : `${address}:${port || '*'}`

const SHORT_STATES: Partial<Record<string, string>> = { ESTABLISHED: 'ESTAB', NEW_SYN_RECV: 'SYN_RECV' }

const sessionRow = (session: TcpSession, { atMs, intervalMs }: Sample<'tcp'>, detail: boolean): Row => {
  const cells = [
    session.pid || undefined,
    session.comm || undefined,
    endpoint(session.family, session.local, session.localPort),
    session.direction === 'out' ? '>' : session.direction === 'in' ? '<' : undefined,
    endpoint(session.family, session.remote, session.remotePort),
    session.closed ?? SHORT_STATES[session.state ?? ''] ?? session.state ?? undefined,
    perSecond(session.inBytes ?? 0, intervalMs),
    perSecond(session.outBytes ?? 0, intervalMs),
    session.rttNs || undefined,
    perSecond(session.retransmits ?? 0, intervalMs),
    ageOf(session, atMs),
    session.inTotal ?? undefined,
    session.outTotal ?? undefined,
  ]
  if (detail) cells.push(session.retransmitsTotal ?? undefined, session.cwnd ?? undefined)
  const role =
    session.closed === 'refused' || session.closed === 'reset' || session.closed === 'timeout'
      ? 'warn'
      : session.closed
        ? 'dim'
        : undefined
  return { key: session.id ?? '', ...(session.pid ? { pid: session.pid } : {}), cells, ...(role ? { role } : {}) }
}

/** What holds up the bytes in a session's queues; undefined where none wait. */
export const queuesWait = (session: TcpSession): string | undefined => {
  const { unread, unsent, unacked, window, congestion } = session
  if (unsent === null || unread === null) return undefined
  if (unsent > 0 && window === 0) return 'peer (window 0)'
  if (congestion === 'loss' || congestion === 'recovery') return 'lost segments'
  if (unsent > 0 && (unacked ?? 0) >= (window ?? 0)) return 'peer (window full)'
  if (unsent > 0) return 'network'
  if (unread > 0) return 'its program'
  return unacked ? 'acknowledgement' : undefined
}

const queuesRow = (session: TcpSession): Row => {
  const waits = queuesWait(session)
  const isHeld = (session.unsent ?? 0) > 0 && session.window === 0
  return {
    key: session.id ?? '',
    ...(session.pid ? { pid: session.pid } : {}),
    cells: [
      session.pid || undefined,
      session.comm || undefined,
      endpoint(session.family, session.remote, session.remotePort),
      SHORT_STATES[session.state ?? ''] ?? session.state ?? undefined,
      waits,
      session.unread ?? undefined,
      session.unsent ?? undefined,
      session.unacked ?? undefined,
      session.window ?? undefined,
      session.congestion ?? undefined,
      session.cwnd ?? undefined,
      session.reordered ?? undefined,
    ],
    ...(isHeld || session.congestion === 'loss' ? { role: 'warn' as const } : {}),
  }
}

const listenerKey = ({ family, local, localPort, pid }: TcpListener): string => `${family} ${local} ${localPort} ${pid}`

const listenerRow = (listener: TcpListener): Row => ({
  key: listenerKey(listener),
  ...(listener.pid ? { pid: listener.pid } : {}),
  cells: [
    listener.pid || undefined,
    listener.comm || undefined,
    endpoint(listener.family, listener.local, listener.localPort),
    listener.backlog ?? undefined,
    listener.backlogMax ?? undefined,
  ],
  ...((listener.backlogMax ?? 0) > 0 && (listener.backlog ?? 0) >= listener.backlogMax!
    ? { role: 'bad' as const }
    : {}),
})
