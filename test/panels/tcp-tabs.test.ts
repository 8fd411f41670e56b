// The tabs of the TCP panel on sessions made up by hand: each figure in its place, and blank what the kernel did not tell.
import test from 'ava'
import { tcp } from '../../src/panels/tcp.ts'
import { queuesWait } from '../../src/panels/tcp-queues.ts'
import { ageOf, endpoint, stateOf } from '../../src/panels/tcp-rows.ts'
import { TCP, type TcpListener, type TcpSession } from '../../src/stream/specs/tcp.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { tcpTables } from '../helpers/tcp.ts'

const blank = <T>(fields: readonly { id: string }[]): T => Object.fromEntries(fields.map(({ id }) => [id, null])) as T
const NONE = blank<TcpSession>(TCP.tables.sessions)
const session = (more: Partial<TcpSession> = {}): TcpSession => ({
  ...NONE,
  id: '7',
  family: 4,
  remote: '10.0.0.9',
  remotePort: 443,
  ...more,
})
const sampleOf = (sessions: TcpSession[], listeners: TcpListener[] = [], totals: object = {}): Sample<'tcp'> => ({
  type: 'sample',
  probe: 'tcp',
  atMs: 100_000,
  intervalMs: 2000,
  lost: 0,
  data: tcpTables({ sessions, listeners, ...totals } as never),
})
/** Cells that are not blank, by their columns. */
const cells = (mode: string, of: TcpSession, detail = true): Record<string, unknown> => {
  const [row] = tcp.rows([sampleOf([of])], mode, detail)
  return Object.fromEntries(
    tcp.columns(mode, detail).flatMap(({ id }, i) => (row!.cells[i] === undefined ? [] : [[id, row!.cells[i]]])),
  )
}
const role = (mode: string, more: Partial<TcpSession>) =>
  tcp.rows([sampleOf([session({ unread: 0, algorithm: 'cubic', ...more })])], mode, true)[0]!.role

test('of what the kernel did not tell nothing is said', (t) => {
  t.deepEqual(cells('sessions', session()), { local: 'null:*', remote: '10.0.0.9:443' })
  t.deepEqual(cells('queues', session({ unread: 5 })), { remote: '10.0.0.9:443', unread: 5 })
  t.deepEqual(cells('quality', session({ algorithm: 'bbr' })), { remote: '10.0.0.9:443', algorithm: 'bbr' })
  t.deepEqual(tcp.rows([sampleOf([session()])], 'queues', true), [], 'older than these figures')
  t.deepEqual(tcp.rows([sampleOf([session()])], 'quality', true), [])
})

test('a session: per second of what the interval had, and since it began', (t) => {
  const full = session({
    ...{ pid: 7, comm: 'curl', local: '10.0.0.7', localPort: 5000, state: 'ESTABLISHED', direction: 'out' },
    ...{ inBytes: 4000, outBytes: 600, rttNs: 5e6, retransmits: 6, establishedMs: 40_000 },
    ...{ inTotal: 9000, outTotal: 800, retransmitsTotal: 8, cwnd: 10 },
  })
  t.deepEqual(cells('sessions', full), {
    ...{ pid: 7, command: 'curl', local: '10.0.0.7:5000', direction: '>', remote: '10.0.0.9:443', state: 'ESTAB' },
    ...{ in: 2000, out: 300, rtt: 5e6, retransmits: 3, age: 60_000, inTotal: 9000, outTotal: 800 },
    ...{ retransmitsTotal: 8, cwnd: 10 },
  })
  t.false('cwnd' in cells('sessions', full, false))
  t.is(cells('sessions', session({ direction: 'in' }))['direction'], '<')
  t.is(cells('sessions', session({ closed: 'timeout', state: 'CLOSE' }))['state'], 'timeout')
})

