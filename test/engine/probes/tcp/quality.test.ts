// How well a session goes: what limited it, as ss says it, how long nobody read, how long connecting took.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import test from 'ava'
import { tcpLayout } from '../../../../src/engine/probes/tcp/record-layout.ts'
import { tcpLedger } from '../../../../src/engine/probes/tcp/session-records.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { typesOf } from '../../../helpers/types.ts'
import { startTcp } from '../../../helpers/tcp.ts'
import { startTraffic, TRAFFIC_COMMANDS } from '../../../helpers/traffic.ts'
import { probeContext, sleepMs } from '../../../helpers/workload.ts'

const EMPTY = Buffer.alloc(0)
const LAYOUT = tcpLayout(typesOf('tcp'))
const { at: AT, hasQueues: HAS_QUEUES } = LAYOUT
const TICK_NS = 4e6

interface Values {
  direction?: number
  ending?: number
  inBytes?: number
  unread?: number
  windowLimited?: number
  busy?: number
  connectUs?: number
  lostNow?: number
  pacingRate?: bigint
  algorithm?: string
}

const record = (values: Values): Buffer => {
  const bytes = Buffer.alloc(AT.size)
  bytes.writeBigUInt64LE(1n, AT.cookie)
  bytes[AT.family] = 2
  bytes[AT.state] = 1
  bytes[AT.direction] = values.direction ?? 1
  bytes[AT.flags] = HAS_QUEUES | (values.ending ?? 0)
  bytes.writeBigUInt64LE(BigInt(values.inBytes ?? 0), AT.inBytes)
  bytes.writeUInt32LE(values.unread ?? 0, AT.unread)
  bytes.writeBigUInt64LE(BigInt(values.busy ?? 0), AT.busy)
  bytes.writeBigUInt64LE(BigInt(values.windowLimited ?? 0), AT.windowLimited)
  bytes.writeBigUInt64LE(values.pacingRate ?? 0n, AT.pacingRate)
  bytes.writeUInt32LE(values.connectUs ?? 0, AT.connectUs)
  bytes.writeUInt32LE(values.lostNow ?? 0, AT.lostNow)
  bytes.write(values.algorithm ?? 'cubic', AT.algorithm)
  return bytes
}

/** Readings a second apart. */
const reading = () => {
  const ledger = tcpLedger(LAYOUT)
  let s = 0
  return (open: Buffer, ended: Buffer = EMPTY) => {
    s++
    return ledger(open, ended, { ns: s * 1e9, ms: s * 1000, tickNs: TICK_NS }).sessions[0]!
  }
}

test('times limited are those of the interval; of an older session what was before is not counted', (t) => {
  const read = reading()
  t.like(read(record({ busy: 100, windowLimited: 50, connectUs: 1500, lostNow: 2 })), {
    busyNs: 400e6,
    windowNs: 200e6,
    windowTotalNs: 200e6,
    connectNs: 1.5e6,
    lostNow: 2,
    algorithm: 'cubic',
  })
  t.like(read(record({ busy: 160, windowLimited: 60 })), { busyNs: 240e6, windowNs: 40e6, windowTotalNs: 240e6 })
  t.like(read(record({ busy: 160, windowLimited: 60 })), { busyNs: 0, windowNs: 0 })
  const ended = read(EMPTY, record({ busy: 170, windowLimited: 60, ending: 1, lostNow: 3 }))
  t.like(ended, { closed: 'closed', busyNs: 40e6, lostNow: null, sendFull: null })

  const older = reading()
  t.like(older(record({ direction: 0, busy: 100 })), { busyNs: 0, busyTotalNs: 400e6, connectNs: null })
  t.like(older(record({ direction: 0, busy: 101 })), { busyNs: 4e6 })
})

