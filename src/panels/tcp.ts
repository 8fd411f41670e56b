// TCP: every session with its owner, traffic, round-trip time and retransmits; listeners with their backlog. What it shows is in
// stream/specs/tcp/.
import { perSecond } from '../model/base/rates.ts'
import { TCP, type TcpSession } from '../stream/specs/tcp.ts'
import type { Sample } from '../stream/stream-types.ts'
import { ownPanel } from './own-panel.ts'
import { listenerKey, listenerRows } from './tcp-listeners.ts'
import { qualityRows } from './tcp-quality.ts'
import { queuesRows } from './tcp-queues.ts'
import { sessionRows } from './tcp-sessions.ts'
import { ageOf, listenersOf, sessionsOf, sumOf } from './tcp-rows.ts'

export const tcp = ownPanel<'tcp'>(TCP, 'tcp', {
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    if (mode === 'listeners') return listenerRows(listenersOf(sample.data), sample)
    const sessions = sessionsOf(sample.data)
    if (mode === 'queues') return queuesRows(sessions, sample)
    if (mode === 'quality') return qualityRows(sessions, sample, detail)
    return sessionRows(sessions, sample, detail)
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
  // of a selection: from the sessions listed; who sent a reset is not known of each
  figures: {
    sessions: (sample) => countOf(sample, ({ closed }) => closed === null),
    opened: (sample) => countOf(sample, (session) => session.direction === 'out' && isNew(session, sample)),
    accepted: (sample) => countOf(sample, (session) => session.direction === 'in' && isNew(session, sample)),
    closed: (sample) => countOf(sample, ({ closed }) => closed === 'closed'),
    refused: (sample) => countOf(sample, ({ closed }) => closed === 'refused'),
    retransmits: ({ data }) => sumOf(sessionsOf(data), ({ retransmits }) => retransmits),
    resets: (sample) => {
      const { resetIn, resetOut = 0 } = sample.data.totals as Totals
      return perSecond((resetIn ?? countOf(sample, ({ closed }) => closed === 'reset')) + resetOut, sample.intervalMs)
    },
    bytes: ({ data, intervalMs }) => {
      const { othersIn = 0, othersOut = 0 } = data.totals as Totals
      const ofSessions = sumOf(sessionsOf(data), ({ inBytes, outBytes }) => (inBytes ?? 0) + (outBytes ?? 0))
      return perSecond(ofSessions + othersIn + othersOut, intervalMs)
    },
  },
  notes: ({ data: { totals, tables } }, mode) => [
    ...(totals.timeWait ? [`${totals.timeWait} in TIME_WAIT`] : []),
    ...(mode === 'quality' && tables.sessions && !tables.sessions.columns.includes('algorithm')
      ? ['how well sessions go is not in these samples: they are of an older version']
      : []),
    ...(totals.others ? [`${totals.others} ended sessions belong to no row (table full)`] : []),
  ],
})

type Totals = Readonly<Record<string, number | undefined>>

const countOf = ({ data }: Sample<'tcp'>, fits: (session: TcpSession) => boolean): number =>
  sessionsOf(data).filter(fits).length

const isNew = (session: TcpSession, { atMs, intervalMs }: Sample<'tcp'>): boolean =>
  (ageOf(session, atMs) ?? Infinity) <= intervalMs
