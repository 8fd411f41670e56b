// The network probe on this kernel, against what the kernel's own lists and the programs' clocks say. In a network
// namespace of its own, as it fills queues.
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/network/probe.ts'
import { start as startWithout } from '../../../../src/engine/probes/network/without-bpf.ts'
import { tracepointArguments } from '../../../../src/engine/native/btf.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { startTraffic, TRAFFIC_COMMANDS } from '../../../helpers/traffic.ts'
import { sleepMs } from '../../../helpers/workload.ts'

const traffic = async (t: ExecutionContext) => {
  const talker = await startTraffic()
  t.teardown(talker.stop)
  return talker
}

const begin = (t: ExecutionContext) => startHere(t, start, 'network')

type Row = ReturnType<typeof rowsOf>[number]

/** Sockets are not read while reading them rests: several times, until there is one such. */
const socketWhere = async (probe: ReturnType<typeof begin>, fits: (row: Row) => boolean): Promise<Row | undefined> => {
  for (let tries = 0; tries < 40; tries++) {
    const found = rowsOf(probe.read(), 'sockets').find(fits)
    if (found) return found
    await sleepMs(100)
  }
  return undefined
}

bpfTest(
  'datagrams to a full socket: by reason and place, and by the socket and its process, as /proc/net/udp counts them',
  async (t) => {
    const { pid, ask } = await traffic(t)
    const probe = begin(t)
    // kernel symbols are read beside
    for (let tries = 0; tries < 100; tries++) {
      await ask('nobody 1')
      if (rowsOf(probe.read(), 'drops').some(({ place }) => !String(place).startsWith('0x'))) break
      await sleepMs(50)
    }
    probe.read()
    const { port, drops } = await ask('udp 1000')
    await ask('nobody 70')
    const data = probe.read()
    t.true(drops! >= 900 && drops! < 1000, `${drops}`)
    t.is(data.lost, 0)
    const isIt = (row: Row): boolean => row.port === port && row.pid === pid && row.dropsTotal === drops
    const socket = rowsOf(data, 'sockets').find(isIt) ?? (await socketWhere(probe, isIt))
    t.like(socket, { kind: 'udp', comm: 'python3', local: `127.0.0.1:${port}`, drops: drops!, dropsTotal: drops! })
    t.true((socket!.full as number) >= 80, `${socket!.full}`)
    const dropped = rowsOf(data, 'drops')
    const packets = (reason: string): number =>
      dropped.filter((row) => row.reason === reason).reduce((sum, row) => sum + (row.packets as number), 0)
    if (tracepointArguments(['kfree_skb']).get('kfree_skb')! < 3) return skip(t, 'this kernel gives no reasons')
    // others on this machine may drop some, too
    t.true(packets('SOCKET_RCVBUFF') >= drops!, `${packets('SOCKET_RCVBUFF')} of ${drops}`)
    t.true(packets('SOCKET_RCVBUFF') < drops! + 50)
    t.true(packets('NO_SOCKET') >= 70 && packets('NO_SOCKET') < 120, `${packets('NO_SOCKET')}`)
    const place = dropped.find((row) => row.reason === 'SOCKET_RCVBUFF')!.place as string
    t.regex(place, /udp/)
    t.deepEqual(
      rowsOf(probe.read(), 'drops').filter((row) => row.reason === 'SOCKET_RCVBUFF' && (row.packets as number) > 50),
      [],
    )
  },
  TRAFFIC_COMMANDS,
)

bpfTest(
  'a queue of connections that is full, and a unix socket that nobody reads',
  async (t) => {
    const { pid, ask } = await traffic(t)
    const probe = begin(t)
    const { port, overflows } = await ask('listen')
    const { fits } = await ask('unix 100')
    const own = (fits: (row: Row) => boolean) => socketWhere(probe, (row) => row.pid === pid && fits(row))
    const listener = await own((row) => row.port === port && row.waiting === 2)
    t.like(listener, { kind: 'tcp listen', waitingMost: 1 })
    t.true(overflows! >= 3 && (listener!.dropsTotal as number) >= overflows!)
    const reader = await own((row) => row.local === '@probetop-traffic')
    t.like(reader, { kind: 'unix dgram', waiting: fits })
    t.true((reader!.full as number) >= 100)
    // the other end is known by the second reading
    const writer = await own((row) => row.remote === `python3 ${pid} @probetop-traffic`)
    t.true(writer !== undefined && (writer.written as number) > 0)
  },
  TRAFFIC_COMMANDS,
)

