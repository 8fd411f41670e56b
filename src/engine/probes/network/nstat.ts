// Counters of /proc/net/snmp, snmp6 and netstat, named as nstat names them, and what of them is a figure.
import type { RowOf } from '../../../stream/spec.ts'
import { countersIn } from '../../proc/snmp.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { MEANINGS } from './meanings.ts'
import type { NETWORK } from './spec.ts'

type CounterRow = RowOf<typeof NETWORK.tables.counters>

/** Of the network namespace that we are in. */
export const readCounters = (): Map<string, number> =>
  countersIn(['snmp', 'netstat', 'snmp6'].map((name) => textOf(`/proc/net/${name}`)).join('\n'))

/** Not counted but set. */
const SETTINGS = /^(IpForwarding|IpDefaultTTL|TcpRto|TcpMaxConn|TcpCurrEstab|IcmpMsg|Icmp6In(Type)|Icmp6OutType)/

/** Each with what it grew by since the last call. */
export const counterRows = () => {
  let before: ReadonlyMap<string, number> | undefined
  return (now: ReadonlyMap<string, number>): CounterRow[] => {
    const last = before ?? now
    before = now
    return [...now].flatMap(([counter, total]) => {
      const count = Math.max(0, total - (last.get(counter) ?? 0))
      const means = MEANINGS[counter] ?? MEANINGS[counter.replace(/^(Udp|Ip|Icmp)6/, '$1')] ?? ''
      const isShown = means === '' ? count > 0 : count > 0 || total > 0
      return isShown && !SETTINGS.test(counter) ? [{ counter, count, total, means }] : []
    })
  }
}

const FIGURES = {
  listenOverflows: ['TcpExtListenOverflows'],
  synDrops: ['TcpExtTCPReqQFullDrop'],
  udpFull: ['UdpRcvbufErrors', 'Udp6RcvbufErrors'],
  pruned: ['TcpExtRcvPruned', 'TcpExtOfoPruned', 'TcpExtTCPRcvQDrop', 'TcpExtTCPBacklogDrop'],
  collapsed: ['TcpExtTCPRcvCollapsed'],
} as const

type Figures = Record<keyof typeof FIGURES, number>

export const figuresOf = (rows: readonly CounterRow[]): Figures => {
  const counts = new Map(rows.map(({ counter, count }) => [counter, count ?? 0]))
  return Object.fromEntries(
    Object.entries(FIGURES).map(([id, names]) => [id, names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)]),
  ) as Figures
}
