// Writes lines to a file descriptor, one write at a time. Node's own stdout would set O_NONBLOCK on the pipe, which
// the shell that started us shares and cannot live with; and it would queue without bound when the reader is slow.
import { write } from 'node:fs'

/** Lines kept while a write is under way: status and log messages, as samples wait for `congested` to end. */
const MOST_PENDING = 1000

export interface Output {
  send(line: string): void
  /** The reader has not yet taken what was written. */
  congested(): boolean
  /** Resolves when everything is written, or cannot be. */
  drained(): Promise<void>
}

/** `onGone` is called once, when nobody reads any more. */
export const openOutput = (fd: number, onGone: () => void): Output => {
  let pending: string[] = []
  let chunk: Buffer | undefined
  let gone = false
  let waiting: (() => void)[] = []

  const settle = (): void => {
    for (const resolve of waiting) resolve()
    waiting = []
  }

  const next = (): void => {
    if (pending.length === 0 || gone) return settle()
    chunk = Buffer.from(pending.join(''))
    pending = []
    writeOn(0)
  }

  const writeOn = (from: number): void => {
    write(fd, chunk!, from, chunk!.length - from, null, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(writeOn, 10, from)
      if (error) {
        gone = true
        chunk = undefined
        settle()
        return onGone()
      }
      if (from + written < chunk!.length) return writeOn(from + written)
      chunk = undefined
      next()
    })
  }

  return {
    send(line) {
      if (gone || pending.length >= MOST_PENDING) return
      pending.push(line)
      // what is said in one go is written in one go
      if (pending.length === 1 && !chunk) queueMicrotask(() => !chunk && next())
    },
    congested: () => chunk !== undefined,
    drained: () =>
      gone || (!chunk && pending.length === 0) ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  }
}
