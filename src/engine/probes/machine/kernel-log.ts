// The kernel's log as /dev/kmsg has it: read on from where it was, its last lines kept. Whoever may not read it is told
// once why. A record is a line `priority,sequence,microseconds,flags;text`, and lines with a blank before them that say
// more for programs.
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { unescapeHex } from '../../proc/escapes.ts'

interface LogLine {
  sequence: number
  /** Since boot, on the clock that stands still while the machine sleeps. */
  atMs: number
  /** 0 emergency to 7 debugging. */
  severity: number
  text: string
}

interface KernelLog {
  /** The last lines, oldest first; undefined: not to be read, and `why`. */
  read(): readonly LogLine[] | undefined
  why(): string
  close(): void
}

const KEPT = 50
const LONGEST = 500
/** What one read gives at most, and how many are read in one interval. */
const RECORD_BYTES = 8192
const MOST_RECORDS = 20_000

export const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const

const HEAD = /^(\d+),(\d+),(\d+),[^;]*;/

export const logLine = (record: string): LogLine | undefined => {
  const found = HEAD.exec(record)
  if (!found) return undefined
  const [head, priority, sequence, microseconds] = found
  return {
    sequence: Number(sequence),
    atMs: Number(microseconds) / 1000,
    severity: Number(priority) & 7,
    text: textOf(record.slice(head.length).split('\n', 1)[0]!).slice(0, LONGEST),
  }
}

/** Bytes that are not to be seen, and those of other alphabets, come as \xNN. */
const textOf = (text: string): string => (text.includes('\\x') ? unescapeHex(text).toString('utf8') : text)

export const openKernelLog = (path = '/dev/kmsg'): KernelLog => {
  const bytes = Buffer.alloc(RECORD_BYTES)
  let lines: LogLine[] = []
  let problem = ''
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    problem = wordsOf(error)
  }

  /** undefined: no more for now. */
  const next = (): string | undefined => {
    try {
      const length = readSync(file!, bytes)
      return length > 0 ? bytes.toString('latin1', 0, length) : undefined
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // overwritten before it was read: on with what is there
      if (code === 'EPIPE') return ''
      if (code !== 'EAGAIN') problem = wordsOf(error)
      return undefined
    }
  }

  return {
    read() {
      for (let i = 0; i < MOST_RECORDS && file !== undefined; i++) {
        const record = next()
        if (record === undefined) break
        const line = logLine(record)
        if (line) lines.push(line)
        if (lines.length > 2 * KEPT) lines = lines.slice(-KEPT)
      }
      return problem === '' ? lines.slice(-KEPT) : undefined
    },
    why: () => problem,
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

const wordsOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EPERM' || code === 'EACCES'
    ? 'the kernel log is for root only here (kernel.dmesg_restrict)'
    : code === 'ENOENT'
      ? 'there is no /dev/kmsg here'
      : `the kernel log cannot be read: ${message}`
}
