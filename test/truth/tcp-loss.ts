// The tables of the TCP probe filled on purpose: sessions that are in no row are counted with their bytes, and those
// that could not be followed are said to be lost.
import { startTcp, tcpTables, type TcpView } from '../helpers/tcp.ts'
import { tcp } from '../../src/panels/tcp.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { NAMESPACE_COMMANDS } from '../helpers/namespaces.ts'
import { probeContext, sleepMs } from '../helpers/workload.ts'
import { atLeast, exact, skipped, within, withinUnits } from './check.ts'
import type { Area, Finding } from './check.ts'
import { endsOf, sumOf, withPeers } from './tcp-peers.ts'
import type { End } from './tcp-peers.ts'

export const area: Area = {
  name: 'tcp-loss',
  needs: [...NAMESPACE_COMMANDS, 'nft'],
  bpf: true,
  checks: () =>
    withPeers(async (client, server) => [...(await ended(client, server)), ...(await unfollowed(client, server))]),
}

const SESSIONS = 100
const BYTES = 100_000

/** Sessions between two readings of a probe with small tables. */
const exchange = async (client: End, server: End, port: number, sessions: number, before: () => void = () => {}) => {
  const host = server.place.address[4]
  await server.tell({ do: 'listen', how: 'answer', host, port, bytes: 0 })
  const probe = startTcp({ ...probeContext, maxEntries: { ended_even: 16, ended_odd: 16 } })
  try {
    probe.read()
    before()
    await client.tell({ do: 'exchange', host, port, bytes: BYTES, sessions })
    await sleepMs(60)
    return probe.read()
  } finally {
    probe.close()
  }
}

/** As the kernel counts them for a whole namespace. */
const retransmitsIn = (...ends: End[]): number =>
  ends.reduce((sum, { place }) => {
    const [names, values] = place
      .run('cat', '/proc/net/snmp')
      .split('\n')
      .filter((line) => line.startsWith('Tcp:'))
      .map((line) => line.split(' '))
    return sum + Number(values![names!.indexOf('RetransSegs')])
  }, 0)

const ended = async (client: End, server: End): Promise<Finding[]> => {
  server.place.run('nft', 'add table inet t')
  server.place.run('nft', 'add chain inet t c { type filter hook input priority 0; }')
  server.place.run('nft', 'add rule inet t c tcp dport 8400 meta length 1000-65535 numgen inc mod 30 == 0 drop')
  const before = retransmitsIn(client, server)
  const { data } = await exchange(client, server, 8400, SESSIONS)
  const retransmits = retransmitsIn(client, server) - before
  const rows = endsOf([data], 8400)
  const listed = data.sessions.filter(({ closed }) => closed === 'closed' || closed === 'reset').length
  return [
    exact('ended sessions full: those listed and others, all that closed', listed + data.others, data.closed),
    atLeast('ended sessions full: others', data.others, 2 * SESSIONS - 16),
    // sessions of the rest of the machine may end meanwhile
    within(0.01)(
      'ended sessions full: bytes out of the client, rows and others',
      sumOf(rows.client, 'outBytes') + data.othersOut,
      SESSIONS * BYTES,
      'bytes',
    ),
    within(0.01)(
      'ended sessions full: bytes into the server, rows and others',
      sumOf(rows.server, 'inBytes') + data.othersIn,
      SESSIONS * BYTES,
      'bytes',
    ),
    withinUnits(3)('ended sessions full: retransmits of all, /proc/net/snmp', data.retransmits, retransmits),
    atLeast('ended sessions full: retransmits', retransmits, 10),
    exact('ended sessions full: sessions the panel says belong to no row', saidByPanel(data), data.others),
  ]
}

const saidByPanel = (data: TcpView): number => {
  const sample: Sample<'tcp'> = {
    type: 'sample',
    probe: 'tcp',
    atMs: 0,
    intervalMs: 1000,
    lost: 0,
    data: tcpTables(data),
  }
  return Number(/(\d+) ended sessions/.exec(tcp.notes(sample, 'sessions').join('\n'))?.[1] ?? 0)
}

/** What is known of a socket besides the kernel's own counters needs memory that is accounted to the socket. */
const unfollowed = async (client: End, server: End): Promise<Finding[]> => {
  const limit = '/proc/sys/net/core/optmem_max'
  try {
    client.place.run('test', '-w', limit)
  } catch {
    return [skipped('no memory for sessions', 'this kernel has no limit for each network namespace')]
  }
  const { data, lost } = await exchange(client, server, 8401, 5, () => {
    for (const { place } of [client, server]) place.run('sh', '-c', `echo 64 > ${limit}`)
  })
  return [
    exact('no memory for sessions: lost, both ends', lost, 10),
    atLeast('no memory for sessions: counted as opened', data.opened, 5),
    atLeast('no memory for sessions: counted as accepted', data.accepted, 5),
  ]
}
