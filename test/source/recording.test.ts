import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import { recordTo } from '../../src/source/record.ts'
import { RecordingError, readHello, replay } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import type { AnySample, Message, Source } from '../../src/stream/types.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { fakeHello, fakeStream, START_MS } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** Everything a recording gives, as fast as it can. */
const all = async (path: string): Promise<Message[]> => {
  const hello = await readHello(path)
  const messages: Message[] = []
  await new Promise<void>((resolve) => {
    replay(path, hello, { pace: 'fast', onEnd: resolve }).start((message) => messages.push(message))
  })
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
  return (await t.throwsAsync(readHello(path), { instanceOf: RecordingError }))!.message
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
    t.is((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(), messages.map(encode).join(''))
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
  t.is(await problem(t, 'just text\n'), 'it does not begin like a recording of probetop')
  t.is(await problem(t, '{"some":"json"}\n'), 'it does not begin like a recording of probetop')
  t.is(await problem(t, encode(fakeStream({ ticks: 1 })[3]!)), 'it does not begin like a recording of probetop')
  t.is(
    await problem(t, encode({ ...fakeHello(), schema: 99, version: '9.0' })),
    'it was made by probetop 9.0 (schema 99), this one reads up to 1',
  )
  t.regex(await problem(t, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])), /./)
  t.regex(await problem(t, Buffer.alloc(100_000)), /./)
})

test('no file, and no file at all', async (t) => {
  t.is((await t.throwsAsync(readHello('/nonesuch')))!.message, 'no such file')
  t.is((await t.throwsAsync(readHello('/')))!.message, 'it is not a file')
  t.is((await t.throwsAsync(readHello('/dev/zero')))!.message, 'it is not a file')
})

test.serial('at the pace it was recorded', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 4, intervalMs: 200 })
  const started = performance.now()
  const at: number[] = []
  await readHello(path).then(
    (hello) =>
      new Promise<void>((resolve) => {
        const source = replay(path, hello, { pace: 'recorded', onEnd: resolve })
        source.start((message) => {
          if (message.type === 'host') at.push(performance.now() - started)
        })
      }),
  )
  at.forEach((ms, i) => t.true(ms >= (i + 1) * 200 - 20 && ms < (i + 1) * 200 + 500, `tick ${i} after ${ms} ms`))
})

test.serial('over and over: times go on, greeted once', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 3, intervalMs: 100, exec: true })
  const messages: Message[] = []
  const source = replay(path, await readHello(path), { pace: 'recorded', loop: true })
  source.start((message) => messages.push(message))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await source.stop()
  const hosts = messages.filter(({ type }) => type === 'host').map(({ atMs }) => atMs)
  t.true(hosts.length >= 6)
  t.deepEqual(
    hosts,
    hosts.map((_, i) => START_MS + (i + 1) * 100),
  )
  t.is(messages.filter(({ type }) => type === 'hello').length, 1)
  for (const sample of messages.filter((message): message is AnySample => message.type === 'sample')) {
    if (sample.probe === 'execsnoop')
      for (const event of sample.data.events) t.true(event.atMs <= sample.atMs && event.atMs > sample.atMs - 1000)
  }
  const count = messages.length
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.is(messages.length, count, 'stopped is stopped')
})

test.serial('its clock runs with it and stands still at the end', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 2, intervalMs: 100 })
  const hello = await readHello(path)
  let source!: ReturnType<typeof replay>
  await new Promise<void>((resolve) => {
    source = replay(path, hello, { pace: 'recorded', onEnd: resolve })
    source.start((message) => {
      if (message.type === 'host') t.true(source.nowMs() >= message.atMs && source.nowMs() < message.atMs + 100)
    })
  })
  t.is(source.nowMs(), START_MS + 200)
})
