// Answers by session, from what is kept in its socket: rows of an interval from cumulative counts.
import type { RowOf } from '../../../stream/spec.ts'
import { addressText, AF_INET, IPPROTO_UDP } from '../../native/addresses.ts'
import type { BpfObject } from '../../native/object.ts'
import { endpoint } from './endpoint.ts'
import type { NETWORK } from './spec.ts'

type TurnRow = RowOf<typeof NETWORK.tables.connections>

const MOST_ROWS = 1024
/** Sessions of which nothing was heard for so many readings are forgotten. */
const FORGET_AFTER = 600

/** As it was read, since the session began; of what is 0 nothing is known. */
export interface TurnRecord {
  cookie: number
  pid: number
  comm: string
  isServed: boolean
  isUdp: boolean
  local: string
  localPort: number
  remote: string
  remotePort: number
  count: number
  ns: number
  maxNs: number
  firstInNs: number
  firstOutNs: number
  owedSinceNs: number
}

export const turnReader = (object: BpfObject) => {
  const { served } = object.values('answer_side', { served: 'SERVED' })
  const turn = object.record('turn_row')
  const number = {
    none: turn.number('no_cookie'),
    cookie: turn.number('cookie'),
    count: turn.number('count'),
    ns: turn.number('ns'),
    maxNs: turn.number('max_ns'),
    firstInNs: turn.number('first_in_ns'),
    firstOutNs: turn.number('first_out_ns'),
    owedSinceNs: turn.number('owed_since_ns'),
    tgid: turn.number('tgid'),
    side: turn.number('side'),
    family: turn.number('family'),
    protocol: turn.number('protocol'),
    localPort: turn.number('local_port'),
    remotePort: turn.number('remote_port'),
  }
  const [local, remote] = [turn.offset('local'), turn.offset('remote')]
  const comm = turn.text('comm')
  return {
    size: turn.size,
    /** Others begin with a cookie. */
    isOne: (bytes: Buffer, at: number): boolean => number.none(bytes, at) === 0,
    read(bytes: Buffer, at: number): TurnRecord {
      const isInet4 = number.family(bytes, at) === AF_INET
      return {
        cookie: number.cookie(bytes, at),
        pid: number.tgid(bytes, at),
        comm: comm(bytes, at),
        isServed: number.side(bytes, at) === served,
        isUdp: number.protocol(bytes, at) === IPPROTO_UDP,
        local: addressText(bytes, at + local, isInet4),
        localPort: number.localPort(bytes, at),
        remote: addressText(bytes, at + remote, isInet4),
        remotePort: number.remotePort(bytes, at),
        count: number.count(bytes, at),
        ns: number.ns(bytes, at),
        maxNs: number.maxNs(bytes, at),
        firstInNs: number.firstInNs(bytes, at),
        firstOutNs: number.firstOutNs(bytes, at),
        owedSinceNs: number.owedSinceNs(bytes, at),
      }
    },
  }
}

export interface Turns {
  rows: TurnRow[]
  /** Those for which there was no room: whose answers, or what is owed, took the shortest. */
  leftOut: number
}

export const turnsBetween = (): ((turns: readonly TurnRecord[], nowNs: number) => Turns) => {
  const known = new Map<number, { count: number; ns: number; reading: number }>()
  let reading = 0

  return (turns, nowNs) => {
    reading++
    const rows: TurnRow[] = []
    for (const turn of turns) {
      const { cookie, count, ns } = turn
      const was = known.get(cookie)
      // several processes may hold one
      if (was?.reading === reading) continue
      known.set(cookie, { count, ns, reading })
      rows.push(rowOf(turn, count - (was?.count ?? 0), ns - (was?.ns ?? 0), nowNs))
    }
    for (const [cookie, each] of known) if (reading - each.reading > FORGET_AFTER) known.delete(cookie)
    if (rows.length > MOST_ROWS) rows.sort((a, b) => weight(b) - weight(a))
    return { rows: rows.slice(0, MOST_ROWS), leftOut: Math.max(0, rows.length - MOST_ROWS) }
  }
}

const weight = ({ ns, owedNs }: TurnRow): number => Math.max(ns ?? 0, owedNs ?? 0)

const rowOf = (turn: TurnRecord, count: number, ns: number, nowNs: number): TurnRow => ({
  id: String(turn.cookie),
  pid: turn.pid,
  comm: turn.comm,
  side: turn.isServed ? 'serves' : 'asks',
  local: `${turn.isUdp ? 'udp ' : ''}${endpoint(turn.local, turn.localPort)}`,
  remote: endpoint(turn.remote, turn.remotePort),
  port: turn.isServed ? turn.localPort : turn.remotePort,
  peer: turn.remote,
  count,
  ns,
  maxNs: turn.maxNs || null,
  firstInNs: turn.firstInNs || null,
  firstOutNs: turn.firstOutNs || null,
  owedNs: turn.owedSinceNs ? Math.max(0, nowNs - turn.owedSinceNs) : null,
})