test('its quality: shares of clock time, how full buffers are, and how long nobody read', (t) => {
  const full = session({
    ...{ algorithm: 'cubic', windowNs: 1e9, bufferNs: 5e8, busyNs: 2e9, unreadSinceMs: 97_000, connectNs: 4e6 },
    ...{ lostNow: 1, retransmitted: 2, retransmitsTotal: 3, sendFull: 40, receiveFull: 50, deliveryRate: 6000 },
    ...{ pacingRate: 7000, congestion: 'open', reordered: 8, windowTotalNs: 9e9, lostTotal: 10 },
  })
  const { remote: _, ...told } = cells('quality', full)
  t.deepEqual(told, {
    ...{ window: 50, buffer: 25, busy: 100, notRead: 3000, connect: 4e6, lost: 1, retransmitted: 2 },
    ...{ retransmitsTotal: 3, sendFull: 40, receiveFull: 50, delivery: 6000, pacing: 7000, algorithm: 'cubic' },
    ...{ congestion: 'open', reordered: 8, windowTotal: 9e9, lostTotal: 10 },
  })
  t.is(cells('quality', session({ algorithm: 'x', unreadSinceMs: 200_000 }))['notRead'], 0)
  t.false('windowTotal' in cells('quality', full, false))
  t.is(role('quality', { closed: 'closed' }), 'dim')
  t.is(role('quality', {}), undefined)
})

test('what the bytes in its queues wait for', (t) => {
  const of = (more: Partial<TcpSession>) =>
    queuesWait(session({ unread: 0, unsent: 0, unacked: 0, window: 1000, congestion: 'open', ...more }))
  t.is(of({ unsent: null, unread: 5 }), undefined)
  t.is(of({ unread: null, unsent: 5 }), undefined)
  t.is(of({ unsent: 1, window: 0 }), 'peer (window 0)')
  t.is(of({ unsent: 1, unacked: 1000 }), 'peer (window full)')
  t.is(of({ unsent: 1, unacked: 999 }), 'network')
  t.is(of({ unsent: 1, unacked: null, window: null }), 'peer (window full)')
  t.is(of({ unsent: 1, unacked: null }), 'network')
  t.is(of({ unsent: 5, congestion: 'loss' }), 'lost segments')
  t.is(of({ unread: 1, congestion: 'recovery' }), 'lost segments')
  t.is(of({ unread: 1, window: 0 }), 'its program')
  t.is(of({ unread: 1, unacked: 1 }), 'its program')
  t.is(of({ unacked: 1 }), 'acknowledgement')
  t.is(of({ window: 0 }), undefined)
  t.is(of({}), undefined)
  t.is(role('queues', { unsent: 1, window: 0 }), 'warn')
  t.is(role('queues', { unsent: 0, window: 0 }), undefined)
  t.is(role('queues', { window: 0 }), undefined, 'not known')
  t.is(role('queues', { unsent: 1, window: 1 }), undefined)
  t.is(role('queues', { congestion: 'loss' }), 'warn')
})

test('how it ended is a warning, unless it was closed', (t) => {
  const ends = ['refused', 'reset', 'timeout', 'closed', null]
  t.deepEqual(
    ends.map((closed) => role('sessions', { closed })),
    ['warn', 'warn', 'warn', 'dim', undefined],
  )
})

test('a listener whose queue is full is bad', (t) => {
  const listener = (more: Partial<TcpListener>) => ({
    ...blank<TcpListener>(TCP.tables.listeners),
    ...{ family: 6, local: '::', localPort: 80 },
    ...more,
  })
  const rowOf = (more: Partial<TcpListener>) => tcp.rows([sampleOf([], [listener(more)])], 'listeners', true)[0]!
  t.deepEqual(rowOf({}).cells, [undefined, undefined, '[::]:80', undefined, undefined, undefined, undefined])
  t.deepEqual(rowOf({ pid: 5, comm: 'x', backlog: 2, backlogMax: 9, drops: 4, dropsTotal: 7 }).cells, [
    5,
    'x',
    '[::]:80',
    2,
    9,
    2,
    7,
  ])
  const roles = [
    [9, 9],
    [8, 9],
    [0, 0],
    [1, 1],
    [null, 9],
    [9, null],
  ].map(([backlog, backlogMax]) => rowOf({ backlog, backlogMax }).role)
  t.deepEqual(roles, ['bad', undefined, undefined, 'bad', undefined, undefined])
})

