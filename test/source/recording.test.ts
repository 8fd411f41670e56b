import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import test from 'ava'
import { recordTo } from '../../src/source/record-to.ts'
import { openRecording, replay } from '../../src/source/recording.ts'
import { RecordingError } from '../../src/source/recording-file.ts'
import { encode } from '../../src/stream/codec.ts'
import { createEncoder, RECORDED_KEY_EVERY } from '../../src/stream/delta.ts'
import { SCHEMA, type Message, type Source } from '../../src/stream/stream-types.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { fakeHello, fakeStream } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** Everything a recording gives, as fast as it can. */
const all = async (path: string): Promise<Message[]> => {
  const recording = await openRecording(path)
  const messages: Message[] = []
  await new Promise<void>((resolve) => replay(recording, resolve).start((message) => messages.push(message)))
  await recording.file.close()
  return messages
}

const sourceOf = (messages: readonly Message[]): Source => ({
  start: (onMessage) => messages.forEach(onMessage),
  send: () => {},
  stop: async () => {},
})

const problem = async (t: import('ava').ExecutionContext, text: string | Buffer): Promise<string> => {
  const path = join(temporaryFolder(t), 'x')
  writeFileSync(path, text)
  return (await t.throwsAsync(openRecording(path), { instanceOf: RecordingError }))!.message
}

for (const name of ['plain.ndjson', 'packed.ndjson.gz']) {
  test(`recorded and read back: ${name}`, async (t) => {
    const path = join(temporaryFolder(t), name)
    const messages = fakeStream({ ticks: 5, exec: true }).map((message) => JSON.parse(encode(message)) as Message)
    const seen: Message[] = []
    const source = await recordTo(path, sourceOf(messages), () => 0)
    source.start((message) => seen.push(message))
    await source.stop()
    t.deepEqual(seen, messages)
    t.deepEqual(await all(path), messages)
    t.is(statSync(path).mode & 0o777, 0o600)
    const bytes = readFileSync(path)
    t.is(
      (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(),
      messages.map(createEncoder(RECORDED_KEY_EVERY)).join(''),
    )
  })
}

test('an existing file is not overwritten', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 1 })
  const error = await t.throwsAsync(recordTo(path, sourceOf([]), () => 0))
  t.is((error as NodeJS.ErrnoException).code, 'EEXIST')
})

test('killed while recording: all but the last moments can be read', async (t) => {
  const path = join(temporaryFolder(t), 'killed.gz')
  let say: (message: Message) => void = () => {}
  const source = await recordTo(
    path,
    {
      start: (onMessage) => {
        say = onMessage
      },
      send: () => {},
      stop: async () => {},
    },
    () => 0,
  )
  source.start(() => {})
  for (const message of fakeStream({ ticks: 10 })) say(message)
  // not stopped: the file is as a crash leaves it
  const ticks = async () =>
    new Set((await all(path)).filter(({ type }) => type === 'sample').map(({ atMs }) => atMs)).size
  // an empty file is none yet
  for (let tries = 0; (await ticks().catch(() => 0)) < 9 && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  t.true((await ticks()) >= 9)
  await source.stop()
})

for (const name of ['torn.ndjson', 'torn.ndjson.gz']) {
  test(`a torn end is the end: ${name}`, async (t) => {
    const path = fakeRecording(temporaryFolder(t), { ticks: 20 }, name)
    truncateSync(path, Math.floor(statSync(path).size * 0.7))
    const messages = await all(path)
    t.true(messages.filter(({ type }) => type === 'sample').length > 20)
    t.deepEqual(
      messages.filter(({ type }) => type === 'log'),
      [],
    )
  })
}

test('damage in the middle is said', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 20 }, 'damaged.gz')
  const bytes = readFileSync(path)
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 200)
  writeFileSync(path, bytes)
  const messages = await all(path)
  t.regex(
    messages
      .filter(({ type }) => type === 'log')
      .map((message) => ('text' in message ? message.text : ''))
      .join(),
    /^the recording breaks off|unreadable/,
  )
})

