// Figures of the verdict from the network: sessions that are held up by one of their ends.
import { endpoint, sessionsOf } from '../../panels/tcp/tables.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import { inEach, percentOver, summed, type Goal, type Measured, type Window } from './rule.ts'

const qualityGoal = (session: TcpSession, column: string): Goal => ({
  panel: 'tcp',
  mode: 'quality',
  sort: { column, descending: true },
  row: { key: session.id ?? '', ...(session.pid ? { pid: session.pid, comm: session.comm ?? '' } : {}) },
})

const owner = ({ pid, comm }: TcpSession): string => (pid ? `${comm} ${pid}` : 'somebody')
const peer = ({ family, remote, remotePort }: TcpSession): string => endpoint(family, remote, remotePort)

/** A window that is full now and then is flow control at work; one that is closed is a peer that does not read. */
const shutOut = inEach<'tcp', TcpSession>((data) =>
  sessionsOf(data).filter(({ window, unsent, windowNs }) => window === 0 && unsent && windowNs),
)

export const peerWindow = (tcp: Window<'tcp'>): Measured[] =>
  summed(
    shutOut(tcp),
    ({ id }) => id ?? '',
    ({ windowNs }) => windowNs ?? 0,
  ).map(({ key, last, sum }) => ({
    key,
    value: percentOver(sum, tcp.elapsedMs),
    says: (value) => `${owner(last)}: ${value}% of the time ${peer(last)} takes no more (window 0)`,
    to: qualityGoal(last, 'window'),
  }))

/** Of the receive buffer: a few bytes that nobody reads hold up nobody. */
const HALF_FULL = 50

export const notRead = ({ last }: Window<'tcp'>): Measured[] =>
  sessionsOf(last.data).flatMap((session) => {
    const { unreadSinceMs, receiveFull } = session
    if (unreadSinceMs === null || (receiveFull ?? 0) < HALF_FULL) return []
    return [
      {
        key: session.id ?? '',
        value: Math.max(0, last.atMs - unreadSinceMs) * 1e6,
        says: (value: string) =>
          `${owner(session)}: reads nothing from ${peer(session)} for ${value}, buffer half full`,
        to: qualityGoal(session, 'notRead'),
      },
    ]
  })
