// The work of another process that loads programs of its own (a bpftrace): its descriptors tell the programs, its
// times what it takes itself.
import { readdirSync, readFileSync } from 'node:fs'
import { runsIn } from '../native/work.ts'
import type { ProbeWork, ProgramRuns } from '../probe.ts'

/** /proc counts in hundredths of a second, whatever the kernel does. */
const TICK_NS = 1e7

export const processWork = (pid: () => number | undefined, proc = '/proc'): ProbeWork => ({
  source: 'bpftrace',
  programs: () => {
    const folder = `${proc}/${pid()}/fdinfo`
    const names = orElse([], () => readdirSync(folder))
    return names.flatMap((name): ProgramRuns[] => {
      const runs = runsIn(orElse('', () => readFileSync(`${folder}/${name}`, 'utf8')))
      return runs ? [{ ...runs, iterator: false, detail: false }] : []
    })
  },
  fullest: () => undefined,
  processNs: () => orElse(undefined, () => timesIn(readFileSync(`${proc}/${pid()}/stat`, 'utf8'))),
})

/** User and system time of /proc/PID/stat; the name in it may hold blanks and parentheses. */
export const timesIn = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS
}

/** A process may end at any moment. */
const orElse = <T>(otherwise: T, read: () => T): T => {
  try {
    return read()
  } catch {
    return otherwise
  }
}
