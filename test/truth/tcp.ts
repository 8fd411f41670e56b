// TCP between two network namespaces: what two programs are known to have sent, whose sockets they are, and what `ss`
// says of the same sockets.
import { startTcp, type TcpView } from '../helpers/tcp.ts'
import { NAMESPACE_COMMANDS } from '../helpers/namespaces.ts'
import { probeContext, sleepMs } from '../helpers/workload.ts'
import { exact, atLeast } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'
import { endsOf, sumOf, withPeers } from './tcp-peers.ts'
import type { End } from './tcp-peers.ts'

type Probe = ReturnType<typeof startTcp>

export const area: Area = {
  name: 'tcp',
  needs: [...NAMESPACE_COMMANDS, 'nft', 'ss'],
  bpf: true,
  checks: (scale) =>
    withPeers(async (client, server) => {
      const probe = startTcp(probeContext)
      try {
        return [
          ...(await transfers(probe, client, server, scale)),
          ...(await shortSessions(probe, client, server, scale)),
          ...(await owners(probe, client, server)),
          ...(await lossyLink(probe, client, server, scale)),
        ]
      } finally {
        probe.close()
      }
    }),
}

/** Reads the probe while something goes on, and once more when it has ended. */
const readDuring = async (probe: Probe, work: Promise<unknown>, everyMs = 20): Promise<TcpView[]> => {
  const samples: TcpView[] = []
  const timer = setInterval(() => samples.push(probe.read().data), everyMs)
  await work
  clearInterval(timer)
  await sleepMs(60) // the last acknowledgements, and the end of the other end
  return [...samples, probe.read().data]
}

const transfers = async (probe: Probe, client: End, server: End, scale: Scale): Promise<Finding[]> => {
  const [there, back] = scale === 'quick' ? [3_000_001, 7_000_003] : [300_000_001, 700_000_003]
  const findings: Finding[] = []
  for (const version of [4, 6] as const) {
    const [host, port] = [server.place.address[version], 8000 + version]
    await server.tell({ do: 'listen', how: 'answer', host, port, bytes: back })
    const rows = endsOf(
      await readDuring(probe, client.tell({ do: 'exchange', host, port, bytes: there, sessions: 1 })),
      port,
    )
    const about = (figure: string) => `IPv${version}: ${figure}, sum of intervals`
    findings.push(
      exact(about('out of the client'), sumOf(rows.client, 'outBytes'), there, 'bytes'),
      exact(about('into the server'), sumOf(rows.server, 'inBytes'), there, 'bytes'),
      exact(about('out of the server'), sumOf(rows.server, 'outBytes'), back, 'bytes'),
      exact(about('into the client'), sumOf(rows.client, 'inBytes'), back, 'bytes'),
      exact(
        `IPv${version}: rows with the right family, addresses, direction and owner`,
        rows.client.filter(
          (row) => row.family === version && row.remote === host && row.direction === 'out' && row.pid === client.pid,
        ).length +
          rows.server.filter(
            (row) =>
              row.family === version &&
              row.local === host &&
              row.direction === 'in' &&
              [0, server.pid].includes(row.pid!),
          ).length,
        rows.client.length + rows.server.length,
      ),
    )
  }
  return findings
}

