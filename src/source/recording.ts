// Recordings: the stream's lines in a file, gzipped when its name ends in .gz. Read back as a Source at the pace they
// were written, or as fast as they can be read. A torn end (crash while recording) is the end of the recording.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, createGunzip } from 'node:zlib'
import { createDecoder } from '../stream/codec.ts'
import { SCHEMA, type Hello, type Message, type Source } from '../stream/types.ts'

/** Why a file cannot be replayed, in words for the user. */
export class RecordingError extends Error {}

export interface ReplayOptions {
  /** 'fast': without waiting. */
  pace: 'recorded' | 'fast'
  /** Start over at the end, with the times moved on. */
  loop?: boolean
  onEnd?(): void
}

export interface Replay extends Source {
  /** The recording's own clock, at which the screen lives. */
  nowMs(): number
}

/** Reads the first line; throws RecordingError unless it is a recording this version understands. */
export const readHello = async (path: string): Promise<Hello> => {
  for await (const message of messagesOf(path)) {
    if (message.type !== 'hello') throw new RecordingError('it does not begin like a recording of probetop')
    if (message.schema > SCHEMA) {
      throw new RecordingError(
        `it was made by probetop ${message.version} (schema ${message.schema}), this one reads up to ${SCHEMA}`,
      )
    }
    return message
  }
  throw new RecordingError('it is empty')
}

export const replay = (path: string, hello: Hello, { pace, loop, onEnd }: ReplayOptions): Replay => {
  const abort = new AbortController()
  let running: Promise<void> | undefined
  let startedAtMs = performance.now()
  let shiftMs = 0
  let lastMs = hello.atMs
  let firstTickMs: number | undefined
  let ended = false

  const playOnce = async (onMessage: (message: Message) => void): Promise<void> => {
    for await (const message of messagesOf(path)) {
      if (abort.signal.aborted) return
      const atMs = message.atMs + shiftMs
      const aheadMs = atMs - hello.atMs - (performance.now() - startedAtMs)
      if (pace === 'recorded' && aheadMs > 0) await sleep(aheadMs, undefined, { signal: abort.signal })
      lastMs = Math.max(lastMs, atMs)
      if (message.type === 'host') firstTickMs ??= message.atMs
      if (shiftMs === 0 || message.type !== 'hello') onMessage(shifted(message, shiftMs))
    }
  }

  const play = async (onMessage: (message: Message) => void): Promise<void> => {
    startedAtMs = performance.now()
    try {
      do {
        await playOnce(onMessage)
        // The first interval follows the last one without a gap.
        shiftMs = lastMs - (firstTickMs ?? hello.atMs) + hello.intervalMs
      } while (loop && !abort.signal.aborted && lastMs > hello.atMs)
    } catch (error) {
      if (abort.signal.aborted) return
      const text = `the recording breaks off: ${(error as Error).message}`
      onMessage({ type: 'log', atMs: lastMs, level: 'warn', text })
    }
    ended = true
    if (!abort.signal.aborted) onEnd?.()
  }

  return {
    start: (onMessage) => {
      running = play(onMessage)
    },
    send: () => {},
    stop: async () => {
      abort.abort()
      await running
    },
    // At its end the recording's time stands still.
    nowMs: () =>
      ended
        ? lastMs
        : Math.max(
            lastMs,
            hello.atMs + Math.min(performance.now() - startedAtMs, lastMs - hello.atMs + hello.intervalMs),
          ),
  }
}

const shifted = (message: Message, byMs: number): Message => {
  if (byMs === 0) return message
  const moved = { ...message, atMs: message.atMs + byMs }
  if (moved.type !== 'sample' || moved.probe !== 'execsnoop') return moved
  const events = moved.data.events.map((event) => ({ ...event, atMs: event.atMs + byMs }))
  return { ...moved, data: { ...moved.data, events } }
}

async function* messagesOf(path: string): AsyncGenerator<Message> {
  await checkReadable(path)
  const queue: Message[] = []
  const decoder = createDecoder((message) => queue.push(message))
  const file = createReadStream(path)
  const gzipped = await isGzip(path)
  // A sync flush at the end makes zlib hand over what there is of a torn file instead of failing.
  const stream = gzipped ? file.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) : file
  file.on('error', (error) => stream.destroy(error))
  try {
    for await (const chunk of stream) {
      decoder.push(chunk as Buffer)
      yield* queue.splice(0)
    }
    // what is left without a newline is a torn line: not a message
  } finally {
    file.destroy()
  }
}

const checkReadable = async (path: string): Promise<void> => {
  try {
    const file = await open(path)
    const isFile = (await file.stat()).isFile()
    await file.close()
    if (!isFile) throw new RecordingError('it is not a file')
  } catch (error) {
    if (error instanceof RecordingError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new RecordingError(
      code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'no permission to read it' : String(code),
    )
  }
}

const isGzip = async (path: string): Promise<boolean> => {
  const file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
  await file.close()
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
}
