// TCP: every session with its traffic, round-trip time and retransmits. Its columns are in stream/specs/tcp/sessions.ts.
import { SESSIONS } from '../../stream/specs/tcp/sessions.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { EachCell, LazyRow } from '../lazy-row.ts'
import { cellsFor } from '../own-cells.ts'
import type { Row } from '../panel-types.ts'
import { SESSION_CELLS } from './session-rows.ts'

const CELLS = cellsFor<TcpSession>(SESSIONS, SESSION_CELLS)

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
  const cells = new EachCell(CELLS, detail, sample)
  const rows: Row[] = []
  for (let i = 0; i < sessions.length; i++) rows.push(new SessionRow(sessions[i]!, false, cells))
  return rows
}
