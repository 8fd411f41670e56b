// Command lines of processes, read beside the engine's work and one at a time: reading one waits for memory of the process,
// which may never come (a file system of its own making). Then no more are read, and the engine goes on.
import { open } from 'node:fs/promises'

const MOST_BYTES = 256
/** At once, of a machine that starts many. */
const MOST_WAITING = 2000
const MOST_A_READING = 200
const STUCK_MS = 3000

interface Line {
  startedMs: number
  text?: string
}

interface CommandLines {
  /** What is known; asked for anew where it is another process, or one that calls itself something else by now. */
  of(pid: number, startedMs: number, isKnown: boolean): string | undefined
  /** Forgets the others, and reads what was asked for. */
  keep(isThere: (pid: number) => boolean): void
  /** Nothing is to be read, and nothing has come since keep() was called last. */
  isQuiet(): boolean
}

export const commandLines = (
  steadyMs: () => number,
  log: (level: 'info', text: string) => void,
  read: (pid: number) => Promise<string> = readLine,
): CommandLines => {
  const lines = new Map<number, Line>()
  const waiting = new Set<number>()
  let sinceMs: number | undefined
  let isStuck = false
  let hasCome = false

  const readAll = async (): Promise<void> => {
    for (let left = MOST_A_READING; left > 0 && waiting.size > 0; left--) {
      const [pid] = waiting as unknown as [number]
      waiting.delete(pid)
      const line = lines.get(pid)
      sinceMs = steadyMs()
      const text = await read(pid).catch(() => undefined)
      // by now the number may be another one's
      if (line && lines.get(pid) === line && text !== undefined) {
        line.text = text
        hasCome = true
      }
    }
    sinceMs = undefined
  }

  return {
    of(pid, startedMs, isKnown) {
      const line = lines.get(pid)
      if (isKnown && line?.startedMs === startedMs) return line.text
      if (isStuck || waiting.size >= MOST_WAITING) return undefined
      lines.set(pid, { startedMs })
      waiting.add(pid)
      return undefined
    },
    isQuiet: () => !hasCome && waiting.size === 0 && (isStuck || sinceMs === undefined),
    keep(isThere) {
      hasCome = false
      for (const pid of lines.keys()) if (!isThere(pid)) lines.delete(pid)
      for (const pid of waiting) if (!isThere(pid)) waiting.delete(pid)
      if (sinceMs === undefined) void readAll()
      else if (!isStuck && steadyMs() - sinceMs > STUCK_MS) {
        isStuck = true
        waiting.clear()
        log('info', 'no more command lines are read: a process does not let its own be read')
      }
    },
  }
}

/** Words joined by blanks; '' for kernel threads. */
const readLine = async (pid: number): Promise<string> => {
  const file = await open(`/proc/${pid}/cmdline`)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead).replace(/\0+$/, '').replaceAll('\0', ' ')
  } finally {
    await file.close()
  }
}
