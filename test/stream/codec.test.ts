// Lines in, messages out: torn, hostile, unknown and endless lines.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { SLOTS } from '../../src/model/base/histogram.ts'
import { createDecoder, decodeLine, encode } from '../../src/stream/codec.ts'
import type { DecoderOptions } from '../../src/stream/codec.ts'
import { HISTOGRAM_SLOTS } from '../../src/stream/tables-check.ts'
import { PROBES } from '../../src/stream/probe-ids.ts'
import type { Message, Sample } from '../../src/stream/stream-types.ts'
import { execTables } from '../helpers/exec.ts'
import { fakeStream } from '../helpers/stream.ts'

const decode = (chunks: readonly (string | Uint8Array)[], options?: DecoderOptions): Message[] => {
  const messages: Message[] = []
  const decoder = createDecoder((message) => messages.push(message), options)
  for (const chunk of chunks) decoder.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  decoder.end()
  return messages
}

const host: Message = { type: 'host', atMs: 5, intervalMs: 1000, uptimeS: 3, load: [0, 1, 2] }
const execs = (comm: string): Sample<'execsnoop'> => ({
  type: 'sample',
  probe: 'execsnoop',
  atMs: 7,
  intervalMs: 1000,
  lost: 0,
  data: execTables([{ atMs: 6.5, kind: 'exec', pid: 1, ppid: 0, comm, args: comm }]),
})

test('every message of a whole stream comes back as it was', (t) => {
  const messages: Message[] = JSON.parse(
    JSON.stringify(fakeStream({ ticks: 3, detail: true, targetPid: 4242, exec: true, stacks: true, cost: true })),
  )
  const seen = new Set(messages.map((message) => ('probe' in message ? message.probe : message.type)))
  t.deepEqual(
    [...seen].sort(),
    ['hello', 'host', 'probe', 'process', 'cost', 'sched', 'block', 'tcp', 'syscalls', 'execsnoop', ...PROBES].sort(),
  )
  t.deepEqual(decode(messages.map(encode)), messages)
})

const testName = (t: ExecutionContext, comm: string): void => {
  const message = execs(comm)
  const line = encode(message)
  t.is(line.indexOf('\n'), line.length - 1)
  t.deepEqual(decode([line]), [message as Message])
}
for (const name of ['a\nb', '\u001b[2J\u0007', '{bold}x{/bold}', '进程', '\ufffd\u0000', '","x":"', '\u2028']) {
  test(`a name survives unchanged: ${JSON.stringify(name)}`, testName, name)
}

test('lines torn at every byte are whole again', (t) => {
  const bytes = Buffer.from(encode(host) + encode(execs('é进') as Message))
  t.deepEqual(decode([...bytes].map((byte) => Buffer.of(byte))), [host, execs('é进') as Message])
})

test('the last line needs no newline', (t) => t.deepEqual(decode([encode(host).trimEnd()]), [host]))

test('blank lines and unknown types say nothing', (t) =>
  t.deepEqual(decode(['\n \r\n{"type":"from the future","x":1}\n{"type":"toString"}\n', encode(host)]), [host]))

const testUnreadable = (t: ExecutionContext, line: string, says: RegExp): void => {
  const [before, log, after, ...more] = decode([encode(host), `${line}\n`, encode(host)])
  t.deepEqual([before, after, more.length], [host, host, 0])
  t.is(log?.type, 'log')
  t.regex((log as { text: string }).text, says)
  t.is(log?.atMs, host.atMs)
}
const withHist = (buckets: unknown): string =>
  JSON.stringify({
    ...{ type: 'sample', probe: 'sched', atMs: 1, intervalMs: 1, lost: 0 },
    data: { tables: {}, hists: { runq: { scale: 'log8', unit: 'ns', buckets, count: 1, sum: 1, max: 1 } }, totals: {} },
  })
for (const [line, says] of [
  ['{"type":"host"', /not JSON/],
  ['junk', /not JSON: junk/],
  ['[]', /without type/],
  ['null', /not a message/],
  ['{"atMs":1}', /without type/],
  ['{"type":"host","atMs":"now"}', /host\.atMs is not a number/],
  ['{"type":"host","atMs":1,"intervalMs":1,"uptimeS":1,"load":[1,2]}', /host\.load/],
  ['{"type":"sample","probe":"nonesuch","atMs":1,"intervalMs":1,"lost":0,"data":{}}', /sample\.data\.tables/],
  ['{"type":"sample","probe":"sched","atMs":1,"intervalMs":1,"lost":0,"data":null}', /sample\.data/],
  ['{"type":"sample","probe":"sched","atMs":1e999,"intervalMs":1,"lost":0,"data":{}}', /sample\.atMs/],
  ['{"type":"status","atMs":1,"probe":"sched","status":{"is":"failed"}}', /status\.status\.why/],
  ['{"type":"status","atMs":1,"probe":"sched","status":{"is":"starting","again":{"why":1}}}', /status\.status\.again/],
  ['{"type":"status","atMs":1,"probe":"sched","status":{"is":"happy"}}', /no known status/],
  ['{"type":"log","atMs":1,"level":"loud","text":""}', /log\.level/],
  [withHist([1]), /runq is not a list of pairs/],
  [withHist([5, 1, 4, 1]), /runq \[2\]/],
  [withHist([999, 1]), /runq \[0\]/],
  [withHist([1, -1]), /runq \[1\]/],
] as const) {
  test(`unreadable: ${line}`, testUnreadable, line, says)
}