/** Far shorter than the interval they are in. */
const shortSessions = async (probe: Probe, client: End, server: End, scale: Scale): Promise<Finding[]> => {
  const sessions = scale === 'quick' ? 200 : 500 // with both ends as many as are rows
  const [host, port, bytes] = [server.place.address[4], 8100, 101]
  await server.tell({ do: 'listen', how: 'answer', host, port, bytes: 7 })
  probe.read()
  await client.tell({ do: 'exchange', host, port, bytes, sessions })
  await sleepMs(60)
  const { data } = probe.read()
  const rows = endsOf([data], port)
  const closed = [...rows.client, ...rows.server].filter(({ closed: how }) => how === 'closed')
  return [
    exact('short sessions: listed as closed, both ends', closed.length, 2 * sessions),
    exact('short sessions: out of the client', sumOf(rows.client, 'outBytes'), sessions * bytes, 'bytes'),
    exact('short sessions: into the client', sumOf(rows.client, 'inBytes'), sessions * 7, 'bytes'),
    exact(
      'short sessions: with the right owner, both ends',
      closed.filter(({ pid }) => pid === client.pid || pid === server.pid).length,
      2 * sessions,
    ),
    atLeast('short sessions: counted as opened', data.opened, sessions),
    atLeast('short sessions: counted as accepted', data.accepted, sessions),
    atLeast('short sessions: counted as closed', data.closed, 2 * sessions),
  ]
}

const owners = async (probe: Probe, client: End, server: End): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const [i, how] of ['inherited', 'passed'].entries()) {
    const [host, port] = [server.place.address[6], 8200 + i]
    await server.tell({ do: 'listen', how, host, port })
    const holder = server.said()
    await client.tell({ do: 'open', host, port, writes: 1, bytes: 10 })
    const { pid } = await holder
    await sleepMs(400) // owners are not searched for again right after a search
    const rows = endsOf([probe.read().data], port)
    findings.push(exact(`${how} socket: its owner's process id`, rows.server[0]?.pid ?? 0, pid))
    process.kill(pid, 'SIGKILL')
  }
  return findings
}

/** A sixth of the long packets do not arrive. */
const lossyLink = async (probe: Probe, client: End, server: End, scale: Scale): Promise<Finding[]> => {
  const findings: Finding[] = []
  server.place.run('nft', 'add table inet t')
  server.place.run('nft', 'add chain inet t c { type filter hook input priority 0; }')
  server.place.run('nft', 'add rule inet t c tcp dport 8304-8306 meta length 1000-65535 numgen inc mod 6 == 0 drop')
  for (const version of scale === 'quick' ? ([4] as const) : ([4, 6] as const)) {
    const [host, port, writes, bytes] = [
      server.place.address[version],
      8300 + version,
      scale === 'quick' ? 60 : 600,
      3000,
    ]
    await server.tell({ do: 'listen', how: 'answer', host, port, bytes: 0 })
    probe.read()
    let ss = ''
    const all = async (): Promise<void> => {
      await client.tell({ do: 'open', host, port, writes, bytes })
      do {
        await sleepMs(50)
        ss = client.place.run('ss', '-Htin', `dport = :${port}`)
      } while (/unacked|notsent/.test(ss))
    }
    const rows = endsOf(await readDuring(probe, all(), 100), port)
    const last = rows.client.at(-1)
    const said = (pattern: RegExp): number => Number(pattern.exec(ss)?.[1] ?? 0)
    const about = (figure: string) => `lossy link, IPv${version}: ${figure}`
    findings.push(
      exact(about('retransmits, sum of intervals, ss'), sumOf(rows.client, 'retransmits'), said(/ retrans:\d+\/(\d+)/)),
      atLeast(about('retransmits'), sumOf(rows.client, 'retransmits'), writes / 12),
      exact(about('bytes out'), sumOf(rows.client, 'outBytes'), writes * bytes, 'bytes'),
      exact(
        about('bytes out, ss'),
        last?.outTotal ?? 0,
        said(/ bytes_sent:(\d+)/) - said(/ bytes_retrans:(\d+)/),
        'bytes',
      ),
      exact(about('bytes in'), sumOf(rows.server, 'inBytes'), writes * bytes, 'bytes'),
      exact(about('round-trip time, ss'), last?.rttNs ?? 0, Math.round(said(/ rtt:([\d.]+)/) * 1000) * 1000, 'ns'),
      exact(about('congestion window, ss'), last?.cwnd ?? 0, said(/ cwnd:(\d+)/)),
    )
  }
  return findings
}
