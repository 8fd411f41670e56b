// /proc/PID/stat, read in one place, and reading files of processes that may end at any moment.

/** /proc counts in hundredths of a second, whatever the kernel does. */
export const TICK_MS = 10

export interface Stat {
  comm: string
  parent: number
  /** User and system time. */
  cpuMs: number
  /** Since the machine was started. */
  startedMs: number
}

/** The name may hold blanks and parentheses. */
export const parseStat = (stat: string): Stat => {
  const end = stat.lastIndexOf(')')
  const fields = stat.slice(end + 2).split(' ').map(Number)
  return {
    comm: stat.slice(stat.indexOf('(') + 1, end),
    parent: fields[1]!,
    cpuMs: (fields[11]! + fields[12]!) * TICK_MS,
    startedMs: fields[19]! * TICK_MS,
  }
}

/** What could not be read is gone. */
export const orElse = <T>(otherwise: T, read: () => T): T => {
  try {
    return read()
  } catch {
    return otherwise
  }
}
