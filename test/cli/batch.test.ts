import test from 'ava'
import { runBatch, type BatchOptions } from '../../src/cli/batch.ts'
import { encode } from '../../src/stream/codec.ts'
import type { Message, ProbeStatus, Source } from '../../src/stream/stream-types.ts'
import { type ProbeId, PROBES } from '../../src/stream/probe-ids.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { queueStream } from '../helpers/described.ts'
import { fakeHello, fakeStream, fakeTick, START_MS, HOSTILE_NAMES } from '../helpers/stream.ts'

/** Runs to its end on these messages. */
const batch = async (messages: readonly Message[], options: Partial<BatchOptions> = {}) => {
  const written: string[] = []
  const warnings: string[] = []
  let stopped = false
  const source: Source = {
    start: (onMessage) => messages.forEach(onMessage),
    send: () => {},
    stop: async () => {
      stopped = true
    },
  }
  const { done, end } = runBatch({
    source,
    as: 'text',
    panels: ['runq', 'offcpu', 'block', 'tcp', 'syscalls'],
    only: [],
    unicode: true,
    commands: [],
    output: { write: (text) => void written.push(text), close: async () => {} },
    warn: (line) => void warnings.push(line),
    ...options,
  })
  // a recording that is at its end
  setImmediate(() => end(0))
  const exitCode = await done
  return { text: written.join(''), written, warnings, exitCode, stopped }
}

