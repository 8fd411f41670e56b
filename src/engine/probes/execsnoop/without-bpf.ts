// New processes without hooks and without bpftrace: those that /proc lists now and did not before. What began and ended
// between two readings is not seen, and how a process ended is not known.
import { readFileSync } from 'node:fs'
import { EXECSNOOP, type ExecEvent } from '../../../stream/specs/execsnoop.ts'
import { tableOf } from '../../../stream/spec.ts'
import { commandLine } from '../../../stream/shell-words.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { orElse, parseStat, pidsIn } from '../../../source/proc-stat.ts'
import { NOT_ENDED } from './rows.ts'

/** Looked at more closely in one interval; the others are counted. */
const MOST_NEW = 500
const MOST_ARGS = 4096

interface Seen {
  comm: string
  ppid: number
}

export const start: StartDescribed = ({ nowMs }) => {
  const statOf = (pid: number): Seen | undefined =>
    orElse(undefined, () => {
      const { comm, parent } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      return { comm, ppid: parent }
    })
  const argsOf = (pid: number): string =>
    orElse('', () => {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').slice(0, MOST_ARGS)
      return commandLine(words.replace(/\0$/, '').split('\0'))
    })

  let known: Map<number, Seen | undefined> | undefined

  const read = () => {
    const atMs = nowMs()
    const now = new Map<number, Seen | undefined>()
    const events: ExecEvent[] = []
    let [execs, exits] = [0, 0]
    for (const pid of pidsIn()) {
      if (known?.has(pid)) {
        now.set(pid, known.get(pid))
        continue
      }
      const seen = known && execs < MOST_NEW ? statOf(pid) : undefined
      now.set(pid, seen)
      if (!known) continue
      execs++
      if (seen) events.push({ ...NOT_ENDED, atMs, kind: 'exec', pid, ...seen, args: argsOf(pid) })
    }
    for (const [pid, seen] of known ?? []) {
      if (now.has(pid)) continue
      exits++
      if (seen && events.length < 2 * MOST_NEW)
        events.push({ ...NOT_ENDED, atMs, kind: 'exit', pid, ...seen, args: null })
    }
    known = now
    return {
      lost: 0,
      tier: { is: 'counted' as const },
      tables: { events: tableOf(EXECSNOOP.tables.events, events) },
      hists: {},
      totals: { execs, exits },
    }
  }

  read()
  return { read, close: () => {} }
}
