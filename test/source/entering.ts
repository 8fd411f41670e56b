// A recording of many intervals is entered anywhere, however it is kept.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { createPlayer } from '../../src/source/player.ts'
import { openRecording } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import { createEncoder, RECORDED_KEY_EVERY } from '../../src/stream/delta.ts'
import { tableOf } from '../../src/stream/spec.ts'
import type { DescribedSample, HostFacts, Message } from '../../src/stream/stream-types.ts'
import { QUEUE_ID, queueSample, QUEUES } from '../helpers/described.ts'
import { fakeHello, fakeStream, START_MS } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { until } from '../helpers/programs.ts'

export const openPlayer = async (t: import('ava').ExecutionContext, path: string, loop = false) => {
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

/** Ways in which a recording is kept: name, text of so many ticks, what is written. */
export const WAYS = [
  ['plain', longText, (text: string) => text],
  ['members', longText, members],
  ['one member', longText, (text: string) => gzipSync(text, { level: 1 })],
  ['plain, changes only', changesOnly, (text: string) => text],
  ['members, changes only', changesOnly, members],
  ['one member, changes only', changesOnly, (text: string) => gzipSync(text, { level: 1 })],
] as const

export const testEntering = ([name, textOf, write]: (typeof WAYS)[number], ticks: number): void =>
  test.serial(`entered anywhere: ${name}`, async (t) => {
    const path = join(temporaryFolder(t), 'long')
    writeFileSync(path, write(textOf(ticks)))
    const { player } = await openPlayer(t, path)
    await until(() => player.playback().progress === 1)
    t.deepEqual([player.playback().fromMs, player.playback().toMs], [START_MS + 1000, START_MS + ticks * 1000])
    for (const tick of [ticks / 2, ticks - 10, 3, ticks, Math.floor(0.7777 * ticks), 1]) {
      const atMs = START_MS + tick * 1000
      t.is(player.target(START_MS + 1000, { ticks: tick - 1 }), atMs)
      // of CPU: whatever else runs on this machine
      const before = process.cpuUsage()
      const window = (await player.around(atMs))!
      const { user, system } = process.cpuUsage(before)
      t.true(user + system < 1e6, `${user + system} us`)
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
    t.is(player.target(START_MS + 1000, 'last'), START_MS + ticks * 1000)
    t.is(player.target(START_MS + ticks * 500, { ms: -60_000 }), START_MS + ticks * 500 - 60_000)
    t.is(player.target(START_MS + 1000, { ticks: -5 }), START_MS + 1000)
  })
