// Errors of helpers, which bpftrace from 0.22 on tells of each time: counted by where they happen. A map that is full makes one an
// event; all else then comes behind them, if at all, so it has to be known when there are too many.
import type { BpftraceMessage } from '../parse.ts'

interface HelperErrors {
  add(message: Extract<BpftraceMessage, { type: 'helper error' }>, nowMs: number): void
  /** A line of one that was not read. True: it is one. */
  skip(line: string, nowMs: number): boolean
  /** More in a second than bpftrace should tell. */
  areTooMany(): boolean
  notes(): string[]
}

const MOST_A_SECOND = 5000
const MOST_PLACES = 20
const MOST_NOTES = 3

export const createHelperErrors = (): HelperErrors => {
  const times = new Map<string, number>()
  let areTooMany = false
  let sinceMs = -Infinity
  let seen = 0
  const see = (nowMs: number): void => {
    if (nowMs - sinceMs >= 1000) [sinceMs, seen] = [nowMs, 0]
    areTooMany ||= ++seen > MOST_A_SECOND
  }
  return {
    add({ helper, line, text, code }, nowMs) {
      see(nowMs)
      const what = `${helper} in line ${line}: ${text || code}`
      if (times.has(what) || times.size < MOST_PLACES) times.set(what, (times.get(what) ?? 0) + 1)
    },
    skip(line, nowMs) {
      if (!line.startsWith('{"type": "helper_error"')) return false
      see(nowMs)
      return true
    },
    areTooMany: () => areTooMany,
    notes: () => {
      const most = [...times].sort(([, a], [, b]) => b - a).slice(0, MOST_NOTES)
      if (areTooMany)
        return [
          ...most.map(([what]) => `${what}, too often to be counted`),
          'it was started again without its errors being told, as there were too many',
        ]
      return most.map(([what, n]) => `${what}${n > 1 ? `, ${n} times` : ''}`)
    },
  }
}
