// The ledger that turns records of probes/tcp.bpf.c, successive listings of sockets, into sessions with what
// they did in between. Fields are read straight from the buffer, addresses are formatted once per session: a listing
// may have thousands. No system calls here.
import { fieldColumns, readerOf, RowReader } from '../../../stream/row-reader.ts'
import { sameItems } from '../../../stream/same-items.ts'
import type { CellsOf } from '../../../stream/spec.ts'
import { TCP, type TcpListener, type TcpSession } from '../../../stream/specs/tcp.ts'
import type { TableCell } from '../../../stream/tables.ts'
import { AF_INET6, ipv4Text, ipv6Text, isMapped, LISTEN } from '../../native/addresses.ts'
import { commAt, u64, words } from '../../native/per-cpu.ts'
import type { TcpLayout } from './record-layout.ts'
import { qualityReader } from './quality.ts'

const STATES = [
  'CLOSE',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
]
/** Of congestion control, by the kernel's numbers. */
const CONGESTION = ['open', 'disorder', 'cwr', 'recovery', 'loss']
/** As the ledger has it, these are always known. */
type Session = RowReader &
  TcpSession &
  Record<'inBytes' | 'outBytes' | 'inTotal' | 'outTotal' | 'retransmits' | 'retransmitsTotal', number>

const FIELDS = TCP.tables.sessions
const COLUMNS = fieldColumns(FIELDS)
const SessionReader = readerOf<Session>(FIELDS)

/** Hundreds may come and go a second: each is made as the cells that are sent, and read from these. */
const sessionOf = (cells: readonly TableCell[]): Session => new SessionReader(cells, COLUMNS)

interface Listing {
  sessions: Session[]
  listeners: TcpListener[]
  retransmits: number
}

/** A socket as it was last listed: a session or a listener. */
interface Known {
  row?: Session
  listener?: TcpListener
  /** Number of the last listing that it was in. */
  listed: number
}

/** A socket may be passed over while others come and go, so it is believed gone only after this many listings. */
const FORGET_AFTER = 3

/** What the kernel's clock says now, and what the stream's; what times in records are in. */
interface Clocks {
  ns: number
  ms: number
  tickNs: number
}

/** Call with the records of open sockets and of those that ended since the last call. A session of which nothing has
 * changed has the same row as in the listing before. */
export const tcpLedger = (layout: TcpLayout): ((open: Buffer, ended: Buffer, now?: Clocks) => Listing) => {
  const { at: offsets } = layout
  const sizeAt = sizeReader(layout)
  const { sessionAt, listenerAt } = rowReader(layout)
  const known = new Map<number, Known>()
  let listed = 0

  return (open, ended, now = { ns: 0, ms: 0, tickNs: 1000 }) => {
    const listing: Listing = { sessions: [], listeners: [], retransmits: 0 }
    const add = (row: Session): void => {
      listing.sessions.push(row)
      listing.retransmits += row.retransmits
    }
    // those that ended first: the same socket may be connected again since
    const endedView = words(ended)
    for (let at = 0; at < ended.length; at += offsets.size) {
      const cookie = u64(endedView, at + offsets.cookie)
      add(sessionAt(ended, endedView, at, known.get(cookie)?.row, now))
      known.delete(cookie)
    }

    listed++
    const view = words(open)
    for (let at = 0, size = 0; at < open.length; at += size) {
      size = sizeAt(open, at)
      const cookie = u64(view, at + offsets.cookie)
      let socket = known.get(cookie)
      if (socket?.listed === listed) continue // listed twice
      if (size === offsets.size) {
        if (!socket) known.set(cookie, (socket = { listed }))
        const isListener = open[at + offsets.state] === LISTEN
        socket.listener = isListener ? listenerAt(open, view, at, socket.listener) : undefined
        socket.row = isListener ? undefined : sessionAt(open, view, at, socket.row, now)
      } else if (socket?.listener?.drops) {
        socket.listener = { ...socket.listener, drops: 0 }
      } else if (socket?.row) {
        socket.row = unchanged(socket.row)
      }
      if (!socket) continue
      socket.listed = listed
      if (socket.listener) listing.listeners.push(socket.listener)
      else if (socket.row) add(socket.row)
    }
    for (const [cookie, socket] of known) {
      if (socket.listed === listed) continue
      if (socket.listed === listed - 1 && socket.row) listing.sessions.push(unchanged(socket.row))
      else if (socket.listed < listed - FORGET_AFTER) known.delete(cookie)
    }
    return listing
  }
}

