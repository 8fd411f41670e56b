// /proc/PID/stat, read in one place, which processes there are, and reading files of those that may end at any moment.

import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'

/** /proc counts in hundredths of a second, whatever the kernel does. */
export const TICK_MS = 10

interface Stat {
  comm: string
  parent: number
  /** User and system time. */
  cpuMs: number
  threads: number
  /** Since the machine was started. */
  startedMs: number
}

/** The fields behind the name, which may hold blanks and parentheses: the first is field 3 of proc(5). */
export const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** The name, as it came. */
export const commIn = (stat: string): string => stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))

export const parseStat = (stat: string): Stat => {
  const fields = fieldsOf(stat).map(Number)
  return {
    comm: commIn(stat),
    parent: fields[1]!,
    cpuMs: (fields[11]! + fields[12]!) * TICK_MS,
    threads: fields[17] || 0,
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

/** Processes there are, none where that is not told. */
export const pidsIn = (proc = '/proc'): number[] =>
  orElse<string[]>([], () => readdirSync(proc)).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))

/** '' where it cannot be read. */
export const textOf = (path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string =>
  orElse('', () => readFileSync(path, encoding))

const PIECE_BYTES = 8192

/** A file that is read again and again and stays open meanwhile, as to find and open it takes longer than to read it; one
 * that the kernel writes in one piece. '' where it cannot be read. */
export const keptText = (path: string): (() => string) => {
  let fd: number | undefined
  let buffer = Buffer.alloc(PIECE_BYTES)
  const read = (): string => {
    fd ??= openSync(path, 'r')
    for (let length = 0; ;) {
      const got = readSync(fd, buffer, length, buffer.length - length, length)
      length += got
      if (length < buffer.length) return buffer.toString('latin1', 0, length)
      buffer = Buffer.concat([buffer, Buffer.alloc(length)])
    }
  }
  return () =>
    orElse('', () => {
      try {
        return read()
      } catch (error) {
        if (fd !== undefined) closeSync(fd)
        fd = undefined
        throw error
      }
    })
}
