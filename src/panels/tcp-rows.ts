// What all tabs of the TCP panel read: the probe's tables as objects, and how ends and states are written.
import { recordsOf } from '../model/tables/row-objects.ts'
import type { RowFacts } from './lazy-row.ts'
import type { NamedCells } from './own-cells.ts'
import { TCP, type TcpListener, type TcpSession } from '../stream/specs/tcp.ts'
import type { TablesData } from '../stream/tables.ts'

export const sessionsOf = ({ tables }: TablesData): readonly TcpSession[] =>
  recordsOf(TCP.tables.sessions, tables.sessions)

export const listenersOf = ({ tables }: TablesData): readonly TcpListener[] =>
  recordsOf(TCP.tables.listeners, tables.listeners)

export const sumOf = (sessions: readonly TcpSession[], value: (session: TcpSession) => number | null): number =>
  sessions.reduce((sum, session) => sum + (value(session) ?? 0), 0)

/** Undefined for sessions older than the probe. */
export const ageOf = ({ establishedMs, endedMs }: TcpSession, atMs: number): number | undefined =>
  establishedMs === null ? undefined : Math.max(0, (endedMs ?? atMs) - establishedMs)

/** IPv6 in brackets; addresses of the v4-mapped kind arrive as IPv4. */
export const endpoint = (family: number | null, address: string | null, port: number | null): string =>
  family === 6 ? `[${address}]:${port || '*'}` : `${address}:${port || '*'}`

const SHORT_STATES: Partial<Record<string, string>> = { ESTABLISHED: 'ESTAB', NEW_SYN_RECV: 'SYN_RECV' }

/** TCP's own state in few letters. */
export const stateOf = ({ state }: TcpSession): string | undefined => SHORT_STATES[state ?? ''] ?? state ?? undefined

/** What a row about a session is known by. */
export const SESSION_FACTS: RowFacts<TcpSession> = { key: ({ id }) => id ?? '', pid: ({ pid }) => pid || undefined }

/** Who owns a session or listener. */
export const OWNER: NamedCells<Pick<TcpSession, 'pid' | 'comm'>> = {
  owner: ({ pid }) => pid || undefined,
  command: ({ comm }) => comm || undefined,
}

/** What columns of several tabs are made of. */
export const SESSION_CELLS: NamedCells<TcpSession> = {
  ...OWNER,
  local: ({ family, local, localPort }) => endpoint(family, local, localPort),
  remote: ({ family, remote, remotePort }) => endpoint(family, remote, remotePort),
  direction: ({ direction }) => (direction === 'out' ? '>' : direction === 'in' ? '<' : undefined),
  state: stateOf,
  stateOrEnd: (session) => session.closed ?? stateOf(session),
  rtt: ({ rttNs }) => rttNs || undefined,
  age: (session, _, atMs) => ageOf(session, atMs),
}
