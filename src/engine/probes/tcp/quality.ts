// What a record of a socket says of how well its session goes (`struct quality`): read from the buffer, and what of it
// happened since the listing before. Times are in ticks of the kernel, or of who made the record. No system calls here.
import type { TcpSession } from '../../../stream/specs/tcp.ts'
import { commAt, u64 } from '../../native/per-cpu.ts'

/** Byte offsets within it; mirrors `struct quality`. */
export const QUALITY = {
  busy: 0,
  windowLimited: 8,
  bufferLimited: 16,
  pacingRate: 24,
  deliveryRate: 32,
  connectUs: 40,
  retransmitted: 44,
  lostNow: 48,
  lost: 52,
  sendPercent: 56,
  receivePercent: 60,
  algorithm: 64,
  size: 80,
}

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

/** `before`: the session in the listing before; of one older than the probe (`isOld`) that is not known. What is only so
 * at an instant is of open ones. */
export const qualityAt = (
  buffer: Buffer,
  view: Uint32Array,
  at: number,
  { tickNs, before, isOld, isOpen }: { tickNs: number; before?: Quality; isOld: boolean; isOpen: boolean },
): Quality => {
  const algorithm = commAt(buffer, at + QUALITY.algorithm)
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
  const busyTotalNs = total(QUALITY.busy)
  const windowTotalNs = total(QUALITY.windowLimited)
  const bufferTotalNs = total(QUALITY.bufferLimited)
  return {
    connectNs: word(QUALITY.connectUs) * 1000 || null,
    busyNs: grown(busyTotalNs, before?.busyTotalNs),
    windowNs: grown(windowTotalNs, before?.windowTotalNs),
    bufferNs: grown(bufferTotalNs, before?.bufferTotalNs),
    busyTotalNs,
    windowTotalNs,
    bufferTotalNs,
    retransmitted: instant(QUALITY.retransmitted),
    lostNow: instant(QUALITY.lostNow),
    lostTotal: word(QUALITY.lost),
    sendFull: instant(QUALITY.sendPercent),
    receiveFull: instant(QUALITY.receivePercent),
    pacingRate: isOpen ? rate(QUALITY.pacingRate) : null,
    deliveryRate: rate(QUALITY.deliveryRate),
    algorithm,
  }
}