/** What the row says when nothing has happened since: the same row, if it says so already. */
const unchanged = (row: Session): Session => {
  if (row.inBytes === 0 && row.outBytes === 0 && row.retransmits === 0 && !row.busyNs) return row
  const cells = [...RowReader.row(row)]
  for (const place of COUNTED) cells[place] = 0
  if (row.busyNs !== null) for (const place of TIMED) cells[place] = 0
  return sessionOf(cells)
}

const placesOf = (...ids: (keyof TcpSession)[]): number[] =>
  ids.map((id) => FIELDS.findIndex((field) => field.id === id))
const COUNTED = placesOf('inBytes', 'outBytes', 'retransmits')
const TIMED = placesOf('busyNs', 'windowNs', 'bufferNs')

/** On the stream's clock. */
const msOf = (ns: number, now: Clocks): number | null =>
  ns > 0 ? Math.round(now.ms - Math.max(0, now.ns - ns) / 1e6) : null

/** Since when as many bytes wait as the program has left of all that came; null where none do. */
const unreadSince = (
  unread: number | null,
  inTotal: number,
  before: Session | undefined,
  now: Clocks,
): number | null => {
  if (!unread) return null
  const fetchedBefore = before?.unread ? before.inTotal - before.unread : undefined
  return fetchedBefore === inTotal - unread ? before!.unreadSinceMs : Math.round(now.ms)
}

type Queues = Pick<TcpSession, 'unread' | 'unsent' | 'unacked' | 'window' | 'congestion' | 'reordered'>

const UNKNOWN: Queues = { unread: null, unsent: null, unacked: null, window: null, congestion: null, reordered: null }

/** Bytes of the record at a place. */
export const sizeReader =
  ({ at: { family, size }, unchangedBytes }: TcpLayout) =>
  (records: Buffer, at: number): number =>
    records[at + family] === 0 ? unchangedBytes : size

