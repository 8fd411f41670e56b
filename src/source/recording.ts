// Recordings: the stream's lines in a file, gzipped when it says so itself. Read as messages whose time only rises, from
// any place on. A torn end (crash while recording) is the end of the recording.
import type { FileHandle } from 'node:fs/promises'
import { createDecoder } from '../stream/codec.ts'
import type { Hello, Message, Source } from '../stream/stream-types.ts'
import { isGzip, piecesFrom, type Place } from './pieces.ts'
import { checkSchema, openPlain, RecordingError } from './recording-file.ts'
import { isSnapshot, readSnapshot, type Snapshot } from './snapshot-file.ts'

/** Of one interval: ten thousand sessions and as many processes are 5 MB. Longer ones would hold up the screen. */
const MOST_LINE_BYTES = 8 * 1024 * 1024

/** What can be opened: a recording, or the one instant of a snapshot. */
export type Opened = Recording | { snapshot: Snapshot }

export interface Recording {
  file: FileHandle
  gzipped: boolean
  hello: Hello
}

/** Opens it and reads the first line; throws RecordingError unless it is a recording this version understands. */
export const openRecording = async (path: string): Promise<Recording> => {
  const opened = await openAny(path)
  if ('snapshot' in opened) throw new RecordingError('it is a snapshot')
  return opened
}

export const openAny = async (path: string): Promise<Opened> => {
  const file = await openPlain(path)
  try {
    if (await isSnapshot(file)) {
      const snapshot = await readSnapshot(file)
      await file.close()
      return { snapshot }
    }
    const gzipped = await isGzip(file)
    for await (const messages of messagesFrom(file, gzipped)) {
      const [first] = messages
      if (first) return { file, gzipped, hello: checkedHello(first) }
    }
    throw new RecordingError('it is empty')
  } catch (error) {
    await file.close()
    throw error
  }
}

const checkedHello = (message: Message): Hello => {
  if (message.type !== 'hello') {
    const why = message.type === 'log' ? `: ${message.text}` : ''
    throw new RecordingError(`it does not begin like a recording of probetop${why}`)
  }
  checkSchema(message.schema, message.version)
  return message
}

/** All of it, as fast as it can be read. */
export const replay = ({ file, gzipped, hello }: Recording, onEnd: () => void): Source => {
  let stopped = false
  let running: Promise<void> | undefined
  const play = async (onMessage: (message: Message) => void): Promise<void> => {
    const steady = createSteady()
    let lastMs = hello.atMs
    try {
      for await (const messages of messagesFrom(file, gzipped)) {
        for (const message of messages) {
          if (stopped) return
          const moved = steady(message)
          lastMs = moved.atMs
          onMessage(moved)
        }
      }
    } catch (error) {
      onMessage({ type: 'log', atMs: lastMs, level: 'warn', text: breaksOff(error) })
    }
    if (!stopped) onEnd()
  }
  return {
    start: (onMessage) => {
      running = play(onMessage)
    },
    send: () => {},
    stop: async () => {
      stopped = true
      await running
      await file.close().catch(() => {})
    },
  }
}

export const breaksOff = (error: unknown): string => `the recording breaks off: ${(error as Error).message}`

/** As they are in the file, from a place on; what comes of one piece at once. */
export const messagesFrom = async function* (
  file: FileHandle,
  gzipped: boolean,
  from?: Place,
): AsyncGenerator<Message[]> {
  const queue: Message[] = []
  const decoder = createDecoder((message) => queue.push(message), { maxLineBytes: MOST_LINE_BYTES })
  for await (const { bytes } of piecesFrom(file, gzipped, from)) {
    decoder.push(bytes)
    if (queue.length > 0) yield queue.splice(0)
  }
  // what is left without a newline is a torn line: not a message
}

/** Older recordings have the wall clock's time, which may have been set back: from there on all is moved so that the
 * next interval follows the last. `ticks` is told of each interval's time, before and after. */
export const createSteady = (start?: { shiftMs: number; lastMs: number }): ((message: Message) => Message) => {
  let shiftMs = start?.shiftMs ?? 0
  let lastMs = start?.lastMs ?? -Infinity
  return (message) => {
    if (message.type === 'host') {
      shiftMs = steadyShift(message, shiftMs, lastMs)
      lastMs = message.atMs + shiftMs
    }
    return shifted(message, shiftMs)
  }
}

/** By how much the time of an interval is moved. */
export const steadyShift = (
  { atMs, intervalMs }: { atMs: number; intervalMs: number },
  shiftMs: number,
  lastMs: number,
): number => (atMs + shiftMs > lastMs ? shiftMs : lastMs + Math.max(1, intervalMs) - atMs)

const shifted = (message: Message, byMs: number): Message => {
  if (byMs === 0) return message
  const moved = { ...message, atMs: message.atMs + byMs }
  return moved.type === 'host' ? { ...moved, wallMs: moved.wallMs ?? message.atMs } : moved
}