bpfTest(
  'how long a server thinks, and how long who asks waits, by their own clocks',
  async (t) => {
    const { pid, ask } = await traffic(t)
    const probe = begin(t)
    if (tracepointArguments(['sk_data_ready']).get('sk_data_ready') === 0)
      return skip(t, 'this kernel does not tell when data come in (from 6.3 on)')
    const { port, thought, asked } = await ask('think 10 50')
    const data = probe.read()
    const [served] = rowsOf(data, 'served').filter((row) => row.pid === pid && row.port === port)
    const [waited] = rowsOf(data, 'asked').filter((row) => row.pid === pid && row.port === port)
    t.like(served, { count: 10, firsts: 1, service: `port ${port}` })
    t.like(waited, { firsts: 1, service: `127.0.0.1:${port}`, peer: '127.0.0.1' })
    // the end of the session is an answer, too
    t.true(waited!.count === 10 || waited!.count === 11, `${waited!.count}`)
    const mean = (served!.ns as number) / 10 / 1e9
    // from when it could have been read to when it was sent: what the clock of the program says lies within
    t.true(mean >= thought! && mean <= asked!, `${thought} <= ${mean} <= ${asked}`)
    const waits = (waited!.ns as number) / (waited!.count as number) / 1e9
    t.true(waits >= mean * 0.9 && waits <= asked! * 1.02, `${mean} ~ ${waits} <= ${asked}`)
    t.true((served!.maxNs as number) >= 50e6)
    t.true((served!.firstNs as number) >= 50e6)
    const hist = data.hists[served!.latency as string]!
    t.is(hist.count, 10)
  },
  TRAFFIC_COMMANDS,
)

bpfTest(
  'answers by connection: of two of one server each has its own times, and what is owed is said',
  async (t) => {
    const { pid, ask } = await traffic(t)
    const probe = begin(t)
    if (tracepointArguments(['sk_data_ready']).get('sk_data_ready') === 0)
      return skip(t, 'this kernel does not tell when data come in (from 6.3 on)')
    const said = await ask('turns 5 10 60')
    const data = probe.read()
    const rows = rowsOf(data, 'connections').filter((row) => row.pid === pid)
    const of = (side: string, which: number): Row | undefined =>
      rows.find(
        (row) =>
          row.side === side && String(side === 'asks' ? row.local : row.remote).endsWith(`:${said[`asks${which}`]}`),
      )
    const means: number[] = []
    for (const which of [0, 1]) {
      const [served, asked] = [of('serves', which)!, of('asks', which)!]
      t.like(served, { count: 5, port: said.port!, comm: 'python3', peer: '127.0.0.1' })
      t.like(asked, { count: 5, port: said.port! })
      const mean = (served.ns as number) / 5e6
      means.push(mean)
      t.true(mean >= said[`thought${which}`]! && mean <= said[`asked${which}`]!, `${JSON.stringify(said)} ${mean}`)
      t.true((served.maxNs as number) >= (served.ns as number) / 5, `${served.maxNs} ${served.ns}`)
      // it asked 30 ms after it had connected
      for (const end of [served, asked]) {
        const [came, sent] = [(end.firstInNs as number) / 1e6, (end.firstOutNs as number) / 1e6]
        const [question, answer] = end === served ? [came!, sent!] : [sent!, came!]
        const text = `${end.side} ${question} ${answer} of ${said[`first${which}`]}`
        t.true(question >= 29, text)
        t.true(answer >= question + 10, text)
        t.true(answer <= said[`first${which}`]! + 5, text)
      }
    }
    t.true(means[1]! > means[0]!, `${means}`)
    // the second has asked again, since 200 ms
    t.deepEqual([of('serves', 0)!.owedNs, of('asks', 0)!.owedNs], [null, null])
    for (const side of ['serves', 'asks']) t.true((of(side, 1)!.owedNs as number) >= 200e6, `${of(side, 1)!.owedNs}`)
    const later = rowsOf(probe.read(), 'connections').filter((row) => row.pid === pid)
    t.deepEqual(later.map(({ side, count }) => [side, count]).sort(), [
      ['asks', 0],
      ['serves', 0],
    ])
  },
  TRAFFIC_COMMANDS,
)

bpfTest(
  'how long a name server takes, by the clock of who asks',
  async (t) => {
    const { pid, ask } = await traffic(t)
    const probe = begin(t)
    if (tracepointArguments(['sk_data_ready']).get('sk_data_ready') === 0)
      return skip(t, 'this kernel does not tell when data come in (from 6.3 on)')
    const { asked } = await ask('names 5 30')
    const data = probe.read()
    const [waited] = rowsOf(data, 'asked').filter((row) => row.pid === pid)
    t.like(waited, { count: 5, service: 'udp 127.0.0.1:53', peer: '127.0.0.1', port: 53 })
    const mean = (waited!.ns as number) / 5 / 1e9
    t.true(mean >= 0.03 && mean <= asked! * 1.02, `${mean} <= ${asked}`)
    t.deepEqual(
      rowsOf(data, 'served').filter((row) => row.pid === pid),
      [],
    )
  },
  TRAFFIC_COMMANDS,
)

bpfTest('without its hooks counters and sockets are told all the same', async (t) => {
  const probe = begin(t)
  t.is(probe.read().tier, undefined)
  probe.thin!(true)
  const data = probe.read()
  t.deepEqual(data.tier, { is: 'counted' })
  t.true(rowsOf(data, 'sockets').length > 0)
  probe.thin!(false)
  t.is(probe.read().tier, undefined)
})

bpfTest('without rights: counters and the UDP sockets of our network namespace', async (t) => {
  const probe = startHere(t, startWithout, 'network')
  const data = probe.read()
  t.deepEqual(data.tier, { is: 'counted' })
  t.true(data.tables.counters!.columns.includes('means'))
  t.is(data.tables.drops, undefined)
})
