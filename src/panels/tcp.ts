// TCP: every session with its owner, traffic, round-trip time and retransmits; listeners with their backlog.
import { perSecond } from '../model/rates.ts'
import type { TcpSession } from '../stream/specs/tcp.ts'
import { LISTENERS, listenerKey, listenerRow } from './tcp/listeners.ts'
import { QUEUES, queuesRow } from './tcp/queues.ts'
import { QUALITY, qualityRow } from './tcp/quality.ts'
import { SESSIONS, sessionRows } from './tcp/sessions.ts'
import { ageOf, listenersOf, sessionsOf, sumOf } from './tcp/session-rows.ts'
import type { Column, Panel, Stat } from './panel-types.ts'
import { columnsOf } from './usual-columns.ts'

const COLUMNS: Readonly<Record<string, readonly Column[]>> = { listeners: LISTENERS, queues: QUEUES, quality: QUALITY }
const SORTS: Readonly<Record<string, string>> = { listeners: 'backlog', queues: 'unsent', quality: 'window' }

export const tcp: Panel<'tcp'> = {
  id: 'tcp',
  key: '4',
  title: 'TCP',
  question: 'Which sessions carry what, to whom, and how well?',
  area: 'network',
  method: 'All sockets read once an interval from the kernel (exact bytes); opening and ending traced by state change.',
  probe: 'tcp',
  bothTabs: ['listeners', 'sessions'],
  table: (mode) => (mode === 'listeners' ? 'listeners' : 'sessions'),
  modes: [
    { id: 'sessions', label: 'sessions' },
    { id: 'listeners', label: 'listeners' },
    { id: 'queues', label: 'queues, and what they wait for' },
    { id: 'quality', label: 'quality' },
  ],
  hists: () => undefined,
  columns: (mode, detail) => columnsOf(COLUMNS[mode] ?? SESSIONS, detail),
  defaultSort: (mode) => ({ column: SORTS[mode] ?? 'in', descending: true }),
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    if (mode === 'listeners')
      return listenersOf(sample.data).map((listener) => listenerRow(listener, sample.intervalMs))
    if (mode === 'queues')
      return sessionsOf(sample.data)
        .filter(({ unread }) => unread !== null)
        .map(queuesRow)
    if (mode === 'quality')
      return sessionsOf(sample.data)
        .filter(({ algorithm }) => algorithm !== null)
        .map((session) => qualityRow(session, sample, detail))
    return sessionRows(sessionsOf(sample.data), sample, detail)
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
    return [
      { label: 'sessions', kind: 'count', value: count(({ closed }) => closed === null) },
      event('opened/s', totals.opened ?? count((session) => session.direction === 'out' && isNew(session)), intervalMs),
      event(
        'accepted/s',
        totals.accepted ?? count((session) => session.direction === 'in' && isNew(session)),
        intervalMs,
      ),
      event('closed/s', totals.closed ?? count(({ closed }) => closed === 'closed'), intervalMs),
      event('refused/s', totals.refused ?? count(({ closed }) => closed === 'refused'), intervalMs, 'warn'),
      event(
        'reset/s',
        (totals.resetIn ?? count(({ closed }) => closed === 'reset')) + (totals.resetOut ?? 0),
        intervalMs,
        'warn',
      ),
      event('retr/s', totals.retransmits ?? sumOf(sessions, ({ retransmits }) => retransmits), intervalMs, 'warn'),
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
  notes: ({ data: { totals, tables } }, mode) => [
    ...(totals.timeWait ? [`${totals.timeWait} in TIME_WAIT`] : []),
    ...(mode === 'quality' && tables.sessions && !tables.sessions.columns.includes('algorithm')
      ? ['how well sessions go is not in these samples: they are of an older version']
      : []),
    ...(totals.others ? [`${totals.others} ended sessions belong to no row (table full)`] : []),
  ],
}

const event = (label: string, number: number, intervalMs: number, role?: Stat['role']): Stat => ({
  label,
  kind: 'rate',
  value: perSecond(number, intervalMs),
  role,
})
