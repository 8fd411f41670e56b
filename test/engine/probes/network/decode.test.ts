// What is made of readings of the network, without a kernel: drops, counters, sockets, lists of /proc.
import test from 'ava'
import { counterRows, figuresOf } from '../../../../src/engine/probes/network/nstat.ts'
import { countersIn } from '../../../../src/engine/proc/snmp.ts'
import { dropsBetween, protocolName, reasonName } from '../../../../src/engine/probes/network/drops.ts'
import {
  kindOf,
  MOST_SOCKETS,
  socketsBetween,
  type PlainSocket,
} from '../../../../src/engine/probes/network/sockets.ts'
import { listedSockets } from '../../../../src/engine/probes/network/without-bpf.ts'

const NAMES = new Map([
  [6, 'SKB_DROP_REASON_SOCKET_RCVBUFF'],
  [1, 'SKB_CONSUMED'],
])

test('reasons are as the kernel names them; others by their number', (t) => {
  t.is(reasonName(6, NAMES), 'SOCKET_RCVBUFF')
  t.is(reasonName(1, NAMES), 'SKB_CONSUMED')
  t.is(reasonName(77, NAMES), 'reason 77')
  t.is(reasonName(0x2_0005, NAMES), 'subsystem 2: 5')
  t.is(reasonName(0xffff_ffff, NAMES), 'not told before 5.17')
  t.is(protocolName(0x0008), 'IPv4')
  t.is(protocolName(0xdd86), 'IPv6')
  t.is(protocolName(0xfeca), '0xcafe')
  t.is(protocolName(0), '')
})

test('drops are differences; places in one function are one row', (t) => {
  const between = dropsBetween(NAMES)
  const drop = (place: number, packets: number) => ({ place, reason: 6, protocol: 8, packets, bytes: packets * 10 })
  const place = (address: number): string => (address < 100 ? 'udp_queue_rcv' : 'elsewhere')
  t.deepEqual(between([drop(1, 5)], place), [
    { reason: 'SOCKET_RCVBUFF', place: 'udp_queue_rcv', protocol: 'IPv4', packets: 5, bytes: 50 },
  ])
  const rows = between([drop(1, 7), drop(2, 3), drop(200, 1)], place)
  t.deepEqual(
    rows.map((row) => [row.place, row.packets]),
    [
      ['udp_queue_rcv', 5],
      ['elsewhere', 1],
    ],
  )
  t.deepEqual(between([drop(1, 7), drop(2, 3), drop(200, 1)], place), [])
})

const NETSTAT = (overflows: number, other: number): string =>
  [
    'TcpExt: SyncookiesSent ListenOverflows TCPPureAcks',
    `TcpExt: 0 ${overflows} ${other}`,
    'Ip: Forwarding InReceives',
    'Ip: 1 55',
    'Udp6RcvbufErrors                \t4',
    'broken',
    'Lonely: a b',
  ].join('\n')

test('counters: by their names, with what they mean, those that tell of something wrong also while they rest', (t) => {
  const rows = counterRows()
  const read = (overflows: number, other: number) => rows(countersIn(NETSTAT(overflows, other)))
  t.deepEqual(read(3, 10), [
    {
      counter: 'TcpExtListenOverflows',
      count: 0,
      total: 3,
      means: 'connections dropped: the queue of who listens was full, nobody accepts fast enough',
    },
    {
      counter: 'Udp6RcvbufErrors',
      count: 0,
      total: 4,
      means: 'datagrams dropped: receive buffer full, the program reads too slowly',
    },
  ])
  const later = read(5, 12)
  t.deepEqual(
    later.map(({ counter, count }) => [counter, count]),
    [
      ['TcpExtListenOverflows', 2],
      ['TcpExtTCPPureAcks', 2],
      ['Udp6RcvbufErrors', 0],
    ],
  )
  t.like(figuresOf(later), { listenOverflows: 2, udpFull: 0, pruned: 0 })
})

