// Sockets by asking the kernel over netlink (sock_diag), which anybody may: all TCP sockets of our network namespace with
// what it counts of each (tcp_info). Handed over as records of the TCP probe, so that they are read like its own.
import koffi from 'koffi'
import { ownLayout } from './record-layout.ts'
import { AF_INET, AF_INET6, LISTEN } from '../../native/addresses.ts'
import { BpfError } from '../../native/libbpf.ts'

/** Of the records that are made here. */
export const RECORDS = ownLayout()
const { at: RECORD, hasFile: HAS_FILE, hasQueues: HAS_QUEUES } = RECORDS
const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0x80000
const NETLINK_SOCK_DIAG = 4
const SOCK_DIAG_BY_FAMILY = 20
const NLM_F_REQUEST_DUMP = 0x301
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const IPPROTO_TCP = 6
const INET_DIAG_INFO = 2
const INET_DIAG_CONG = 4
const INET_DIAG_SKMEMINFO = 7
/** All states but TIME_WAIT and CLOSE. */
const STATES = 0xfff & ~(1 << 6) & ~(1 << 7)

const HEADER = 16
const REQUEST = HEADER + 56
/** Of inet_diag_msg, behind the header. */
const MESSAGE = {
  family: 0,
  state: 1,
  localPort: 4,
  remotePort: 6,
  local: 8,
  remote: 24,
  cookie: 44,
  rqueue: 56,
  wqueue: 60,
  inode: 68,
  size: 72,
}
/** Of tcp_info; the last ones from 4.19 and 5.4 on. */
const INFO = {
  congestion: 1,
  lostNow: 32,
  retransmitted: 36,
  rttUs: 68,
  cwnd: 80,
  retransmits: 100,
  pacingRate: 104,
  acked: 120,
  received: 128,
  unsent: 144,
  deliveryRate: 160,
  busyUs: 168,
  windowUs: 176,
  bufferUs: 184,
  sent: 200,
  resent: 208,
  reordered: 220,
  window: 228,
  size: 232,
}
/** Of sk_meminfo. */
const MEMORY = { received: 0, receiveMost: 4, sendMost: 12, queued: 20, size: 24, drops: 32 }
/** Established, or as much of it as is left after the own end: in these the peer's end takes no place in the queue. */
const OPEN_TO_PEER = [1, 4, 5]
const CONNECTING = [2, 3]

const bind = () => {
  const libc = koffi.load(null)
  return {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    send: libc.func('int64_t send(int fd, const void *from, size_t bytes, int flags)'),
    recv: libc.func('int64_t recv(int fd, void *into, size_t bytes, int flags)'),
    close: libc.func('int close(int fd)'),
  }
}

interface Owner {
  pid: number
  comm: string
}

/** Records of all sockets now. Throws BpfError where the kernel does not answer. */
export const sockDiag = (ownerOf: (inode: number) => Owner | undefined): (() => Buffer) => {
  const libc = bind()
  const answer = Buffer.alloc(64 * 1024)

  const ask = (fd: number, family: number, into: Buffer[]): void => {
    const request = Buffer.alloc(REQUEST)
    request.writeUInt32LE(REQUEST, 0)
    request.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4)
    request.writeUInt16LE(NLM_F_REQUEST_DUMP, 6)
    request[HEADER] = family
    request[HEADER + 1] = IPPROTO_TCP
    request[HEADER + 2] = [INET_DIAG_INFO, INET_DIAG_CONG, INET_DIAG_SKMEMINFO].reduce(
      (all, of) => all | (1 << (of - 1)),
      0,
    )
    request.writeUInt32LE(STATES, HEADER + 4)
    if (Number(libc.send(fd, request, request.length, 0)) < 0) throw new BpfError('ask for sockets', koffi.errno())
    for (;;) {
      const bytes = Number(libc.recv(fd, answer, answer.length, 0))
      if (bytes <= 0) throw new BpfError('read sockets', koffi.errno())
      if (addAll(answer.subarray(0, bytes), into, ownerOf)) return
    }
  }

  return () => {
    const fd: number = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG)
    if (fd < 0) throw new BpfError('open a netlink socket', koffi.errno())
    try {
      const records: Buffer[] = []
      ask(fd, AF_INET, records)
      ask(fd, AF_INET6, records)
      return Buffer.concat(records)
    } finally {
      libc.close(fd)
    }
  }
}

/** Adds the records of an answer; true when it was the last. Exported for its test. */
export const addAll = (answer: Buffer, into: Buffer[], ownerOf: (inode: number) => Owner | undefined): boolean => {
  for (let at = 0; at + HEADER <= answer.length;) {
    const length = answer.readUInt32LE(at)
    const type = answer.readUInt16LE(at + 4)
    if (type === NLMSG_DONE || length < HEADER || at + length > answer.length) return true
    if (type === NLMSG_ERROR) throw new BpfError('list sockets', -answer.readInt32LE(at + HEADER))
    const message = answer.subarray(at + HEADER, at + length)
    if (type === SOCK_DIAG_BY_FAMILY && message.length >= MESSAGE.size) into.push(recordOf(message, ownerOf))
    at += (length + 3) & ~3
  }
  return false
}

