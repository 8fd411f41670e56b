// The network probe: answers by connection and by name server, and queues that are full.
import { tracepointArguments } from '../../../../src/engine/native/btf.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf } from '../../../helpers/described-probe.ts'
import { TRAFFIC_COMMANDS } from '../../../helpers/traffic.ts'
import { traffic, begin, type Row, socketWhere } from './asking.ts'

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
