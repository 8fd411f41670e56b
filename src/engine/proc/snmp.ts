// /proc/net/snmp and files like it: counters by name, and of TCP as a whole what happened between two readings, of the
// network namespace that we are in, or of others as well.
import { textOf } from '../../source/proc-stat.ts'

interface TcpCounts {
  /** Connections begun, those that failed included; accepted; over, once established. */
  opened: number
  accepted: number
  closed: number
  /** Refused, timed out, or reset before they were established. */
  refused: number
  resetIn: number
  resetOut: number
  retransmits: number
}

const FIELDS = [
  'ActiveOpens',
  'PassiveOpens',
  'AttemptFails',
  'EstabResets',
  'CurrEstab',
  'InSegs',
  'OutSegs',
  'RetransSegs',
  'InErrs',
  'OutRsts',
] as const
export type Field = (typeof FIELDS)[number]

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

/** Those of TCP that are there. */
export const tcpFields = (text: string): Partial<Record<Field, number>> => {
  const counters = countersIn(text)
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = counters.get(`Tcp${field}`)
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

/** Gives what happened since the last call; at first nothing. */
export const tcpCounter = (text: () => string = () => textOf('/proc/net/snmp')): (() => TcpCounts) => {
  let before: Partial<Record<Field, number>> = {}
  return () => {
    const now = tcpFields(text())
    const last = before
    // it could not be read just now
    if (now.ActiveOpens !== undefined) before = now
    const grew = (field: Field): number => Math.max(0, (now[field] ?? 0) - (last[field] ?? now[field] ?? 0))
    const opened = grew('ActiveOpens')
    const accepted = grew('PassiveOpens')
    const refused = grew('AttemptFails')
    const more = (now.CurrEstab ?? 0) - (last.CurrEstab ?? now.CurrEstab ?? 0)
    return {
      opened,
      accepted,
      closed: Math.max(0, opened + accepted - refused - more),
      refused,
      resetIn: grew('EstabResets'),
      resetOut: grew('OutRsts'),
      retransmits: grew('RetransSegs'),
    }
  }
}

/** Some 60 us each. */
const MOST_NAMESPACES = 256

/** The same of our network namespace and of others, of which `others` gives each by its number with a process in it. What
 * happened in one before it was found is not told. */
export const tcpCounterEverywhere = (
  others: () => readonly { number: number; pid: number }[],
  textIn: (of: number | 'self') => string = (of) => textOf(`/proc/${of}/net/snmp`),
): (() => TcpCounts) => {
  const ours = tcpCounter(() => textIn('self'))
  let known = new Map<number, InNamespace>()
  return () => {
    const there = new Map<number, InNamespace>()
    const all = [ours()]
    for (const { number, pid } of others().slice(0, MOST_NAMESPACES)) {
      const one = known.get(number) ?? inNamespace(textIn)
      there.set(number, one)
      all.push(one(pid))
    }
    known = there
    return sumOf(all)
  }
}

/** Of one, as one of the processes in it sees it, which need not be the same each time. */
type InNamespace = (pid: number) => TcpCounts

const inNamespace = (textIn: (of: number) => string): InNamespace => {
  let of = 0
  const next = tcpCounter(() => textIn(of))
  return (pid) => {
    of = pid
    return next()
  }
}

const sumOf = (all: readonly TcpCounts[]): TcpCounts => {
  const sum = { ...all[0]! }
  for (const counts of all.slice(1))
    for (const name of Object.keys(sum) as (keyof TcpCounts)[]) sum[name] += counts[name]
  return sum
}
