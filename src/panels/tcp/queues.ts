// TCP: what waits at both ends of a session, and for what.
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Column, Row } from '../panel-types.ts'
import { shared } from './sessions.ts'
import { endpoint, stateOf } from './session-rows.ts'

/** What the sessions wait for: the queues at both ends. */
export const QUEUES: readonly Column[] = [
  ...shared({ command: 0, remote: 1, state: 6, pid: 7 }),
  {
    id: 'waits',
    title: 'WAITS FOR',
    kind: 'text',
    help: 'what holds up the bytes in its queues',
    priority: 2,
    width: 16,
  },
  { id: 'unread', title: 'UNREAD', kind: 'bytes', help: 'received and not fetched by the program', priority: 3 },
  { id: 'unsent', title: 'UNSENT', kind: 'bytes', help: 'written by the program and not yet sent', priority: 4 },
  { id: 'unacked', title: 'UNACKED', kind: 'bytes', help: 'sent and not yet acknowledged', priority: 5 },
  {
    id: 'window',
    title: 'WINDOW',
    kind: 'bytes',
    help: 'what the peer takes beyond what it acknowledged',
    priority: 8,
  },
  {
    id: 'congestion',
    title: 'STATE',
    kind: 'text',
    help: 'of congestion control: open, disorder, cwr, recovery, loss',
    priority: 9,
    width: 8,
  },
  { id: 'cwnd', title: 'CWND', kind: 'count', help: 'congestion window, segments', priority: 10 },
  {
    id: 'reordered',
    title: 'REORD',
    kind: 'count',
    help: 'times that segments came out of order, since it began',
    priority: 11,
  },
]

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

export const queuesRow = (session: TcpSession): Row => {
  const waits = queuesWait(session)
  const isHeld = (session.unsent ?? 0) > 0 && session.window === 0
  return {
    key: session.id ?? '',
    ...(session.pid ? { pid: session.pid } : {}),
    cells: [
      session.pid || undefined,
      session.comm || undefined,
      endpoint(session.family, session.remote, session.remotePort),
      stateOf(session),
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
