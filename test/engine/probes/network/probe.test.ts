// The network probe on this kernel, against what the kernel's own lists and the programs' clocks say. In a network
// namespace of its own, as it fills queues.
import { start as startWithout } from '../../../../src/engine/probes/network/without-bpf.ts'
import { tracepointArguments } from '../../../../src/engine/native/btf.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { TRAFFIC_COMMANDS } from '../../../helpers/traffic.ts'
import { sleepMs } from '../../../helpers/workload.ts'
import { traffic, begin, type Row, socketWhere } from './asking.ts'

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
