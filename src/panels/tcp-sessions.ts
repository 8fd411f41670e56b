// TCP: every session with its traffic, round-trip time and retransmits. Its columns are in stream/specs/tcp/sessions.ts.
import { SESSIONS } from '../stream/specs/tcp/sessions.ts'
import type { TcpSession } from '../stream/specs/tcp.ts'
import type { Sample } from '../stream/stream-types.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import type { Row } from './panel-types.ts'
import { SESSION_CELLS, SESSION_FACTS } from './tcp-rows.ts'

const CELLS = cellsFor<TcpSession>(SESSIONS, SESSION_CELLS)

const FACTS: RowFacts<TcpSession> = {
  ...SESSION_FACTS,
  role: ({ closed }) =>
    closed === 'refused' || closed === 'reset' || closed === 'timeout' ? 'warn' : closed ? 'dim' : undefined,
}

export const sessionRows = (sessions: readonly TcpSession[], sample: Sample<'tcp'>, detail: boolean): Row[] =>
  rowsOf(sessions, FACTS, CELLS, sample, { detail })
