// Sockets that are no sessions of TCP: from readings of all that somebody holds into rows, one a socket, with what they
// dropped in between. No system calls here.
import { sameRow, type RowOf } from '../../../stream/spec.ts'
import { AF_UNIX, LISTEN } from '../../native/addresses.ts'
import { endpoint } from './endpoint.ts'
import type { NETWORK } from './spec.ts'

type SocketRow = RowOf<typeof NETWORK.tables.sockets>

/** As it was read; several processes may hold one. */
export interface PlainSocket {
  /** Its cookie; its inode, or made of its address, where that cannot be had. */
  id: number
  /** Unix: that of the other end, 0 where it is not known. */
  peer: number
  /** When its holder was started. */
  startNs: number
  pid: number
  comm: string
  dropped: number
  received: number
  receivedMost: number
  waiting: number
  waitingMost: number
  written: number
  writtenMost: number
  family: number
  type: number
  protocol: number
  state: number
  local: string
  localPort: number
  remote: string
  remotePort: number
  name: string
}

export const MOST_SOCKETS = 4096
const INET = new Map([
  [1, 'icmp'],
  [6, 'tcp listen'],
  [262, 'tcp listen'],
  [17, 'udp'],
  [58, 'icmp'],
  [136, 'udplite'],
])
const UNIX_TYPES = ['', 'stream', 'dgram', '', '', 'seqpacket']
const FAMILIES = new Map([
  [16, 'netlink'],
  [17, 'packet'],
])

export const kindOf = ({ family, type, protocol, state }: PlainSocket): string => {
  if (family === AF_UNIX) return `unix ${state === LISTEN ? 'listen' : (UNIX_TYPES[type] ?? '')}`.trim()
  if (FAMILIES.has(family)) return FAMILIES.get(family)!
  return type === 3 ? 'raw' : (INET.get(protocol) ?? 'raw')
}

/** Of several holders the youngest, as with TCP's sessions: the one forked to serve. */
const oneEach = (sockets: Iterable<PlainSocket>): Map<number, PlainSocket> => {
  const found = new Map<number, PlainSocket>()
  for (const socket of sockets) {
    const known = found.get(socket.id)
    if (!known || socket.startNs > known.startNs) found.set(socket.id, socket)
  }
  return found
}

const percent = (used: number, most: number): number | null => (most > 0 ? Math.floor((100 * used) / most) : null)

export interface SocketTable {
  rows: SocketRow[]
  /** Those for which there was no room: the ones in which nothing waits. */
  leftOut: number
}

/** Of 32 bits that begin anew; fewer than before has another one, at the same address. */
const dropsBetween = (before: number, now: number): number => {
  const more = (now - before) >>> 0
  return more < 2 ** 31 ? more : now
}

/** A row that did not change is the very same as before. */
export const socketsBetween = () => {
  let before: Map<number, { dropped: number; row: SocketRow }> | undefined
  return (sockets: Iterable<PlainSocket>): SocketTable => {
    const now = oneEach(sockets)
    const next = new Map<number, { dropped: number; row: SocketRow }>()
    for (const [id, socket] of now) {
      const was = before?.get(id)
      // of one that was made since all that it dropped is new; in the first reading nothing is
      const more = was ? dropsBetween(was.dropped, socket.dropped) : before ? socket.dropped : 0
      const row = rowOf(socket, now.get(socket.peer), more)
      next.set(id, { dropped: socket.dropped, row: was && sameRow(was.row, row) ? was.row : row })
    }
    before = next
    const rows = [...next.values()].map(({ row }) => row)
    if (rows.length > MOST_SOCKETS) rows.sort((a, b) => weight(b) - weight(a))
    return { rows: rows.slice(0, MOST_SOCKETS), leftOut: Math.max(0, rows.length - MOST_SOCKETS) }
  }
}

const weight = ({ drops, received, waiting, written }: SocketRow): number =>
  (drops ?? 0) * 1e9 + (received ?? 0) + (waiting ?? 0) + (written ?? 0)

const rowOf = (socket: PlainSocket, peer: PlainSocket | undefined, drops: number): SocketRow => {
  const isUnix = socket.family === AF_UNIX
  const isInet = socket.local !== ''
  const isConnected = isInet && socket.remotePort > 0
  return {
    id: String(socket.id),
    pid: socket.pid,
    comm: socket.comm,
    kind: kindOf(socket),
    local: isInet ? endpoint(socket.local, socket.localPort) : socket.name || null,
    remote: isConnected
      ? endpoint(socket.remote, socket.remotePort)
      : isUnix && peer
        ? `${peer.comm} ${peer.pid}${peer.name ? ` ${peer.name}` : ''}`
        : null,
    port: isInet ? socket.localPort : null,
    peer: isConnected ? socket.remote : null,
    waiting: socket.waiting,
    waitingMost: socket.waitingMost > 0 ? socket.waitingMost : null,
    received: socket.received,
    full:
      socket.waitingMost > 0
        ? percent(socket.waiting, socket.waitingMost)
        : percent(socket.received, socket.receivedMost),
    written: socket.written,
    writtenFull: percent(socket.written, socket.writtenMost),
    drops,
    dropsTotal: socket.dropped,
  }
}
