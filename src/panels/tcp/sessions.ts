// TCP: every session with its traffic, round-trip time and retransmits.
import { perSecond } from '../../model/rates.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { EachCell, LazyRow, withoutDetails, type CellOf } from '../lazy-row.ts'
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

/** As the columns are. */
const CELLS: readonly CellOf<TcpSession>[] = [
  ({ pid }) => pid || undefined,
  ({ comm }) => comm || undefined,
  ({ family, local, localPort }) => endpoint(family, local, localPort),
  ({ direction }) => (direction === 'out' ? '>' : direction === 'in' ? '<' : undefined),
  ({ family, remote, remotePort }) => endpoint(family, remote, remotePort),
  (session) => session.closed ?? stateOf(session),
  ({ inBytes }, intervalMs) => perSecond(inBytes ?? 0, intervalMs),
  ({ outBytes }, intervalMs) => perSecond(outBytes ?? 0, intervalMs),
  ({ rttNs }) => rttNs || undefined,
  ({ retransmits }, intervalMs) => perSecond(retransmits ?? 0, intervalMs),
  (session, _, atMs) => ageOf(session, atMs),
  ({ inTotal }) => inTotal ?? undefined,
  ({ outTotal }) => outTotal ?? undefined,
  ({ retransmitsTotal }) => retransmitsTotal ?? undefined,
  ({ cwnd }) => cwnd ?? undefined,
]
const SHORT_CELLS = withoutDetails(CELLS, SESSIONS)

class SessionRow extends LazyRow<TcpSession> {
  get key(): string {
    return this.of.id ?? ''
  }

  get pid(): number | undefined {
    return this.of.pid || undefined
  }

  get role(): Row['role'] {
    const { closed } = this.of
    return closed === 'refused' || closed === 'reset' || closed === 'timeout' ? 'warn' : closed ? 'dim' : undefined
  }
}

export const sessionRows = (sessions: readonly TcpSession[], sample: Sample<'tcp'>, detail: boolean): Row[] => {
  const cells = new EachCell(detail ? CELLS : SHORT_CELLS, sample)
  const rows: Row[] = []
  for (let i = 0; i < sessions.length; i++) rows.push(new SessionRow(sessions[i]!, false, cells))
  return rows
}
