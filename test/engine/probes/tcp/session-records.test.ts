// Records of sockets into sessions, without a kernel: addresses, differences, sessions passed over or used again, and
// when owners are searched for.
import test from 'ava'
import { ipv6Text } from '../../../../src/engine/native/addresses.ts'
import { timeWaitIn } from '../../../../src/engine/probes/tcp/probe.ts'
import { createPace } from '../../../../src/engine/proc/pace.ts'
import { ownLayout, tcpLayout } from '../../../../src/engine/probes/tcp/record-layout.ts'
import { listWithOwners, ownerless } from '../../../../src/engine/probes/tcp/owners.ts'
import { tcpLedger as ledgerOf } from '../../../../src/engine/probes/tcp/session-records.ts'
import { TCP, type TcpSession } from '../../../../src/stream/specs/tcp.ts'
import { plain } from '../../../helpers/plain.ts'
import { typesOf } from '../../../helpers/types.ts'

interface Socket {
  cookie: number
  pid?: number
  inBytes?: number
  outBytes?: number
  retransmits?: number
  establishedNs?: number
  state?: number
  direction?: number
  flags?: number
  family?: number
  local?: number[]
  remote?: number[]
  comm?: string
}

const EMPTY = Buffer.alloc(0)
const LAYOUT = tcpLayout(typesOf('tcp'))
const { at: AT, hasFile: HAS_FILE } = LAYOUT
const tcpLedger = () => ledgerOf(LAYOUT)

const records = (...sockets: Socket[]): Buffer =>
  Buffer.concat(
    sockets.map((socket) => {
      const record = Buffer.alloc(AT.size)
      record.writeBigUInt64LE(BigInt(socket.cookie), AT.cookie)
      record.writeBigUInt64LE(BigInt(socket.inBytes ?? 0), AT.inBytes)
      record.writeBigUInt64LE(BigInt(socket.outBytes ?? 0), AT.outBytes)
      record.writeBigUInt64LE(BigInt(socket.establishedNs ?? 0), AT.establishedNs)
      record.writeUInt32LE(socket.pid ?? 1, AT.tgid)
      record.writeUInt32LE(socket.retransmits ?? 0, AT.retransmits)
      record.writeUInt16LE(4000, AT.localPort)
      record.writeUInt16LE(80, AT.remotePort)
      record[AT.family] = socket.family ?? 2
      record[AT.state] = socket.state ?? 1
      record[AT.direction] = socket.direction ?? 1
      record[AT.flags] = socket.flags ?? 0
      record.set(socket.local ?? [10, 0, 0, 1], AT.local)
      record.set(socket.remote ?? [10, 0, 0, 2], AT.remote)
      record.write(socket.comm ?? 'curl', AT.comm)
      return record
    }),
  )

const address6 = (text: string, t: { is: (a: string, b: string) => void }, ...groups: number[]): void => {
  const bytes = Buffer.alloc(18)
  groups.forEach((group, i) => bytes.writeUInt16BE(group, 2 + i * 2))
  t.is(ipv6Text(bytes, 2), text)
}

test('IPv6 addresses as RFC 5952 wants them', (t) => {
  address6('::', t, 0, 0, 0, 0, 0, 0, 0, 0)
  address6('::1', t, 0, 0, 0, 0, 0, 0, 0, 1)
  address6('fe80::', t, 0xfe80)
  address6('2001:db8::1:0:0:1', t, 0x2001, 0xdb8, 0, 0, 1, 0, 0, 1)
  address6('2001:db8:0:1:1:1:1:1', t, 0x2001, 0xdb8, 0, 1, 1, 1, 1, 1)
  address6('2001:0:0:1::1', t, 0x2001, 0, 0, 1, 0, 0, 0, 1)
  address6('1:2:3:4:5:6:7:8', t, 1, 2, 3, 4, 5, 6, 7, 8)
})

test('an IPv4 address in IPv6 clothes is IPv4, a listener for both is IPv6', (t) => {
  const mapped = (last: number): number[] => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, last]
  const any = Array<number>(16).fill(0)
  const { sessions, listeners } = tcpLedger()(
    records(
      { cookie: 1, family: 10, local: mapped(1), remote: mapped(2) },
      { cookie: 2, family: 10, local: any, remote: any, state: 10 },
    ),
    EMPTY,
  )
  t.like(sessions[0], { family: 4, local: '10.0.0.1', remote: '10.0.0.2' })
  t.like(listeners, [{ family: 6, local: '::' }])
})

