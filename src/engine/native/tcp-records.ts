// The record of probes/tcp.bpf.c, and the ledger that turns successive listings of sockets into sessions with what
// they did in between. Fields are read straight from the buffer, addresses are formatted once per session: a listing
// may have thousands. No system calls here.
import type { TcpListener, TcpSession, TcpState } from '../../stream/types.ts'
import { ipv4Text, ipv6Text, isMapped } from './addresses.ts'
import { commAt, u64, words } from './per-cpu.ts'

/** Byte offsets; mirrors `struct record`. */
export const RECORD = {
  cookie: 0, inBytes: 8, outBytes: 16, ageNs: 24, local: 32, remote: 48, tgid: 64, rttUs: 68, cwnd: 72,
  retransmits: 76, backlog: 80, backlogMax: 84, localPort: 88, remotePort: 90, family: 92, state: 93, direction: 94,
  flags: 95, comm: 96, size: 112,
}
export const HAS_FILE = 0x10
const AF_INET6 = 10
const LISTEN = 10

const STATES: TcpState[] = [
  'CLOSE', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT',
  'LAST_ACK', 'LISTEN', 'CLOSING', 'NEW_SYN_RECV',
]
const DIRECTIONS = [undefined, 'out', 'in'] as const
const ENDINGS = [undefined, 'closed', 'refused', 'reset', 'timeout'] as const

export interface Listing {
  sessions: TcpSession[]
  listeners: TcpListener[]
  retransmits: number
}

interface Known {
  row: TcpSession
  /** Listings in a row that it was not in. */
  absent: number
}

/** A socket may be passed over while others come and go, so it is believed gone only after this many listings. */
const FORGET_AFTER = 3

/** Call with the records of open sockets and of those that ended since the last call. */
export const tcpLedger = (): ((open: Buffer, ended: Buffer) => Listing) => {
  const known = new Map<number, Known>()

  return (open, ended) => {
    const listing: Listing = { sessions: [], listeners: [], retransmits: 0 }
    const add = (row: TcpSession): void => {
      listing.sessions.push(row)
      listing.retransmits += row.retransmits
    }
    // those that ended first: the same socket may be connected again since
    const endedView = words(ended)
    for (let at = 0; at < ended.length; at += RECORD.size) {
      const cookie = u64(endedView, at)
      add(sessionAt(ended, endedView, at, known.get(cookie)?.row))
      known.delete(cookie)
    }

    for (const one of known.values()) one.absent++
    const view = words(open)
    for (let at = 0; at < open.length; at += RECORD.size) {
      if (open[at + RECORD.state] === LISTEN) {
        listing.listeners.push(listenerAt(open, view, at))
        continue
      }
      const cookie = u64(view, at)
      const before = known.get(cookie)
      if (before?.absent === 0) continue // listed twice
      const row = sessionAt(open, view, at, before?.row)
      known.set(cookie, { row, absent: 0 })
      add(row)
    }
    for (const [cookie, { row, absent }] of known) {
      if (absent === 1) listing.sessions.push({ ...row, inBytes: 0, outBytes: 0, retransmits: 0 })
      else if (absent > FORGET_AFTER) known.delete(cookie)
    }
    return listing
  }
}

const addressesAt = (buffer: Buffer, at: number): Pick<TcpSession, 'family' | 'local' | 'remote'> => {
  const [local, remote] = [at + RECORD.local, at + RECORD.remote]
  if (buffer[at + RECORD.family] !== AF_INET6) {
    return { family: 4, local: ipv4Text(buffer, local), remote: ipv4Text(buffer, remote) }
  }
  if (isMapped(buffer, local)) {
    return { family: 4, local: ipv4Text(buffer, local + 12), remote: ipv4Text(buffer, remote + 12) }
  }
  return { family: 6, local: ipv6Text(buffer, local), remote: ipv6Text(buffer, remote) }
}

const listenerAt = (buffer: Buffer, view: Uint32Array, at: number): TcpListener => {
  const { family, local } = addressesAt(buffer, at)
  return {
    pid: view[(at + RECORD.tgid) >>> 2]!,
    comm: commAt(buffer, at + RECORD.comm),
    family,
    local,
    localPort: buffer.readUInt16LE(at + RECORD.localPort),
    backlog: view[(at + RECORD.backlog) >>> 2]!,
    backlogMax: view[(at + RECORD.backlogMax) >>> 2]!,
  }
}

const sessionAt = (buffer: Buffer, view: Uint32Array, at: number, before: TcpSession | undefined): TcpSession => {
  const localPort = buffer.readUInt16LE(at + RECORD.localPort)
  const remotePort = buffer.readUInt16LE(at + RECORD.remotePort)
  // a socket gets its port after its state, when it connects
  const same = before && before.localPort === localPort && before.remotePort === remotePort ? before : undefined
  const { family, local, remote } = same ?? addressesAt(buffer, at)
  const direction = DIRECTIONS[buffer[at + RECORD.direction]!]
  const ageNs = u64(view, at + RECORD.ageNs)
  const closed = ENDINGS[buffer[at + RECORD.flags]! & 0xf]
  // of a session older than the probe it is not known when its bytes were sent
  const [inBefore, outBefore, retransmitsBefore] = before
    ? [before.inTotal, before.outTotal, before.retransmitsTotal]
    : direction ? [0, 0, 0] : [Infinity, Infinity, Infinity]
  const inNow = u64(view, at + RECORD.inBytes)
  const outNow = u64(view, at + RECORD.outBytes)
  const retransmitsNow = view[(at + RECORD.retransmits) >>> 2]!
  const row: TcpSession = {
    id: before?.id ?? String(u64(view, at)),
    pid: view[(at + RECORD.tgid) >>> 2]!,
    comm: commAt(buffer, at + RECORD.comm),
    family,
    local,
    localPort,
    remote,
    remotePort,
    state: STATES[buffer[at + RECORD.state]!] ?? 'CLOSE',
    inBytes: Math.max(0, inNow - inBefore),
    outBytes: Math.max(0, outNow - outBefore),
    // may seem to fall by a byte for an instant, as they are read while the socket is at work
    inTotal: before ? Math.max(inNow, inBefore) : inNow,
    outTotal: before ? Math.max(outNow, outBefore) : outNow,
    rttUs: view[(at + RECORD.rttUs) >>> 2]!,
    retransmits: Math.max(0, retransmitsNow - retransmitsBefore),
    retransmitsTotal: retransmitsNow,
    cwnd: view[(at + RECORD.cwnd) >>> 2]!,
  }
  if (direction) row.direction = direction
  if (ageNs > 0) row.ageMs = Math.round(ageNs / 1e6)
  if (closed) row.closed = closed
  return row
}
