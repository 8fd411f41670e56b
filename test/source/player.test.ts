// A recording played on a screen: paced, paused, sped up, and entered anywhere, whatever the file is made of.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { encode } from '../../src/stream/codec.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { fakeStream, START_MS } from '../helpers/stream.ts'
import { openPlayer, testEntering, WAYS } from './entering.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { until } from '../helpers/programs.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The long one has every way. */
const SHORT = ['plain', 'members, changes only']

for (const way of WAYS) if (SHORT.includes(way[0])) testEntering(way, 400)

test.serial('at its own pace, then faster', async (t) => {
  const { player, hosts, start } = await openPlayer(
    t,
    fakeRecording(temporaryFolder(t), { ticks: 40, intervalMs: 200 }),
  )
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
  const { player, hosts, messages, start } = await openPlayer(
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
  const { player, hosts, start } = await openPlayer(t, path)
  start()
  await until(() => player.playback().ended)
  t.is(hosts().at(-1)!.atMs, START_MS + 3_600_400)
})

test.serial('over and over: it begins anew', async (t) => {
  const { hosts, messages, start } = await openPlayer(
    t,
    fakeRecording(temporaryFolder(t), { ticks: 3, intervalMs: 100 }),
    true,
  )
  start()
  await until(() => hosts().length >= 7)
  t.is(hosts()[3]!.atMs, START_MS + 100)
  t.true(messages.filter(({ type }) => type === 'hello').length >= 2)
})