test('a sample with one broken row names the place', (t) => {
  const sample = execs('x')
  sample.data.tables['events']!.rows[0]!.pop()
  const log = decodeLine(JSON.stringify(sample), 9)
  t.like(log, {
    type: 'log',
    atMs: 9,
    text: 'unreadable line skipped: sample.data.tables.events .rows[0] is not as long as the columns',
  })
})

test('an endless line is thrown away, and memory with it', (t) => {
  const messages = decode(['x'.repeat(600), 'x'.repeat(600), '\n', encode(host)], { maxLineBytes: 1000 })
  t.is(messages.length, 2)
  t.like(messages[0], { type: 'log', text: 'unreadable line skipped: a line of 1200 bytes is too long' })
  t.deepEqual(messages[1], host)
})

test('lines can be taken before they are read', (t) => {
  const taken: string[] = []
  const takeLine = (line: string): boolean => line.startsWith('#') && taken.push(line) > 0
  t.deepEqual(decode(['# mine\n', encode(host)], { takeLine }), [host])
  t.deepEqual(taken, ['# mine'])
})

test('the checks know as many histogram slots as the model', (t) => t.is(HISTOGRAM_SLOTS, SLOTS))

test('what is no time, too long a text and too deep a stack are unreadable', (t) => {
  for (const atMs of [1e300, -1, 8.7e15]) {
    const message = decodeLine(JSON.stringify({ type: 'gap', atMs, why: 'x' }), 7)
    t.like(message, { type: 'log', atMs: 7, text: 'unreadable line skipped: gap.atMs is not a time' })
  }
  t.is(decodeLine(JSON.stringify({ type: 'gap', atMs: 1, why: 'x'.repeat(70_000) }), 7)?.type, 'log')
})

test('a status says why, with four lines of what was said at most', (t) => {
  const wrong = (status: unknown): string | undefined => {
    const message = decodeLine(JSON.stringify({ type: 'status', atMs: 1, probe: 'sched', status }), 7)!
    return message.type === 'log' ? message.text.replace('unreadable line skipped: ', '') : undefined
  }
  const failed = { is: 'failed', why: 'x', hint: 'y' }
  const fits = [
    ...['off', 'live', 'starting'].map((is) => ({ is })),
    { is: 'starting', again: { why: 'x', attempt: 1, of: 3 } },
    { ...failed, is: 'unsupported' },
    { ...failed, excerpt: ['1', '2', '3', '4'], retryMs: 5 },
    { ...failed, is: 'shed', retryMs: 0 },
  ]
  for (const status of fits) t.is(wrong(status), undefined, JSON.stringify(status))
  for (const [status, says] of [
    [null, 'status.status is not an object'],
    [{ is: 1 }, 'status.status.is is not text'],
    [{ is: 'failed', why: 'x' }, 'status.status.hint is not text'],
    [{ ...failed, excerpt: ['1', '2', '3', '4', '5'] }, 'status.status.excerpt has more than 4'],
    [{ ...failed, retryMs: -1 }, 'status.status.retryMs is not a time'],
    [{ ...failed, is: 'shed' }, 'status.status.retryMs is not a number'],
  ] as const)
    t.is(wrong(status), says)
})

test('stacks refer to frames that are there', (t) => {
  const stack = { pid: 1, comm: 'x', state: 'S', ns: 1, count: 1, user: [0], kernel: [1] }
  const data = {
    mode: 'offcpu',
    frames: [
      { name: 'f', kind: 'user' },
      { name: 'g', kind: 'kernel' },
    ],
    stacks: [stack],
    thresholdNs: 0,
  }
  const wrong = (change: object): string | undefined => {
    const sample = { type: 'sample', probe: 'stacks', atMs: 1, intervalMs: 1, lost: 0, data: { ...data, ...change } }
    const message = decodeLine(JSON.stringify(sample), 7)!
    return message.type === 'log' ? message.text.replace('unreadable line skipped: ', '') : undefined
  }
  const thread = { pid: 1, tid: 1, comm: 'x', state: 'S', user: [1], kernel: [0] }
  const waker = { pid: 1, comm: 'x', user: [1], kernel: [0] }
  t.is(wrong({ threads: [thread], stacks: [{ ...stack, waker }] }), undefined)
  for (const change of [
    { stacks: [{ ...stack, user: [2] }] },
    { stacks: [{ ...stack, kernel: [0, 2] }] },
    { stacks: [{ ...stack, waker: { ...waker, user: [2] } }] },
    { threads: [{ ...thread, kernel: [2] }] },
    { frames: [] },
  ])
    t.is(wrong(change), 'sample.data.frames lacks one that a stack refers to', JSON.stringify(change))
  t.is(wrong({ stacks: [{ ...stack, user: [0, -1] }] }), 'sample.data.stacks[0].user is not a list of indexes')
  t.is(wrong({ frames: 'none' }), 'sample.data.frames is not a list')
})

test('of a line that cannot be read eighty characters are said, and whether there are more', (t) => {
  const said = (line: string): string => {
    const messages: Message[] = []
    createDecoder((message) => messages.push(message)).push(Buffer.from(`${line}\n`))
    return (messages[0] as { text: string }).text
  }
  t.true(said('x'.repeat(80)).endsWith('x'.repeat(80)))
  t.true(said('x'.repeat(81)).endsWith(`${'x'.repeat(80)}...`))
})