test('a row leads to its peer and to the port that says which service it is', (t) => {
  const leads = (more: Partial<TcpSession>) => {
    const sample = sampleOf([session(more), session({ id: '8', remote: 'other' })])
    return tcp.selects!(sample.data, tcp.rows([sample], 'sessions', true)[0]!, 'sessions').map((each) =>
      each.is === 'port' ? each.port : each.is === 'peer' ? each.address : each.is,
    )
  }
  t.deepEqual(leads({ direction: 'out', localPort: 80 }), ['10.0.0.9', 443])
  t.deepEqual(leads({ direction: 'in', localPort: 8080 }), ['10.0.0.9', 8080])
  t.deepEqual(leads({ localPort: 80 }), ['10.0.0.9', 80])
  t.deepEqual(leads({ localPort: 8080 }), ['10.0.0.9', 443])
  t.deepEqual(leads({ direction: 'in' }), ['10.0.0.9'])
  t.deepEqual(leads({ remote: null, remotePort: null }), [])
  const listeners = [80, 81, null].map((localPort) => ({
    ...blank<TcpListener>(TCP.tables.listeners),
    ...{ family: 4, local: '0.0.0.0', localPort },
  }))
  const sample = sampleOf([], listeners)
  t.deepEqual(
    tcp.rows([sample], 'listeners', true).map((row) => tcp.selects!(sample.data, row, 'listeners')),
    [[{ is: 'port', port: 80 }], [{ is: 'port', port: 81 }], []],
  )
})

test('of a selection events are counted by its sessions, of all by the totals', (t) => {
  const sessions = [
    session({ id: '1', direction: 'out', establishedMs: 98_000 }),
    session({ id: '2', direction: 'out', establishedMs: 97_999, retransmits: 4 }),
    session({ id: '3', direction: 'in', establishedMs: 99_000, retransmits: 6 }),
    ...['closed', 'refused', 'refused', 'reset', 'reset', 'reset'].map((closed, i) => session({ id: `c${i}`, closed })),
  ]
  const stats = (totals?: object) =>
    Object.fromEntries(tcp.stats(sampleOf(sessions, [], totals), 'sessions').map(({ label, value }) => [label, value]))
  t.deepEqual(stats(), {
    ...{
      sessions: 3,
      'opened/s': 0.5,
      'accepted/s': 0.5,
      'closed/s': 0.5,
      'refused/s': 1,
      'reset/s': 1.5,
      'retr/s': 5,
    },
  })
  const totals = { opened: 20, accepted: 22, closed: 24, refused: 26, resetIn: 28, resetOut: 2, retransmits: 30 }
  t.deepEqual(stats(totals), {
    ...{ sessions: 3, 'opened/s': 10, 'accepted/s': 11, 'closed/s': 12, 'refused/s': 13, 'reset/s': 15, 'retr/s': 15 },
  })
  const bytes = sampleOf([session({ inBytes: 100 }), session({ outBytes: 60 })], [], { othersIn: 20, othersOut: 4 })
  t.is(tcp.trend!.value(bytes), 92)
  t.is(tcp.trend!.value(sampleOf([session({ inBytes: 100, outBytes: null }), session()])), 50)
  t.deepEqual(tcp.notes(sampleOf([], [], { timeWait: 3, others: 2 }), 'sessions'), [
    '3 in TIME_WAIT',
    '2 ended sessions belong to no row (table full)',
  ])
})

test('ages, states and endpoints', (t) => {
  t.is(ageOf(session({ establishedMs: 5, endedMs: 9 }), 20), 4)
  t.is(ageOf(session({ establishedMs: 25 }), 20), 0)
  t.is(ageOf(session(), 20), undefined)
  t.is(stateOf(session({ state: 'NEW_SYN_RECV' })), 'SYN_RECV')
  t.is(stateOf(session({ state: 'CLOSE_WAIT' })), 'CLOSE_WAIT')
  t.is(stateOf(session()), undefined)
  t.is(endpoint(4, '1.2.3.4', 5), '1.2.3.4:5')
  t.is(endpoint(6, '::1', null), '[::1]:*')
})
