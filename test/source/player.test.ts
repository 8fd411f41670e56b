// A recording played on a screen: paced, paused, sped up, and entered anywhere, whatever the file is made of.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { createPlayer } from '../../src/source/player.ts'
import { openRecording } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import { createEncoder, RECORDED_KEY_EVERY } from '../../src/stream/delta.ts'
import { tableOf } from '../../src/stream/spec.ts'
import type { DescribedSample, HostFacts, Message } from '../../src/stream/types.ts'
import { QUEUE_ID, queueSample, QUEUES } from '../helpers/described.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { fakeHello, fakeStream, START_MS } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { until } from '../helpers/programs.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const open = async (t: import('ava').ExecutionContext, path: string, loop = false) => {
  const player = createPlayer(await openRecording(path), { loop })
  const messages: Message[] = []
  t.teardown(() => player.stop())
  const hosts = (): HostFacts[] => messages.flatMap((message) => (message.type === 'host' ? [message] : []))
  return { player, messages, hosts, start: () => player.start((message) => messages.push(message)) }
}

/** Small ticks, many of them: a status before, host facts and a little table each. */
const longText = (ticks: number, encoder: (message: Message) => string = encode): string => {
  const lines = fakeStream({ ticks: 1 })
  const status = lines.find(({ type }) => type === 'status')!
  const sample = lines.find((message) => message.type === 'sample' && message.probe === 'block')!
  const parts = [encoder(fakeHello()), encoder({ ...status, atMs: START_MS })]
  for (let i = 1; i <= ticks; i++) {
    const atMs = START_MS + i * 1000
    parts.push(
      encoder({ type: 'host', atMs, intervalMs: 1000, uptimeS: i, load: [0, 0, 0] }),
      encoder({ ...sample, atMs }),
      encoder(manyQueues(i)),
    )
  }
  return parts.join('')
}

/** A table of which one row changes an interval. */
const manyQueues = (tick: number): Message => ({
  ...queueSample(tick),
  data: {
    tables: {
      queues: tableOf(
        QUEUES.tables.queues,
        Array.from({ length: 40 }, (_, i) => ({ queue: `q${i}`, length: i === tick % 40 ? tick : 0, limit: i })),
      ),
    },
    hists: {},
    totals: {},
  },
})

const queueLengths = (message: Message): string[] =>
  (message as DescribedSample).data.tables.queues!.rows.map(String).toSorted()

const changesOnly = (ticks: number): string => longText(ticks, createEncoder(RECORDED_KEY_EVERY))

const members = (text: string): Buffer => {
  const parts: Buffer[] = []
  for (let at = 0; at < text.length; at += 300_000) parts.push(gzipSync(text.slice(at, at + 300_000)))
  return Buffer.concat(parts)
}

const TICKS = 10_000

