// The ledger that turns records of probes/tcp.bpf.c, successive listings of sockets, into sessions with what
// they did in between. Fields are read straight from the buffer, addresses are formatted once per session: a listing
// may have thousands. No system calls here.
import { sameRow } from '../../../stream/spec.ts'
import type { TcpListener, TcpSession } from '../../../stream/specs/tcp.ts'
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
type Session = TcpSession &
  Record<'inBytes' | 'outBytes' | 'inTotal' | 'outTotal' | 'retransmits' | 'retransmitsTotal', number>

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
const unchanged = (row: Session): Session =>
  row.inBytes === 0 && row.outBytes === 0 && row.retransmits === 0 && !row.busyNs
    ? row
    : { ...row, inBytes: 0, outBytes: 0, retransmits: 0, ...(row.busyNs !== null && NO_TIME) }

const NO_TIME = { busyNs: 0, windowNs: 0, bufferNs: 0 }

/** On the stream's clock. */
const msOf = (ns: number, now: Clocks): number | null =>
  ns > 0 ? Math.round(now.ms - Math.max(0, now.ns - ns) / 1e6) : null

/** Bytes that the program took; undefined where none wait. */
const fetched = (row: Session | undefined): number | undefined => (row?.unread ? row.inTotal - row.unread : undefined)

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
    // field by field: of objects that are spread into another V8 makes something slow, and hundreds come a second
    const row: Session = {
      id: before?.id ?? String(u64(view, at + offsets.cookie)),
      pid: view[(at + offsets.tgid) >>> 2]!,
      comm: commAt(buffer, at + offsets.comm),
      family,
      local,
      localPort,
      remote,
      remotePort,
      state: STATES[buffer[at + offsets.state]!] ?? 'CLOSE',
      direction,
      // once: the two clocks are not read at the same instant
      establishedMs: same?.establishedMs ?? msOf(establishedNs, now),
      endedMs: closed === null ? null : msOf(u64(view, at + offsets.endedNs), now),
      inBytes: Math.max(0, inNow - inBefore),
      outBytes: Math.max(0, outNow - outBefore),
      // may seem to fall by a byte for an instant, as they are read while the socket is at work
      inTotal: before ? Math.max(inNow, inBefore) : inNow,
      outTotal: before ? Math.max(outNow, outBefore) : outNow,
      rttNs: view[(at + offsets.rttUs) >>> 2]! * 1000,
      retransmits: Math.max(0, retransmitsNow - retransmitsBefore),
      retransmitsTotal: retransmitsNow,
      cwnd: view[(at + offsets.cwnd) >>> 2]!,
      unread: queues.unread,
      unsent: queues.unsent,
      unacked: queues.unacked,
      window: queues.window,
      congestion: queues.congestion,
      reordered: queues.reordered,
      unreadSinceMs: null,
      connectNs: quality.connectNs,
      busyNs: quality.busyNs,
      windowNs: quality.windowNs,
      bufferNs: quality.bufferNs,
      busyTotalNs: quality.busyTotalNs,
      windowTotalNs: quality.windowTotalNs,
      bufferTotalNs: quality.bufferTotalNs,
      retransmitted: quality.retransmitted,
      lostNow: quality.lostNow,
      lostTotal: quality.lostTotal,
      sendFull: quality.sendFull,
      receiveFull: quality.receiveFull,
      pacingRate: quality.pacingRate,
      deliveryRate: quality.deliveryRate,
      algorithm: quality.algorithm,
      closed,
    }
    if (row.unread) row.unreadSinceMs = fetched(same) === fetched(row) ? same!.unreadSinceMs : Math.round(now.ms)
    return before && sameRow(before, row) ? before : row
  }

  return { listenerAt, sessionAt }
}
