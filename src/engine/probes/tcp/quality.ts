// What a record of a socket says of how well its session goes (`struct quality`): read from the buffer, and what of it
// happened since the listing before. Times are in ticks of the kernel, or of who made the record. No system calls here.
import type { TcpSession } from '../../../stream/specs/tcp.ts'
import { commAt, u64 } from '../../native/per-cpu.ts'
import type { TcpLayout } from './record-layout.ts'

type Quality = Pick<
  TcpSession,
  | 'connectNs'
  | 'busyNs'
  | 'windowNs'
  | 'bufferNs'
  | 'busyTotalNs'
  | 'windowTotalNs'
  | 'bufferTotalNs'
  | 'retransmitted'
  | 'lostNow'
  | 'lostTotal'
  | 'sendFull'
  | 'receiveFull'
  | 'pacingRate'
  | 'deliveryRate'
  | 'algorithm'
>

const UNKNOWN: Quality = {
  connectNs: null,
  busyNs: null,
  windowNs: null,
  bufferNs: null,
  busyTotalNs: null,
  windowTotalNs: null,
  bufferTotalNs: null,
  retransmitted: null,
  lostNow: null,
  lostTotal: null,
  sendFull: null,
  receiveFull: null,
  pacingRate: null,
  deliveryRate: null,
  algorithm: null,
}

/** Above it is no limit: the kernel's own sign for that. */
const MOST_RATE = 2 ** 50

interface Circumstances {
  tickNs: number
  /** The session in the listing before. */
  before?: Quality
  /** Older than the probe: that is not known of it. */
  isOld: boolean
  /** What is only so at an instant is of open ones. */
  isOpen: boolean
}

export const qualityReader =
  ({ at: offsets }: TcpLayout) =>
  (buffer: Buffer, view: Uint32Array, at: number, { tickNs, before, isOld, isOpen }: Circumstances): Quality => {
    const algorithm = commAt(buffer, at + offsets.algorithm)
    if (algorithm === '') return UNKNOWN // it is still connecting
    const word = (offset: number): number => view[(at + offset) >>> 2]!
    const instant = (offset: number): number | null => (isOpen ? word(offset) : null)
    const total = (offset: number): number => u64(view, at + offset) * tickNs
    const grown = (now: number, was: number | null | undefined): number =>
      Math.max(0, now - (was ?? (isOld ? Infinity : 0)))
    const rate = (offset: number): number | null => {
      const bytes = u64(view, at + offset)
      return bytes > 0 && bytes < MOST_RATE ? bytes : null
    }
    const busyTotalNs = total(offsets.busy)
    const windowTotalNs = total(offsets.windowLimited)
    const bufferTotalNs = total(offsets.bufferLimited)
    return {
      connectNs: word(offsets.connectUs) * 1000 || null,
      busyNs: grown(busyTotalNs, before?.busyTotalNs),
      windowNs: grown(windowTotalNs, before?.windowTotalNs),
      bufferNs: grown(bufferTotalNs, before?.bufferTotalNs),
      busyTotalNs,
      windowTotalNs,
      bufferTotalNs,
      retransmitted: instant(offsets.retransmitted),
      lostNow: instant(offsets.lostNow),
      lostTotal: word(offsets.lost),
      sendFull: instant(offsets.sendPercent),
      receiveFull: instant(offsets.receivePercent),
      pacingRate: isOpen ? rate(offsets.pacingRate) : null,
      deliveryRate: rate(offsets.deliveryRate),
      algorithm,
    }
  }
