// Titles of processes whose servers are known to say there what they do: /proc/PID/cmdline, read again when the process
// has run since.
import { closeSync, openSync, readSync } from 'node:fs'
import { orElse } from '../../../source/proc-stat.ts'
import type { Thread } from './thread.ts'
import { isTitled, titleIn, type Title } from './titles.ts'

const MOST_BYTES = 256
/** Read in one reading. */
const MOST_TITLES = 300

export const titleReader = () => {
  const known = new Map<number, { switches: number; title: Title | undefined }>()
  const bytes = Buffer.alloc(MOST_BYTES)

  const textOf = (pid: number): string => {
    const fd = openSync(`/proc/${pid}/cmdline`, 'r')
    try {
      return bytes.toString('utf8', 0, readSync(fd, bytes, 0, MOST_BYTES, 0)).split('\0', 1)[0]!
    } finally {
      closeSync(fd)
    }
  }

  return {
    /** Of one reading. */
    begin(byTid: ReadonlyMap<number, Thread>): (pid: number) => Title | undefined {
      let left = MOST_TITLES
      for (const pid of known.keys()) if (!byTid.has(pid)) known.delete(pid)
      return (pid) => {
        const thread = byTid.get(pid)
        if (!thread || !isTitled(thread.comm)) return undefined
        const before = known.get(pid)
        if (before?.switches === thread.switches) return before.title
        if (left-- <= 0) return undefined
        const title = titleIn(
          thread.comm,
          orElse('', () => textOf(pid)),
        )
        known.set(pid, { switches: thread.switches, title })
        return title
      }
    },
  }
}
