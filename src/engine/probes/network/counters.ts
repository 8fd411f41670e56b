// Counters of /proc/net/snmp, snmp6 and netstat, named as nstat names them, and what of them is a figure.
import type { RowOf } from '../../../stream/spec.ts'
import { textOf } from '../../proc/stat.ts'
import { MEANINGS } from './meanings.ts'
import type { NETWORK } from './spec.ts'

export type CounterRow = RowOf<typeof NETWORK.tables.counters>

/** Pairs of lines (`Tcp: names`, `Tcp: values`), or of words (`Udp6InDatagrams 7`). */
export const countersIn = (text: string): Map<string, number> => {
  const counters = new Map<string, number>()
  const add = (name: string, value: string | undefined): void => {
    const number = Number(value)
    if (name !== '' && value !== undefined && Number.isFinite(number)) counters.set(name, number)
  }
  const names = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [first = '', ...words] = line.trim().split(/\s+/)
    if (!first.endsWith(':')) {
      add(first, words[0])
      continue
    }
    const prefix = first.slice(0, -1)
    const head = names.get(prefix)
    if (!head) names.set(prefix, words)
    else {
      head.forEach((name, i) => add(prefix + name, words[i]))
      names.delete(prefix)
    }
  }
  return counters
}

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

export type Figures = Record<keyof typeof FIGURES, number>

export const figuresOf = (rows: readonly CounterRow[]): Figures => {
  const counts = new Map(rows.map(({ counter, count }) => [counter, count ?? 0]))
  return Object.fromEntries(
    Object.entries(FIGURES).map(([id, names]) => [id, names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)]),
  ) as Figures
}
