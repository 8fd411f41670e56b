// Numbers out of kernel memory: 64-bit little-endian counters, summed over CPUs, as doubles (exact to 2^53), and
// histograms as differences of cumulative counters, which needs no reset and so loses nothing.
import { SLOTS } from '../../model/base/histogram.ts'
import type { Hist } from '../../stream/stream-types.ts'
import type { Types } from './btf-types.ts'

const HIGH = 2 ** 32

/** 32-bit view of a buffer from libbpf.ts (always aligned). */
export const words = (buffer: Buffer): Uint32Array =>
  new Uint32Array(buffer.buffer, buffer.byteOffset, Math.floor(buffer.length / 4))

/** The u64 at a byte offset. */
export const u64 = (view: Uint32Array, byteOffset: number): number => {
  const low = view[byteOffset >>> 2]!
  const high = view[(byteOffset >>> 2) + 1]!
  // what comes out of arithmetic with large numbers is an object of its own
  return high === 0 ? low : low + high * HIGH
}

/** So many counters are looked at together: most are zero, and hardly one has reached 2^32. */
const TOGETHER = 4

/** Adds `into.length` u64 counters from a byte offset on, over all CPUs' copies of a value. */
export const sumPerCpu = <Into extends Float64Array | number[]>(
  view: Uint32Array,
  valueSize: number,
  byteOffset: number,
  into: Into,
): Into => {
  into.fill(0)
  const stride = valueSize >>> 2
  const whole = into.length - (into.length % TOGETHER)
  for (let base = byteOffset >>> 2; base < view.length; base += stride) {
    for (let first = 0, at = base; first < whole; first += TOGETHER, at += 2 * TOGETHER) {
      const low0 = view[at]!
      const low1 = view[at + 2]!
      const low2 = view[at + 4]!
      const low3 = view[at + 6]!
      if ((view[at + 1]! | view[at + 3]! | view[at + 5]! | view[at + 7]!) !== 0) {
        for (let i = 0; i < TOGETHER; i++) into[first + i]! += view[at + 2 * i]! + view[at + 2 * i + 1]! * HIGH
      } else if ((low0 | low1 | low2 | low3) !== 0) {
        into[first]! += low0
        into[first + 1]! += low1
        into[first + 2]! += low2
        into[first + 3]! += low3
      }
    }
    for (let i = whole; i < into.length; i++) into[i]! += u64(view, (base + 2 * i) * 4)
  }
  return into
}

/** Counters in one `struct hist`: the slots, then the sum in ns. */
export const HIST_WORDS = SLOTS + 1

export const HIST_BYTES = HIST_WORDS * 8

/** Throws Error where those of an object are laid out otherwise. */
export const checkHist = (types: Types): void => {
  const { slots, sum_ns: sum, size } = types.layout('hist', ['slots', 'sum_ns'])
  const count = types.elements('hist', 'slots')
  if (count !== SLOTS || slots !== 0 || sum !== SLOTS * 8 || size !== HIST_BYTES)
    throw new Error(`struct hist has ${count} slots, and its sum at ${sum}: not ${SLOTS}, and ${SLOTS * 8}`)
}

/** Room for one that is added up over CPUs. Throws Error as checkHist. */
export const histCounters = (types: Types): Float64Array => {
  checkHist(types)
  return new Float64Array(HIST_WORDS)
}

/** Which of these counters are no longer what they were, as few are. Compared as words: until this is compiled, which takes
 * many intervals, each number that is read as a double is an object of its own. */
export const changedIn = (now: Float64Array, before: Float64Array): number[] => {
  const words = new Uint32Array(now.buffer, now.byteOffset, 2 * now.length)
  const known = new Uint32Array(before.buffer, before.byteOffset, words.length)
  const changed: number[] = []
  for (let at = 0; at < words.length; at += 2)
    if (words[at + 1] !== known[at + 1] || words[at] !== known[at]) changed.push(at / 2)
  return changed
}

