// /proc/net/snmp: what the kernel counts of TCP as a whole, here as what happened between two readings. Of the network
// namespace that we are in.
import { readFileSync } from 'node:fs'
import { orElse } from './stat.ts'

export interface TcpCounts {
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

/** Two lines: names, and their values in the same order. Empty where there are none. */
export const tcpFields = (text: string): Partial<Record<Field, number>> => {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.trim().split(/\s+/))
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = Number(values[names.indexOf(field)])
      return names.includes(field) && Number.isFinite(value) ? [[field, value]] : []
    }),
  )
}

/** Gives what happened since the last call; at first nothing. */
export const tcpCounter = (
  text: () => string = () => orElse('', () => readFileSync('/proc/net/snmp', 'utf8')),
): (() => TcpCounts) => {
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
