// Messages to lines, as `encode` does, but quicker with thousands of TCP sessions: most are idle and say the same as in
// the message before, but for their age. The text of those is kept.
import { encode } from '../stream/codec.ts'
import type { Message, TcpSession } from '../stream/types.ts'

interface Kept {
  row: TcpSession
  /** Its text without the age, which comes last, and the closing brace; made when it is first needed again. */
  head?: string
}

/** One for each stream. */
export const createEncoder = (): ((message: Message) => string) => {
  let kept = new Map<string, Kept>()

  const textOf = (row: TcpSession, now: Map<string, Kept>): string => {
    if (row.closed !== undefined) return JSON.stringify(row)
    let one = kept.get(row.id)
    if (!one || !sameButAge(one.row, row)) {
      now.set(row.id, { row })
      return JSON.stringify(row)
    }
    now.set(row.id, one)
    if (one.head === undefined) {
      const { ageMs: _, ...rest } = row
      one.head = JSON.stringify(rest).slice(0, -1)
    }
    return row.ageMs === undefined ? `${one.head}}` : `${one.head},"ageMs":${row.ageMs}}`
  }

  return (message) => {
    if (message.type !== 'sample' || message.probe !== 'tcp') return encode(message)
    const now = new Map<string, Kept>()
    const sessions = message.data.sessions.map((row) => textOf(row, now)).join(',')
    kept = now
    // nothing before the sessions is from outside
    return encode({ ...message, data: { ...message.data, sessions: [] } }).replace('"sessions":[]', () => `"sessions":[${sessions}]`)
  }
}

const sameButAge = (a: TcpSession, b: TcpSession): boolean =>
  a.inBytes === b.inBytes && a.outBytes === b.outBytes && a.inTotal === b.inTotal && a.outTotal === b.outTotal &&
  a.rttUs === b.rttUs && a.cwnd === b.cwnd && a.retransmits === b.retransmits && a.retransmitsTotal === b.retransmitsTotal &&
  a.state === b.state && a.pid === b.pid && a.comm === b.comm && a.direction === b.direction && a.family === b.family &&
  a.localPort === b.localPort && a.remotePort === b.remotePort && a.local === b.local && a.remote === b.remote
