// TCP: every session with its traffic, round-trip time and retransmits.
import { perSecond } from '../../model/rates.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { Column, Row } from '../panel-types.ts'
import { ageOf, endpoint, stateOf } from './session-rows.ts'

export const SESSIONS: readonly Column[] = [
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

/** Those that another tab has, too, with their priorities there. */
export const shared = (priorities: Readonly<Record<string, number>>): Column[] =>
  SESSIONS.flatMap((column) => {
    const priority = priorities[column.id]
    return priority === undefined ? [] : [{ ...column, priority }]
  })

export const sessionRow = (session: TcpSession, { atMs, intervalMs }: Sample<'tcp'>, detail: boolean): Row => {
  const cells = [
    session.pid || undefined,
    session.comm || undefined,
    endpoint(session.family, session.local, session.localPort),
    session.direction === 'out' ? '>' : session.direction === 'in' ? '<' : undefined,
    endpoint(session.family, session.remote, session.remotePort),
    session.closed ?? stateOf(session),
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