for (const [name, text, write] of [
  ['plain', longText(TICKS), (text: string) => text],
  ['members', longText(TICKS), members],
  ['one member', longText(TICKS), (text: string) => gzipSync(text, { level: 1 })],
  ['plain, changes only', changesOnly(TICKS), (text: string) => text],
  ['members, changes only', changesOnly(TICKS), members],
  ['one member, changes only', changesOnly(TICKS), (text: string) => gzipSync(text, { level: 1 })],
] as const) {
  test(`entered anywhere: ${name}`, async (t) => {
    const path = join(temporaryFolder(t), 'long')
    writeFileSync(path, write(text))
    const { player } = await open(t, path)
    await until(() => player.playback().progress === 1)
    t.deepEqual([player.playback().fromMs, player.playback().toMs], [START_MS + 1000, START_MS + TICKS * 1000])
    for (const tick of [5000, 9990, 3, TICKS, 7777, 1]) {
      const atMs = START_MS + tick * 1000
      t.is(player.target(START_MS + 1000, { ticks: tick - 1 }), atMs)
      const started = performance.now()
      const window = (await player.around(atMs))!
      t.true(performance.now() - started < 1000)
      const times = window.messages.flatMap((message) => (message.type === 'host' ? [message.atMs] : []))
      t.true(times.includes(atMs) && times[0] === window.fromMs && times.at(-1) === window.toMs)
      t.true(tick < 300 ? window.fromMs === START_MS + 1000 : window.fromMs <= atMs - 200_000)
      t.deepEqual(
        times,
        times.map((_, i) => window.fromMs + i * 1000),
      )
      const queues = window.messages.filter((message) => message.type === 'sample' && message.probe === QUEUE_ID)
      t.is(queues.length, times.length)
      t.deepEqual(
        queues.map(queueLengths),
        queues.map(({ atMs: sampleMs }) => queueLengths(manyQueues((sampleMs - START_MS) / 1000))),
      )
      t.deepEqual(
        window.messages.filter(({ type }) => type === 'log'),
        [],
      )
      t.deepEqual(
        window.messages.slice(0, 2).map(({ type }) => type),
        ['hello', 'status'],
      )
    }
    t.is(player.target(START_MS + 1000, 'last'), START_MS + TICKS * 1000)
    t.is(player.target(START_MS + 5_000_000, { ms: -60_000 }), START_MS + 4_940_000)
    t.is(player.target(START_MS + 1000, { ticks: -5 }), START_MS + 1000)
  })
}

test.serial('at its own pace, then faster', async (t) => {
  const { player, hosts, start } = await open(t, fakeRecording(temporaryFolder(t), { ticks: 40, intervalMs: 200 }))
  start()
  await sleep(900)
  const slow = hosts().length
  t.true(slow >= 2 && slow <= 5, `${slow}`)
  player.speed(20)
  await until(() => hosts().length === 40)
  t.deepEqual(
    hosts().map(({ atMs }) => atMs),
    hosts().map((_, i) => START_MS + (i + 1) * 200),
  )
  await until(() => player.playback().ended)
  t.is(player.nowMs(), START_MS + 8000)
})

test.serial('paused it stands still; it goes on from where one is', async (t) => {
  const { player, hosts, messages, start } = await open(
    t,
    fakeRecording(temporaryFolder(t), { ticks: 30, intervalMs: 100 }),
  )
  start()
  await until(() => hosts().length === 3)
  player.pause()
  await sleep(300)
  const stood = hosts().length
  t.true(stood <= 4)
  const samples = messages.filter(({ type, atMs }) => type === 'sample' && atMs === hosts().at(-1)!.atMs)
  t.true(samples.length >= 4, 'an interval is whole')
  player.play()
  await until(() => hosts().length > stood)
  await until(() => player.playback().progress === 1)
  await player.around(START_MS + 2000)
  const before = hosts().length
  player.speed(100)
  player.play(START_MS + 2000)
  await until(() => player.playback().ended)
  t.deepEqual(
    hosts()
      .slice(before)
      .map(({ atMs }) => atMs),
    Array.from({ length: 10 }, (_, i) => START_MS + 2100 + i * 100),
  )
})

test.serial('a hole is not waited for', async (t) => {
  const path = join(temporaryFolder(t), 'hole')
  const messages = fakeStream({ ticks: 4, intervalMs: 100 }).map((message) =>
    message.atMs > START_MS + 250 ? { ...message, atMs: message.atMs + 3_600_000 } : message,
  )
  writeFileSync(path, messages.map(encode).join(''))
  const { player, hosts, start } = await open(t, path)
  start()
  await until(() => player.playback().ended)
  t.is(hosts().at(-1)!.atMs, START_MS + 3_600_400)
})

test.serial('over and over: it begins anew', async (t) => {
  const { hosts, messages, start } = await open(
    t,
    fakeRecording(temporaryFolder(t), { ticks: 3, intervalMs: 100 }),
    true,
  )
  start()
  await until(() => hosts().length >= 7)
  t.is(hosts()[3]!.atMs, START_MS + 100)
  t.true(messages.filter(({ type }) => type === 'hello').length >= 2)
})