/** A record as a row. */
const rowReader = (layout: TcpLayout) => {
  const { at: offsets, ending, hasQueues, directions, endings } = layout
  const qualityAt = qualityReader(layout)
  const endingShift = Math.log2(ending & -ending)

  const addressesAt = (buffer: Buffer, at: number): { family: 4 | 6; local: string; remote: string } => {
    const [local, remote] = [at + offsets.local, at + offsets.remote]
    if (buffer[at + offsets.family] !== AF_INET6) {
      return { family: 4, local: ipv4Text(buffer, local), remote: ipv4Text(buffer, remote) }
    }
    if (isMapped(buffer, local)) {
      return { family: 4, local: ipv4Text(buffer, local + 12), remote: ipv4Text(buffer, remote + 12) }
    }
    return { family: 6, local: ipv6Text(buffer, local), remote: ipv6Text(buffer, remote) }
  }

  const queuesAt = (buffer: Buffer, view: Uint32Array, at: number): Queues => {
    if ((buffer[at + offsets.flags]! & hasQueues) === 0) return UNKNOWN
    return {
      unread: view[(at + offsets.unread) >>> 2]!,
      unsent: view[(at + offsets.unsent) >>> 2]!,
      unacked: view[(at + offsets.unacked) >>> 2]!,
      window: view[(at + offsets.window) >>> 2]!,
      congestion: CONGESTION[view[(at + offsets.congestion) >>> 2]!] ?? null,
      reordered: view[(at + offsets.reordered) >>> 2]!,
    }
  }

  /** What one dropped before it was first seen belongs to no interval. */
  const listenerAt = (buffer: Buffer, view: Uint32Array, at: number, before: TcpListener | undefined): TcpListener => {
    const dropsTotal = view[(at + offsets.lost) >>> 2]!
    const { family, local } = addressesAt(buffer, at)
    return {
      pid: view[(at + offsets.tgid) >>> 2]!,
      comm: commAt(buffer, at + offsets.comm),
      family,
      local,
      localPort: buffer.readUInt16LE(at + offsets.localPort),
      backlog: view[(at + offsets.backlog) >>> 2]!,
      backlogMax: view[(at + offsets.backlogMax) >>> 2]!,
      drops: (dropsTotal - (before?.dropsTotal ?? dropsTotal)) >>> 0,
      dropsTotal,
    }
  }

  const sessionAt = (
    buffer: Buffer,
    view: Uint32Array,
    at: number,
    before: Session | undefined,
    now: Clocks,
  ): Session => {
    const localPort = buffer.readUInt16LE(at + offsets.localPort)
    const remotePort = buffer.readUInt16LE(at + offsets.remotePort)
    // a socket gets its port after its state, when it connects
    const same = before && before.localPort === localPort && before.remotePort === remotePort ? before : undefined
    const { family, local, remote } = same ?? addressesAt(buffer, at)
    const direction = directions[buffer[at + offsets.direction]!] ?? null
    const establishedNs = u64(view, at + offsets.establishedNs)
    const closed = endings[(buffer[at + offsets.flags]! & ending) >>> endingShift] ?? null
    // of a session older than the probe it is not known when its bytes were sent
    const [inBefore, outBefore, retransmitsBefore] = before
      ? [before.inTotal, before.outTotal, before.retransmitsTotal]
      : direction
        ? [0, 0, 0]
        : [Infinity, Infinity, Infinity]
    const inNow = u64(view, at + offsets.inBytes)
    const outNow = u64(view, at + offsets.outBytes)
    const retransmitsNow = view[(at + offsets.retransmits) >>> 2]!
    const queues = queuesAt(buffer, view, at)
    const quality = qualityAt(buffer, view, at, {
      tickNs: now.tickNs,
      before: same,
      isOld: direction === null,
      isOpen: closed === null,
    })
    // may seem to fall by a byte for an instant, as they are read while the socket is at work
    const inTotal = before ? Math.max(inNow, inBefore) : inNow
    const outTotal = before ? Math.max(outNow, outBefore) : outNow
    const cells: CellsOf<typeof FIELDS> = [
      before?.id ?? String(u64(view, at + offsets.cookie)),
      view[(at + offsets.tgid) >>> 2]!,
      commAt(buffer, at + offsets.comm),
      family,
      local,
      localPort,
      remote,
      remotePort,
      STATES[buffer[at + offsets.state]!] ?? 'CLOSE',
      direction,
      // once: the two clocks are not read at the same instant
      same?.establishedMs ?? msOf(establishedNs, now),
      closed === null ? null : msOf(u64(view, at + offsets.endedNs), now),
      Math.max(0, inNow - inBefore),
      Math.max(0, outNow - outBefore),
      inTotal,
      outTotal,
      view[(at + offsets.rttUs) >>> 2]! * 1000,
      Math.max(0, retransmitsNow - retransmitsBefore),
      retransmitsNow,
      view[(at + offsets.cwnd) >>> 2]!,
      queues.unread,
      queues.unsent,
      queues.unacked,
      queues.window,
      queues.congestion,
      queues.reordered,
      unreadSince(queues.unread, inTotal, same, now),
      quality.connectNs,
      quality.busyNs,
      quality.windowNs,
      quality.bufferNs,
      quality.busyTotalNs,
      quality.windowTotalNs,
      quality.bufferTotalNs,
      quality.retransmitted,
      quality.lostNow,
      quality.lostTotal,
      quality.sendFull,
      quality.receiveFull,
      quality.pacingRate,
      quality.deliveryRate,
      quality.algorithm,
      closed,
    ]
    return before && sameItems(RowReader.row(before), cells) ? before : sessionOf(cells)
  }

  return { listenerAt, sessionAt }
}
