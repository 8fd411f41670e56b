// Messages to lines, as `encode` does, but quicker with thousands of TCP sessions: most are idle and say the same as in
// the message before, but for their age. The text of those is kept, and they come first.
import { encode } from '../stream/codec.ts'
import { isDescribed } from '../stream/types.ts'
import type { Message, TcpSession } from '../stream/types.ts'

interface Kept {
  row: TcpSession
  /** Its text without the age, which comes last, and the closing brace; made when it is first needed again. */
  head?: string
}

/** One for each stream. */
export const createEncoder = (): ((message: Message) => string) => {
  let kept = new Map<string, Kept>()

  const textOf = (one: Kept, row: TcpSession): string => {
    one.head ??= JSON.stringify({ ...row, ageMs: undefined }).slice(0, -1)
    return row.ageMs === undefined ? `${one.head}}` : `${one.head},"ageMs":${row.ageMs}}`
  }

  return (message) => {
    if (message.type !== 'sample' || isDescribed(message) || message.probe !== 'tcp') return encode(message)
    const now = new Map<string, Kept>()
    const idle: string[] = []
    // encoded in one go, which is quicker than one by one
    const sessions = message.data.sessions.filter((row) => {
      const before = row.closed === undefined ? kept.get(row.id) : undefined
      const one = before && sameButAge(before.row, row) ? before : undefined
      if (one) idle.push(textOf(one, row))
      if (row.closed === undefined) now.set(row.id, one ?? { row })
      return !one
    })
    kept = now
    const line = encode({ ...message, data: { ...message.data, sessions } })
    if (idle.length === 0) return line
    // nothing before the sessions is from outside
    return line.replace('"sessions":[', (begin) => `${begin}${idle.join(',')}${sessions.length > 0 ? ',' : ''}`)
  }
}

const sameButAge = (a: TcpSession, b: TcpSession): boolean =>
  a.inBytes === b.inBytes &&
  a.outBytes === b.outBytes &&
  a.inTotal === b.inTotal &&
  a.outTotal === b.outTotal &&
  a.rttUs === b.rttUs &&
  a.cwnd === b.cwnd &&
  a.retransmits === b.retransmits &&
  a.retransmitsTotal === b.retransmitsTotal &&
  a.state === b.state &&
  a.pid === b.pid &&
  a.comm === b.comm &&
  a.direction === b.direction &&
  a.family === b.family &&
  a.localPort === b.localPort &&
  a.remotePort === b.remotePort &&
  a.local === b.local &&
  a.remote === b.remote
