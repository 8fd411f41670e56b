// How long connecting over a link takes.
import { existsSync } from 'node:fs'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { startTcp } from '../../../helpers/tcp.ts'
import { startDelayed, TRAFFIC_COMMANDS } from '../../../helpers/traffic.ts'
import { probeContext } from '../../../helpers/workload.ts'

bpfTest(
  'connecting over a link takes as long as who connects says',
  async (t) => {
    if (!existsSync('/dev/net/tun')) return skip(t, 'there is no /dev/net/tun')
    const link = await startDelayed(20, 3)
    t.teardown(link.stop)
    const probe = startTcp(probeContext)
    t.teardown(probe.close)
    const { port, connect } = await link.ask('')
    const own = probe.read().data.sessions.filter((row) => row.remotePort === port)
    const accepted = probe.read().data.sessions.filter((row) => row.localPort === port)
    t.is(own.length, 3)
    const mean = own.reduce((sum, { connectNs }) => sum + connectNs!, 0) / 3e9
    t.true(mean >= 0.04 && mean <= connect! && mean >= connect! * 0.8, `${mean} of ${connect}`)
    t.true(accepted.every(({ connectNs }) => connectNs === null))
  },
  TRAFFIC_COMMANDS,
)
