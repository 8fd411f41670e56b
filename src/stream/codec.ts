// Messages to lines and back. Reading never throws: a line that is no message becomes a log message, or nothing when
// its type is unknown. Contents are handed over as they are; whoever shows them makes them safe.
import { createExpander } from './delta.ts'
import { escapeJson } from './harmless.ts'
import { splitLines } from './line-splitter.ts'
import type { LineSplitter } from './line-splitter.ts'
import { MESSAGES } from './messages.ts'
import type { Command, LogMessage, Message } from './stream-types.ts'

/** One line, newline included. What a terminal might obey is escaped: recordings and `--json` are looked at with cat. */
export const encode = (message: Message | Command): string => `${escapeJson(JSON.stringify(message))}\n`

/** A message, a log message that says what is wrong with the line, or undefined for blank lines and unknown types.
 * `trusted`: written by a program of the same build, so not looked at field by field while it has a time. */
export const decodeLine = (line: string, atMs: number, trusted = false): Message | undefined => {
  if (line.trim() === '') return undefined
  let value: { type?: unknown }
  try {
    value = JSON.parse(line)
  } catch {
    return unreadable(`not JSON: ${excerpt(line)}`, atMs)
  }
  if (typeof value !== 'object' || value === null) return unreadable(`not a message: ${excerpt(line)}`, atMs)
  if (typeof value.type !== 'string') return unreadable(`a message without type: ${excerpt(line)}`, atMs)
  if (!Object.hasOwn(MESSAGES, value.type)) return undefined
  const isWhole = trusted && Number.isFinite((value as { atMs?: unknown }).atMs)
  const wrong = isWhole ? undefined : MESSAGES[value.type as Message['type']](value)
  return wrong ? unreadable(`${value.type}${wrong.startsWith('.') ? '' : ' '}${wrong}`, atMs) : (value as Message)
}

export interface DecoderOptions {
  maxLineBytes?: number
  /** Sees each line first; true: taken. */
  takeLine?(line: string): boolean
  /** Every line is written by a program of the same build. */
  trusted?: boolean
  /** Time of the decoder's own log messages; default: that of the last message. */
  nowMs?(): number
}

/** Takes bytes as they come and hands over messages in order. */
export const createDecoder = (onMessage: (message: Message) => void, options: DecoderOptions = {}): LineSplitter => {
  let lastMs = 0
  const nowMs = options.nowMs ?? (() => lastMs)
  const whole = createExpander()
  return splitLines({
    maxBytes: options.maxLineBytes,
    onLine(line) {
      if (options.takeLine?.(line)) return
      const message = decodeLine(line, nowMs(), options.trusted)
      if (!message) return
      lastMs = message.atMs
      const expanded = whole(message, line.length)
      onMessage(typeof expanded === 'string' ? unreadable(expanded, nowMs()) : expanded)
    },
    onTooLong: (bytes) => onMessage(unreadable(`a line of ${bytes} bytes is too long`, nowMs())),
  })
}

const EXCERPT = 80

const excerpt = (line: string): string => (line.length > EXCERPT ? `${line.slice(0, EXCERPT)}...` : line)

const unreadable = (what: string, atMs: number): LogMessage => ({
  type: 'log',
  atMs,
  level: 'warn',
  text: `unreadable line skipped: ${what}`,
})