test.serial('text: every interval once, panels in order, stamped', async (t) => {
  const { text, exitCode, stopped } = await batch(fakeStream({ ticks: 3 }))
  t.is(exitCode, 0)
  t.true(stopped)
  t.is(text.match(/^# 2026-01-15T\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)  interval 1\.00 s$/gm)?.length, 3)
  t.is(text.match(/^run queue:/gm)?.length, 3)
  t.regex(text, /run queue:[^]*off-CPU:[^]*block I\/O:[^]*TCP:[^]*system calls:/)
})

test.serial('text: ends after so many intervals', async (t) => {
  const { text } = await batch(fakeStream({ ticks: 5 }), { count: 2 })
  t.is(text.match(/^# /gm)?.length, 2)
})

test.serial('json: the lines of the stream, unchanged', async (t) => {
  const messages = fakeStream({ ticks: 2 })
  const { text } = await batch(messages, { as: 'json' })
  t.is(text, messages.map(encode).join(''))
})

test.serial('json: -n counts intervals, whole ones', async (t) => {
  const { text } = await batch(fakeStream({ ticks: 4 }), { as: 'json', count: 2 })
  const samples = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'sample')
  t.is(samples.length, 8)
  t.is(new Set(samples.map(({ atMs }) => atMs)).size, 2)
})

test.serial('only the panels asked for', async (t) => {
  const { text } = await batch(fakeStream({ ticks: 1 }), { panels: ['tcp'] })
  t.regex(text, /^TCP:/m)
  t.notRegex(text, /^run queue:/m)
  const json = await batch(fakeStream({ ticks: 1 }), { panels: ['tcp'], as: 'json' })
  t.regex(json.text, /"probe":"tcp"/)
  t.notRegex(json.text, /"type":"sample"[^\n]*"probe":"sched"/)
})

test.serial('a recording of a probe that this version has never heard of shows its panel', async (t) => {
  const recorded = queueStream({ ticks: 2 }).sort((a, b) => a.atMs - b.atMs)
  const { text, warnings, exitCode } = await batch(recorded, { panels: ['mail'] })
  t.is(exitCode, 0)
  t.deepEqual(warnings, [])
  t.regex(text, /^mail queue:[^]*812 postgres/m)
  const none = await batch(recorded, { panels: ['nonesuch'] })
  t.is(none.exitCode, 2)
  t.deepEqual(none.warnings, ['no panel nonesuch: nothing here describes it'])
})

test.serial(
  'the panels of scripts and of probes that only a recording knows are there unasked, those of our own are not',
  async (t) => {
    const queue = queueStream({ ticks: 2 }).sort((a, b) => a.atMs - b.atMs)
    const scripted = queue.map((message) =>
      message.type === 'probe' ? { ...message, spec: { ...message.spec, source: 'BEGIN {}' } } : message,
    )
    const isShown = async (messages: readonly Message[], options: Parameters<typeof batch>[1]) =>
      /^mail queue/m.test((await batch(messages, options)).text)
    t.true(await isShown(scripted, { brought: true }))
    t.false(await isShown(scripted, {}), 'live they are asked for')
    t.true(await isShown(queue, { brought: true }))
    const ours = queue.map((message) =>
      message.type === 'probe'
        ? { ...message, spec: { ...message.spec, id: 'memory' as typeof message.spec.id } }
        : message,
    )
    t.false(await isShown(ours, { brought: true }))
  },
)

test.serial('a recording that has nothing of what is shown says what it has', async (t) => {
  const recorded = fakeStream({ ticks: 2 }).filter((message) => message.type !== 'sample' || message.probe === 'block')
  const { text, warnings, exitCode } = await batch(recorded, { brought: true, panels: ['tcp', 'runq'] })
  t.is(exitCode, 0)
  t.is(text, '')
  t.deepEqual(warnings, ['nothing of tcp, runq was recorded: choose with --panels block'])
  t.deepEqual((await batch(recorded, { brought: true, panels: ['block'] })).warnings, [])
})

test.serial('-p: rows of these processes only', async (t) => {
  const { text } = await batch(fakeStream({ ticks: 1 }), { only: [{ is: 'process', pid: 812, comm: '' }] })
  t.regex(text, /postgres/)
  t.notRegex(text, /nginx/)
  const json = await batch(fakeStream({ ticks: 1, exec: true }), {
    only: [{ is: 'process', pid: 812, comm: '' }],
    as: 'json',
    panels: ['runq', 'block', 'tcp', 'syscalls', 'exec'],
  })
  t.notRegex(json.text, /nginx/)
  t.regex(json.text, /postgres/)
})

test.serial('hostile names are neutral in text and escaped in JSON', async (t) => {
  const messages = fakeStream({ ticks: 1, hostile: true })
  const { text } = await batch(messages)
  t.notRegex(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/)
  const { text: json } = await batch(messages, { as: 'json' })
  t.notRegex(json, /[\x00-\x09\x0b-\x1f]/)
  t.true(json.includes(JSON.stringify(HOSTILE_NAMES[0])))
})

test.serial('ASCII only where the locale is not UTF-8', async (t) => {
  const { text } = await batch(fakeStream({ ticks: 1, hostile: true }), { unicode: false })
  t.notRegex(text, /[^\x00-\x7f]/)
})

const status = (probe: ProbeId, is: ProbeStatus): Message => ({ type: 'status', atMs: START_MS, probe, status: is })
const DEFAULT = ['sched', 'block', 'tcp', 'syscalls'] as const
const unsupported: ProbeStatus = { is: 'unsupported', why: 'no\x1b[31m hook', hint: 'use a newer kernel' }

test.serial('a probe that does not work is told once, the rest goes on', async (t) => {
  const { text, warnings, exitCode } = await batch([
    fakeHello(),
    { type: 'probe', atMs: START_MS, spec: SCHED },
    status('block', unsupported),
    status('block', unsupported),
    ...fakeTick(1),
  ])
  t.is(exitCode, 0)
  t.deepEqual(warnings, ['block: no?[31m hook. use a newer kernel'])
  t.regex(text, /^run queue:.*n\/s/m)
})

test.serial('no probe works: exit code 4', async (t) => {
  const { exitCode } = await batch([fakeHello(), ...[...PROBES, ...DEFAULT].map((probe) => status(probe, unsupported))])
  t.is(exitCode, 4)
})

test.serial('all shed: told once, and the intervals go on', async (t) => {
  const shed: ProbeStatus = { is: 'shed', why: 'too much', hint: 'allow more', retryMs: 30_000 }
  const hosts = [1, 2, 3].map((tick) => fakeTick(tick)[0]!)
  const { text, warnings, exitCode } = await batch([fakeHello(), status('tcp', shed), ...hosts], {
    panels: ['tcp'],
    count: 2,
  })
  t.is(exitCode, 0)
  t.is(text.match(/^# /gm)?.length, 2)
  t.regex(text, /^TCP: too costly\n {2}too much\n {2}allow more$/m)
  t.is(warnings[0], 'tcp: too costly for 30s: too much. allow more')
})

test.serial('all failed but due again, or silent for a while: not the end', async (t) => {
  for (const more of [{ retryMs: 1000 }, { silent: true }]) {
    const failed: ProbeStatus = { is: 'failed', why: 'killed', hint: 'wait', ...more }
    const { exitCode } = await batch([fakeHello(), ...[...PROBES, ...DEFAULT].map((probe) => status(probe, failed))])
    t.is(exitCode, 0)
  }
})
