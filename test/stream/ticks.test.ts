import test from 'ava'
import { startEarly } from '../../src/source/early.ts'
import { groupTicks } from '../../src/stream/ticks.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeStream, fakeTick, START_MS } from '../helpers/stream.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('an interval ends with the next, the last one with the end', (t) => {
  const ticks: number[] = []
  const group = groupTicks((atMs) => ticks.push(atMs - START_MS))
  for (const message of fakeStream({ ticks: 3 })) group.add(message)
  t.deepEqual(ticks, [1000, 2000])
  group.end()
  group.end()
  t.deepEqual(ticks, [1000, 2000, 3000])
})

test('or with silence', async (t) => {
  const ticks: number[] = []
  const group = groupTicks((atMs) => ticks.push(atMs - START_MS))
  for (const message of fakeTick(1)) group.add(message)
  t.deepEqual(ticks, [])
  await pause(150)
  t.deepEqual(ticks, [1000])
})

test('an interval without samples is none', async (t) => {
  const ticks: number[] = []
  const group = groupTicks((atMs) => ticks.push(atMs))
  group.add(fakeTick(1)[0]!)
  group.add(fakeTick(2)[0]!)
  group.end()
  t.deepEqual(ticks, [])
})

test('what is said in between ends no interval', (t) => {
  const ticks: number[] = []
  const group = groupTicks((atMs) => ticks.push(atMs - START_MS))
  const [first, ...others] = fakeTick(1)
  group.add(first!)
  group.add(others[0]!)
  group.add({ type: 'log', atMs: START_MS + 1500, level: 'info', text: 'x' })
  t.deepEqual(ticks, [])
  group.end()
  t.deepEqual(ticks, [1000])
})

test('a source started early keeps what it says for its reader', (t) => {
  let say: (message: Message) => void = () => {}
  const source = startEarly({
    start: (onMessage) => {
      say = onMessage
    },
    send: () => {},
    stop: async () => {},
  })
  const messages = fakeStream({ ticks: 1 })
  messages.slice(0, 3).forEach((message) => say(message))
  const seen: Message[] = []
  source.start((message) => seen.push(message))
  messages.slice(3).forEach((message) => say(message))
  t.deepEqual(seen, messages)
})
