// The bundled recording, and how one is made fit to be bundled.
import { schedOf } from '../../src/model/sched.ts'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { openRecording } from '../../src/source/recording.ts'
import { decodeLine, encode } from '../../src/stream/codec.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { skip } from '../helpers/bpf.ts'
import { fakeStream, START_MS } from '../helpers/stream.ts'
import { DEMO_START_MS, scrubber } from '../tools/scrub.ts'

const DEMO = join(ROOT, 'src/cli/demo.ndjson.gz')

const scrubbed = (messages: readonly Message[]): Message[] => {
  const scrub = scrubber()
  return messages.map((message) => scrub(message)).filter((message) => message !== undefined)
}

test('scrubbed: no names, addresses, command lines or words of the machine', (t) => {
  const messages: Message[] = [
    ...fakeStream({ ticks: 2, exec: true, hostile: true }),
    { type: 'log', atMs: START_MS, level: 'warn', text: 'a secret of mine' },
    { type: 'gap', atMs: START_MS, why: 'a secret of mine' },
    { type: 'status', atMs: START_MS, probe: 'block', status: { is: 'failed', why: 'a secret of mine', hint: '' } },
  ]
  const text = scrubbed(messages).map(encode).join('')
  for (const word of [
    'db-7',
    'amd64',
    '10.0.0.',
    '203.0.113',
    '85a3',
    'secret',
    'run --step',
    'evil',
    '日本',
    'ñandú',
    'fire',
  ]) {
    t.false(text.includes(word), word)
  }
  for (const word of ['postgres', 'kswapd0', '192.0.2.1', '2001:db8::', 'app-1']) t.true(text.includes(word), word)
})

test('scrubbed: the same stays the same, numbers and distances in time stay', (t) => {
  const before = fakeStream({ ticks: 3, hostile: true })
  const after = scrubbed(before)
  t.is(after.length, before.length)
  t.is(after[0]!.atMs, DEMO_START_MS)
  after.forEach((message, i) => t.is(message.atMs - DEMO_START_MS, before[i]!.atMs - START_MS))
  const names = after.flatMap((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? [
          schedOf(message.data)
            .procs.filter(({ pid }) => pid === 9000)
            .map(({ comm }) => comm),
        ]
      : [],
  )
  t.is(new Set(names.flat()).size, 1)
  const hist = (messages: readonly Message[]) =>
    messages.flatMap((message) =>
      message.type === 'sample' && message.probe === 'sched' ? [message.data.hists['runq']] : [],
    )
  t.deepEqual(hist(after), hist(before))
})

test('the bundled recording is whole, small and scrubbed', async (t) => {
  if (!existsSync(DEMO)) {
    return skip(t, 'no recording is bundled in this checkout')
  }
  t.true(statSync(DEMO).size < 400_000)
  t.is((await openRecording(DEMO)).hello.host, 'demo')
  const messages = gunzipSync(readFileSync(DEMO))
    .toString()
    .trim()
    .split('\n')
    .map((line) => decodeLine(line, 0)!)
  t.deepEqual(
    messages.filter((message) => message === undefined || message.type === 'log'),
    [],
  )
  t.deepEqual(scrubbed(messages).map(encode), messages.map(encode), 'scrubbing it again changes nothing')
  const probes = new Set(messages.flatMap((message) => (message.type === 'sample' ? [message.probe] : [])))
  for (const probe of ['sched', 'block', 'tcp', 'syscalls'] as const) t.true(probes.has(probe))
})