const socket = (values: Partial<PlainSocket>): PlainSocket => ({
  id: 1,
  peer: 0,
  startNs: 1,
  pid: 7,
  comm: 'app',
  dropped: 0,
  received: 0,
  receivedMost: 1000,
  waiting: 0,
  waitingMost: 0,
  written: 0,
  writtenMost: 1000,
  family: 2,
  type: 2,
  protocol: 17,
  state: 7,
  local: '127.0.0.1',
  localPort: 53,
  remote: '0.0.0.0',
  remotePort: 0,
  name: '',
  ...values,
})

test('sockets: what they dropped since, whoever holds them, and the same row while nothing changes', (t) => {
  const between = socketsBetween()
  const [first] = between([
    socket({ dropped: 5, startNs: 1, pid: 1 }),
    socket({ dropped: 5, startNs: 9, pid: 2, comm: 'child' }),
  ]).rows
  t.like(first, { pid: 2, comm: 'child', drops: 0, dropsTotal: 5, local: '127.0.0.1:53', remote: null, kind: 'udp' })
  const [again] = between([socket({ dropped: 5, startNs: 9, pid: 2, comm: 'child' })]).rows
  t.is(again, first)
  const later = between([socket({ dropped: 12, received: 910, pid: 2 }), socket({ id: 2, dropped: 3 })]).rows
  t.like(later[0], { drops: 7, dropsTotal: 12, full: 91 })
  t.like(later[1], { drops: 3, dropsTotal: 3 }, 'made since')
  t.is(between([socket({ dropped: 2 })]).rows[0]!.drops, 2, 'another one, at the same address')
  between([socket({ dropped: 2 ** 32 - 4 })])
  t.is(between([socket({ dropped: 2 })]).rows[0]!.drops, 6, 'its 32 bits began anew')
})

test('sockets: other kinds, both ends of unix ones, and no more than there is room for', (t) => {
  const unix = { family: 1, local: '', localPort: 0, protocol: 0 }
  t.is(kindOf(socket({ ...unix, type: 1 })), 'unix stream')
  t.is(kindOf(socket({ ...unix, type: 1, state: 10 })), 'unix listen')
  t.is(kindOf(socket({ family: 16, type: 3 })), 'netlink')
  t.is(kindOf(socket({ type: 3, protocol: 1 })), 'raw')
  t.is(kindOf(socket({ type: 1, protocol: 6, state: 10 })), 'tcp listen')
  const [server, client] = socketsBetween()([
    socket({ ...unix, id: 1, peer: 2, name: '/run/db' }),
    socket({ ...unix, id: 2, peer: 1, pid: 9, comm: 'client', waiting: 3, waitingMost: 10 }),
  ]).rows
  t.like(server, { local: '/run/db', remote: 'client 9', port: null })
  t.like(client, { remote: 'app 7 /run/db', full: 30 })
  const many = Array.from({ length: MOST_SOCKETS + 2 }, (_, i) => socket({ id: i + 1 }))
  many.at(-1)!.received = 5
  const { rows, leftOut } = socketsBetween()(many)
  t.is(leftOut, 2)
  t.is(rows[0]!.received, 5)
})

test('UDP sockets as /proc lists them', (t) => {
  const head =
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'
  const line =
    '  335: 0100007F:1E79 00000000:0000 07 00000000:00001D40 00:00000000 00000000     0        0 77 2 0000000000000000 42'
  const six =
    '  336: 00000000000000000000000001000000:0035 0000000000000000FFFF00000100007F:1000 01 00000010:00000000 00:00000000 00000000     0        0 78 2 0000000000000000 0'
  const found = listedSockets([head, line, six, '  337: cut'].join('\n'), 17, 2, (inode) =>
    inode === 77 ? { pid: 5, comm: 'named' } : undefined,
  )
  t.is(found.length, 2)
  t.like(found[0], { pid: 5, comm: 'named', local: '127.0.0.1', localPort: 7801, received: 7488, dropped: 42 })
  t.like(found[1], { pid: 0, local: '::1', localPort: 53, remote: '127.0.0.1', remotePort: 4096, written: 16 })
})
