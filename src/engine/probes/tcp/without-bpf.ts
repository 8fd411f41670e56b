// TCP without programs and rights: sockets as the kernel lists them over netlink, and its counters, both of our network
// namespace. Owners are known of processes whose files we may look at; what came and went within an interval is counted,
// and has no row.
import { TCP } from '../../../stream/specs/tcp.ts'
import { createTable } from '../../../stream/spec.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { RECORDS, sockDiag } from './sock-diag.ts'
import { tcpCounter } from '../../proc/snmp.ts'
import { socketOwners } from '../../proc/socket-owners.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { timeWaitIn } from './probe.ts'
import { tcpLedger } from './session-records.ts'

const NOTHING = Buffer.alloc(0)

export const start: StartDescribed = ({ nowMs }) => {
  const list = sockDiag(socketOwners(() => performance.now()))
  const count = tcpCounter()
  const ledger = tcpLedger(RECORDS)
  const sessionsTable = createTable(TCP.tables.sessions)
  const listenersTable = createTable(TCP.tables.listeners)

  const read = () => {
    const { sessions, listeners } = ledger(list(), NOTHING, {
      ns: Number(process.hrtime.bigint()),
      ms: nowMs(),
      tickNs: 1000,
    })
    return {
      lost: 0,
      tier: { is: 'counted' as const },
      tables: { sessions: sessionsTable(sessions), listeners: listenersTable(listeners) },
      hists: {},
      totals: { ...count(), timeWait: timeWaitIn(textOf('/proc/net/sockstat')) },
    }
  }

  read()
  return { read, close: () => {} }
}
