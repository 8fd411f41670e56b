// The network: what a program sent to a full socket and the kernel counted of it, how long its servers thought and its
// connections took by its own clocks, over a link with a known delay, and what ss says of a session that is held up.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../../src/engine/probes/network/probe.ts'
import { rowsOf, sumOf } from '../helpers/described-probe.ts'
import { startTcp } from '../helpers/tcp.ts'
import { startDelayed, startTraffic, TRAFFIC_COMMANDS, type Talker } from '../helpers/traffic.ts'
import { probeContext, sleepMs } from '../helpers/workload.ts'
import { atLeast, atMost, exact, skipped, within } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'

type Probe = ReturnType<typeof start>
type Row = ReturnType<typeof rowsOf>[number]

export const area: Area = {
  name: 'network',
  needs: TRAFFIC_COMMANDS,
  bpf: true,
  async checks(scale) {
    const probe = start({ ...probeContext, object: join(probeContext.objects, 'network.bpf.o') })
    const traffic = await startTraffic()
    try {
      await sleepMs(1500) // names of the kernel's functions are read beside
      return [
        ...(await dropped(probe, traffic, scale)),
        ...(await answers(probe, traffic, scale)),
        ...(await connecting(scale)),
      ]
    } finally {
      traffic.stop()
      await probe.close()
    }
  },
}

/** Of readings, until the sockets were read again: that may rest. */
const socketRows = async (probe: Probe, first: Row[], fits: (row: Row) => boolean): Promise<Row[]> => {
  let rows = first.filter(fits)
  for (let tries = 0; sumOf(rows, 'drops') === 0 && tries < 50; tries++) {
    await sleepMs(100)
    rows = rowsOf(probe.read(), 'sockets').filter(fits)
  }
  return rows
}

const dropped = async (probe: Probe, traffic: Talker, scale: Scale): Promise<Finding[]> => {
  const count = scale === 'quick' ? 2000 : 200_000
  probe.read()
  const { port, drops } = await traffic.ask(`udp ${count}`)
  const data = probe.read()
  const byReason = rowsOf(data, 'drops').filter(({ reason }) => reason === 'SOCKET_RCVBUFF')
  const bySocket = await socketRows(
    probe,
    rowsOf(data, 'sockets'),
    (row) => row.port === port && row.pid === traffic.pid,
  )
  const listener = await traffic.ask('listen')
  const overflows = await socketRows(
    probe,
    rowsOf(probe.read(), 'sockets'),
    (row) => row.port === listener.port && row.kind === 'tcp listen',
  )
  return [
    exact('datagrams dropped by a full socket (/proc/net/udp)', sumOf(bySocket, 'drops'), drops!),
    // others on this machine may drop some for the same reason
    byReason.length === 0
      ? skipped('the same by reason', 'this kernel gives none')
      : within(0.02)('the same by reason, of the whole machine', sumOf(byReason, 'packets'), drops!),
    exact('drops without a row', data.lost, 0),
    atLeast('connections dropped by a full queue (netstat)', sumOf(overflows, 'drops'), listener.overflows!),
  ]
}

const answers = async (probe: Probe, traffic: Talker, scale: Scale): Promise<Finding[]> => {
  const [count, ms] = [scale === 'quick' ? 10 : 100, 50]
  probe.read()
  const { port, thought, asked } = await traffic.ask(`think ${count} ${ms}`)
  const data = probe.read()
  const of = (table: string): Row[] => rowsOf(data, table).filter((row) => row.pid === traffic.pid && row.port === port)
  const names = await traffic.ask(`names ${count} 20`)
  const byNames = rowsOf(probe.read(), 'asked').filter((row) => row.pid === traffic.pid && row.port === 53)
  if (of('served').length === 0) return [skipped('answers', 'this kernel does not tell (from 6.3 on)')]
  const mean = (rows: Row[]): number => sumOf(rows, 'ns') / sumOf(rows, 'count')
  return [
    exact('answers of a server', sumOf(of('served'), 'count'), count),
    atLeast('mean time it thought (its clock)', mean(of('served')), thought! * 1e9, 'ns'),
    atMost('the same (clock of who asked)', mean(of('served')), asked! * 1e9, 'ns'),
    // the end of the session is an answer, too, to nothing
    within(0.15)('mean time who asked waited (its clock)', mean(of('asked')), asked! * 1e9, 'ns'),
    exact('answers of a name server', sumOf(byNames, 'count'), count),
    within(0.1)('mean time of its answers (clock of who asked)', mean(byNames), names.asked! * 1e9, 'ns'),
  ]
}

const connecting = async (scale: Scale): Promise<Finding[]> => {
  if (!existsSync('/dev/net/tun')) return [skipped('connecting', 'there is no /dev/net/tun')]
  const sessions = scale === 'quick' ? 4 : 20
  const link = await startDelayed(25, sessions)
  const tcp = startTcp(probeContext)
  try {
    tcp.read()
    const { port, connect } = await link.ask('')
    const own = tcp.read().data.sessions.filter((row) => row.remotePort === port && row.connectNs !== null)
    const mean = own.reduce((sum, { connectNs }) => sum + connectNs!, 0) / own.length
    return [
      exact('sessions connected over a link of 25 ms each way', own.length, sessions),
      within(0.05)('mean time connecting took (clock of who connected)', mean, connect! * 1e9, 'ns'),
    ]
  } finally {
    tcp.close()
    link.stop()
  }
}
