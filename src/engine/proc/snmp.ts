// /proc/net/snmp and files like it: counters by name, and of TCP as a whole what happened between two readings. Of the
// network namespace that we are in.
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
    before = now
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