test('bytes and retransmits are differences; what an older session did before is not counted', (t) => {
  const ledger = tcpLedger()
  ledger(
    records({ cookie: 1, inBytes: 10, outBytes: 20 }, { cookie: 2, direction: 0, inBytes: 500, retransmits: 3 }),
    EMPTY,
  )
  const { sessions, retransmits } = ledger(
    records(
      { cookie: 1, inBytes: 15, outBytes: 20, retransmits: 2 },
      { cookie: 2, direction: 0, inBytes: 507, retransmits: 3 },
    ),
    EMPTY,
  )
  t.like(sessions, [
    { id: '1', inBytes: 5, inTotal: 15, outBytes: 0, outTotal: 20, retransmits: 2 },
    { id: '2', inBytes: 7, inTotal: 507, retransmits: 0, retransmitsTotal: 3 },
  ])
  t.is(retransmits, 2)
})

test('the first sight of a session of ours is its whole life, of an older one nothing', (t) => {
  const { sessions } = tcpLedger()(records({ cookie: 1, inBytes: 10 }, { cookie: 2, direction: 0, inBytes: 10 }), EMPTY)
  t.like(sessions, [{ inBytes: 10 }, { inBytes: 0, inTotal: 10 }])
})

test('a sum that is short for an instant loses and repeats nothing', (t) => {
  const ledger = tcpLedger()
  const seen = [10, 9, 12].map((inBytes) => ledger(records({ cookie: 1, inBytes }), EMPTY).sessions[0]!)
  t.deepEqual(
    seen.map(({ inBytes }) => inBytes),
    [10, 0, 2],
  )
  t.deepEqual(
    seen.map(({ inTotal }) => inTotal),
    [10, 10, 12],
  )
})

test('a session passed over in one listing is shown as it was, and forgotten only later', (t) => {
  const ledger = tcpLedger()
  ledger(records({ cookie: 1, inBytes: 10 }), EMPTY)
  t.like(ledger(EMPTY, EMPTY).sessions, [{ id: '1', inBytes: 0, inTotal: 10 }])
  t.deepEqual(ledger(EMPTY, EMPTY).sessions, [])
  t.like(ledger(records({ cookie: 1, inBytes: 14 }), EMPTY).sessions, [{ inBytes: 4, inTotal: 14 }])
})

const plainly = (session: TcpSession): TcpSession => plain(TCP.tables.sessions, [session])[0]!

/** As a socket is written of which nothing has changed. */
const short = (socket: Socket): Buffer => records({ ...socket, family: 0 }).subarray(0, LAYOUT.unchangedBytes)

test('a socket that is as it was is listed short: the same row, without what happened before', (t) => {
  const ledger = tcpLedger()
  const session = { cookie: 1, inBytes: 10, retransmits: 2, establishedNs: 1e9 }
  const ours = records(session, { cookie: 3, state: 10, direction: 0 })
  /** The stream's clock is 7 s ahead, and not read at the same instant each time. */
  const at = (s: number) => ({ ns: s * 1e9, ms: 7000 + s * 1000 + (s > 3 ? 1 : 0) + 1000, tickNs: 4e6 })
  const [row] = ledger(Buffer.concat([ours, records({ cookie: 2, direction: 0 })]), EMPTY, at(3)).sessions
  t.like(row, { inBytes: 10, retransmits: 2, establishedMs: 9000 })
  const all = Buffer.concat([
    short({ cookie: 2 }),
    short({ cookie: 1 }),
    short({ cookie: 1 }),
    short({ cookie: 3 }),
    short({ cookie: 9 }),
  ])
  const later = ledger(all, EMPTY, at(4))
  t.like(later, { retransmits: 0, listeners: [{ localPort: 4000 }] })
  t.deepEqual(
    later.sessions.map(({ id }) => id),
    ['2', '1'],
  )
  t.deepEqual(plainly(later.sessions[1]!), { ...plainly(row!), inBytes: 0, retransmits: 0 })
  const again = ledger(all, EMPTY, at(5))
  t.true(again.sessions.every((session, i) => session === later.sessions[i]!))
  t.is(again.listeners[0], later.listeners[0])
  t.like(ledger(records({ ...session, inBytes: 12 }), EMPTY, at(6)).sessions[0], {
    establishedMs: 9000,
    inBytes: 2,
    inTotal: 12,
    retransmits: 0,
  })
})

