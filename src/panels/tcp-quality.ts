// TCP: how well a session goes: what it was limited by, how long connecting took, what is lost, how full its buffers are. Its
// columns are in stream/specs/tcp/quality.ts.
import { QUALITY } from '../stream/specs/tcp/quality.ts'
import type { TcpSession } from '../stream/specs/tcp.ts'
import type { Sample } from '../stream/stream-types.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import type { Row } from './panel-types.ts'
import { SESSION_CELLS, SESSION_FACTS } from './tcp-rows.ts'

const CELLS = cellsFor<TcpSession>(QUALITY, {
  ...SESSION_CELLS,
  notRead: ({ unreadSinceMs }, _, atMs) => (unreadSinceMs === null ? undefined : Math.max(0, atMs - unreadSinceMs)),
  delivery: ({ deliveryRate }) => deliveryRate ?? undefined,
  pacing: ({ pacingRate }) => pacingRate ?? undefined,
})

const FACTS: RowFacts<TcpSession> = { ...SESSION_FACTS, role: ({ closed }) => (closed ? 'dim' : undefined) }

/** Of those of which it is known. */
export const qualityRows = (sessions: readonly TcpSession[], sample: Sample<'tcp'>, detail: boolean): Row[] =>
  rowsOf(
    sessions.filter(({ algorithm }) => algorithm !== null),
    FACTS,
    CELLS,
    sample,
    { detail },
  )