const recordOf = (message: Buffer, ownerOf: (inode: number) => Owner | undefined): Buffer => {
  const record = Buffer.alloc(RECORD.size)
  const inode = message.readUInt32LE(MESSAGE.inode)
  const owner = inode === 0 ? undefined : ownerOf(inode)
  message.copy(record, RECORD.cookie, MESSAGE.cookie, MESSAGE.cookie + 8)
  record[RECORD.family] = message[MESSAGE.family]!
  record[RECORD.state] = message[MESSAGE.state]!
  record[RECORD.flags] = inode === 0 ? 0 : HAS_FILE
  message.copy(record, RECORD.local, MESSAGE.local, MESSAGE.local + 16)
  message.copy(record, RECORD.remote, MESSAGE.remote, MESSAGE.remote + 16)
  record.writeUInt16LE(message.readUInt16BE(MESSAGE.localPort), RECORD.localPort)
  record.writeUInt16LE(message.readUInt16BE(MESSAGE.remotePort), RECORD.remotePort)
  if (owner) {
    record.writeUInt32LE(owner.pid, RECORD.tgid)
    record.write(owner.comm.slice(0, 15), RECORD.comm, 'utf8')
  }
  if (message[MESSAGE.state] === LISTEN) {
    record.writeUInt32LE(message.readUInt32LE(MESSAGE.rqueue), RECORD.backlog)
    record.writeUInt32LE(message.readUInt32LE(MESSAGE.wqueue), RECORD.backlogMax)
    attributeOf(message, INET_DIAG_SKMEMINFO)?.copy(record, RECORD.lost, MEMORY.drops, MEMORY.drops + 4)
  }
  const info = attributeOf(message, INET_DIAG_INFO)
  if (info && info.length >= INFO.received + 8) {
    record.writeUInt32LE(info.readUInt32LE(INFO.rttUs), RECORD.rttUs)
    record.writeUInt32LE(info.readUInt32LE(INFO.cwnd), RECORD.cwnd)
    record.writeUInt32LE(info.readUInt32LE(INFO.retransmits), RECORD.retransmits)
    record.writeBigUInt64LE(info.readBigUInt64LE(INFO.received), RECORD.inBytes)
    const out =
      info.length >= INFO.resent + 8
        ? info.readBigUInt64LE(INFO.sent) - info.readBigUInt64LE(INFO.resent)
        : info.readBigUInt64LE(INFO.acked)
    record.writeBigUInt64LE(out, RECORD.outBytes)
  }
  if (info && info.length >= INFO.resent + 8) addQuality(record, message, info)
  if (info && info.length >= INFO.size) addQueues(record, message, info)
  return record
}

/** As the kernel program reads them. */
const addQueues = (record: Buffer, message: Buffer, info: Buffer): void => {
  const state = message[MESSAGE.state]!
  if (state === LISTEN || CONNECTING.includes(state)) return
  const unread = message.readUInt32LE(MESSAGE.rqueue)
  const unsent = info.readUInt32LE(INFO.unsent)
  record[RECORD.flags]! |= HAS_QUEUES
  record.writeUInt32LE(unread > 0 && !OPEN_TO_PEER.includes(state) ? unread - 1 : unread, RECORD.unread)
  record.writeUInt32LE(unsent, RECORD.unsent)
  record.writeUInt32LE(Math.max(0, message.readUInt32LE(MESSAGE.wqueue) - unsent), RECORD.unacked)
  record.writeUInt32LE(info.readUInt32LE(INFO.window), RECORD.window)
  record.writeUInt32LE(info[INFO.congestion]!, RECORD.congestion)
  record.writeUInt32LE(info.readUInt32LE(INFO.reordered), RECORD.reordered)
}

/** Times are in microseconds. How much was lost in all is not told. */
const addQuality = (record: Buffer, message: Buffer, info: Buffer): void => {
  const copy = (from: number, to: number, bytes: number): void => void info.copy(record, to, from, from + bytes)
  copy(INFO.busyUs, RECORD.busy, 8)
  copy(INFO.windowUs, RECORD.windowLimited, 8)
  copy(INFO.bufferUs, RECORD.bufferLimited, 8)
  copy(INFO.pacingRate, RECORD.pacingRate, 8)
  copy(INFO.deliveryRate, RECORD.deliveryRate, 8)
  copy(INFO.retransmitted, RECORD.retransmitted, 4)
  copy(INFO.lostNow, RECORD.lostNow, 4)
  attributeOf(message, INET_DIAG_CONG)?.copy(record, RECORD.algorithm, 0, 15)
  const memory = attributeOf(message, INET_DIAG_SKMEMINFO)
  if (!memory || memory.length < MEMORY.size) return
  const percent = (used: number, most: number): number =>
    Math.floor((100 * memory.readUInt32LE(used)) / Math.max(1, memory.readUInt32LE(most)))
  record.writeUInt32LE(percent(MEMORY.queued, MEMORY.sendMost), RECORD.sendPercent)
  record.writeUInt32LE(percent(MEMORY.received, MEMORY.receiveMost), RECORD.receivePercent)
}

const attributeOf = (message: Buffer, wanted: number): Buffer | undefined => {
  for (let at = MESSAGE.size; at + 4 <= message.length;) {
    const length = message.readUInt16LE(at)
    if (length < 4 || at + length > message.length) return undefined
    if (message.readUInt16LE(at + 2) === wanted) return message.subarray(at + 4, at + length)
    at += (length + 3) & ~3
  }
  return undefined
}