test('a socket that ended and is connected again, listed twice, or both', (t) => {
  const ledger = tcpLedger()
  ledger(records({ cookie: 1, inBytes: 10 }), EMPTY)
  const { sessions } = ledger(
    records({ cookie: 1, inBytes: 3 }, { cookie: 1, inBytes: 3 }),
    records({ cookie: 1, inBytes: 11, state: 7, flags: 3 }),
  )
  t.like(sessions, [
    { inBytes: 1, inTotal: 11, closed: 'reset', state: 'CLOSE' },
    { inBytes: 3, inTotal: 3 },
  ])
  t.is(sessions[1]!.closed, null)
})

test('sockets that some process could hold, but none that exists is known', (t) => {
  const asked: number[] = []
  const listed = records(
    { cookie: 1, pid: 0 },
    { cookie: 2, pid: 0, flags: HAS_FILE },
    { cookie: 3, pid: 7, flags: HAS_FILE },
    { cookie: 4, pid: 8, flags: HAS_FILE },
  )
  const all = Buffer.concat([
    listed,
    short({ cookie: 5, pid: 8, flags: HAS_FILE }),
    short({ cookie: 6, pid: 7, flags: HAS_FILE }),
  ])
  t.deepEqual(
    [
      ...ownerless(LAYOUT, all, (pid) => {
        asked.push(pid)
        return pid === 7
      }),
    ],
    [2, 4, 5],
  )
  t.deepEqual(asked, [7, 8])
})

test('owners are searched for when one is wanting, once in vain, now and then, and not too often', (t) => {
  let sockets: Socket[] = []
  let nowMs = 0
  let costMs = 1
  const searches: number[] = []
  const list = listWithOwners({
    layout: LAYOUT,
    search: () => {
      searches.push(nowMs)
      nowMs += costMs
    },
    list: () => records(...sockets),
    exists: () => true,
    // what passes is what is used
    pace: createPace(
      () => nowMs,
      50,
      () => nowMs,
    ),
  })
  const at = (ms: number): number => {
    nowMs = ms
    list()
    return searches.length
  }

  t.is(at(0), 0, 'no sockets')
  sockets = [{ cookie: 1, pid: 0, flags: HAS_FILE }]
  t.is(at(1000), 1)
  t.is(at(2000), 1, 'nobody holds it')
  sockets.push({ cookie: 2, pid: 0, flags: HAS_FILE })
  costMs = 100
  t.is(at(3000), 2)
  sockets.push({ cookie: 3, pid: 0, flags: HAS_FILE })
  t.is(at(4000), 2, 'the last search took long')
  t.is(at(9000), 3)
  t.is(at(15000), 3)
  t.is(at(19500), 4, 'ten seconds later anyway')
})

test('sockets in TIME_WAIT', (t) => {
  t.is(timeWaitIn('sockets: used 76\nTCP: inuse 1 orphan 0 tw 42 alloc 2 mem 0\nUDP: inuse 1\n'), 42)
  t.is(timeWaitIn(''), 0)
})

test('what a listener drops is a difference, of one first seen nothing, and nothing while it is as it was', (t) => {
  const listener = (dropped: number): Buffer => {
    const record = records({ cookie: 3, state: 10, direction: 0 })
    record.writeUInt32LE(dropped, AT.lost)
    return record
  }
  const ledger = tcpLedger()
  const drops = (open: Buffer) => ledger(open, EMPTY).listeners.map((each) => [each.drops, each.dropsTotal])
  t.deepEqual(drops(listener(5)), [[0, 5]])
  t.deepEqual(drops(listener(12)), [[7, 12]])
  t.deepEqual(drops(short({ cookie: 3 })), [[0, 12]])
})

test('records that are made here have room for all, and none of it twice', (t) => {
  const { size, ...offsets } = ownLayout().at
  t.deepEqual(
    Object.keys(offsets).toSorted(),
    Object.keys(AT)
      .filter((name) => name !== 'size')
      .toSorted(),
  )
  const sorted = Object.values(offsets).toSorted((a, b) => a - b)
  t.is(new Set(sorted).size, sorted.length)
  t.true(sorted.every((offset) => offset % 8 === 0 && offset < size))
  t.is(offsets.remote - offsets.local, 16)
})
