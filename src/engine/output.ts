// Writes lines to a file descriptor, one write at a time. Node's own stdout would set O_NONBLOCK on the pipe, which
// the shell that started us shares and cannot live with; and it would queue without bound when the reader is slow.
// What a socket has room for is written at once: a write of node's own is done by another thread, which is woken for it.
import { write } from 'node:fs'
import { afterwards } from '../source/afterwards.ts'
import { sendNow } from './native/send-now.ts'

/** Lines kept while a write is under way. */
const MOST_PENDING = 1000
/** A reader that gets no CPU for a moment has what came meanwhile afterwards, interval by interval; up to so much, and not
 * one that has stopped. */
const MOST_AHEAD_BYTES = 16_000_000
const MOST_AHEAD_MS = 10_000
/** At once, so that it is seen that a slow reader goes on. */
const PIECE_BYTES = 131_072
/** What is said in an interval mostly fits, and takes memory only as far as it reaches. */
const READY_BYTES = 2_097_152
/** Of a character. */
const MOST_BYTES = 3

interface Output {
  send(line: string): void
  /** The reader is too far behind to be told more. */
  congested(): boolean
  /** Resolves when everything is written, or cannot be. */
  drained(): Promise<void>
}

/** `onGone` is called once, when nobody reads any more. `mostAheadMs`: a reader that takes nothing for so long has stopped. */
export const openOutput = (fd: number, onGone: () => void, mostAheadMs = MOST_AHEAD_MS): Output => {
  let pending: string[] = []
  let chunk: Buffer | undefined
  let ready: Buffer | undefined
  /** When the reader last took something, or had nothing to take. */
  let takenMs = 0
  let gone = false
  let waiting: (() => void)[] = []

  const settle = (): void => {
    for (const resolve of waiting) resolve()
    waiting = []
  }

  /** Unless it goes on by itself. */
  const begin = (): void => {
    if (!chunk) next()
  }

  const next = (): void => {
    if (pending.length === 0 || gone) return settle()
    const lines = pending
    pending = []
    chunk = leftOf(lines)
    if (!chunk) return settle()
    takenMs = performance.now()
    writeOn(0)
  }

  /** What could not be written at once. */
  const leftOf = (lines: readonly string[]): Buffer | undefined => {
    if (MOST_BYTES * charactersOf(lines) > READY_BYTES) return Buffer.from(lines.join(''))
    ready ??= Buffer.allocUnsafe(READY_BYTES)
    let length = 0
    for (let i = 0; i < lines.length; i++) length += ready.write(lines[i]!, length)
    const taken = sendNow(fd, ready, length)
    return taken === length ? undefined : Buffer.from(ready.subarray(taken, length))
  }

  const writeOn = (from: number): void => {
    write(fd, chunk!, from, Math.min(PIECE_BYTES, chunk!.length - from), null, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(writeOn, 10, from)
      if (error) {
        gone = true
        chunk = undefined
        settle()
        return onGone()
      }
      takenMs = performance.now()
      if (from + written < chunk!.length) return writeOn(from + written)
      chunk = undefined
      next()
    })
  }

  /** Characters, which are bytes mostly. */
  const aheadBytes = (): number => charactersOf(pending) + (chunk?.length ?? 0)

  return {
    send(line) {
      if (gone || pending.length >= MOST_PENDING) return
      pending.push(line)
      // what is said in one go is written in one go
      if (pending.length === 1 && !chunk) afterwards(begin)
    },
    congested: () =>
      chunk !== undefined &&
      (aheadBytes() > MOST_AHEAD_BYTES ||
        pending.length > MOST_PENDING / 2 || // the rest is for what is said meanwhile
        performance.now() - takenMs > mostAheadMs),
    drained: () =>
      gone || (!chunk && pending.length === 0) ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  }
}

const charactersOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length, 0)