/** Turns successive readings of a cumulative `struct hist` into histograms of the intervals between them. */
export const histDifference = (): ((now: Float64Array, maxNs: number) => Hist) => {
  const before = new Float64Array(HIST_WORDS)
  return (now, maxNs) => {
    const hist: Hist = { slots: [], count: 0, sumNs: now[SLOTS]! - before[SLOTS]!, maxNs }
    for (const slot of changedIn(now, before)) {
      const count = now[slot]! - before[slot]!
      if (slot === SLOTS || count <= 0) continue
      hist.slots.push(slot, count)
      hist.count += count
    }
    before.set(now)
    return hist
  }
}

/** One u64 counter, over all CPUs' copies of a value. */
export const totalPerCpu = (view: Uint32Array, valueSize: number, byteOffset: number): number => {
  let low = 0
  let high = 0
  for (let at = byteOffset >>> 2, stride = valueSize >>> 2; at < view.length; at += stride) {
    low += view[at]!
    high += view[at + 1]!
  }
  return low + high * HIGH
}

/** So many u64 counters together, of each CPU's copy of a value. */
export const eachCpu = (view: Uint32Array, valueSize: number, byteOffset: number, counters = 1): number[] => {
  const stride = valueSize >>> 2
  return Array.from({ length: view.length / stride }, (_, cpu) => {
    let [low, high] = [0, 0]
    const from = cpu * stride + (byteOffset >>> 2)
    for (let at = from; at < from + 2 * counters; at += 2) {
      low += view[at]!
      high += view[at + 1]!
    }
    return low + high * HIGH
  })
}

/** What so many u64 counters grew by since the last call, over CPUs: of those that did their place and their growth, in
 * pairs. In plain arrays, where small numbers are no objects, as they are when read from one of doubles. */
export const growthPerCpu = (
  valueSize: number,
  byteOffset: number,
  counters: number,
): ((view: Uint32Array) => number[]) => {
  let before = Array.from({ length: counters }, () => 0)
  let now = before.slice()
  return (view) => {
    sumPerCpu(view, valueSize, byteOffset, now)
    const grown: number[] = []
    for (let place = 0; place < counters; place++)
      if (now[place] !== before[place]) grown.push(place, now[place]! - before[place]!)
    const last = before
    before = now
    now = last
    return grown
  }
}

/** What was added to a cumulative `struct hist` since the last call, over CPUs. Mostly that is nothing, of which its sum and
 * its first slot, where zeros are, tell: then its slots are not looked at. */
export const histSince = (valueSize: number, byteOffset: number): ((view: Uint32Array, maxNs: number) => Hist) => {
  const growth = growthPerCpu(valueSize, byteOffset, SLOTS)
  let firsts = 0
  let sumNs = 0
  return (view, maxNs) => {
    const nowFirsts = totalPerCpu(view, valueSize, byteOffset)
    const nowSumNs = totalPerCpu(view, valueSize, byteOffset + SLOTS * 8)
    const hist: Hist = { slots: [], count: 0, sumNs: nowSumNs - sumNs, maxNs }
    if (nowFirsts === firsts && nowSumNs === sumNs) return hist
    firsts = nowFirsts
    sumNs = nowSumNs
    hist.slots = growth(view)
    for (let i = 1; i < hist.slots.length; i += 2) hist.count += hist.slots[i]!
    return hist
  }
}

/** Turns successive readings of a cumulative counter into differences. */
export const difference = (): ((now: number) => number) => {
  let before = 0
  return (now) => {
    const change = now - before
    before = now
    return change
  }
}

/** A command name as the kernel keeps it: 16 bytes, cut at the first zero. */
export const commAt = (buffer: Buffer, byteOffset: number): string => {
  let end = byteOffset
  while (end < byteOffset + 16 && buffer[end] !== 0) end++
  return buffer.toString('utf8', byteOffset, end)
}
