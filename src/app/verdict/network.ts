// Figures of the verdict from the network: sessions that are held up by one of their ends, and what is dropped for want of
// room, by whom.
import { listenerKey } from '../../panels/tcp-listeners.ts'
import { endpoint, listenersOf, sessionsOf } from '../../panels/tcp-rows.ts'
import type { TcpListener, TcpSession } from '../../stream/specs/tcp.ts'
import { listenerOwner } from './devices.ts'
import { perSecond } from '../../model/base/rates.ts'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import type { DescribedId } from '../../stream/probe-ids.ts'
import { inEach, orNone, percentOver, rowOf, summed, type Goal, type Measured, type Window } from '../rule.ts'

const qualityGoal = (session: TcpSession, column: string): Goal => ({
  panel: 'tcp',
  mode: 'quality',
  sort: { column, descending: true },
  row: rowOf(session.id ?? '', session),
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
    ({ windowNs }) => windowNs!,
  ).map(({ key, last, sum }) => ({
    key,
    value: percentOver(sum, tcp.elapsedMs),
    says: (value) => `${owner(last)}: cannot send ${value}% of the time, as ${peer(last)} takes no more (window 0)`,
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
          `${owner(session)}: has read nothing from ${peer(session)} for ${value}, its buffer is half full or more`,
        to: qualityGoal(session, 'notRead'),
      },
    ]
  })

type Network = Window<DescribedId>

export const dropsNotTold = ({ last }: Network): string | undefined =>
  last.tier?.is === 'counted' ? 'packets dropped are only counted at the moment' : undefined

/** Reasons that say that there was no room, or no memory. Of sockets and listeners the rules below know whose they are. */
const NO_ROOM = /_MEM$|NOMEM|BACKLOG|QDISC|FULL|PRUNE|OVERLIMIT|CONGESTED/

const forWantOfRoom = inEach<DescribedId, Fields>((data) =>
  fieldsIn(data, 'drops').filter(({ reason }) => NO_ROOM.test(String(reason))),
)

export const drops = (window: Network): readonly Measured[] =>
  orNone(
    summed(
      forWantOfRoom(window),
      ({ reason, place, protocol }) => `${reason} ${place} ${protocol}`,
      (row) => numberIn(row, 'packets'),
    ).map(({ key, last, sum }) => ({
      key,
      value: perSecond(sum, window.elapsedMs),
      says: (value) => `${value} packets/s dropped for want of room: ${last.reason} in ${last.place}`,
      to: { panel: 'network', mode: 'drops', row: { key } },
    })),
  )

const overflowing = inEach<'tcp', TcpListener>((data) => listenersOf(data).filter(({ drops }) => (drops ?? 0) > 0))

export const listenOverflows = (tcp: Window<'tcp'>): readonly Measured[] =>
  orNone(
    summed(overflowing(tcp), listenerKey, ({ drops }) => drops!).map(({ key, last, sum }) => ({
      key,
      value: perSecond(sum, tcp.elapsedMs),
      says: (value) =>
        `${listenerOwner(last)}: ${value} connections/s to ${endpoint(last.family, last.local, last.localPort)} dropped, nobody accepts them in time`,
      to: { panel: 'tcp', mode: 'listeners', sort: { column: 'drops', descending: true }, row: rowOf(key, last) },
    })),
  )

const dropping = inEach<DescribedId, Fields>((data) =>
  fieldsIn(data, 'sockets').filter((row) => row.kind !== 'tcp listen' && numberIn(row, 'drops') > 0),
)

export const socketDrops = (window: Network): readonly Measured[] =>
  orNone(
    summed(
      dropping(window),
      ({ id }) => String(id),
      (row) => numberIn(row, 'drops'),
    ).map(({ key, last, sum }) => ({
      key,
      value: perSecond(sum, window.elapsedMs),
      says: (value) =>
        `${last.comm || 'somebody'} ${last.pid || ''}: ${value} packets/s dropped, as the buffer of its ${last.kind} socket${last.local ? ` ${last.local}` : ''} is full`,
      to: { panel: 'network', mode: 'sockets', sort: { column: 'drops', descending: true }, row: rowOf(key, last) },
    })),
  )