test('what the kernel says is no figure: no limit of pacing, no algorithm yet', (t) => {
  t.is(reading()(record({ pacingRate: 2n ** 64n - 1n })).pacingRate, null)
  t.is(reading()(record({ pacingRate: 1000n })).pacingRate, 1000)
  t.like(reading()(record({ algorithm: '', busy: 7 })), { algorithm: null, busyNs: null, windowNs: null })
})

test('unread since when the program last fetched something, whatever came in since', (t) => {
  const read = reading()
  t.is(read(record({})).unreadSinceMs, null)
  t.is(read(record({ inBytes: 10, unread: 10 })).unreadSinceMs, 2000)
  t.is(read(record({ inBytes: 30, unread: 30 })).unreadSinceMs, 2000)
  t.is(read(record({ inBytes: 40, unread: 20 })).unreadSinceMs, 4000, 'it has taken some')
  t.is(read(record({ inBytes: 40, unread: 0 })).unreadSinceMs, null)
})

/** Of a session, in ms. */
const limitedBySs = (port: number): number => {
  const text = execFileSync('ss', ['-Htin', `dport = ${port}`], { encoding: 'utf8' })
  return Number(/rwnd_limited:(\d+)ms/.exec(text)?.[1])
}

bpfTest(
  'a peer that does not read: time limited by its window as ss says, unread since it began',
  async (t) => {
    const server = createServer((socket) => socket.pause())
    t.teardown(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const probe = startTcp(probeContext)
    t.teardown(probe.close)
    const began = performance.now()
    const socket: Socket = connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    const connectMs = performance.now() - began
    socket.write(Buffer.alloc(32 * 1024 * 1024))
    await sleepMs(500)
    const ends = () => {
      const before = limitedBySs(port)
      const { sessions } = probe.read().data
      const after = limitedBySs(port)
      const [client] = sessions.filter(({ remotePort }) => remotePort === port)
      const [peer] = sessions.filter(({ localPort }) => localPort === port)
      const limitedMs = client!.windowTotalNs! / 1e6
      t.true(limitedMs >= before - 10 && limitedMs <= after + 10, `${before} <= ${limitedMs} <= ${after}`)
      return { client: client!, peer: peer! }
    }
    const first = ends()
    t.true(first.client.connectNs! > 0 && first.client.connectNs! < connectMs * 1e6, `${first.client.connectNs}`)
    t.is(first.peer.connectNs, null)
    t.true(first.client.windowTotalNs! > 100e6, `${first.client.windowTotalNs}`)
    t.true(first.client.sendFull! > 50 && first.peer.receiveFull! > 50)
    const algorithm = execFileSync('cat', ['/proc/sys/net/ipv4/tcp_congestion_control'], { encoding: 'utf8' }).trim()
    t.is(first.client.algorithm, algorithm)
    await sleepMs(500)
    const second = ends()
    t.true(second.client.windowNs! > 400e6, `${second.client.windowNs}`)
    t.is(second.client.windowTotalNs! - first.client.windowTotalNs!, second.client.windowNs!)
    t.is(second.peer.unreadSinceMs, first.peer.unreadSinceMs)
  },
  ['ss'],
)

bpfTest(
  'a listener with a full queue says how many connections it dropped, as netstat does',
  async (t) => {
    const traffic = await startTraffic()
    t.teardown(traffic.stop)
    const probe = startTcp(probeContext)
    t.teardown(probe.close)
    probe.read()
    const { port, overflows } = await traffic.ask('listen')
    const of = ({ data }: ReturnType<typeof probe.read>) => data.listeners.find(({ localPort }) => localPort === port)!
    const first = of(probe.read())
    t.like(first, { backlog: 2, backlogMax: 1 })
    t.true(overflows! >= 3 && first.drops! >= overflows!, `${first.drops} of ${overflows}`)
    t.is(first.dropsTotal, first.drops)
    // those who knock go on to
    const second = of(probe.read())
    t.is(second.dropsTotal! - first.dropsTotal!, second.drops!)
  },
  TRAFFIC_COMMANDS,
)
