// TCP: how well a session goes: what it was limited by, how long connecting took, what is lost, how full its buffers are.
import { percentOf } from '../../model/rates.ts'
import type { TcpSession } from '../../stream/specs/tcp.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { Column, Row } from '../panel-types.ts'
import { shared } from './sessions.ts'
import { endpoint } from './session-rows.ts'

export const QUALITY: readonly Column[] = [
  ...shared({ command: 0, remote: 1, pid: 6, direction: 10 }),
  {
    id: 'window',
    title: 'PEER%',
    kind: 'percent',
    help: 'time it could not send as the peer took no more (window, 0 too), of clock time',
    priority: 2,
    rule: 'peer-window',
  },
  {
    id: 'buffer',
    title: 'SNDBUF%',
    kind: 'percent',
    help: 'time its own send buffer was too small for what the path could carry',
    priority: 8,
    thresholds: { warn: 20 },
  },
  { id: 'busy', title: 'BUSY%', kind: 'percent', help: 'time there was something to send or acknowledge', priority: 9 },
  {
    id: 'notRead',
    title: 'UNREAD FOR',
    kind: 'age',
    help: 'received, and the program fetched nothing since',
    priority: 3,
  },
  {
    id: 'connect',
    title: 'CONNECT',
    kind: 'duration',
    help: 'from the first packet until the answer; of sessions connected from here since the probe began',
    priority: 4,
  },
  { id: 'lost', title: 'LOST', kind: 'count', help: 'segments believed lost and not yet sent again', priority: 7 },
  {
    id: 'retransmitted',
    title: 'AGAIN',
    kind: 'count',
    help: 'segments sent again and not yet acknowledged',
    priority: 11,
  },
  { id: 'retransmitsTotal', title: 'RETR', kind: 'count', help: 'segments retransmitted since it began', priority: 5 },
  {
    id: 'sendFull',
    title: 'SND%',
    kind: 'percent',
    help: 'of its send buffer in use; can be above 100',
    priority: 12,
    thresholds: { warn: 100 },
  },
  { id: 'receiveFull', title: 'RCV%', kind: 'percent', help: 'of its receive buffer in use', priority: 13 },
  {
    id: 'delivery',
    title: 'DELIV/s',
    kind: 'byteRate',
    help: 'bytes per second that reached the peer when last measured; less where there was less to send',
    priority: 14,
  },
  { id: 'pacing', title: 'PACING/s', kind: 'byteRate', help: 'what it may send per second', priority: 15 },
  { id: 'algorithm', title: 'ALGORITHM', kind: 'text', help: 'of congestion control', priority: 16, width: 9 },
  {
    id: 'congestion',
    title: 'STATE',
    kind: 'text',
    help: 'of congestion control: open, disorder, cwr, recovery, loss',
    priority: 17,
    width: 8,
  },
  { id: 'reordered', title: 'REORD', kind: 'count', help: 'times that segments came out of order', priority: 18 },
  {
    id: 'windowTotal',
    title: 'PEER',
    kind: 'duration',
    help: 'time that the peer took no more, since it began',
    priority: 20,
    detail: true,
  },
  {
    id: 'lostTotal',
    title: 'LOST ALL',
    kind: 'count',
    help: 'believed lost since it began',
    priority: 19,
    detail: true,
  },
]

export const qualityRow = (session: TcpSession, { atMs, intervalMs }: Sample<'tcp'>, detail: boolean): Row => {
  const share = (ns: number | null): number | undefined => (ns === null ? undefined : percentOf(ns, intervalMs))
  const { unreadSinceMs } = session
  const cells = [
    session.pid || undefined,
    session.comm || undefined,
    session.direction === 'out' ? '>' : session.direction === 'in' ? '<' : undefined,
    endpoint(session.family, session.remote, session.remotePort),
    share(session.windowNs),
    share(session.bufferNs),
    share(session.busyNs),
    unreadSinceMs === null ? undefined : Math.max(0, atMs - unreadSinceMs),
    session.connectNs ?? undefined,
    session.lostNow ?? undefined,
    session.retransmitted ?? undefined,
    session.retransmitsTotal ?? undefined,
    session.sendFull ?? undefined,
    session.receiveFull ?? undefined,
    session.deliveryRate ?? undefined,
    session.pacingRate ?? undefined,
    session.algorithm ?? undefined,
    session.congestion ?? undefined,
    session.reordered ?? undefined,
  ]
  if (detail) cells.push(session.windowTotalNs ?? undefined, session.lostTotal ?? undefined)
  return {
    key: session.id ?? '',
    ...(session.pid ? { pid: session.pid } : {}),
    cells,
    ...(session.closed ? { role: 'dim' as const } : {}),
  }
}