test('what is no recording is refused, in words', async (t) => {
  t.is(await problem(t, ''), 'it is empty')
  t.is(
    await problem(t, 'just text\n'),
    'it does not begin like a recording of probetop: unreadable line skipped: not JSON: just text',
  )
  t.regex(await problem(t, encode({ ...fakeHello(), atMs: 1e300 })), /hello\.atMs is not a time/)
  t.regex(await problem(t, '{"some":"json"}\n'), /^it does not begin like a recording of probetop: /)
  t.is(await problem(t, encode(fakeStream({ ticks: 1 })[3]!)), 'it does not begin like a recording of probetop')
  t.is(
    await problem(t, encode({ ...fakeHello(), schema: 99, version: '9.0' })),
    `it was made by probetop 9.0 (schema 99), this one reads schema ${SCHEMA}; read it with that version`,
  )
  t.is(
    await problem(t, encode({ ...fakeHello(), schema: 1, version: '0.0' })),
    `it was made by probetop 0.0 (schema 1), this one reads schema ${SCHEMA}; no release wrote it: make a new recording`,
  )
  t.regex(await problem(t, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])), /./)
  t.regex(await problem(t, Buffer.alloc(100_000)), /./)
})

test('plain files only; whatever else is named, and not opened', async (t) => {
  const refused = async (path: string): Promise<[string, number]> => {
    const error = await t.throwsAsync(openRecording(path), { instanceOf: RecordingError })
    return [error!.message, (error as RecordingError).exitCode]
  }
  const fifo = join(temporaryFolder(t), 'fifo')
  execFileSync('mkfifo', [fifo])
  t.deepEqual(await refused('/nonesuch'), ['no such file', 5])
  t.deepEqual(await refused('/'), ['it is a directory, not a plain file', 2])
  t.deepEqual(await refused('/dev/zero'), ['it is a device, not a plain file', 2])
  t.deepEqual(await refused(fifo), ['it is a pipe, not a plain file', 2])
  for (const path of ['/proc/self/mem', '/proc/kmsg', '/sys/kernel/notes'])
    t.deepEqual(await refused(path), ["it is a file of the kernel's, not a plain one", 2], path)
})

test('a damaged gzip header: which byte', async (t) => {
  const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
  const damage = (at: number, byte: number): Buffer => Buffer.from(header.with(at, byte))
  t.is(await problem(t, damage(2, 7)), 'the gzip data is damaged at byte 2: compression method 7, which nobody knows')
  t.is(await problem(t, damage(3, 0xe0)), 'the gzip data is damaged at byte 3: flags of the header that nobody knows')
  t.is(await problem(t, Buffer.from(header.slice(0, 7))), 'the gzip data is damaged at byte 7: the header ends there')
  t.regex(await problem(t, Buffer.from([...header, 0xff, 0xff])), /^the gzip data is damaged near byte 1\d: /)
  const flipped = gzipSync(encode(fakeHello()))
  flipped[flipped.length - 6]! ^= 1
  const path = join(temporaryFolder(t), 'x')
  writeFileSync(path, flipped)
  t.regex((await all(path)).map((message) => ('text' in message ? message.text : '')).join(), /the checksum is wrong/)
})

test('a clock that was set back while an older version recorded: its time goes on', async (t) => {
  const path = join(temporaryFolder(t), 'back.ndjson')
  const messages = fakeStream({ ticks: 6 })
  const middle = messages.filter(({ type }) => type === 'host')[3]!.atMs
  const set = messages.map((message) =>
    message.atMs >= middle ? { ...message, atMs: message.atMs - 40_000 } : message,
  )
  writeFileSync(path, set.map(encode).join(''))
  const hosts = (await all(path)).flatMap((message) => (message.type === 'host' ? [message] : []))
  t.deepEqual(
    hosts.map(({ atMs }) => atMs - hosts[0]!.atMs),
    [0, 1000, 2000, 3000, 4000, 5000],
  )
  t.is(hosts[4]!.wallMs, hosts[4]!.atMs - 40_000)
})
