// Where something is in a record of a socket: as the object of probes/tcp.bpf.c says, or as records are laid out that are
// made where there is none.
import { namesByNumber } from '../../native/btf-types.ts'
import type { Layout, Types } from '../../native/btf-types.ts'

/** Members of `struct record`, and what they are in bytes in records of our own. */
const FIELDS = {
  cookie: ['cookie', 8],
  family: ['family', 1],
  state: ['state', 1],
  direction: ['direction', 1],
  flags: ['ending', 1],
  tgid: ['tgid', 4],
  inBytes: ['in_bytes', 8],
  outBytes: ['out_bytes', 8],
  establishedNs: ['established_ns', 8],
  endedNs: ['ended_ns', 8],
  local: ['local', 16],
  remote: ['remote', 16],
  rttUs: ['rtt_us', 4],
  cwnd: ['cwnd', 4],
  retransmits: ['retransmits', 4],
  backlog: ['backlog', 4],
  backlogMax: ['backlog_max', 4],
  localPort: ['local_port', 2],
  remotePort: ['remote_port', 2],
  comm: ['comm', 16],
  unread: ['unread', 4],
  unsent: ['unsent', 4],
  unacked: ['unacked', 4],
  window: ['window', 4],
  congestion: ['congestion', 4],
  reordered: ['reordered', 4],
  busy: ['quality.busy', 8],
  windowLimited: ['quality.window_limited', 8],
  bufferLimited: ['quality.buffer_limited', 8],
  pacingRate: ['quality.pacing_rate', 8],
  deliveryRate: ['quality.delivery_rate', 8],
  connectUs: ['quality.connect_us', 4],
  retransmitted: ['quality.retransmitted', 4],
  lostNow: ['quality.lost_now', 4],
  lost: ['quality.lost', 4],
  sendPercent: ['quality.send_percent', 4],
  receivePercent: ['quality.receive_percent', 4],
  algorithm: ['quality.algorithm', 16],
} as const
type Field = keyof typeof FIELDS
const NAMES = Object.keys(FIELDS) as Field[]

export interface TcpLayout {
  at: Layout<Field>
  /** Of a socket of which nothing has changed since it was last listed: it is written short, without a family. */
  unchangedBytes: number
  /** In the byte `flags`. */
  ending: number
  hasFile: number
  hasQueues: number
  /** By number. */
  directions: readonly ('out' | 'in' | undefined)[]
  endings: readonly ('closed' | 'refused' | 'reset' | 'timeout' | undefined)[]
}

/** Throws Error where something is not there. */
export const tcpLayout = (types: Types): TcpLayout => {
  const at = types.layout(
    'record',
    Object.fromEntries(NAMES.map((name) => [name, FIELDS[name][0]])) as Record<Field, string>,
  )
  const bit = (member: string): number => {
    const { offset, mask } = types.place('record', member)
    if (offset !== at.flags || mask === 0) throw new Error(`struct record: ${member} is no bit field beside ending`)
    return mask
  }
  return {
    at,
    unchangedBytes: at.inBytes,
    ending: bit('ending'),
    hasFile: bit('has_file'),
    hasQueues: bit('has_queues'),
    directions: namesByNumber(types.values('direction', { out: 'DIRECTION_OUT', in: 'DIRECTION_IN' })),
    endings: namesByNumber(
      types.values('ending', {
        closed: 'ENDED_CLOSED',
        refused: 'ENDED_REFUSED',
        reset: 'ENDED_RESET',
        timeout: 'ENDED_TIMEOUT',
      }),
    ),
  }
}

/** Each at a multiple of 8 bytes. */
export const ownLayout = (): TcpLayout => {
  let size = 0
  const at = Object.fromEntries(
    NAMES.map((name) => {
      const offset = size
      size += Math.ceil(FIELDS[name][1] / 8) * 8
      return [name, offset]
    }),
  ) as Record<Field, number>
  return {
    at: { ...at, size },
    unchangedBytes: 0,
    ending: 0xf,
    hasFile: 0x10,
    hasQueues: 0x20,
    directions: [],
    endings: [],
  }
}
