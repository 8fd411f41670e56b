// Reads lines from a file descriptor with plain reads. Node's own stdin would set O_NONBLOCK on the pipe; the shell
// that started us reads the same pipe when we are gone, and would take EAGAIN for its end.
import { read } from 'node:fs'
import { splitLines } from '../stream/line-splitter.ts'

const MAX_LINE_BYTES = 64 * 1024

/** `onEnd` is called once, at the end or on an error. `stop` asks for no more; a read under way goes on. */
export const readLines = (fd: number, onLine: (line: string) => void, onEnd: () => void): { stop(): void } => {
  const buffer = Buffer.alloc(4096)
  let stopped = false
  const lines = splitLines({
    maxBytes: MAX_LINE_BYTES,
    onLine: (line) => {
      if (!stopped) onLine(line)
    },
  })

  const next = (): void => {
    read(fd, buffer, 0, buffer.length, null, (error, got) => {
      if (error?.code === 'EAGAIN') return void setTimeout(next, 50)
      if (error || got === 0) return onEnd()
      lines.push(buffer.subarray(0, got))
      if (!stopped) next()
    })
  }

  next()
  return {
    stop() {
      stopped = true
    },
  }
}
