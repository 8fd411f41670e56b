// TCP: what waits at both ends of a session, and for what. Its columns are in stream/specs/tcp/queues.ts.
import { QUEUES } from '../stream/specs/tcp/queues.ts'
import type { TcpSession } from '../stream/specs/tcp.ts'
import type { Sample } from '../stream/stream-types.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import type { Row } from './panel-types.ts'
import { SESSION_CELLS, SESSION_FACTS } from './tcp-rows.ts'

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

const CELLS = cellsFor<TcpSession>(QUEUES, { ...SESSION_CELLS, waits: queuesWait })

const FACTS: RowFacts<TcpSession> = {
  ...SESSION_FACTS,
  role: (session) => (isHeld(session) || session.congestion === 'loss' ? 'warn' : undefined),
}

/** Of those whose queues are known. */
export const queuesRows = (sessions: readonly TcpSession[], sample: Sample<'tcp'>): Row[] =>
  rowsOf(
    sessions.filter(({ unread }) => unread !== null),
    FACTS,
    CELLS,
    sample,
    { detail: true },
  )

const isHeld = ({ unsent, window }: TcpSession): boolean => (unsent ?? 0) > 0 && window === 0
