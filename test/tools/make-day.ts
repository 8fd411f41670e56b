// Makes a recording of a whole day (or so many intervals) out of the bundled one, over and over, with the busiest rows:
//   node --import tsx test/tools/make-day.ts day.ndjson[.gz] [members] [ticks]
// `members`: gzipped as recordings are; otherwise as gzip itself does, in one piece.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { ROOT } from '../../src/paths.ts'
import { openRecording, replay } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import type { Message } from '../../src/stream/stream-types.ts'

const DAY_TICKS = 86_400
const ROWS = 8

const [into, how, count] = process.argv.slice(2)
if (!into) throw new Error('usage: make-day.ts FILE [members] [TICKS]')
const ticks = Number(count ?? DAY_TICKS)

const recording = await openRecording(join(ROOT, 'src/cli/demo.ndjson.gz'))
const head: Message[] = []
const intervals: Message[][] = []
await new Promise<void>((resolve) =>
  replay(recording, resolve).start((message) => {
    if (message.type === 'host') intervals.push([])
    ;(intervals.at(-1) ?? head).push(message)
  }),
)

const fewer = (value: unknown): unknown =>
  Array.isArray(value) && typeof value[0] === 'object' ? value.slice(0, ROWS) : value
const small = (message: Message): Message =>
  message.type === 'sample'
    ? ({
        ...message,
        data: Object.fromEntries(Object.entries(message.data).map(([key, value]) => [key, fewer(value)])),
      } as unknown as Message)
    : message

const hello = recording.hello
const startMs = hello.atMs
function* messages(): Generator<Message> {
  yield* head
  const kept = intervals.map((interval) => interval.map(small))
  for (let tick = 0; tick < ticks; tick++) {
    for (const message of kept[tick % kept.length]!) yield { ...message, atMs: startMs + (tick + 1) * 1000 }
  }
}
function* lines(): Generator<string> {
  for (const message of messages()) yield encode(message)
}

/** Members of a megabyte of text, as the recorder writes them. */
function* members(): Generator<Buffer> {
  let text = ''
  for (const line of lines()) {
    text += line
    if (text.length < 1024 * 1024) continue
    yield gzipSync(text, { level: 1 })
    text = ''
  }
  yield gzipSync(text, { level: 1 })
}

const file = createWriteStream(into)
if (how === 'members') await pipeline(Readable.from(members()), file)
else if (into.endsWith('.gz')) await pipeline(Readable.from(lines()), createGzip({ level: 1 }), file)
else await pipeline(Readable.from(lines()), file)
